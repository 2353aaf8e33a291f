"""What could change a recommendation: open questions, other answers, claims that might be false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.explanation.grounds import in_two_levels, question_and_answer
from advisor.wording.findings import sentence
from advisor.wording.quantities import count, listed
from advisor.wording.recommendation import answer_in_words, moved_by, movers, outcome
from rules.analysis.traces import Step
from rules.diagnostics import either
from rules.scoring.judgement import Judgement

NOTHING = (
    "nothing by itself. No answer to an open question, no other answer to one that was "
    "answered, and no claim found false would change what wins."
)


def changes(r: Recommendation) -> Step:
    """Each single thing that would change what wins, over what it would be then."""
    open_questions, flips, claims = tuple(_open(r)), tuple(_flips(r)), tuple(_fragile_claims(r))
    counts = (
        (len(open_questions), "open question"),
        (len(r.flips), "changed answer"),
        (len(claims), "false claim"),
    )
    parts = [count(number, noun) for number, noun in counts if number]
    what = f"{listed(parts)}{', each by itself' if len(parts) > 1 else ''}." if parts else NOTHING
    steps = in_two_levels((*open_questions, *flips, *claims))
    return Step("changes", "", f"What could change it: {what}", "", steps)


def _open(r: Recommendation) -> Iterator[Step]:
    for influence in movers(r):
        name, moved = influence.question, moved_by(r, influence)
        answers = [((option,), judgement) for option, judgement in moved.items()]
        steps, spread = _by_outcome(r, name, answers), {"spread": influence.spread}
        yield Step("open", name, question_and_answer(r, name), "", steps, spread)


def _flips(r: Recommendation) -> Iterator[Step]:
    for name in dict.fromkeys(flip.question for flip in r.flips):
        answers = [(flip.answer, flip.judgement) for flip in r.flips if flip.question == name]
        yield Step("flip", name, question_and_answer(r, name), "", _by_outcome(r, name, answers))


def _by_outcome(
    r: Recommendation, question: str, answers: Sequence[tuple[tuple[str, ...], Judgement]]
) -> tuple[Step, ...]:
    """One step an outcome, with the answers that would lead to it."""
    leading: dict[str, list[tuple[str, ...]]] = {}
    for answer, judgement in answers:
        leading.setdefault(outcome(r.kb, judgement), []).append(answer)
    steps = []
    for headline, to_it in leading.items():
        labels = [f"“{answer_in_words(r.kb, question, answer)}”" for answer in to_it]
        ids = " ".join(",".join(answer) for answer in to_it)
        steps.append(Step("instead", ids, f"{either(labels)} would make it: {headline}."))
    return tuple(steps)


def _fragile_claims(r: Recommendation) -> Iterator[Step]:
    for fall in r.fragile_claims:
        weighed = r.claims[fall.claim]
        headline = outcome(r.kb, fall.judgement)
        says = f"If this were found false: {sentence(weighed.claim.says)} It would be: {headline}."
        yield Step("claim", fall.claim, says, weighed.status.value)
