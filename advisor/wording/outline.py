"""What a report tells and in which order, whatever it is rendered as."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus, WeighedClaim, Withdrawal
from advisor.wording import recommendation
from probes.api import Finding, Outcome
from rules.model import Alternative, History, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict
from rules.scoring.tipping_points import Tipping, tornado

MARKS = {ClaimStatus.CONFIRMED: "✓", ClaimStatus.REFUTED: "✗", ClaimStatus.UNVERIFIED: "?"}
SIDES = {1: "For", -1: "Against"}
MOST_SHOWN = 5  # of each kind of thing that would change the outcome

# Titles of sections
CONFLICT = "These answers exclude each other"
CRITERIA = "How the criteria speak"
DEPRECATED = "Works, but on the way out"
HISTORY = "Where older advice is out of date"
SHARES = "Share of all weightings under which each wins"
STACK = "The stack"
UNTRIED = "Could not be tried here"


def shown(there: int) -> int:
    """How many of these to show: all, rather than a line that says one is left."""
    return there if there <= MOST_SHOWN + 1 else MOST_SHOWN


def withdrawn_title(r: Recommendation) -> str:
    """Of the section on rules that fell."""
    why = "by the evidence, or for the lack of it" if r.strict else "by the evidence"
    return f"Withdrawn {why}"


def tipping_title(r: Recommendation, best: str, rival: str) -> str:
    """Of the section on the weights at which ``rival`` overtakes ``best``."""
    titles = (r.kb.alternatives[name].title for name in (best, rival))
    return f"Weights at which {' and '.join(titles)} change places"


def changes_title(r: Recommendation) -> str:
    """Of the section on what other answers would make of it."""
    match r.judgement.verdict:
        case Verdict.UNDECIDED:
            return "What to answer first"
        case Verdict.EITHER:
            return "What would settle it"
        case Verdict.CLEAR | Verdict.LEANING | Verdict.IMPOSSIBLE:
            return "What would change this"


# Who is compared, and by what


def alternatives_by_total(r: Recommendation) -> list[Alternative]:
    """The best first, those ruled out last."""
    totals = r.judgement.totals
    order = sorted(r.kb.alternatives, key=lambda name: -totals.get(name, -2.0))
    return [r.kb.alternatives[name] for name in order]


def criteria_by_weight(r: Recommendation) -> list[str]:
    """The criteria that some rule speaks to, the weightiest first."""
    return sorted(r.judgement.weights, key=lambda name: -r.judgement.weights[name])


def shares(r: Recommendation) -> list[tuple[Alternative, float]]:
    """Acceptability in [0, 1], the largest first; empty where there is nothing to compare."""
    found = r.judgement.acceptability
    if r.judgement.verdict is Verdict.UNDECIDED or len(found) < 2:
        return []
    return [(r.kb.alternatives[n], s) for n, s in sorted(found.items(), key=lambda i: -i[1])]


def tippings_by_rival(r: Recommendation) -> Mapping[str, list[Tipping]]:
    """The weights for each alternative that the best could lose to, the widest swing first."""
    rows: dict[str, list[Tipping]] = {}
    for one in tornado(r.judgement):
        rows.setdefault(one.rival, []).append(one)
    return rows


# Rules and claims


def speaking(r: Recommendation, alternative: str, sign: int) -> list[Rule]:
    """The deciding rules for (+1) or against (-1) an alternative, the weightiest first."""
    found: list[tuple[float, Rule]] = []
    for rule in r.deciding:
        match rule.action:
            case Prefer(name, criterion, factor) if name == alternative and factor * sign > 0:
                found.append((r.judgement.weights[criterion] * abs(factor), rule))
            case RuleOut(name) if name == alternative and sign < 0:
                found.append((float("inf"), rule))
    return [rule for _, rule in sorted(found, key=lambda pair: -pair[0])]


def withdrawals(r: Recommendation) -> list[Withdrawal]:
    """What decided comes first; concepts and advice that fell with it follow."""
    return sorted(r.withdrawn, key=lambda fallen: not r.kb.rules[fallen.rule].decides)


def told_claims(r: Recommendation) -> list[WeighedClaim]:
    """The claims that a report tells of: those behind what decides, what fell and what is advised.

    What only concepts, and advice on other alternatives, rest on is not among them.
    """
    deciding = chain.from_iterable(rule.claims for rule in (*r.deciding, *r.advice))
    told = {*deciding, *chain.from_iterable(fallen.claims for fallen in r.withdrawn)}
    return [weighed for name, weighed in r.claims.items() if name in told]


def deprecated(r: Recommendation) -> Iterator[tuple[WeighedClaim, tuple[str, ...]]]:
    """Claims of which what was run said that it is going away, with what it said."""
    for weighed in told_claims(r):
        if weighed.finding is not None and weighed.deprecated:
            yield weighed, weighed.finding.deprecations


def outdated(r: Recommendation) -> Iterator[WeighedClaim]:
    """Claims of which older advice said something else, in ``claim.then``."""
    for weighed in told_claims(r):
        if weighed.claim.then and weighed.claim.history is not History.STILL_TRUE:
            yield weighed


def untried(r: Recommendation) -> Iterator[tuple[Finding, str]]:
    """The findings that are no answer, each with the reason."""
    for finding in r.findings.values():
        match finding.outcome:
            case Outcome.TIMEOUT | Outcome.ERROR:
                yield finding, f"{finding.outcome.value}: {finding.reason}"
            case Outcome.UNAVAILABLE:
                yield finding, finding.reason
            case Outcome.YES | Outcome.NO:
                pass


# Sentences


def advised(r: Recommendation) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Advice as the topic it stands under (with whom it is for, where two may be chosen), its
    text, and the claims it rests on.
    """
    for rule, advice in recommendation.advice_in_order(r):
        whom = advice.alternative if r.judgement.verdict is Verdict.EITHER else None
        name = f" ({r.kb.alternatives[whom].title})" if whom else ""
        yield f"{advice.topic}{name}", advice.text, rule.claims
