"""An audit: that every ballot is the one that was sealed, and where a receipt is to be found.

Whoever keeps a receipt can see that their ballot was counted as they gave it, without anybody
learning whose it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path

from advisor.answers.ballot import receipt
from advisor.answers.rounds import RevealedBallot, RevealedRound, WorkshopHistory
from advisor.workshop.store import open_workshop
from rules.diagnostics import printable

LEAST_DIGITS, ALL_DIGITS = 12, 64  # of a receipt
_BETWEEN = re.compile(r"[\s-]+")  # what people write between the digits


class ReceiptState(str, Enum):
    """What became of the ballot behind a receipt."""

    COUNTED = "counted"
    REPLACED = "replaced"  # by its owner, before the reveal
    SEALED = "sealed, not revealed yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class TracedBallot:
    """A ballot that a receipt leads to. ``receipt`` is as it was given, ``number`` the round's.

    ``ballot`` is there where it was counted; nothing is said of any other. ``number`` is 0 where it
    is not said.
    """

    receipt: str
    state: ReceiptState
    number: int = 0
    ballot: RevealedBallot | None = None


@dataclass(frozen=True)
class AuditedRound:
    """A round that was revealed, and what is not true of it, a sentence each."""

    revealed: RevealedRound
    wrong: tuple[str, ...]


@dataclass(frozen=True)
class Audit:
    """``wrong`` is what is not true of the whole, besides that of single rounds."""

    rounds: tuple[AuditedRound, ...]
    wrong: tuple[str, ...]
    traced: tuple[TracedBallot, ...]

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Everything that is not true of the history, in sentences that name the round."""
        of_rounds = (
            f"round {r.revealed.number}: {wrong}" for r in self.rounds for wrong in r.wrong
        )
        return (*self.wrong, *of_rounds)

    @property
    def is_true(self) -> bool:
        """Whether nothing is wrong, and every receipt leads to a ballot."""
        return not self.mistakes and all(
            ballot.state is not ReceiptState.UNKNOWN for ballot in self.traced
        )


def audit(
    history: WorkshopHistory,
    receipts: Iterable[str] = (),
    *,
    seals: Mapping[int, str] | None = None,
    sealed: Collection[str] = (),
) -> Audit:
    """Hold every ballot against its receipt, and every round against its seal.

    ``receipts`` are those that people hold, as ``tidy_receipt`` returns them. ``seals`` are the
    seals of all rounds as stated elsewhere, such as in a record; None where they were not.
    ``sealed`` are the receipts of a round that is still open.
    """
    broken = {
        ballot.receipt
        for revealed in history.rounds
        for ballot in revealed.ballots
        if ballot.receipt != receipt(ballot.ballot, ballot.salt, history.workshop, revealed.number)
    }
    counted = Counter(chain.from_iterable(map(_receipts, history.rounds)))
    rounds = tuple(
        AuditedRound(revealed, tuple(_of_round(revealed, broken, counted, seals)))
        for revealed in history.rounds
    )
    traced = chain.from_iterable(_traced(history, sealed, each) for each in receipts)
    return Audit(rounds, tuple(_of_rounds(history, seals)), tuple(traced))


def sealed_in(path: Path) -> frozenset[str]:
    """The receipts of the round that is open in a workshop file. Raises InputError."""
    with open_workshop(path, altered=True) as workshop:
        return workshop.sealed_receipts()


def tidy_receipt(text: str) -> str:
    """A receipt, or the beginning of one, as it is compared, however it was written down.

    Raises ValueError, with the sentence to say, for what is none.
    """
    digits = _BETWEEN.sub("", text).lower()
    if not re.fullmatch(f"[0-9a-f]{{{LEAST_DIGITS},{ALL_DIGITS}}}", digits):
        raise ValueError(
            f"expected a receipt: {ALL_DIGITS} hexadecimal digits, or the first "
            f"{LEAST_DIGITS} or more of them"
        )
    return digits


def short(receipt: str) -> str:
    """A receipt as a sentence names it."""
    return f"{printable(receipt[:LEAST_DIGITS])}..."


def _receipts(revealed: RevealedRound) -> Iterator[str]:
    yield from (ballot.receipt for ballot in revealed.ballots)
    yield from revealed.replaced


def _of_round(
    revealed: RevealedRound,
    broken: Collection[str],
    counted: Mapping[str, int],
    seals: Mapping[int, str] | None,
) -> Iterator[str]:
    for ballot in revealed.ballots:
        if ballot.receipt in broken:
            yield f"the ballot with the receipt {short(ballot.receipt)} is not what was sealed"
        if ballot.name and not ballot.ballot.named:
            yield (
                f"a name stands beside the ballot with the receipt {short(ballot.receipt)}, "
                "which was given without one"
            )
    for repeated in sorted(set(_receipts(revealed))):
        if counted[repeated] > 1:
            yield f"the receipt {short(repeated)} stands there {counted[repeated]} times"
    stated = revealed.seal if seals is None else seals.get(revealed.number)
    if stated is None:
        yield "its seal was not told"
    elif stated != revealed.seal:
        yield f"its seal is {short(revealed.seal)}, and {short(stated)} was told"


def _of_rounds(history: WorkshopHistory, seals: Mapping[int, str] | None) -> Iterator[str]:
    numbers = [revealed.number for revealed in history.rounds]
    if numbers != list(range(1, len(numbers) + 1)):
        stated = ", ".join(map(str, numbers))
        yield f"the rounds are numbered {stated}, expected 1 and on without a gap"
    if len(numbers) > history.stop.rounds:
        yield f"{len(numbers)} rounds were held, and {history.stop.rounds} agreed as the most"
    for number in sorted(set(seals or ()) - set(numbers)):
        yield f"the seal of a round {number} was told, and there is no such round"


def _traced(
    history: WorkshopHistory, sealed: Collection[str], receipt: str
) -> Iterator[TracedBallot]:
    every = [
        (ballot.receipt, TracedBallot(receipt, ReceiptState.COUNTED, revealed.number, ballot))
        for revealed in history.rounds
        for ballot in revealed.ballots
    ]
    every += [
        (replaced, TracedBallot(receipt, ReceiptState.REPLACED, revealed.number))
        for revealed in history.rounds
        for replaced in revealed.replaced
    ]
    every += [(own, TracedBallot(receipt, ReceiptState.SEALED)) for own in sealed]
    found = [traced for own, traced in every if own.startswith(receipt)]
    yield from found or [TracedBallot(receipt, ReceiptState.UNKNOWN)]
