"""What the cases try of a knowledge base, as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.console import Console

from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, percent
from rules.conditions import Chosen
from rules.model import KnowledgeBase
from rules.verification.coverage import Coverage, Leaf, Tally

SCHEMA = 1


def as_json(kb: KnowledgeBase, by_cases: Coverage, by_all: Coverage) -> str:
    """One JSON object, as the ``--format json`` of ``advisor kb coverage`` prints it.

    ``cases`` is about the cases alone, ``cases_and_examples`` about these and the rules' own
    examples. Each has ``sheets`` (how many there are), then ``rules``, ``conditions`` and
    ``options``, each with ``tried``, ``total``, ``share`` in [0, 1] and what is ``untried``.
    """
    data = {
        "schema": SCHEMA,
        "knowledge_base": kb.digest,
        "cases": _as_data(by_cases),
        "cases_and_examples": _as_data(by_all),
    }
    return json.dumps(data, indent=2) + "\n"


def _as_data(found: Coverage) -> dict[str, object]:
    leaves = [
        {"rule": leaf.rule, "position": leaf.position, "atom": str(leaf.atom)}
        for leaf in found.undecided
    ]
    return {
        "sheets": found.sheets,
        "rules": {**_tally_as_data(found.rules), "untried": list(found.silent_rules)},
        "conditions": {**_tally_as_data(found.leaves), "untried": leaves},
        "options": {
            **_tally_as_data(found.options),
            "untried": [str(option) for option in found.unchosen],
        },
    }


def _tally_as_data(tally: Tally) -> dict[str, object]:
    return {"tried": tally.tried, "total": tally.total, "share": tally.share}


def print_coverage(
    console: Console, kb: KnowledgeBase, by_cases: Coverage, by_all: Coverage
) -> None:
    """The shares first, then what no case tries; what an example tries is marked."""
    examples = by_all.sheets - by_cases.sheets
    tried = f"{count(by_cases.sheets, 'case')} and {count(examples, 'example')} of the rules"
    print_folded(console, f"Tried by {tried}", "bold")
    for what, one, both in (
        ("rules that fire", by_cases.rules, by_all.rules),
        ("conditions that decide", by_cases.leaves, by_all.leaves),
        ("options that are chosen", by_cases.options, by_all.options),
    ):
        line = f"{what:<24} {_share(one)} by the cases, {_share(both)} with the examples"
        print_folded(console, line, indent=2)
    rules = [
        (f"{kb.rules[name].location}: {name}", name in by_all.silent_rules)
        for name in by_cases.silent_rules
    ]
    _print_untried(console, "Rules that no case fires", "", rules)
    _print_untried(
        console,
        "Conditions that no case decides",
        "With the opposite there, the rule would fire or not fire all the same.",
        [(_leaf(kb, leaf), leaf in by_all.undecided) for leaf in by_cases.undecided],
    )
    _print_untried(
        console,
        "Options that no case chooses",
        "",
        [(_option(kb, option), option in by_all.unchosen) for option in by_cases.unchosen],
    )
    marked = any(
        len(one) > len(both)
        for one, both in (
            (by_cases.silent_rules, by_all.silent_rules),
            (by_cases.undecided, by_all.undecided),
            (by_cases.unchosen, by_all.unchosen),
        )
    )
    if marked:
        print_folded(console, "\n* a rule's own example does", "dim")


def _share(tally: Tally) -> str:
    return f"{tally.tried} of {tally.total} ({percent(tally.share)})"


def _print_untried(
    console: Console, title: str, meaning: str, lines: Iterable[tuple[str, bool]]
) -> None:
    """``lines`` have a text, and whether no example tries it either."""
    found = list(lines)
    if not found:
        return
    print_folded(console, f"\n{title}: {len(found)}", "bold")
    if meaning:
        print_folded(console, meaning, "dim")
    for text, untried in found:
        print_folded(console, text if untried else f"{text} *", indent=2)


def _leaf(kb: KnowledgeBase, leaf: Leaf) -> str:
    return f"{kb.rules[leaf.rule].location}: {leaf.atom}, in {leaf.rule}"


def _option(kb: KnowledgeBase, option: Chosen) -> str:
    return f"{option}: {kb.questions[option.question].option(option.option).label}"
