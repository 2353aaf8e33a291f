"""A knowledge base put to the test: the examples of its rules, and its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from advisor.answers.sheet import read_sheet
from advisor.files import write_whole
from advisor.kb.cases import (
    Case,
    ExpectedOutcome,
    differences,
    files_of,
    outcome,
    read_case,
    with_expected,
)
from rules.diagnostics import InputError, Problem
from rules.inference.situation import Situation
from rules.loading.layers import CASES, Layer, layers
from rules.loading.loader import load
from rules.model import KnowledgeBase, Rule
from rules.verification.examples import (
    WrongExample,
    never_shown_firing,
    never_shown_silent,
    wrong_examples,
)


@dataclass(frozen=True)
class Examined:
    """A case with what comes out now, and each thing in which that is not what was accepted."""

    case: Case
    now: ExpectedOutcome
    differences: tuple[Problem, ...]

    @property
    def accepted(self) -> bool:
        return self.case.expected is not None

    @property
    def as_chosen(self) -> bool:
        return self.now.choice == self.case.chosen


@dataclass(frozen=True)
class Beneath:
    """A shipped case: what comes out by the shipped knowledge, and by what lies over it."""

    name: str
    before: ExpectedOutcome
    now: ExpectedOutcome

    @property
    def stays(self) -> bool:
        """Whether the recommendation does; what its rules do may have changed."""
        return (self.before.verdict, self.before.winner) == (self.now.verdict, self.now.winner)


@dataclass(frozen=True)
class Examination:
    """What ``wrong`` examples, rules that lack examples, and cases came to.

    Where the base lies over the shipped one, ``beneath`` says what it does to the shipped cases,
    and ``unreadable`` names those whose questions or options it has no more.
    """

    kb: KnowledgeBase
    wrong: tuple[WrongExample, ...]
    without_firing: tuple[Rule, ...]
    without_silent: tuple[Rule, ...]
    cases: tuple[Examined, ...]
    beneath: tuple[Beneath, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        lacking = self.without_firing or self.without_silent
        return not (self.wrong or lacking) and all(
            one.accepted and not one.differences for one in self.cases
        )


def examine(kb: KnowledgeBase, folder: Path | None = None) -> Examination:
    """Try the examples and cases of ``kb``, which was read from ``folder``; None: the shipped one.

    A case of an overlay takes the place of the shipped one of its name. Raises InputError with
    every mistake in every case.
    """
    *under, own = layers(folder)
    names = files_of(own)
    cases, problems = [], list[Problem]()
    for name in names:
        try:
            cases.append(read_case(name, own, kb))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    examination = examined(kb, cases)
    if not under:
        return examination
    beneath, unreadable = _beneath(kb, under[0], frozenset(names))
    return replace(examination, beneath=beneath, unreadable=unreadable)


def _beneath(
    kb: KnowledgeBase, shipped: Layer, replaced: frozenset[str]
) -> tuple[tuple[Beneath, ...], tuple[str, ...]]:
    """The shipped cases under ``kb``, without those replaced, and the names of the unreadable."""
    under = load()
    before, now = Situation.of(under, {}), Situation.of(kb, {})
    beneath, unreadable = [], []
    for name, path in files_of(shipped).items():
        if name in replaced:
            continue
        try:
            sheet = read_sheet(path, kb)
        except InputError:
            unreadable.append(name)
            continue
        shipped_outcome = outcome(before, read_sheet(path, under))
        beneath.append(Beneath(name, shipped_outcome, outcome(now, sheet)))
    return tuple(beneath), tuple(unreadable)


def examined(kb: KnowledgeBase, cases: Sequence[Case]) -> Examination:
    """The same for cases that were read before."""
    blank = Situation.of(kb, {})

    def came_out(case: Case) -> Examined:
        now = outcome(blank, case.sheet)
        return Examined(case, now, tuple(differences(kb, case, now)))

    return Examination(
        kb=kb,
        wrong=tuple(wrong_examples(kb)),
        without_firing=never_shown_firing(kb),
        without_silent=never_shown_silent(kb),
        cases=tuple(map(came_out, cases)),
    )


def accept(kb: KnowledgeBase, folder: Path | None = None) -> Sequence[str]:
    """Write into each case of ``folder`` what comes out now; the files that changed, as shown.

    Raises InputError, before anything is written, for every case that cannot be read, and OSError.
    """
    own = layers(folder)[-1]
    blank = Situation.of(kb, {})
    written: list[tuple[str, Path, bytes]] = []
    problems: list[Problem] = []
    for name, path in files_of(own).items():
        shown = f"{own.shown}/{CASES}/{name}.yaml"
        try:
            now = outcome(blank, read_sheet(path, kb, shown_as=shown))
            written.append((shown, path, with_expected(path, shown, now)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    changed = [one for one in written if one[1].read_bytes() != one[2]]
    for _, path, content in changed:
        write_whole(path, content)
    return [shown for shown, _, _ in changed]
