"""What the sealed text of another version must say, whatever its wording.

This version cannot write such a text again. What it states can be looked up all the same: options,
answers, weights, reasons with the rules behind them, and what became of the claims that were tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.records.madr.document_text import OPEN
from advisor.records.parsed_record import ARGUMENTS, CONFIRMATION, CONTEXT, DRIVERS, OPTIONS
from advisor.records.verification.rendering import Part, Shape
from advisor.records.verification.wording import shortened
from advisor.wording.quantities import percent
from advisor.wording.recommendation import answer_in_words
from rules.diagnostics import quoted
from rules.model import Prefer, RuleOut

_RULE = re.compile(r"\(rule ([\w.-]+)[,)]")
_REASON = re.compile(r"(Good|Bad), because ")


def statement_problems(r: Recommendation, written: Sequence[Part]) -> Iterator[str]:
    """A sentence for each statement of the text ``written`` that is not what comes out again."""
    titles = [" ".join(a.title.split()) for a in r.kb.alternatives.values()]
    options = _items(written, OPTIONS)
    if options not in (titles, [*titles, OPEN]):
        yield f"{OPTIONS}: are {quoted(', '.join(options))}, and come out as {', '.join(titles)}"
    yield from _begun(CONTEXT, _items(written, CONTEXT), _answers(r))
    yield from _begun(DRIVERS, _items(written, DRIVERS), _drivers(r))
    yield from _begun(CONFIRMATION, _items(written, CONFIRMATION), _claims(r))
    for title in titles:
        yield from _reason_problems(r, title, _items(written, title, below=ARGUMENTS))


def _items(written: Sequence[Part], title: str, *, below: str = "") -> list[str]:
    start = next((n for n, p in enumerate(written) if p.title == below), 0) if below else 0
    part = next((part for part in written[start:] if part.title == title), None)
    blocks = part.blocks if part else ()
    return [block.text for block in blocks if block.seen.shape is Shape.ITEM]


def _begun(where: str, items: Sequence[str], expected: dict[str, str]) -> Iterator[str]:
    """Items that begin as one of those ``expected`` (beginning -> how it goes on) and go on
    otherwise, and what is expected and not there.
    """
    for begin, rest in expected.items():
        found = [item for item in items if item.startswith(begin)]
        if not found:
            yield f"{where}: says nothing of “{shortened(begin)}”"
        for item in found:
            if not item.removeprefix(begin).startswith(rest):
                yield f"{where}: says “{shortened(item)}”, and it comes out as “{shortened(rest)}”"
    for item in items:
        if not item.startswith(tuple(expected)):
            yield f"{where}: “{shortened(item)}” does not come out"


def _answers(r: Recommendation) -> dict[str, str]:
    return {
        f"{_folded(r.kb.questions[name].ask)} ": _folded(answer_in_words(r.kb, name, answer))
        for name, answer in r.sheet.answers.items()
        if answer and answer != ("unknown",)
    }


def _drivers(r: Recommendation) -> dict[str, str]:
    weights = r.judgement.weights
    named = {_folded(r.kb.criteria[name].title): weight for name, weight in weights.items()}
    # Behind it a group says how far its people are apart.
    return {f"{title}, weight ": percent(weight) for title, weight in named.items()}


def _claims(r: Recommendation) -> dict[str, str]:
    return {
        f"{_folded(w.claim.says)}: ": f"{w.status.value}{', deprecated' if w.deprecated else ''} "
        f"({w.claim.probe}: {_folded(w.finding.reason)}"
        for w in r.claims.values()
        if w.finding is not None
    }


def _reason_problems(r: Recommendation, title: str, items: Sequence[str]) -> Iterator[str]:
    """Reasons of an option that no rule gives so, and rules whose reason is not there."""
    sides = {}
    for rule in r.fired:
        if isinstance(rule.action, (Prefer, RuleOut)):
            alternative = r.kb.alternatives[rule.action.alternative]
            speaks_for = isinstance(rule.action, Prefer) and rule.action.factor > 0
            if " ".join(alternative.title.split()) == title:
                sides[rule.id] = (
                    "Good" if speaks_for else "Bad",
                    _folded(rule.because).rstrip("."),
                )
    told = set()
    for item in items:
        named, side = _RULE.search(item), _REASON.match(item)
        if named is None or side is None:
            continue
        told.add(named[1])
        expected, because = sides.get(named[1], ("", ""))
        says = item[side.end() : named.start()].strip()
        if side[1] != expected or says.casefold() != because.casefold():
            yield f"{title}: “{shortened(item)}” does not come out"
    for name in sides:
        if name not in told:
            yield f"{title}: says nothing of the rule {name}"


def _folded(text: str) -> str:
    return " ".join(text.split())
