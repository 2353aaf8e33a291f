"""What stands around every page, and the pieces that several pages are made of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from advisor.report.toolkit.markup import NOTHING, Html, HtmlPart, joined, some, tag, void

ASSETS = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@cache
def asset(name: str) -> bytes:
    """The content of one of ASSETS, the files that all pages share; nothing in it is anybody's."""
    return files("advisor.web").joinpath("static", name).read_bytes()


@dataclass(frozen=True)
class PageUpdates:
    """How a page keeps fresh: ``events`` is the stream that says when it is not, ``state`` what it
    was made from, ``trying`` what is being tried meanwhile.
    """

    state: str
    events: str
    trying: str = ""


def page(
    title: str, *content: HtmlPart, foot: HtmlPart = "", updates: PageUpdates | None = None
) -> str:
    """A whole page, as a document."""
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name_="color-scheme", content="light dark"),
        tag("title", title),
        void("link", rel="icon", href=_address("icon.svg")),
        void("link", rel="stylesheet", href=_address("style.css")),
        tag("script", src=_address("live.js"), defer="") if updates else NOTHING,
    )
    data = {"data_events": updates.events, "data_state": updates.state} if updates else {}
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#main", class_="skip"),
        tag("main", *content, id="main", tabindex="-1"),
        some(foot, "footer"),
        **data,
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en').source}\n"


def _address(name: str) -> str:
    """The address of an asset, which changes with it."""
    return f"/static/{name}?{hashlib.sha256(asset(name)).hexdigest()[:8]}"


def heading(title: str, *under: HtmlPart, kind: str = "") -> Html:
    """The head of a page; ``kind`` is a verdict, which colours it."""
    return tag("header", tag("h1", title), *under, class_=kind or "plain")


def live(id: str, *content: HtmlPart, key: str = "", news: str = "", class_: str = "") -> Html:
    """A part that the script replaces once its ``key`` is another, by default once it differs.

    ``news`` is shown instead where an unsaved form is in the part that would be replaced.
    """
    inside = joined(content)
    attributes = {"data_live": key or hashlib.sha256(inside.source.encode()).hexdigest()[:12]}
    if news:
        attributes["data_news"] = news
    if class_:
        attributes["class_"] = class_
    return tag("div", inside, id=id, **attributes)


def hidden(name: str, value: str) -> Html:
    return void("input", type="hidden", name_=name, value=value)


def form(action: str, token: str, *content: HtmlPart, **attributes: str) -> Html:
    """A form that is sent, with what shows that it is this person's own."""
    own = hidden("token", token) if token else NOTHING
    return tag("form", own, *content, method="post", action=action, **attributes)


def button(label: HtmlPart, **attributes: str) -> Html:
    return tag("button", label, **{"type": "submit", **attributes})


def link(label: HtmlPart, href: str, **attributes: str) -> Html:
    return tag("a", label, href=href, **attributes)


def problem(sentence: str) -> Html:
    """What went wrong, told first."""
    return some(sentence, "p", class_="problem", role="alert")


def bar(share: float, label: str, colour: str) -> Html:
    """A bar for a share in [0, 1]; ``label`` says it to whoever does not see it."""
    track = tag("rect", width="100", height="10", class_="track")
    filled = tag("rect", width=f"{100 * share:.1f}", height="10", class_=colour)
    return tag(
        "svg",
        track,
        filled,
        class_="bar",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        role="img",
        aria_label=label,
    )


def spaced(secret: str) -> str:
    """A code as it is read best: ``ABCD-2345``."""
    return f"{secret[:4]}-{secret[4:]}" if len(secret) == 8 else secret


def ways(*links: HtmlPart) -> Html:
    """Where to go from here."""
    return tag("p", *links, class_="ways")


def refusal(sentence: str, way: Html) -> str:
    """The page for what was not done, with where to go from there."""
    return page("Not done", heading("Not done"), problem(sentence), ways(way))
