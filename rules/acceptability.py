"""Acceptability: the share of all weightings under which an alternative wins.

The confidence measure of stochastic multicriteria acceptability analysis (SMAA; Lahdelma &
Salminen, "SMAA-2", Operations Research 49(3), 2001). It is not a probability that a choice is
right; it says how much the outcome depends on which criteria matter most.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations
from math import factorial

SAMPLES = 20_000  # of weightings, where there are three alternatives or more
ORDERS = 240  # of unranked criteria; up to five of them (120 orders) are gone through exactly
SEED = 20010301


def acceptability(
    scores: Mapping[str, Mapping[str, float]], ranked: Sequence[str], unranked: Sequence[str]
) -> dict[str, float]:
    """Alternative -> share in [0, 1] of the weightings under which its total is the highest.

    ``scores`` is alternative -> criterion -> score. The weightings are uniform over all weights
    that sum to 1 and respect the ranking: each ranked criterion weighs at least as much as the
    next, and the last of them at least as much as any unranked one. Ties share equally. Exact for
    one or two alternatives (with a ranking that leaves out more than five criteria: averaged over
    240 of their orders); sampled for more. Sampling has a fixed seed.
    """
    names = list(scores)
    if not names:
        return {}
    if len(names) == 1:
        return {names[0]: 1.0}
    if len(names) == 2:
        first, second = (scores[name] for name in names)
        differences = {c: first[c] - second[c] for c in (*ranked, *unranked)}
        share = _share_over_orders(differences, ranked, unranked)
        return {names[0]: share, names[1]: 1.0 - share}
    return _sampled(scores, ranked, unranked)


def _share_over_orders(
    differences: Mapping[str, float], ranked: Sequence[str], unranked: Sequence[str]
) -> float:
    if not ranked:
        return share_positive([differences[c] for c in unranked])
    shares = [
        share_positive(_vertices([differences[c] for c in (*ranked, *order)]))
        for order in _orders(unranked)
    ]
    return sum(shares) / len(shares)


def _orders(criteria: Sequence[str]) -> Iterator[Sequence[str]]:
    """All orders of ``criteria``, or a fixed draw of them; each order is as large a region."""
    if factorial(len(criteria)) <= ORDERS:
        yield from permutations(criteria)
        return
    generator = random.Random(SEED)
    for _ in range(ORDERS // 2):
        order = generator.sample(criteria, len(criteria))
        yield order
        yield order[::-1]  # a mirrored pair: what one puts first the other puts last


def _vertices(differences: Sequence[float]) -> list[float]:
    """The weighted difference at the corners of the simplex w1 >= w2 >= ... >= wn >= 0.

    Its corners are (1,0,...), (1/2,1/2,0,...), ..., (1/n,...,1/n), and weights uniform over it
    are corners mixed uniformly, so the ordered case is the free case over these running means.
    """
    means, total = [], 0.0
    for count, difference in enumerate(differences, start=1):
        total += difference
        means.append(total / count)
    return means


def share_positive(differences: Sequence[float]) -> float:
    """P(sum of w_j d_j > 0) for w uniform over the simplex, plus half of P(= 0).

    Uniform weights are independent exponentials E_j, normalised, so the question is whether the
    gains sum(a_i E_i) exceed the losses sum(b_j E_j). Set the first gain against the first loss:
    by memorylessness the gain outlasts it with probability a/(a+b), and what is left of it is
    distributed as before. Repeating is an exact recursion without cancellation, and unlike the
    partial-fraction form sum over d_j>0 of prod d_j/(d_j-d_k) it needs no distinct differences.
    """
    gains = [d for d in differences if d > 0]
    losses = [-d for d in differences if d < 0]
    if not gains and not losses:
        return 0.5
    # reached[i]: probability that i gains are used up when the current loss comes to be faced
    reached = [1.0] + [0.0] * len(gains)
    for loss in losses:
        after = [0.0] * (len(gains) + 1)
        for i, gain in enumerate(gains):
            outlasts = gain / (gain + loss)
            after[i] += reached[i] * outlasts
            reached[i + 1] += reached[i] * (1.0 - outlasts)
        after[len(gains)] = reached[len(gains)]
        reached = after
    return min(1.0, sum(reached[: len(gains)]))


def _sampled(
    scores: Mapping[str, Mapping[str, float]], ranked: Sequence[str], unranked: Sequence[str]
) -> dict[str, float]:
    wins = dict.fromkeys(scores, 0.0)
    for weights in islice(_weightings(ranked, unranked), SAMPLES):
        totals = {
            name: sum(weight * by_criterion[c] for c, weight in weights.items())
            for name, by_criterion in scores.items()
        }
        best = max(totals.values())
        winners = [name for name, total in totals.items() if total == best]
        for name in winners:
            wins[name] += 1.0 / len(winners)
    return {name: count / SAMPLES for name, count in wins.items()}


def _weightings(ranked: Sequence[str], unranked: Sequence[str]) -> Iterator[dict[str, float]]:
    """Uniform weightings that respect the ranking: sort a flat draw, largest to the ranked."""
    generator = random.Random(SEED)
    while True:
        draws = sorted((generator.expovariate(1.0) for _ in (*ranked, *unranked)), reverse=True)
        rest = draws[len(ranked) :]
        generator.shuffle(rest)
        total = sum(draws) or 1.0
        values = [draw / total for draw in (*draws[: len(ranked)], *rest)]
        yield dict(zip((*ranked, *unranked), values, strict=True))
