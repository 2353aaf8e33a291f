"""A recommendation on stdout, in the format that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported when needed: the first question should not wait for it
    from advisor.consultation.consultation import Recommendation


def print_recommendation(recommendation: Recommendation, form: str) -> None:
    """Print it as ``text``, ``json`` or ``html``; each imports what it is made with alone."""
    match form:
        case "json":
            from advisor.report import as_json

            print(as_json.render(recommendation), end="")
        case "html":
            from advisor.report.html import page

            print(page.render(recommendation), end="")
        case _:
            from advisor.report import terminal

            terminal.render(recommendation, terminal.standard_output())
