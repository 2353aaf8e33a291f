"""The results of a knowledge base's examples and cases: failures first, the counts at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from advisor.kb.case_runner import CaseResult, CaseRun
from advisor.kb.cases import CaseOutcome
from advisor.wording.quantities import count, first_few
from rules.model import KnowledgeBase
from rules.verification.coverage import WrongExample

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA = 1
MUST = {True: "fire", False: "stay silent"}
CONDITIONS = {True: "true", False: "false", None: "unknown"}


def print_case_run(console: Console, run: CaseRun) -> None:
    """Print the whole report."""
    from advisor.report.toolkit.wrapping import print_folded

    for title, lines in _sections(run):
        print_folded(console, title, style="bold")
        for line in lines:
            print_folded(console, line, indent=2)
        console.print()
    for line in _counts(run):
        print_folded(console, line)


def as_json(run: CaseRun) -> str:
    """``{schema, passed, examples, cases, beneath, unreadable}``.

    ``examples``: ``rules`` and ``sheets`` (how many there are), ``wrong [{rule, file, line, must
    (fire | stay silent), condition (true | false | unknown), answers, set_aside [question]}]``,
    ``without_fires`` and ``without_silent`` (ids of rules). A case is ``{name, file, accepted,
    comes_out {verdict, winner, fires {rule: what it does}}, differences [{line, says}], chosen}``;
    ``winner`` and ``chosen`` are null where there is none. ``beneath [{name, before, now}]`` holds
    the shipped cases under an overlay, outcomes as in ``comes_out``; ``unreadable`` the names of
    those whose questions or options it has no more.
    """
    kb = run.kb
    data = {
        "schema": SCHEMA,
        "passed": run.passed,
        "examples": {
            "rules": len(kb.rules),
            "sheets": _examples(kb),
            "wrong": [_example(wrong) for wrong in run.wrong],
            "without_fires": [rule.id for rule in run.without_firing],
            "without_silent": [rule.id for rule in run.without_silent],
        },
        "cases": [_case(result) for result in run.cases],
        "beneath": [
            {"name": r.name, "before": _outcome(r.before), "now": _outcome(r.now)}
            for r in run.shipped
        ],
        "unreadable": [*run.unreadable],
    }
    return json.dumps(data, indent=2) + "\n"


def _sections(run: CaseRun) -> Iterator[tuple[str, Sequence[str]]]:
    """Each heading that has something under it; what failed comes first."""
    different = [str(problem) for result in run.cases for problem in result.differences]
    fresh = [result.case.name for result in run.cases if not result.accepted]
    otherwise = [
        f"{result.case.name} chose {result.case.chosen}, comes out {result.now}"
        for result in run.cases
        if result.case.chosen and not result.as_chosen
    ]
    changed = [
        f"{result.name} comes out {result.now}, without this folder {result.before}"
        for result in run.shipped
        if not result.unchanged
    ]
    sections = (
        ("Examples that do not come out", [_wrong(wrong) for wrong in run.wrong]),
        ("Rules that lack an example", [*_missing_examples(run)]),
        ("Cases that come out otherwise than was accepted", different),
        ("Not accepted yet: run with --accept, and read what it writes", fresh),
        ("Not as the real projects chose (no failure)", otherwise),
        ("Shipped cases that this folder changes (no failure)", changed),
    )
    return ((title, lines) for title, lines in sections if lines)


def _wrong(wrong: WrongExample) -> str:
    rule = wrong.rule
    answers = ", ".join(f"{name}={'+'.join(options)}" for name, options in wrong.sheet.items())
    aside = f" ({', '.join(wrong.set_aside)} set aside)" if wrong.set_aside else ""
    must = f"{rule.id} must {MUST[wrong.must_fire]} on {answers}{aside}"
    return f"{rule.location}: {must}; its condition is {CONDITIONS[wrong.value]} there"


def _missing_examples(run: CaseRun) -> Iterator[str]:
    for rules, they, it in (
        (run.without_firing, "they fire", "it fires"),
        (run.without_silent, "they stay silent", "it stays silent"),
    ):
        if len(rules) == 1:
            yield f"{rules[0].location}: {rules[0].id} has no example on which {it}"
        elif rules:
            names = first_few([rule.id for rule in rules])
            yield f"{len(rules)} rules have no example on which {they}: {names}"


def _counts(run: CaseRun) -> Iterator[str]:
    total = _examples(run.kb)
    right = total - len(run.wrong)
    yield f"Examples that come out: {right} of {total}, of {count(len(run.kb.rules), 'rule')}."
    yield _share("Cases that come out as accepted", [result.passed for result in run.cases])
    as_chosen = [result.as_chosen for result in run.cases if result.case.chosen]
    if as_chosen:
        yield _share("Cases that come out as the real projects chose", as_chosen)
    unchanged = [result.unchanged for result in run.shipped]
    if unchanged:
        yield _share("Shipped cases that come out as without this folder", unchanged)
    if run.unreadable:
        names = ", ".join(run.unreadable)
        yield f"Not readable with these questions, and passed over: {names}."


def _share(what: str, results: Sequence[bool]) -> str:
    return f"{what}: {sum(results)} of {len(results)}."


def _examples(kb: KnowledgeBase) -> int:
    """How many examples its rules have."""
    return sum(len(rule.fires) + len(rule.silent) for rule in kb.rules.values())


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


def _case(result: CaseResult) -> dict[str, object]:
    return {
        "name": result.case.name,
        "file": result.case.shown,
        "accepted": result.accepted,
        "comes_out": _outcome(result.now),
        "differences": [{"line": p.location.line, "says": p.message} for p in result.differences],
        "chosen": result.case.chosen or None,
    }


def _outcome(outcome: CaseOutcome) -> dict[str, object]:
    return asdict(outcome) | {"winner": outcome.winner or None}
