"""What can be wrong with a ballot: each mistake in one wording, wherever the ballot came from.

A reader of files adds file and line, a page puts the sentence beside its field, a terminal
prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sized
from dataclasses import dataclass
from functools import partial

from advisor.answers.ballot import LEAST_POINTS, MAX_REASON, MOST_POINTS, SCALE, Ballot
from rules.answers import answer_faults
from rules.diagnostics import quoted, unknown
from rules.model import KnowledgeBase

ANSWERS, POINTS, REASONS = "answers", "points", "reasons"  # the parts of a ballot
REASON_EXPECTED = f"expected a reason of at most {MAX_REASON} characters"


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one item, a question or criterion, of one part of a ballot.

    ``says`` leaves out the item, but where it is the item that is ``unknown``.
    """

    part: str
    item: str
    says: str
    unknown: bool = False

    def __str__(self) -> str:
        """The sentence where it stands apart from its item: in a file's problems, say."""
        part = "" if self.part == ANSWERS else f"{self.part}: "
        if self.unknown:
            return f"{part}{self.says}"
        return f"{part}'{self.item}'{':' if part else ''} {self.says}"

    @property
    def beside_item(self) -> str:
        """The sentence where it stands beside its item: at a field of a page, say."""
        return f"{self.says[:1].upper()}{self.says[1:]}{'' if self.says.endswith('?') else '.'}"


def ballot_mistakes(
    ballot: Ballot, kb: KnowledgeBase, label: Callable[[str, str], str] | None = None
) -> Iterator[Mistake]:
    """Why this cannot be a ballot over that knowledge.

    ``label`` is how an option is shown, from question and option; by default its id in quotes.
    """
    for name, options in ballot.answers.items():
        if name not in kb.questions:
            yield Mistake(ANSWERS, name, unknown("question", name, kb.questions), unknown=True)
            continue
        shown = partial(label, name) if label else quoted
        for says in answer_faults(kb.questions[name], options, shown):
            yield Mistake(ANSWERS, name, says)
    for name, points in ballot.points.items():
        yield from points_mistakes(name, points, kb)
    for name, reason in ballot.reasons.items():
        yield from reason_mistakes(name, reason, kb)


def points_mistakes(
    name: str, points: object, kb: KnowledgeBase, *, after: Sized = ()
) -> Iterator[Mistake]:
    """What is wrong with the points for a criterion: a number, or the text that is none.

    ``after`` are the problems that come before, as for :func:`rules.diagnostics.hint`.
    """
    if name not in kb.criteria:
        says = unknown("criterion", name, kb.criteria, after=after)
        yield Mistake(POINTS, name, says, unknown=True)
    elif type(points) is not int or points not in SCALE:
        instead = f", not {quoted(str(points))}" if points != "" else ""
        says = f"expected points from {LEAST_POINTS} to {MOST_POINTS}{instead}"
        yield Mistake(POINTS, name, says)


def reason_mistakes(
    name: str, reason: str, kb: KnowledgeBase, *, after: Sized = ()
) -> Iterator[Mistake]:
    """What is wrong with the reason for an answer, or for the points of a criterion."""
    known = [*kb.questions, *kb.criteria]
    if name not in known:
        says = unknown("question or criterion", name, known, after=after)
        yield Mistake(REASONS, name, says, unknown=True)
    elif len(reason) > MAX_REASON:
        yield Mistake(REASONS, name, f"{REASON_EXPECTED}, not {len(reason)}")


def not_asked(ballot: Ballot, items: Collection[str]) -> Iterator[str]:
    """A sentence for each question or criterion of the ballot that is not among ``items``."""
    for name in {**ballot.answers, **ballot.points, **ballot.reasons}:
        if name not in items:
            yield f"Nobody asked for '{name}'."
