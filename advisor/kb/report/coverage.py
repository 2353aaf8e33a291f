"""How much of a knowledge base the cases try, as people and programs read it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, percent
from rules.conditions import Chosen
from rules.model import KnowledgeBase
from rules.verification.coverage import Coverage, Tally


def as_json(kb: KnowledgeBase, by_cases: Coverage, by_all: Coverage) -> str:
    """One JSON object, as the ``--format json`` of ``advisor kb coverage`` prints it.

    ``cases`` is about the cases alone, ``cases_and_examples`` about these and the rules' own
    examples. Each has ``sheets`` (how many there are), then ``rules``, ``conditions`` and
    ``options``, each with ``tried``, ``total``, ``share`` in [0, 1] and what is ``untried``.
    """
    shares = {"cases": _as_data(by_cases), "cases_and_examples": _as_data(by_all)}
    return dumped({"schema": SCHEMA, "knowledge_base": kb.digest, **shares})


def _as_data(coverage: Coverage) -> dict[str, object]:
    leaves = [
        {"rule": leaf.rule, "position": leaf.position, "atom": str(leaf.atom)}
        for leaf in coverage.undecided
    ]
    return {
        "sheets": coverage.sheets,
        "rules": _tally_as_data(coverage.rules, coverage.silent_rules),
        "conditions": _tally_as_data(coverage.leaves, leaves),
        "options": _tally_as_data(coverage.options, [str(option) for option in coverage.unchosen]),
    }


def _tally_as_data(tally: Tally, untried: Sequence[object]) -> dict[str, object]:
    return {"tried": tally.tried, "total": tally.total, "share": tally.share, "untried": untried}


def print_coverage(
    console: Console, kb: KnowledgeBase, by_cases: Coverage, by_all: Coverage
) -> None:
    """The shares first, then what no case tries; what an example tries is marked."""
    _print_shares(console, by_cases, by_all)
    rules = [
        (f"{kb.rules[name].location}: {name}", name in by_all.silent_rules)
        for name in by_cases.silent_rules
    ]
    undecided = set(by_all.undecided)
    leaves = [
        (f"{kb.rules[leaf.rule].location}: {leaf.atom}, in {leaf.rule}", leaf in undecided)
        for leaf in by_cases.undecided
    ]
    options = [(_option(kb, option), option in by_all.unchosen) for option in by_cases.unchosen]
    same = "With the opposite there, the rule would fire or not fire all the same."
    _print_untried(console, "Rules that no case fires", "", rules)
    _print_untried(console, "Conditions that no case decides", same, leaves)
    _print_untried(console, "Options that no case chooses", "", options)
    if not all(untried for _, untried in (*rules, *leaves, *options)):
        print_folded(console, "\n* a rule's own example does", "dim")


def _print_shares(console: Console, by_cases: Coverage, by_all: Coverage) -> None:
    examples = by_all.sheets - by_cases.sheets
    tried = f"{count(by_cases.sheets, 'case')} and {count(examples, 'example')} of the rules"
    print_folded(console, f"Tried by {tried}", "bold")
    for what, cases, both in (
        ("rules that fire", by_cases.rules, by_all.rules),
        ("conditions that decide", by_cases.leaves, by_all.leaves),
        ("options that are chosen", by_cases.options, by_all.options),
    ):
        line = f"{what:<24} {_share(cases)} by the cases, {_share(both)} with the examples"
        print_folded(console, line, indent=2)


def _share(tally: Tally) -> str:
    return f"{tally.tried} of {tally.total} ({percent(tally.share)})"


def _print_untried(
    console: Console, title: str, meaning: str, items: Sequence[tuple[str, bool]]
) -> None:
    """``items`` have a text, and whether no example tries it either."""
    if not items:
        return
    print_folded(console, f"\n{title}: {len(items)}", "bold")
    if meaning:
        print_folded(console, meaning, "dim")
    for text, by_none in items:
        print_folded(console, text if by_none else f"{text} *", indent=2)


def _option(kb: KnowledgeBase, option: Chosen) -> str:
    return f"{option}: {kb.questions[option.question].option(option.option).label}"
