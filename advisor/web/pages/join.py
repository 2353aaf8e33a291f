"""The pages for coming in: join, come back, and the code that is told once."""

from __future__ import annotations

import secrets

from advisor.report.toolkit.markup import Html, some, tag, void
from advisor.web.pages.layout import (
    button,
    form,
    heading,
    hidden,
    link,
    page,
    problem,
    spaced,
    ways,
)
from advisor.workshop.plan import ALPHABET, CODE, MAX_NAME


def join_page(title: str, *, name: str = "", code: str = "", wrong: str = "") -> str:
    """The first page, with what was typed before and what was wrong with it."""
    return page(
        f"Join: {title}",
        heading(title, tag("p", "A workshop: everybody answers unseen, then all see all answers.")),
        problem(wrong),
        form(
            "/",
            "",
            _once(),
            _field("Your name", "name", name, maxlength=str(MAX_NAME), autocomplete="name"),
            _code_field("Join code", code),
            button("Join"),
            class_="narrow",
        ),
        ways(link("Come back with your own code", "/rejoin")),
    )


def rejoin_page(title: str, *, wrong: str = "") -> str:
    note = "With the code that you were told when you joined. It works once; you get a new one."
    fields = _once(), _code_field("Your own code", ""), button("Come back")
    return page(
        f"Come back: {title}",
        heading("Come back", tag("p", note)),
        problem(wrong),
        form("/rejoin", "", *fields, class_="narrow"),
        ways(link("Join as somebody new", "/")),
    )


def admitted_page(title: str, name: str, code: str) -> str:
    """Told once: the personal code."""
    note = (
        "It brings you back if you lose this page or change to another device. It is shown "
        "only now: write it down, and tell nobody: whoever has it can answer as you."
    )
    own = tag("p", spaced(code), class_="code"), tag("p", note, class_="note")
    return page(
        f"You are in: {title}",
        heading(f"You are in, {name}", tag("p", title)),
        tag("section", tag("h2", "Your own code"), *own),
        ways(link("Go on", "/seat", class_="button")),
    )


def left_page(title: str) -> str:
    note = "What you answered stays, and stays sealed until the reveal."
    return page(
        f"You have left: {title}",
        heading("You have left", tag("p", note)),
        ways(link("Come back with your own code", "/rejoin")),
    )


def _once() -> Html:
    """What makes a form one that counts once, however often it is sent."""
    return hidden("once", secrets.token_urlsafe(16))


def _code_field(label: str, value: str) -> Html:
    excluded = ", ".join(c for c in "01ILO" if c not in ALPHABET)
    help = f"{CODE} letters and digits; {excluded} are never among them."
    typing = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    return _field(label, "code", value, help, maxlength="20", **typing, class_="secret")


def _field(label: str, name: str, value: str, help: str = "", **attributes: str) -> Html:
    if help:
        attributes = {"aria_describedby": f"{name}-help", **attributes}
    return tag(
        "p",
        tag("label", label, for_=name),
        void("input", type="text", id=name, name_=name, value=value, required="", **attributes),
        some(help, "small", id=f"{name}-help"),
        class_="field",
    )
