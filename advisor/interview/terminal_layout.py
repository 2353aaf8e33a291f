"""What stands around a list of choices on the screen, fitted to the terminal at each drawing.

questionary keeps the list, its keys and its rules. Its own frame cuts long lines, and puts what
describes a choice at the end of the list, where scrolling hides it: so the frame is drawn here.
"""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable, Mapping, Sequence

from prompt_toolkit.application import get_app
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText, StyleAndTextTuples, to_formatted_text
from prompt_toolkit.layout import (
    ConditionalContainer,
    Container,
    Dimension,
    FormattedTextControl,
    HSplit,
    Layout,
    ScrollbarMargin,
    ScrollOffsets,
    Window,
)
from prompt_toolkit.layout.containers import WindowRenderInfo
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.styles import Style
from questionary.prompts.common import Choice, InquirerControl, Separator

from advisor.interview.prompts import Heading, Offer, Prompt, TextPrompt

Fragments = list[tuple[str, str]]

# Greys and one accent, each readable on a black and on a white background.
STYLE = Style(
    [
        ("qmark", "fg:#5f87af bold"),
        ("question", "bold"),
        ("where", "fg:#5f87af"),
        ("help", "fg:#808080"),
        ("pointer", "fg:#5f87af bold"),
        ("highlighted", "bold"),
        ("selected", "noinherit fg:#5f87af"),
        ("answer", "noinherit fg:#5f87af"),
        ("value", "fg:#5f87af"),
        ("text", ""),
        ("separator", "fg:#808080"),
        ("key", "bold"),
        ("mistake", "bold"),
        ("scrollbar.background", "noinherit"),
        ("scrollbar.button", "noinherit reverse"),
        ("placeholder", "fg:#808080"),
    ]
)
ROOMY = 20  # rows from which blank lines are affordable
BOXES = {True: "[x] ", False: "[ ] "}
LOW = 12  # rows under which there is no room for more than question, list and keys


def colours() -> ColorDepth | None:
    """No colour under NO_COLOR (https://no-color.org); else what the terminal can."""
    return ColorDepth.DEPTH_1_BIT if os.environ.get("NO_COLOR") else None


def wrapped(text: str, width: int, indent: str = "", hanging: str | None = None) -> list[str]:
    """The lines of ``text``; ``hanging`` indents all but the first, as ``indent`` does if None."""
    return textwrap.wrap(
        text,
        max(width, len(indent) + 8),  # below that, cutting is all that can be done
        initial_indent=indent,
        subsequent_indent=indent if hanging is None else hanging,
    )


def framed(
    prompt: Prompt, list_control: InquirerControl, keys: Mapping[str, str], note: str
) -> Layout:
    """The question above the list, what describes the pointed choice and the keys under it."""
    choices = Window(
        list_control,
        height=Dimension(min=3, weight=2),
        dont_extend_height=True,
        always_hide_cursor=True,
        # Above the pointer its heading, below it the rest of a label that takes two rows.
        scroll_offsets=ScrollOffsets(top=1, bottom=1),
        right_margins=[_ScrollbarWhereNeeded(display_arrows=True)],
    )
    return Layout(
        HSplit(
            [
                _blank(),
                *_question(prompt, note),
                _blank(),
                choices,
                _descriptions(list_control),
                ConditionalContainer(
                    HSplit([_blank(), _lines(lambda: mistake_lines(list_control, _columns()))]),
                    Condition(lambda: list_control.error_message is not None),
                ),
                _blank(),
                _lines(lambda: key_lines(keys, _columns())),
            ]
        ),
        focused_element=choices,
    )


def framed_text(prompt: TextPrompt, input_layout: Layout, keys: Mapping[str, str]) -> Layout:
    """The question above the line to type in, the keys under it."""
    line = input_layout.current_window
    line.dont_extend_height = Condition(lambda: True)
    return Layout(
        HSplit(
            [
                _blank(),
                *_question(prompt, note=""),
                input_layout.container,
                _blank(),
                _lines(lambda: key_lines(keys, _columns())),
            ]
        ),
        focused_element=line,
    )


def where_lines(prompt: Prompt | TextPrompt, note: str, columns: int) -> Fragments:
    """Section, progress and note."""
    progress = prompt.progress if isinstance(prompt, Prompt) else ""
    where = " · ".join(part for part in (prompt.section, progress, note) if part)
    return [("class:where", "\n".join(wrapped(where, columns - 1)))]


def question_lines(prompt: Prompt | TextPrompt, columns: int) -> Fragments:
    """The question behind its mark."""
    asked = "\n".join(wrapped(prompt.ask, columns - 1, "  ")).removeprefix("  ")
    return [("class:qmark", "? "), ("class:question", asked)]


def help_lines(text: str, columns: int, indent: str) -> Fragments:
    return [("class:help", "\n".join(wrapped(text, columns - 1, indent)))]


def key_lines(keys: Mapping[str, str], columns: int) -> Fragments:
    """Each key with what it does, as many on a line as fit."""
    fragments: Fragments = [("", "  ")]
    used = 2
    for key, does in keys.items():
        wanted = len(key) + 1 + len(does)
        if used > 2 and used + 3 + wanted > columns - 1:
            fragments.append(("", "\n  "))
            used = 2
        elif used > 2:
            fragments.append(("class:help", " · "))
            used += 3
        fragments += [("class:key", key), ("class:help", f" {does}")]
        used += wanted
    return fragments


def mistake_lines(list_control: InquirerControl, columns: int) -> Fragments:
    """What questionary holds against the choice, wrapped."""
    message = "".join(text for _, text, *_ in to_formatted_text(list_control.error_message))
    return [("class:mistake", "\n".join(wrapped(message, columns - 1, "  ")))]


def fit(
    list_control: InquirerControl,
    rows: Sequence[Offer | Heading],
    columns: int,
    *,
    boxes: bool = False,
) -> None:
    """Give each choice the title that fits into ``columns``: wrapped, or cut where it has a value.

    ``rows`` are what the choices were made from. With ``boxes``, ``[x]`` marks what is chosen.
    """
    indent = 5 if list_control.use_indicator else 3
    indent += len(BOXES[True]) if boxes else 0
    room = max(columns - indent - 2, 8)  # the scrollbar, and a column to breathe
    values = [row for row in rows if isinstance(row, Offer) and row.value]
    label_room = _label_room(values, room)
    for index, (choice, row) in enumerate(zip(list_control.choices, rows, strict=True)):
        style = _style_of(list_control, index)
        if isinstance(row, Heading):
            choice.title = cut(f"── {row.text}" if row.text.strip() else " ", room)
        elif row.value:
            label = cut(row.label, label_room).ljust(label_room)
            value = cut(row.value, room - label_room - 2)
            pointed = index == list_control.pointed_at
            value_style = style if pointed else "class:value"
            choice.title = [(style, f"{label}  "), (value_style, value)]
        else:
            lines = wrapped(row.label, room)
            box = BOXES[choice.value in list_control.selected_options] if boxes else ""
            choice.title = [(style, box + ("\n" + " " * indent).join(lines))]


def cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)].rstrip() + "…"


def choice_of(row: Offer | Heading) -> Choice:
    if isinstance(row, Heading):
        return Separator(row.text)
    return Choice(row.label, value=row.id, description=row.help or None)


def _label_room(rows: Sequence[Offer], room: int) -> int:
    """Columns for the labels: all they need, unless the values need more than is left."""
    longest_label = max((len(row.label) for row in rows), default=0)
    longest_value = max((len(row.value) for row in rows), default=0)
    return min(longest_label, max(room - 2 - longest_value, (room - 2) * 11 // 20))


def _style_of(list_control: InquirerControl, index: int) -> str:
    if index == list_control.pointed_at:
        return "class:highlighted"
    selected = list_control.choices[index].value in list_control.selected_options
    return "class:selected" if selected else "class:text"


def _question(prompt: Prompt | TextPrompt, note: str) -> list[Container]:
    # Three windows, so that on a low screen the question is not what is cut.
    return [
        ConditionalContainer(
            _lines(lambda: where_lines(prompt, note, _columns())),
            Condition(lambda: bool(prompt.section) and _rows() >= LOW),
        ),
        _lines(lambda: question_lines(prompt, _columns())),
        ConditionalContainer(
            _lines(lambda: help_lines(prompt.help, _columns(), "  ")),
            Condition(lambda: bool(prompt.help) and _rows() >= LOW),
        ),
    ]


def _descriptions(list_control: InquirerControl) -> ConditionalContainer:
    """The pointed choice's help, in room enough for the longest, so that nothing below jumps."""

    def longest() -> int:
        texts = (choice.description or "" for choice in list_control.choices)
        return max(len(wrapped(text, _columns() - 1, "   ")) for text in texts)

    def pointed() -> Fragments:
        return help_lines(list_control.get_pointed_at().description or "", _columns(), "   ")

    window = Window(
        FormattedTextControl(lambda: FormattedText(pointed())),
        height=lambda: Dimension(min=1, preferred=longest(), max=longest()),
        dont_extend_height=True,
    )
    return ConditionalContainer(HSplit([_blank(), window]), Condition(lambda: longest() > 0))


class _ScrollbarWhereNeeded(ScrollbarMargin):
    """Its column stays reserved, or the list would be drawn once without it before it is known."""

    def create_margin(
        self, window_render_info: WindowRenderInfo, width: int, height: int
    ) -> StyleAndTextTuples:
        if window_render_info.content_height <= window_render_info.window_height:
            return []
        return super().create_margin(window_render_info, width, height)


def _lines(fragments: Callable[[], Fragments]) -> Window:
    return Window(FormattedTextControl(lambda: FormattedText(fragments())), dont_extend_height=True)


def _blank() -> ConditionalContainer:
    return ConditionalContainer(Window(height=1), Condition(lambda: _rows() >= ROOMY))


def _columns() -> int:
    return get_app().output.get_size().columns


def _rows() -> int:
    return get_app().output.get_size().rows
