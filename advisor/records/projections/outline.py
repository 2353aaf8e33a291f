"""The Markdown of a record as a tree of headings, so that whole sections can be moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.records.parsing import markdown_tokens, visible_words

if TYPE_CHECKING:
    from markdown_it.token import Token

DEEPEST = 6  # Markdown has no deeper heading


@dataclass(frozen=True, eq=False)
class OutlinePart:
    """A heading, the Markdown under it, and the deeper headings under that.

    ``name`` is the heading as a reader sees it, ``heading`` its Markdown. Of a whole record they
    are its title, empty where it has none, and ``text`` is what stands under no other heading. Two
    parts that read alike are two.
    """

    level: int
    name: str
    heading: str
    text: str
    parts: tuple[OutlinePart, ...] = ()

    def is_named(self, name: str) -> bool:
        return self.name.casefold() == name.casefold()


def outline(body: str, *, titled: bool = True) -> OutlinePart:
    """The outline of a Markdown text. Headings inside quotations and lists are text here.

    The first heading of the first level is its title, unless it is not ``titled``.
    """
    leading, *flat = _flat(_closed(body))
    titles = (part for part in flat if titled and part.level == 1)
    title = next(titles, OutlinePart(1, "", "", ""))
    parts = _nested([part for part in flat if part is not title])
    return replace(title, text=joined(leading.text, title.text), parts=tuple(parts))


def rendered(part: OutlinePart, level: int) -> str:
    """The part as Markdown with its heading on ``level``, and what is under it as much deeper."""
    return joined(heading(level, part.heading), part.text, *rendered_under(part, level))


def rendered_under(part: OutlinePart, level: int) -> Iterator[str]:
    """What is under a part whose own heading is on ``level``."""
    for inner in part.parts:
        yield rendered(inner, level + inner.level - part.level)


def heading(level: int, text: str) -> str:
    """One line of Markdown that is a heading; what is deeper than any becomes the deepest."""
    ending = re.sub(r"(?:(?<=\s)|^)(#+)$", r"\\\1", text)  # else it would be taken for decoration
    return f"{'#' * min(level, DEEPEST)} {ending}"


def joined(*pieces: str) -> str:
    """Pieces of Markdown with a blank line between them, the empty ones left out."""
    return "\n\n".join(piece for piece in pieces if piece)


def list_items(text: str) -> Sequence[str]:
    """The Markdown of each item, where the whole text is one list; else nothing."""
    tokens, lines = markdown_tokens(text, words=False), text.split("\n")
    if not tokens or tokens[0].type != "bullet_list_open" or tokens[0].map != [0, len(lines)]:
        return ()
    items = (token for token in tokens if token.type == "list_item_open" and token.level == 1)
    return tuple("\n".join(lines[slice(*item.map)]).rstrip() for item in items if item.map)


def _flat(body: str) -> Iterator[OutlinePart]:
    """The text before any heading, on level 0; then each heading with its own text."""
    lines = body.split("\n")
    tokens = markdown_tokens(body, words=False)
    headings = [(t, tokens[i + 1]) for i, t in enumerate(tokens) if _is_heading(t)]
    starts = [opening.map[0] for opening, _ in headings if opening.map]
    ends = [opening.map[1] for opening, _ in headings if opening.map]
    yield OutlinePart(0, "", "", _text(lines[: starts[0] if starts else None]))
    nexts = [*starts[1:], len(lines)]  # one too many where there is no heading at all
    for (opening, inline), begin, end in zip(headings, ends, nexts, strict=False):
        level, source = int(opening.tag[1:]), " ".join(inline.content.split())
        yield OutlinePart(level, visible_words(inline.content), source, _text(lines[begin:end]))


def _is_heading(token: Token) -> bool:
    return token.type == "heading_open" and token.level == 0


def _text(lines: Sequence[str]) -> str:
    """Lines without the empty ones around them; the first one's indentation means something."""
    return re.sub(r"\A(?:[ \t]*\n)+", "", "\n".join(lines)).rstrip()


def _nested(flat: Sequence[OutlinePart]) -> Iterator[OutlinePart]:
    index = 0
    while index < len(flat):
        end = index + 1
        while end < len(flat) and flat[end].level > flat[index].level:
            end += 1
        yield replace(flat[index], parts=tuple(_nested(flat[index + 1 : end])))
        index = end


def _closed(body: str) -> str:
    """The text with whatever is open at its end closed: code, a comment, an element of HTML.

    Its last section may be moved before others, and would swallow them.
    """
    fences = [token.markup for token in markdown_tokens(body, words=False) if token.type == "fence"]
    for ending in ("", *(f"\n{fence}" for fence in fences[-1:]), *_ENDINGS):
        if _is_heading(markdown_tokens(f"{body}{ending}\n\n# Next", words=False)[-3]):
            return f"{body}{ending}"
    return body


_ENDINGS = [
    f"\n{closing}"
    for closing in ("-->", "</script>", "</style>", "</pre>", "</textarea>", "?>", "]]>", ">")
]
