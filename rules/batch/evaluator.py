"""The rules over many answer sheets at once: what the reference evaluator and ``judge`` say of
each, to the last bit, some thousand times as fast.

Conditions are a circuit of rows of booleans (:mod:`rules.batch.circuit`). Scores are looked up by
which rules fired, weights by which criteria they speak to, and acceptability is the recursion of
:mod:`rules.scoring.acceptability` over arrays (:mod:`rules.scoring.acceptability_arrays`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.batch.circuit import BoolArray, Circuit
from rules.batch.scores import Score, WeightTable, score_of, speak
from rules.batch.sheets import SheetBatch, SheetLayout
from rules.model import KnowledgeBase, Prefer, RuleOut
from rules.scoring.acceptability_arrays import (
    Bits,
    FloatArray,
    Weightings,
    settled,
    shares_of_weightings,
)
from rules.scoring.judgement import Judgement, Verdict, weigh
from rules.scoring.rankings import Priorities

CHUNK = 16_384  # sheets worked on at once; their rows fit the cache

CELLS = 2_000_000  # numbers in one array, where many weightings meet many sheets

VERDICTS = tuple(Verdict)  # a verdict's code is its place in here
NOBODY = -1  # the number of no alternative


@dataclass(frozen=True, eq=False)
class Inferences:
    """What follows from n sheets: bool (rules, n), (concepts, n) twice, and (questions, n).

    Each in the knowledge base's order. ``holds``: concluded; ``fails``: no rule can conclude it
    any more; neither: open. ``not_applicable``: answers to these questions are set aside.
    """

    fired: Bits
    holds: Bits
    fails: Bits
    not_applicable: Bits


@dataclass(frozen=True, eq=False)
class Totals:
    """How far the rules carry without asking how much hangs on the weights, for n sheets.

    ``scores``: float (alternatives, criteria, n), 0 where ``spoken``, bool (criteria, n), says
    that no rule speaks to the criterion. ``ruled_out``: bool (alternatives, n). ``totals``:
    float (alternatives, n), -1, the worst there is, where the alternative is ruled out.
    ``leader``: the number of the alternative with the highest total, the first of several;
    NOBODY where all are ruled out. ``margin``: float (n,), as in :class:`Judgement`.
    ``reasons``: how many rules speak for or against an alternative.
    """

    scores: FloatArray
    spoken: Bits
    ruled_out: Bits
    totals: FloatArray
    leader: NDArray[np.int64]
    margin: FloatArray
    reasons: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Judgements(Totals):
    """The judgement on n sheets.

    ``shares``: float (alternatives, n), the acceptability, 0 where ruled out. ``verdict``: int8
    (n,), places in VERDICTS. ``winner``: int (n,), NOBODY unless clear or leaning.
    """

    shares: FloatArray
    verdict: NDArray[np.int8]
    winner: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What n judgements come to, without their reasons: as in :class:`Judgements`."""

    verdict: NDArray[np.int8]
    winner: NDArray[np.int64]

    def differ_from(self, other: Outcomes) -> Bits:
        """Which of them ``scoring.differs`` from the other, one by one or all from a single one."""
        without_winner = (self.winner == NOBODY) & (other.winner == NOBODY)
        return np.where(without_winner, self.verdict != other.verdict, self.winner != other.winner)

    def halves(self) -> Sequence[Outcomes]:
        """Those of the first half of the sheets, and those of the second."""
        pairs = zip(np.split(self.verdict, 2), np.split(self.winner, 2), strict=True)
        return [Outcomes(verdict, winner) for verdict, winner in pairs]


class BatchEvaluator:
    """Infers and judges many sheets over one knowledge base, under one set of priorities.

    ``layout`` makes the sheets out of answers, and reads them.
    """

    def __init__(self, kb: KnowledgeBase, priorities: Priorities = ()) -> None:
        self.kb = kb
        self._priorities = priorities
        self._weightings = Weightings(tuple(kb.criteria), priorities)
        self.layout = SheetLayout(kb)
        self._circuit = circuit = Circuit(kb, self.layout)
        self._alternatives = {name: number for number, name in enumerate(kb.alternatives)}
        self._criteria = {name: number for number, name in enumerate(kb.criteria)}
        self._ruling_out = [
            (self._alternatives[rule.action.alternative], circuit.fires[rule.id])
            for rule in kb.rules.values()
            if isinstance(rule.action, RuleOut)
        ]
        self._scores = self._speaking()
        deciding = [row for _, row in self._ruling_out]
        deciding += [row for score in self._scores for row in score.rows]
        self._deciding = circuit.needed(deciding)
        everything = (circuit.fires, circuit.holds, circuit.fails, circuit.not_applicable)
        self._everything = circuit.needed(row for rows in everything for row in rows.values())
        self._weights = WeightTable(tuple(self._criteria), priorities)

    def infer(self, sheets: SheetBatch) -> Inferences:
        """Which rules fire and what they conclude, as ``RuleEvaluator.infer`` says it."""
        kb, circuit, count = self.kb, self._circuit, len(sheets)
        size = len(kb.concepts), count
        inferences = Inferences(
            fired=np.zeros((len(kb.rules), count), bool),
            holds=np.zeros(size, bool),
            fails=np.zeros(size, bool),
            not_applicable=np.zeros((len(kb.questions), count), bool),
        )
        sources = [
            (inferences.fired, [circuit.fires[name] for name in kb.rules]),
            (inferences.holds, [circuit.holds[name] for name in kb.concepts]),
            (inferences.fails, [circuit.fails[name] for name in kb.concepts]),
        ]
        for chunk in _chunks(count):
            rows = circuit.run(sheets[chunk], self._everything)
            for target_rows, numbers in sources:
                for target, number in zip(target_rows, numbers, strict=True):
                    target[chunk] = rows[number]
            for question, number in circuit.not_applicable.items():
                inferences.not_applicable[self.layout.rows[question], chunk] = rows[number]
        return inferences

    def totals(self, sheets: SheetBatch) -> Totals:
        """Scores, totals, leader and margin: what a judgement takes, without acceptability."""
        alternatives, criteria, count = len(self._alternatives), len(self._criteria), len(sheets)
        totals = Totals(
            np.zeros((alternatives, criteria, count)),
            np.zeros((criteria, count), bool),
            np.zeros((alternatives, count), bool),
            np.zeros((alternatives, count)),
            np.full(count, NOBODY),
            np.zeros(count),
            np.zeros(count, np.int64),
        )
        for chunk in _chunks(count):
            self._add_up(self._circuit.run(sheets[chunk], self._deciding), totals, chunk)
        return totals

    def judge(self, sheets: SheetBatch) -> Judgements:
        """The whole judgement, as ``scoring.judge`` makes it."""
        totals = self.totals(sheets)
        remaining = ~totals.ruled_out
        shares = shares_of_weightings(totals.scores, totals.spoken, remaining, self._weightings)
        verdict, winner = self.verdicts(totals, shares)
        return Judgements(**vars(totals), shares=shares, verdict=verdict, winner=winner)

    def outcomes(self, sheets: SheetBatch) -> Outcomes:
        """Verdicts and winners alone: acceptability is worked out only where it decides."""
        totals = self.totals(sheets)
        shares = np.zeros(totals.totals.shape)
        sufficient = [
            (totals.margin >= threshold.margin) & (totals.reasons >= threshold.reasons)
            for threshold in (self.kb.clear, self.kb.leaning)
        ]
        where = np.flatnonzero(sufficient[0] | sufficient[1])
        shares[:, where] = shares_of_weightings(
            totals.scores[..., where],
            totals.spoken[:, where],
            ~totals.ruled_out[:, where],
            self._weightings,
        )
        return Outcomes(*self.verdicts(totals, shares))

    def judgement(
        self, judgements: Judgements, number: int, weights: Mapping[str, float] | None = None
    ) -> Judgement:
        """One of many judgements, equal to what ``scoring.judge`` returns.

        ``weights``: criterion -> weight, where they are not those of the evaluator's priorities.
        """
        found, names = judgements, list(self._alternatives)
        criteria = {c: row for c, row in self._criteria.items() if found.spoken[row, number]}
        remaining = [
            (n, row) for n, row in self._alternatives.items() if not found.ruled_out[row, number]
        ]
        winner = int(found.winner[number])
        return Judgement(
            winner=None if winner == NOBODY else names[winner],
            verdict=VERDICTS[found.verdict[number]],
            margin=float(found.margin[number]),
            scores={
                name: {c: float(found.scores[row, at, number]) for c, at in criteria.items()}
                for name, row in self._alternatives.items()
            },
            weights=weigh(list(criteria), self._priorities) if weights is None else weights,
            totals={name: float(found.totals[row, number]) for name, row in remaining},
            acceptability={name: float(found.shares[row, number]) for name, row in remaining},
            ruled_out=tuple(
                n for n, row in self._alternatives.items() if found.ruled_out[row, number]
            ),
        )

    def winners(self, totals: Totals, weightings: FloatArray) -> NDArray[np.int64]:
        """The alternative with the highest total under each weighting, for each sheet.

        ``weightings``: float (w, criteria), not negative; only the criteria spoken to count, and
        their weights are brought to a sum of 1. Returns int (w, n): an alternative's number, the
        first of several that are level, or NOBODY where all are ruled out.
        """
        count = totals.margin.shape[0]
        winners = np.full((len(weightings), count), NOBODY)
        for chunk in _chunks(count, max(1, CELLS // max(1, len(weightings)))):
            weight = weightings @ totals.spoken[:, chunk].astype(float)
            weight[weight == 0.0] = 1.0
            ruled_out = totals.ruled_out[:, chunk]
            weighed = np.array(
                [settled(weightings @ scores[:, chunk] / weight) for scores in totals.scores]
            )
            weighed[np.broadcast_to(ruled_out[:, None], weighed.shape)] = -np.inf
            winners[:, chunk] = np.where(ruled_out.all(axis=0), NOBODY, weighed.argmax(axis=0))
        return winners

    def _speaking(self) -> tuple[Score, ...]:
        """The rules on each score, where there are any."""
        spoken: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for rule in self.kb.rules.values():
            if isinstance(rule.action, Prefer):
                key = (
                    self._alternatives[rule.action.alternative],
                    self._criteria[rule.action.criterion],
                )
                row = self._circuit.fires[rule.id]
                spoken.setdefault(key, []).append((rule.action.factor, row))
        return tuple(score_of(*key, rules) for key, rules in sorted(spoken.items()))

    def _add_up(self, rows: Mapping[int, BoolArray], totals: Totals, chunk: slice) -> None:
        """Fill in the columns of ``chunk`` from the rows of the rules that decide."""
        for one in self._scores:
            score, spoken, reasons = speak(one, [rows[row] for row in one.rows])
            totals.scores[one.alternative, one.criterion, chunk] = score
            totals.spoken[one.criterion, chunk] |= spoken
            totals.reasons[chunk] += reasons
        for alternative, row in self._ruling_out:
            totals.ruled_out[alternative, chunk] |= rows[row]
        weights = self._weights.of(totals.spoken[:, chunk])
        added = add_up(totals.scores[..., chunk], weights, totals.ruled_out[:, chunk])
        totals.totals[:, chunk], totals.leader[chunk], totals.margin[chunk] = added

    def verdicts(
        self, totals: Totals, shares: FloatArray
    ) -> tuple[NDArray[np.int8], NDArray[np.int64]]:
        """Verdict codes and winners, as in :class:`Judgements`; see ``scoring._verdict``."""
        code = {verdict: VERDICTS.index(verdict) for verdict in Verdict}
        remaining = (~totals.ruled_out).sum(axis=0)
        share = np.take_along_axis(shares, np.maximum(totals.leader, 0)[None], axis=0)[0]
        verdict: NDArray[np.int8] = np.full(len(share), code[Verdict.EITHER], np.int8)
        for level, threshold in (
            (Verdict.LEANING, self.kb.leaning),
            (Verdict.CLEAR, self.kb.clear),
        ):
            earned = (share >= threshold.acceptability) & (totals.margin >= threshold.margin)
            verdict[earned & (totals.reasons >= threshold.reasons)] = code[level]
        verdict[remaining == 1] = code[Verdict.CLEAR]
        undecided = ~totals.spoken.any(axis=0) & ~totals.ruled_out.any(axis=0)
        verdict[undecided] = code[Verdict.UNDECIDED]
        verdict[remaining == 0] = code[Verdict.IMPOSSIBLE]
        sure = (verdict == code[Verdict.CLEAR]) | (verdict == code[Verdict.LEANING])
        return verdict, np.where(sure, totals.leader, NOBODY)


def add_up(
    scores: FloatArray, weights: FloatArray, ruled_out: Bits
) -> tuple[FloatArray, NDArray[np.int64], FloatArray]:
    """Totals, leader and margin, as in :class:`Totals`, where the criteria weigh ``weights``:
    float (criteria, n), 0 where nothing speaks to one; ``ruled_out``: who is ruled out.
    """
    totals = np.zeros(ruled_out.shape)
    for of_one, total in zip(scores, totals, strict=True):
        for criterion, weight in enumerate(weights):
            total += weight * of_one[criterion]
    totals = settled(totals)
    best, second, leader = _two_best(totals, ruled_out)
    best[np.isinf(second)] = second[np.isinf(second)] = 0.0  # nobody is second: no margin
    totals[ruled_out] = -1.0
    return totals, leader, settled(best - second)


def _two_best(
    totals: FloatArray, ruled_out: Bits
) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """The highest total and the next among those not ``ruled_out``, -inf where there is none, and
    the number of the highest.
    """
    leader: NDArray[np.int64] = np.full(totals.shape[1], NOBODY)
    best, second = np.full((2, totals.shape[1]), -np.inf)
    for number, total in enumerate(totals):
        total = np.where(ruled_out[number], -np.inf, total)
        ahead = total > best
        second = np.maximum(second, np.where(ahead, best, total))
        leader[ahead] = number
        best = np.maximum(best, total)
    return best, second, leader


def _chunks(count: int, size: int = CHUNK) -> Iterator[slice]:
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))
