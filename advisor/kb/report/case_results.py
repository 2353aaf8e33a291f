"""What became of a knowledge base's examples and cases: failures first, the counts at the end."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from advisor.kb.case_runner import Examination, Examined
from advisor.kb.cases import ExpectedOutcome
from advisor.wording.quantities import count
from rules.model import Rule
from rules.verification.examples import WrongExample

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
MOST_NAMED = 5  # rules in one sentence; the JSON names all
MUST = {True: "fire", False: "stay silent"}
CONDITIONS = {True: "true", False: "false", None: "unknown"}


def print_examination(console: Console, examination: Examination) -> None:
    """Print the whole report."""
    from advisor.report.toolkit.wrapping import print_folded

    for title, lines in _sections(examination):
        print_folded(console, title, style="bold")
        for line in lines:
            print_folded(console, line, indent=2)
        console.print()
    for line in _counts(examination):
        print_folded(console, line)


def as_json(examination: Examination) -> str:
    """``{schema, passed, examples, cases, beneath, unreadable}``.

    ``examples``: ``rules`` and ``sheets`` (how many there are), ``wrong [{rule, file, line, must
    (fire | stay silent), condition (true | false | unknown), answers, set_aside [question]}]``,
    ``without_fires`` and ``without_silent`` (ids of rules). A case is ``{name, file, accepted,
    comes_out {verdict, winner, fires {rule: what it does}}, differences [{line, says}], chosen}``;
    ``winner`` and ``chosen`` are null where there is none. ``beneath [{name, before, now}]`` holds
    the shipped cases under an overlay, outcomes as in ``comes_out``; ``unreadable`` the names of
    those whose questions or options it has no more.
    """
    kb = examination.kb
    data = {
        "schema": SCHEMA,
        "passed": examination.passed,
        "examples": {
            "rules": len(kb.rules),
            "sheets": _sheets(kb.rules.values()),
            "wrong": [_example(wrong) for wrong in examination.wrong],
            "without_fires": [rule.id for rule in examination.without_firing],
            "without_silent": [rule.id for rule in examination.without_silent],
        },
        "cases": [_case(one) for one in examination.cases],
        "beneath": [
            {"name": one.name, "before": _outcome(one.before), "now": _outcome(one.now)}
            for one in examination.beneath
        ],
        "unreadable": [*examination.unreadable],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _sections(examination: Examination) -> Iterator[tuple[str, Sequence[str]]]:
    """Each heading that has something under it; what failed comes first."""
    cases = examination.cases
    found = [str(problem) for one in cases for problem in one.differences]
    fresh = [one.case.name for one in cases if not one.accepted]
    others = [
        f"{one.case.name} chose {one.case.chosen}, comes out {one.now}"
        for one in cases
        if one.case.chosen and not one.as_chosen
    ]
    moved = [
        f"{one.name} comes out {one.now}, without this folder {one.before}"
        for one in examination.beneath
        if not one.stays
    ]
    sections = (
        ("Examples that do not come out", [_wrong(wrong) for wrong in examination.wrong]),
        ("Rules that lack an example", [*_lacking(examination)]),
        ("Cases that come out otherwise than was accepted", found),
        ("Not accepted yet: run with --accept, and read what it writes", fresh),
        ("Not as the real projects chose (no failure)", others),
        ("Shipped cases that this folder changes (no failure)", moved),
    )
    return ((title, lines) for title, lines in sections if lines)


def _wrong(wrong: WrongExample) -> str:
    rule = wrong.rule
    given = ", ".join(f"{name}={'+'.join(options)}" for name, options in wrong.sheet.items())
    aside = f" ({', '.join(wrong.set_aside)} set aside)" if wrong.set_aside else ""
    must, is_so = MUST[wrong.must_fire], CONDITIONS[wrong.value]
    return (
        f"{rule.location}: {rule.id} must {must} on {given}{aside}; its condition is {is_so} there"
    )


def _lacking(examination: Examination) -> Iterator[str]:
    for rules, they, it in (
        (examination.without_firing, "they fire", "it fires"),
        (examination.without_silent, "they stay silent", "it stays silent"),
    ):
        if len(rules) == 1:
            yield f"{rules[0].location}: {rules[0].id} has no example on which {it}"
        elif rules:
            yield f"{len(rules)} rules have no example on which {they}: {_named(rules)}"


def _named(rules: Sequence[Rule]) -> str:
    names = [rule.id for rule in rules[:MOST_NAMED]]
    more = len(rules) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _counts(examination: Examination) -> Iterator[str]:
    kb, cases = examination.kb, examination.cases
    sheets = _sheets(kb.rules.values())
    right = sheets - len(examination.wrong)
    yield f"Examples that come out: {right} of {sheets}, of {count(len(kb.rules), 'rule')}."
    as_accepted = sum(one.accepted and not one.differences for one in cases)
    yield f"Cases that come out as accepted: {as_accepted} of {len(cases)}."
    chose = [one for one in cases if one.case.chosen]
    if chose:
        same = sum(one.as_chosen for one in chose)
        yield f"Cases that come out as the real projects chose: {same} of {len(chose)}."
    if examination.beneath:
        beneath = examination.beneath
        stay = sum(one.stays for one in beneath)
        yield f"Shipped cases that come out as without this folder: {stay} of {len(beneath)}."
    if examination.unreadable:
        names = ", ".join(examination.unreadable)
        yield f"Not readable with these questions, and passed over: {names}."


def _sheets(rules: Iterable[Rule]) -> int:
    """How many examples these rules have."""
    return sum(len(rule.fires) + len(rule.silent) for rule in rules)


def _example(wrong: WrongExample) -> dict[str, object]:
    return {
        "rule": wrong.rule.id,
        "file": wrong.rule.location.file,
        "line": wrong.rule.location.line,
        "must": MUST[wrong.must_fire],
        "condition": CONDITIONS[wrong.value],
        "answers": {name: [*options] for name, options in wrong.sheet.items()},
        "set_aside": [*wrong.set_aside],
    }


def _case(one: Examined) -> dict[str, object]:
    return {
        "name": one.case.name,
        "file": one.case.shown,
        "accepted": one.accepted,
        "comes_out": _outcome(one.now),
        "differences": [{"line": p.location.line, "says": p.message} for p in one.differences],
        "chosen": one.case.chosen or None,
    }


def _outcome(outcome: ExpectedOutcome) -> dict[str, object]:
    return {
        "verdict": outcome.verdict,
        "winner": outcome.winner or None,
        "fires": dict(outcome.fires),
    }
