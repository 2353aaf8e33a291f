"""Texts of people and of knowledge bases as Markdown that shows them as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from advisor.answers.rounds import RevealedBallot, RevealedRound, WorkshopHistory
from advisor.consultation.consultation import Recommendation
from rules.diagnostics import one_line
from rules.model import Advise, Rule

IDS = {"id", "probe", "probes"}  # fields that hold names of things rather than texts
Part = TypeVar("Part")


def escape(text: str) -> str:
    """Text as one line of Markdown that shows it as it is: no markup, no HTML, no formula.

    An underscore inside a word is no markup, and stays: names can be copied from the source.
    """
    line = " ".join(text.split())
    return re.sub(r"([\\`*\[\]<>&#|~$]|(?<!\w)_|_(?!\w))", r"\\\1", line)


def quotation(text: str) -> str:
    """What somebody wrote, as one line of Markdown that shows it as it is. Nothing in it is taken
    for a link, a placeholder, or a character that steers who reads it.
    """
    shown = escape(one_line(text))
    return re.sub(r"([{@]|://|(?<=www)\.)", r"\\\1", shown, flags=re.IGNORECASE)


def code(text: str) -> str:
    """Text as a span of code, whatever backticks it holds."""
    shown = " ".join(text.split())
    fence = "`" * (max(map(len, re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


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
    """The recommendation with every text of the knowledge base, and what people wrote in a
    workshop, shown as it is by Markdown.
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
        rules={name: _rule_in_markdown(rule) for name, rule in r.kb.rules.items()},
    )
    minutes = r.sheet.workshop and _minutes_in_markdown(r.sheet.workshop)
    return replace(
        r,
        kb=kb,
        sheet=replace(r.sheet, workshop=minutes),
        fired=tuple(kb.rules[rule.id] for rule in r.fired),
        claims={name: replace(w, claim=kb.claims[name]) for name, w in r.claims.items()},
        findings={
            name: replace(f, versions={v: escape(text) for v, text in f.versions.items()})
            for name, f in r.findings.items()
        },
    )


def _minutes_in_markdown(minutes: WorkshopHistory) -> WorkshopHistory:
    return replace(minutes, rounds=tuple(map(_round_in_markdown, minutes.rounds)))


def _round_in_markdown(held: RevealedRound) -> RevealedRound:
    return replace(held, ballots=tuple(map(_voice_in_markdown, held.ballots)))


def _voice_in_markdown(voice: RevealedBallot) -> RevealedBallot:
    reasons = {item: quotation(why) for item, why in voice.ballot.reasons.items()}
    return replace(voice, ballot=replace(voice.ballot, reasons=reasons), name=quotation(voice.name))


def _rule_in_markdown(rule: Rule) -> Rule:
    action = rule.action
    if isinstance(action, Advise):
        action = replace(action, text=escape(action.text))
    return replace(rule, because=escape(rule.because), action=action)
