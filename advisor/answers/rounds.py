"""The history of a workshop: what was revealed, by whom nobody can tell, round by round.

Everything that a group is shown, and everything that its record says of it, follows from these, the
knowledge base and the findings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from advisor.answers.ballot import Ballot, ballot_from_data
from advisor.answers.mistakes import ballot_mistakes
from rules.answers import Answers
from rules.model import KnowledgeBase
from rules.scoring.rankings import GroupRanking, ranked_by

SCHEMA = 1


@dataclass(frozen=True)
class StopRule:
    """When enough has been voted, fixed before the first round.

    An item is agreed where the spread of its points (IQR) is at most ``spread``, or where at least
    the share ``share`` of those who answered a question answered alike, and the group has an answer
    (see :class:`Majority`). It is stable where the median moved by at most ``shift`` since the
    round before, or the answer of the group is the same. All agreed and stable is consensus;
    without it ``rounds`` rounds are the end.
    """

    spread: float = 1.0
    shift: float = 1.0
    share: float = 0.66
    rounds: int = 3


class Majority(str, Enum):
    """More than half of what makes an answer the group's, fixed before the first round."""

    OF_ALL = "ballots"  # of everybody's in the round
    OF_ANSWERS = "answers"  # of those who answered, however few: so it was counted at first


def majority_called(name: object) -> Majority:
    """The majority of that name; None for what was written before there was a choice.

    Raises ValueError where there is none.
    """
    if name is None:
        return Majority.OF_ANSWERS
    if name not in [majority.value for majority in Majority]:
        raise ValueError("expected a majority of the ballots, or of the answers")
    return Majority(name)


@dataclass(frozen=True)
class RevealedBallot:
    """One person's ballot as all may see it; ``name`` is empty unless they chose otherwise."""

    ballot: Ballot
    salt: str
    receipt: str
    name: str = ""


@dataclass(frozen=True)
class RevealedRound:
    """A round that was revealed. Ballots are in the order of their receipts, which is chance.

    ``replaced`` are receipts of ballots that their owners replaced before the reveal.
    """

    number: int
    ballots: tuple[RevealedBallot, ...]
    replaced: tuple[str, ...] = ()

    @property
    def seal(self) -> str:
        """SHA-256 over all receipts of the round, in order."""
        receipts = sorted([*(ballot.receipt for ballot in self.ballots), *self.replaced])
        return hashlib.sha256("\n".join(receipts).encode()).hexdigest()


@dataclass(frozen=True)
class Doubt:
    """A claim that people doubted: it is tried, not voted on."""

    claim: str
    people: int


@dataclass(frozen=True)
class WorkshopHistory:
    """``known`` was given beforehand; ``questions`` and ``criteria`` were voted on."""

    workshop: str
    known: Answers
    questions: tuple[str, ...]
    criteria: tuple[str, ...]
    stop: StopRule
    rounds: tuple[RevealedRound, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    majority: Majority = Majority.OF_ALL

    @property
    def last(self) -> RevealedRound:
        """Raises IndexError before the first reveal."""
        return self.rounds[-1]


def group_ranking(history: WorkshopHistory, at: int = -1) -> GroupRanking:
    """What matters to each person of a round, by their points; the last round unless ``at``."""
    return GroupRanking(
        tuple(ranked_by(revealed.ballot.points) for revealed in history.rounds[at].ballots)
    )


def history_as_data(history: WorkshopHistory) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "workshop": history.workshop,
        "known": {name: list(options) for name, options in history.known.items()},
        "questions": list(history.questions),
        "criteria": list(history.criteria),
        "stop": vars(history.stop),
        **_majority_as_data(history),
        "doubts": [vars(doubt) for doubt in history.doubts],
        "rounds": [
            {
                "round": revealed.number,
                "seal": revealed.seal,
                "voices": [_ballot_as_data(ballot) for ballot in revealed.ballots],
                "replaced": list(revealed.replaced),
            }
            for revealed in history.rounds
        ],
    }


def _majority_as_data(history: WorkshopHistory) -> dict[str, str]:
    """Nothing where it was not said then: what was sealed without it stays as it was."""
    is_old = history.majority is Majority.OF_ANSWERS
    return {} if is_old else {"majority": history.majority.value}


def _ballot_as_data(revealed: RevealedBallot) -> dict[str, Any]:
    name = {"name": revealed.name} if revealed.name else {}
    seal = {"salt": revealed.salt, "receipt": revealed.receipt}
    return {**revealed.ballot.as_data(), **name, **seal}


def history_from_data(data: Mapping[str, Any]) -> WorkshopHistory:
    """The history that ``history_as_data`` gave. Raises ValueError where it is something else."""
    try:
        stop = {name: float(data["stop"][name]) for name in ("spread", "shift", "share")}
        return WorkshopHistory(
            workshop=str(data["workshop"]),
            known={str(name): tuple(map(str, g)) for name, g in data["known"].items()},
            questions=tuple(map(str, data["questions"])),
            criteria=tuple(map(str, data["criteria"])),
            stop=StopRule(**stop, rounds=int(data["stop"]["rounds"])),
            rounds=tuple(map(_round_from_data, data["rounds"])),
            doubts=tuple(Doubt(str(d["claim"]), int(d["people"])) for d in data["doubts"]),
            majority=majority_called(data.get("majority")),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"expected the minutes of a workshop ({error})") from None


def _round_from_data(data: Mapping[str, Any]) -> RevealedRound:
    ballots = tuple(
        RevealedBallot(
            ballot_from_data(d), str(d["salt"]), str(d["receipt"]), str(d.get("name", ""))
        )
        for d in data["voices"]
    )
    return RevealedRound(int(data["round"]), ballots, tuple(map(str, data["replaced"])))


def history_mistakes(history: WorkshopHistory, kb: KnowledgeBase) -> Iterator[str]:
    """Why this cannot be the history of a workshop over that knowledge, sentence by sentence."""
    if not history.rounds or not all(revealed.ballots for revealed in history.rounds):
        yield "expected rounds, with a ballot in each"
    yield from misfits(history, kb)


def misfits(history: WorkshopHistory, kb: KnowledgeBase) -> Iterator[str]:
    """What of the history that knowledge lacks, sentence by sentence."""
    yield from map(str, ballot_mistakes(Ballot(history.known), kb))
    unknown = [name for name in history.questions if name not in kb.questions]
    unknown += [name for name in history.criteria if name not in kb.criteria]
    if unknown:
        yield f"'{unknown[0]}' was voted on, and is nothing in this knowledge"
    for revealed in history.rounds:
        for ballot in revealed.ballots:
            for mistake in ballot_mistakes(ballot.ballot, kb):
                yield f"round {revealed.number}: {mistake}"
