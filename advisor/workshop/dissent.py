"""Those whose outcome is not the group's: how many, over what, and where they would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from advisor.answers.rounds import RevealedBallot
from advisor.workshop.evaluation import BallotEvaluator
from rules.answers import Answers
from rules.scoring.judgement import Judgement, differs
from rules.scoring.rankings import GroupRanking, Ranking
from rules.scoring.sampling import explore


class Ground(str, Enum):
    """What somebody's outcome differs over."""

    ANSWERS = "answers"  # with the group's weights they would still differ, with its answers not
    WEIGHTS = "weights"  # the other way round
    EITHER = "either"  # their answers alone would do, and so would their weights
    BOTH = "both"  # only both together make the difference


@dataclass(frozen=True)
class Dissenter:
    """One person whose answers and points come to something else than the group's."""

    revealed: RevealedBallot
    judgement: Judgement
    ground: Ground


@dataclass(frozen=True)
class Dissent:
    """Those who come to the same other outcome.

    ``central`` are the weights, by criterion, at which that outcome would be the group's: the mean
    of all weightings under which it wins, with the group's answers (the central weights of
    SMAA-2). ``within`` says whether such weightings are among the group's own; else they were
    looked for among all. None where it wins under none, or where the outcome names no winner.
    """

    judgement: Judgement  # that of the first of them
    people: tuple[Dissenter, ...]
    central: Mapping[str, float] | None
    within: bool


def dissents(
    evaluator: BallotEvaluator,
    now: Judgement,
    answers: Answers,
    group: GroupRanking,
    people: Sequence[tuple[RevealedBallot, Answers, Ranking, Judgement]],
) -> tuple[Dissent, ...]:
    """The dissents, the one most people hold first."""
    dissenting = [person for person in people if differs(person[3], now)]
    with_their_answers = evaluator.judge_all([(theirs, group) for _, theirs, _, _ in dissenting])
    with_their_weights = evaluator.judge_all([(answers, rank) for _, _, rank, _ in dissenting])
    groups: dict[tuple[str | None, str], list[Dissenter]] = {}
    for (revealed, _, _, own), by_answers, by_weights in zip(
        dissenting, with_their_answers, with_their_weights, strict=True
    ):
        ground = _ground(now, by_answers, by_weights)
        key = own.winner, "" if own.winner else own.verdict.value
        groups.setdefault(key, []).append(Dissenter(revealed, own, ground))
    found = [_dissent(now, group, winner, tuple(same)) for (winner, _), same in groups.items()]
    return tuple(sorted(found, key=lambda dissent: -len(dissent.people)))


def _ground(now: Judgement, by_answers: Judgement, by_weights: Judgement) -> Ground:
    match differs(by_answers, now), differs(by_weights, now):
        case True, True:
            return Ground.EITHER
        case True, False:
            return Ground.ANSWERS
        case False, True:
            return Ground.WEIGHTS
        case _:
            return Ground.BOTH


def _dissent(
    now: Judgement, group: GroupRanking, winner: str | None, people: tuple[Dissenter, ...]
) -> Dissent:
    left = {name: now.scores[name] for name in now.totals}
    if winner not in left or not now.weights:
        return Dissent(people[0].judgement, people, None, within=False)
    for within, priorities in ((True, group), (False, ())):
        central = explore(left, priorities).central.get(winner)
        if central is not None:
            return Dissent(people[0].judgement, people, central, within)
    return Dissent(people[0].judgement, people, None, within=False)
