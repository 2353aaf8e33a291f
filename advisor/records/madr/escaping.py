"""Texts of people and of knowledge bases as Markdown that shows them as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from advisor.answers.rounds import RevealedBallot
from advisor.consultation.consultation import Recommendation
from rules.diagnostics import one_line, shown

IDS = {"id", "probe", "probes"}  # fields that hold names of things rather than texts
Part = TypeVar("Part")


def escape(text: str) -> str:
    """Text as one line of Markdown that shows it as it is: no markup, no HTML, no formula.

    An underscore inside a word is no markup, and stays: names can be copied from the source.
    """
    line = " ".join(shown(text).split())
    return re.sub(r"([\\`*\[\]<>&#|~$]|(?<!\w)_|_(?!\w))", r"\\\1", line)


def quotation(text: str) -> str:
    """What somebody wrote, as one line of Markdown that shows it as it is. Nothing in it is taken
    for a link, a placeholder, or a character that steers who reads it.
    """
    line = escape(one_line(text))
    return re.sub(r"([{@]|://|(?<=www)\.)", r"\\\1", line, flags=re.IGNORECASE)


def code(text: str) -> str:
    """Text as a span of code, whatever backticks it holds."""
    line = " ".join(shown(text).split())
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def escaped(part: Part) -> Part:
    """A report, or a part of one, with each of its texts escaped. Ids stay as they are."""
    return _escaped(part)  # type: ignore[no-any-return]


def _escaped(part: Any) -> Any:
    match part:
        case str():
            return escape(part)
        case tuple():
            return tuple(_escaped(item) for item in part)
        case Mapping():
            return {name: _escaped(item) for name, item in part.items()}
        case _ if is_dataclass(part) and not isinstance(part, type):
            names = [field.name for field in fields(part) if field.name not in IDS]
            return replace(part, **{name: _escaped(getattr(part, name)) for name in names})
    return part


def in_markdown(r: Recommendation) -> Recommendation:
    """A team's recommendation with the texts of the knowledge base that its record quotes beside
    the report, and what people wrote in the workshop, shown as they are by Markdown.
    """
    kb = replace(
        r.kb,
        alternatives={
            name: replace(alternative, title=escape(alternative.title))
            for name, alternative in r.kb.alternatives.items()
        },
        criteria={
            name: replace(criterion, title=escape(criterion.title), asks=escape(criterion.asks))
            for name, criterion in r.kb.criteria.items()
        },
        questions={
            name: replace(
                question,
                ask=escape(question.ask),
                options=tuple(replace(o, label=escape(o.label)) for o in question.options),
            )
            for name, question in r.kb.questions.items()
        },
        claims={
            name: replace(claim, says=escape(claim.says)) for name, claim in r.kb.claims.items()
        },
    )
    history = r.sheet.workshop
    rounds = tuple(
        replace(revealed, ballots=tuple(map(_ballot_in_markdown, revealed.ballots)))
        for revealed in (history.rounds if history else ())
    )
    return replace(
        r,
        kb=kb,
        sheet=replace(r.sheet, workshop=history and replace(history, rounds=rounds)),
        claims={name: replace(w, claim=kb.claims[name]) for name, w in r.claims.items()},
    )


def _ballot_in_markdown(revealed: RevealedBallot) -> RevealedBallot:
    reasons = {item: quotation(why) for item, why in revealed.ballot.reasons.items()}
    ballot = replace(revealed.ballot, reasons=reasons)
    return replace(revealed, ballot=ballot, name=quotation(revealed.name))
