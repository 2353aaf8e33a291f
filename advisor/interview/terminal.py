"""Asks in a terminal, with questionary. Importing this module brings questionary with it."""

from __future__ import annotations

import string
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import questionary
from prompt_toolkit import print_formatted_text
from prompt_toolkit.application import Application
from prompt_toolkit.application import application as applications
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.key_binding.defaults import load_key_bindings
from prompt_toolkit.output import Output, create_output
from questionary.constants import INDICATOR_SELECTED, INDICATOR_UNSELECTED
from questionary.prompts.common import InquirerControl

from advisor.encoding import PLAIN, can_encode
from advisor.interview import terminal_layout as layout
from advisor.interview.prompts import (
    Aside,
    Heading,
    Offer,
    Picked,
    Prompt,
    Reply,
    TextPrompt,
    Typed,
)
from advisor.interview.terminal_layout import Fragments, wrapped
from advisor.wording.answers import DONT_KNOW
from rules.model import UNKNOWN

# For one list questionary makes three applications, and each would load all keys of Emacs and Vi
# anew: a twentieth of what the first question waits for. They are the same for all.
applications.load_key_bindings = cache(load_key_bindings)  # type: ignore[attr-defined]

STOP_KEYS = ("c-c", "c-d", "c-q", "escape", "<sigint>")
LIST_KEYS = {
    Aside.UNKNOWN: ("u",),
    Aside.WHY: ("?",),
    Aside.ENOUGH: ("e",),
    Aside.BACK: ("left", "b", "s-tab"),
    Aside.STOP: STOP_KEYS,
}
TEXT_KEYS = {Aside.BACK: ("s-tab",), Aside.STOP: STOP_KEYS}  # whatever else is typed is text
NOTHING_CHOSEN = f"Nothing is marked yet: space marks, u says “{DONT_KNOW}”."


@dataclass(frozen=True)
class _Left:
    """How the last list was left, so that asking "why?" disturbs nothing."""

    ask: str
    pointed: str
    marked: tuple[str, ...]


class TerminalAsker:
    """An :class:`~advisor.interview.prompts.Asker` at a terminal.

    Asks on standard output, or on standard error where standard output is not a terminal: what
    is redirected stays free for data. ``input`` and ``output`` are prompt_toolkit's.
    """

    def __init__(self, *, input: Input | None = None, output: Output | None = None) -> None:
        self._output = output or create_output(_terminal_stream())
        marks = INDICATOR_SELECTED + INDICATOR_UNSELECTED
        self._boxes = not can_encode(marks, self._output.encoding())
        _write_what_can_be_shown(self._output)
        self._options: dict[str, Any] = {
            "input": input,
            "output": self._output,
            "style": layout.STYLE,
            "color_depth": layout.colours(),
            "erase_when_done": True,  # the answer's line is written here, with all that was chosen
        }
        self._section = ""
        self._left: _Left | None = None

    def choose_one(self, prompt: Prompt) -> Reply:
        rows = list(prompt.offers)
        if Aside.UNKNOWN in prompt.asides:
            rows += [Heading(" "), Offer(UNKNOWN, DONT_KNOW)]
        question = questionary.select(
            prompt.ask,
            choices=[layout.choice_of(row) for row in rows],
            default=self._pointed(prompt) or (prompt.before[0] if prompt.before else None),
            show_description=False,
            **self._options,
        )
        keys = {"↑↓": "move", "enter": "choose", **_shown_keys(prompt.asides)}
        answer = self._run_list(question.application, prompt, rows, keys, note="")
        if answer == UNKNOWN:
            return self._reply(prompt, Aside.UNKNOWN)
        return self._reply(prompt, answer if isinstance(answer, Aside) else Picked((answer,)))

    def choose_many(self, prompt: Prompt) -> Reply:
        rows = list(prompt.offers)
        choices = [layout.choice_of(row) for row in rows]
        left = self._left if self._left and self._left.ask == prompt.ask else None
        for choice in choices:
            choice.checked = choice.value in (left.marked if left else prompt.before)
        question = questionary.checkbox(
            prompt.ask,
            choices=choices,
            initial_choice=self._pointed(prompt),
            validate=lambda chosen: True if chosen else NOTHING_CHOSEN,
            show_description=False,
            **self._options,
        )
        keys = {"space": "mark", "enter": "next", **_shown_keys(prompt.asides)}
        note = f"so far: {DONT_KNOW}" if prompt.before == (UNKNOWN,) else ""
        answer = self._run_list(question.application, prompt, rows, keys, note, self._boxes)
        return self._reply(prompt, answer if isinstance(answer, Aside) else Picked(tuple(answer)))

    def write(self, prompt: TextPrompt) -> Reply:
        question = questionary.text(
            "",
            default=prompt.initial,
            qmark=" »",
            placeholder=[("class:placeholder", prompt.fallback)],
            reserve_space_for_menu=0,
            **self._options,
        )
        application = question.application
        keys = {"enter": "go on", **({"shift-tab": "back"} if prompt.asides else {}), "esc": "stop"}
        application.layout = layout.framed_text(prompt, application.layout, keys)
        text = _answer(application, TEXT_KEYS, prompt.asides)
        if isinstance(text, Aside):
            return text
        self._leave_line(prompt, text.strip() or prompt.fallback)
        return Typed(text)

    def say(self, heading: str, lines: Sequence[str]) -> None:
        width = self._columns() - 1
        fragments: Fragments = [("", "\n")]
        fragments += [("class:question", line + "\n") for line in wrapped(heading, width)]
        for sentence in lines:
            fragments += [("", line + "\n") for line in wrapped(sentence, width, "  - ", "    ")]
        self._print(fragments)

    def _run_list(
        self,
        application: Application[Any],
        prompt: Prompt,
        rows: Sequence[Offer | Heading],
        keys: Mapping[str, str],
        note: str,
        boxes: bool = False,
    ) -> Any:
        contents = (window.content for window in application.layout.find_all_windows())
        control = next(content for content in contents if isinstance(content, InquirerControl))
        control.use_indicator &= not boxes
        application.before_render += lambda _: layout.fit(
            control, rows, self._columns(), boxes=boxes
        )
        application.layout = layout.framed(prompt, control, keys, note)
        own = application.key_bindings or KeyBindings()
        application.key_bindings = merge_key_bindings([own, _digit_keys(control)])
        answer = _answer(application, LIST_KEYS, prompt.asides)
        pointed, marked = control.get_pointed_at().value, tuple(control.selected_options)
        if not prompt.passing:  # a menu on the way makes nobody forget the question under it
            self._left = _Left(prompt.ask, str(pointed), marked)
        return answer

    def _pointed(self, prompt: Prompt) -> str | None:
        """What was pointed at when this prompt was left for an aside, and is asked again."""
        if self._left is None or self._left.ask != prompt.ask:
            return None
        there = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
        return self._left.pointed if self._left.pointed in there else None

    def _reply(self, prompt: Prompt, reply: Picked | Aside) -> Reply:
        """``reply``, once the line that shows it is on the screen."""
        match reply:
            case Picked(ids) if not prompt.passing:
                labels = [o.label for o in prompt.offers if isinstance(o, Offer) and o.id in ids]
                self._leave_line(prompt, ", ".join(labels))
            case Aside.UNKNOWN:
                self._leave_line(prompt, DONT_KNOW)
        return reply

    def _leave_line(self, prompt: Prompt | TextPrompt, answer: str) -> None:
        width = self._columns() - 1
        fragments: Fragments = []
        if prompt.section != self._section:
            self._section = prompt.section
            fragments += [("class:where", f"\n{line}\n") for line in wrapped(prompt.section, width)]
        fragments.append(("class:qmark", "? "))
        if len(prompt.ask) + len(answer) + 4 <= width:
            fragments += [("class:question", prompt.ask), ("class:answer", f"  {answer}\n")]
        else:
            asked = "\n".join(wrapped(prompt.ask, width, "  "))[2:]
            fragments.append(("class:question", f"{asked}\n"))
            fragments += [("class:answer", line + "\n") for line in wrapped(answer, width, "    ")]
        self._print(fragments)

    def _print(self, fragments: Fragments) -> None:
        print_formatted_text(
            FormattedText(fragments),
            end="",
            style=layout.STYLE,
            output=self._output,
            color_depth=layout.colours(),
        )

    def _columns(self) -> int:
        return self._output.get_size().columns


class AlternateScreen:
    """The terminal, on its alternate screen where it has one: what was there comes back after."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> AlternateScreen:
        self._output.enter_alternate_screen()
        self._output.flush()
        return self

    def __exit__(self, *_: object) -> None:
        self._output.quit_alternate_screen()
        self._output.flush()

    def clear(self) -> None:
        self._output.erase_screen()
        # After the screen: some terminals keep what is erased from it for scrolling back.
        self._output.write_raw("\x1b[3J")
        self._output.cursor_goto()
        self._output.flush()


def _answer(
    application: Application[Any],
    keys: Mapping[Aside, Sequence[str]],
    asides: frozenset[Aside],
) -> Any:
    """What the prompt gives, or the aside whose key was pressed; STOP where the input ends."""
    bindings = KeyBindings()
    for aside in (*asides, Aside.STOP):
        for key in keys.get(aside, ()):
            bindings.add(key, eager=True)(partial(_leave, result=aside))
    own = application.key_bindings
    application.key_bindings = merge_key_bindings([own, bindings] if own else [bindings])
    try:
        return application.run()
    except (EOFError, KeyboardInterrupt):
        return Aside.STOP


def _digit_keys(control: InquirerControl) -> KeyBindings:
    """A digit points at the offer that it is, as on a scale."""

    def point(event: KeyPressEvent, index: int) -> None:
        control.pointed_at = index

    bindings = KeyBindings()
    for index, choice in enumerate(control.choices):
        if str(choice.value) in [*string.digits]:
            bindings.add(str(choice.value))(partial(point, index=index))
    return bindings


def _leave(event: KeyPressEvent, result: Aside) -> None:
    event.app.exit(result=result)


def _shown_keys(asides: frozenset[Aside]) -> dict[str, str]:
    keys = {
        Aside.UNKNOWN: ("u", "don't know"),
        Aside.WHY: ("?", "why"),
        Aside.ENOUGH: ("e", "enough"),
        Aside.BACK: ("←", "back"),
    }
    shown = dict(words for aside, words in keys.items() if aside in asides)
    return {**shown, "esc": "stop"}


def _write_what_can_be_shown(output: Output) -> None:
    """Have it write what is nearest for a character that its encoding lacks."""
    write, encoding = output.write, output.encoding()
    cut = "…" if can_encode("…", encoding) else "~"  # one column: the rest of the line is laid out

    def write_nearest(data: str) -> None:
        write(data.replace("…", cut).encode(encoding, PLAIN).decode(encoding))

    output.write = write_nearest  # type: ignore[method-assign]


def _terminal_stream() -> Any:
    streams = (stream for stream in (sys.stdout, sys.stderr) if stream and stream.isatty())
    return next(streams, sys.stderr)
