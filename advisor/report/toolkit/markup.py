"""Markup that is well-formed by construction: what is not markup is text, and escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from rules.diagnostics import shown


@dataclass(frozen=True)
class Html:
    """A piece of a page. Nothing else gets into a page without being escaped."""

    source: str

    def __bool__(self) -> bool:
        return bool(self.source)


HtmlPart: TypeAlias = "Html | str"

NOTHING = Html("")


def tag(name: str, *content: HtmlPart, **attributes: str) -> Html:
    """An element. An attribute's underscores stand for hyphens, ``class_`` for ``class``."""
    return Html(f"<{name}{_attributes(attributes)}>{joined(content).source}</{name}>")


def void(name: str, **attributes: str) -> Html:
    """An element that has no content and no end, such as ``input``."""
    return Html(f"<{name}{_attributes(attributes)}>")


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
    )


def joined(parts: Iterable[HtmlPart]) -> Html:
    """The parts one after the other."""
    sources = (part.source if isinstance(part, Html) else _text(part) for part in parts)
    return Html("".join(sources))


def _text(text: str) -> str:
    """``text`` escaped, and the control characters, which no page may hold, written out."""
    return escape(shown(text))


def some(part: HtmlPart, name: str = "p", **attributes: str) -> Html:
    """An element around ``part``, or nothing where that is empty."""
    return tag(name, part, **attributes) if part else NOTHING


def items(parts: Iterable[HtmlPart], name: str = "ul", **attributes: str) -> Html:
    """A list, or nothing where there are no items."""
    entries = [tag("li", part) for part in parts]
    return tag(name, *entries, **attributes) if entries else NOTHING


def folded(summary: HtmlPart, *content: HtmlPart, **attributes: str) -> Html:
    """What is shown when its summary is opened."""
    return tag("details", tag("summary", summary), *content, **attributes)


def table(
    caption: str, heading: Iterable[HtmlPart], rows: Iterable[Iterable[HtmlPart]], **attributes: str
) -> Html:
    """A table in a box of its own, so that it scrolls where the page is narrower than it.

    The first cell of each row is the row's heading.
    """
    head = tag("tr", *(tag("th", cell, scope="col") for cell in heading))
    body = [
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in others))
        for first, *others in rows
    ]
    element = tag(
        "table", tag("caption", caption), tag("thead", head), tag("tbody", *body), **attributes
    )
    return tag("div", element, class_="scroll", tabindex="0", role="region", aria_label=caption)
