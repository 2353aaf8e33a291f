"""What a record tells under More Information: how sure it is, and what would make it otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus
from advisor.records.madr.escaping import escape
from advisor.wording import recommendation
from advisor.wording.quantities import count, percent
from rules.model import Advise
from rules.scoring.judgement import Verdict
from rules.scoring.tipping_points import tippings

MOST_TOLD = 8  # of each kind of thing that would change the outcome


def information(r: Recommendation) -> Iterator[str]:
    """The paragraphs and lists, each but the empty ones."""
    yield " ".join(_confidence(r))
    if r.withdrawn:
        yield recommendation.turn(r)
        yield "\n".join(_withdrawn(r))
    yield from _listed("Advice on the stack:", _advice(r))
    yield from _listed("Open when this was written:", _open(r))
    even = r.judgement.verdict is Verdict.EITHER
    yield from _listed(f"What would {'settle it' if even else 'change this'}:", _changes(r))
    yield from _listed("What could not be verified when this was written:", _untried(r))


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    told = list(items)
    if told:
        yield title
        yield "\n".join(told)


def _confidence(r: Recommendation) -> Iterator[str]:
    match r.judgement.verdict:
        case Verdict.CLEAR:
            yield "Confidence: clear, the highest of three grades (clear, leaning, too close)."
        case Verdict.LEANING:
            yield "Confidence: leaning, the middle of three grades (clear, leaning, too close)."
        case Verdict.EITHER:
            yield "Confidence: too close to call, the lowest of three grades."
        case Verdict.UNDECIDED | Verdict.IMPOSSIBLE:
            raise ValueError("a record has an outcome")
    if recommendation.open_ends(r):
        yield recommendation.open_ends(r)
    yield from _weights(r)


def _weights(r: Recommendation) -> Iterator[str]:
    """The criterion whose weight is the least way from changing what leads."""
    found = tippings(r.judgement)
    near = sorted(
        (one for one in found if one.at is not None),
        key=lambda one: abs((one.at or 0.0) - one.weight),
    )
    if near:
        one, at = near[0], near[0].at or 0.0
        way = "more" if at > one.weight else "less"
        rival = r.kb.alternatives[one.rival].title
        criterion = r.kb.criteria[one.criterion].title
        bound, now = percent(at), percent(one.weight)
        yield f"{rival} would lead if “{criterion}” weighed {way} than {bound} (now {now})."
    elif found:
        yield "No weight of one criterion alone would change which leads."


def _withdrawn(r: Recommendation) -> Iterator[str]:
    for fallen in r.withdrawn:
        claims = "; ".join(
            f"{r.claims[name].status.value}: {r.kb.claims[name].says}" for name in fallen.claims
        )
        yield f"* {r.kb.rules[fallen.rule].because} (rule `{fallen.rule}`, {claims})"


def _advice(r: Recommendation) -> Iterator[str]:
    for _, advice in recommendation.advice_in_order(r):
        yield f"* {_whom(r, advice)}{advice.text}"


def _whom(r: Recommendation, advice: Advise) -> str:
    """Whom the advice is for, where that is not clear from the choice."""
    if r.choice != "either" or advice.alternative is None:
        return ""
    return f"With {r.kb.alternatives[advice.alternative].title}: "


def _open(r: Recommendation) -> Iterator[str]:
    for name in r.unanswered:
        yield f"* {r.kb.questions[name].ask}"


def _changes(r: Recommendation) -> Iterator[str]:
    flips = [
        f"* {r.kb.questions[flip.question].ask} With "
        f"“{recommendation.answer_in_words(r.kb, flip.question, flip.answer)}”: "
        f"{recommendation.outcome(r.kb, flip.judgement)}"
        for flip in r.flips
    ]
    falls = [
        f"* If this were false: {r.kb.claims[fall.claim].says}: "
        f"{recommendation.outcome(r.kb, fall.judgement)}"
        for fall in r.fragile_claims
    ]
    movers = [
        f"* {r.kb.questions[influence.question].ask} (not answered)"
        for influence in recommendation.movers(r)
    ]
    yield from _most(flips, "other changed answer", "flips")
    yield from _most(falls, "other claim", "flips")
    yield from _most(movers, "other open question", "explain")


def _most(items: Sequence[str], noun: str, command: str) -> Iterator[str]:
    shown = len(items) if len(items) <= MOST_TOLD + 1 else MOST_TOLD
    yield from items[:shown]
    if len(items) > shown:
        yield f"* And {count(len(items) - shown, noun)}; `advisor {command}` tells more"


def _untried(r: Recommendation) -> Iterator[str]:
    for weighed in r.claims.values():
        if weighed.status is ClaimStatus.UNVERIFIED:
            yield f"* {weighed.claim.says} ({escape(weighed.why)})"
