"""The pages for coming in: join, come back, and the code that is told once."""

from __future__ import annotations

from advisor.report.toolkit.markup import Html, joined, some, tag, void
from advisor.web.pages.layout import button, form, heading, hidden, link, page, problem, spaced
from advisor.workshop.plan import ALPHABET, CODE, MAX_NAME


def join_page(title: str, once: str, *, name: str = "", code: str = "", wrong: str = "") -> str:
    """The first page. ``once`` makes the form one that counts once."""
    form_ = form(
        "/",
        "",
        hidden("once", once),
        _field("Your name", "name", name, maxlength=str(MAX_NAME), autocomplete="name"),
        _code_field("Join code", "code", code),
        button("Join"),
        class_="narrow",
    )
    return page(
        f"Join: {title}",
        heading(title, tag("p", "A workshop: everybody answers unseen, then all see all answers.")),
        problem(wrong),
        form_,
        tag("p", link("Come back with your own code", "/rejoin"), class_="ways"),
    )


def rejoin_page(title: str, once: str, *, wrong: str = "") -> str:
    form_ = form(
        "/rejoin",
        "",
        hidden("once", once),
        _code_field("Your own code", "code", ""),
        button("Come back"),
        class_="narrow",
    )
    note = "With the code that you were told when you joined. It works once; you get a new one."
    return page(
        f"Come back: {title}",
        heading("Come back", tag("p", note)),
        problem(wrong),
        form_,
        tag("p", link("Join as somebody new", "/"), class_="ways"),
    )


def admitted_page(title: str, name: str, code: str) -> str:
    """Told once: the personal code."""
    return page(
        f"You are in: {title}",
        heading(f"You are in, {name}", tag("p", title)),
        tag(
            "section",
            tag("h2", "Your own code"),
            tag("p", spaced(code), class_="code"),
            tag(
                "p",
                "It brings you back if you lose this page or change to another device. It is shown "
                "only now: write it down, and tell nobody, for with it one is you.",
                class_="note",
            ),
        ),
        tag("p", link("Go on", "/seat", class_="button"), class_="ways"),
    )


def left_page(title: str) -> str:
    note = "What you answered stays, and stays sealed until the reveal."
    return page(
        f"You have left: {title}",
        heading("You have left", tag("p", note)),
        tag("p", link("Come back with your own code", "/rejoin"), class_="ways"),
    )


def _field(label: str, name: str, value: str, help: str = "", **attributes: str) -> Html:
    described = {"aria_describedby": f"{name}-help"} if help else {}
    return tag(
        "p",
        tag("label", label, for_=name),
        void(
            "input",
            type="text",
            id=name,
            name_=name,
            value=value,
            required="",
            **described,
            **attributes,
        ),
        some(help, "small", id=f"{name}-help"),
        class_="field",
    )


def _code_field(label: str, name: str, value: str) -> Html:
    excluded = ", ".join(c for c in "01ILO" if c not in ALPHABET)
    return joined(
        [
            _field(
                label,
                name,
                value,
                f"{CODE} letters and digits; {excluded} are never among them.",
                maxlength="20",
                autocomplete="off",
                autocapitalize="characters",
                spellcheck="false",
                class_="secret",
            )
        ]
    )
