"""The examples of a knowledge base's rules, and its cases, held against what comes out now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.answers.sheet import read_sheet
from advisor.files import write_whole
from advisor.kb.cases import (
    Case,
    CaseOutcome,
    cases_of,
    differences,
    files_of,
    outcome,
    read_each,
    with_expected,
)
from rules.diagnostics import InputError, Problem
from rules.inference.situation import Situation
from rules.loading.layers import Layer, layers
from rules.loading.loader import load
from rules.model import KnowledgeBase, Rule
from rules.verification.coverage import WrongExample, wrong_examples


@dataclass(frozen=True)
class CaseResult:
    """A case with what comes out now, and each difference from what was accepted."""

    case: Case
    now: CaseOutcome
    differences: tuple[Problem, ...]

    @property
    def accepted(self) -> bool:
        return self.case.expected is not None

    @property
    def passed(self) -> bool:
        return self.accepted and not self.differences

    @property
    def as_chosen(self) -> bool:
        return self.now.choice == self.case.chosen


@dataclass(frozen=True)
class ShippedResult:
    """A shipped case: what comes out by the shipped knowledge, and by what lies over it."""

    name: str
    before: CaseOutcome
    now: CaseOutcome

    @property
    def unchanged(self) -> bool:
        """Whether the recommendation is the same; what its rules do may have changed."""
        return (self.before.verdict, self.before.winner) == (self.now.verdict, self.now.winner)


@dataclass(frozen=True)
class CaseRun:
    """The ``wrong`` examples, the rules that lack examples, and the results of the cases.

    Where the base lies over the shipped one, ``shipped`` says what it does to the shipped cases,
    and ``unreadable`` names those whose questions or options it has no more.
    """

    kb: KnowledgeBase
    wrong: tuple[WrongExample, ...]
    without_firing: tuple[Rule, ...]
    without_silent: tuple[Rule, ...]
    cases: tuple[CaseResult, ...]
    shipped: tuple[ShippedResult, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        missing = self.without_firing or self.without_silent
        return not (self.wrong or missing) and all(result.passed for result in self.cases)


def run_cases(kb: KnowledgeBase, folder: Path | None = None) -> CaseRun:
    """Try the examples and cases of ``kb``, which was read from ``folder``; None: the shipped one.

    A case of an overlay takes the place of the shipped one of its name. Raises InputError with
    every mistake in every case.
    """
    *lower, own = layers(folder)
    cases = cases_of(own, kb)
    run = try_cases(kb, cases.values())
    if not lower:
        return run
    shipped, unreadable = _shipped_results(kb, lower[0], frozenset(cases))
    return replace(run, shipped=shipped, unreadable=unreadable)


def _shipped_results(
    kb: KnowledgeBase, layer: Layer, replaced: frozenset[str]
) -> tuple[tuple[ShippedResult, ...], tuple[str, ...]]:
    """The shipped cases under ``kb``, without those replaced, and the names of the unreadable."""
    shipped_kb = load()
    shipped_blank, blank = Situation.of(shipped_kb, {}), Situation.of(kb, {})
    results, unreadable = [], []
    for name, path in files_of(layer).items():
        if name in replaced:
            continue
        try:
            sheet = read_sheet(path, kb)
        except InputError:
            unreadable.append(name)
            continue
        before = outcome(shipped_blank, read_sheet(path, shipped_kb))
        results.append(ShippedResult(name, before, outcome(blank, sheet)))
    return tuple(results), tuple(unreadable)


def try_cases(kb: KnowledgeBase, cases: Iterable[Case]) -> CaseRun:
    """The same for cases that were read before."""
    blank = Situation.of(kb, {})

    def result(case: Case) -> CaseResult:
        now = outcome(blank, case.sheet)
        return CaseResult(case, now, tuple(differences(kb, case, now)))

    return CaseRun(
        kb=kb,
        wrong=tuple(wrong_examples(kb)),
        without_firing=tuple(rule for rule in kb.rules.values() if not rule.fires),
        without_silent=tuple(rule for rule in kb.rules.values() if not rule.silent),
        cases=tuple(map(result, cases)),
    )


def accept(kb: KnowledgeBase, folder: Path | None = None) -> Sequence[str]:
    """Write into each case of ``folder`` what comes out now; the files that changed, as shown.

    Raises InputError, before anything is written, for every case that cannot be read, and OSError.
    """
    blank = Situation.of(kb, {})

    def accepted(_: str, path: Path, shown: str) -> tuple[str, Path, bytes]:
        now = outcome(blank, read_sheet(path, kb, shown_as=shown))
        return shown, path, with_expected(path, shown, now)

    files = read_each(layers(folder)[-1], accepted).values()
    changed = [file for file in files if file[1].read_bytes() != file[2]]
    for _, path, content in changed:
        write_whole(path, content)
    return [shown for shown, _, _ in changed]
