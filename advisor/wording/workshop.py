"""The sentences about a round of a workshop, of which :mod:`round_report` is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from advisor.wording import recommendation
from advisor.wording.quantities import count, percent
from advisor.workshop.agreement import consensus_word
from advisor.workshop.disputes import Dispute, Dissent, Ground, leader
from advisor.workshop.item_results import CriterionResult, ItemReason, QuestionResult, Stage
from advisor.workshop.round_result import Agreement, RoundResult
from rules.model import UNKNOWN, KnowledgeBase
from rules.scoring.judgement import Judgement, Verdict, differs

MOST_WEIGHTS = 3  # criteria named of central weights, the weightiest
GROUNDS = {
    Ground.ANSWERS: "by other answers",
    Ground.WEIGHTS: "by other weights",
    Ground.EITHER: "by other answers, and by other weights as well",
    Ground.BOTH: "by other answers and weights together",
}

NO_WINNER = {
    Verdict.EITHER: "it is too close to call",
    Verdict.UNDECIDED: "nothing can be told yet",
    Verdict.IMPOSSIBLE: "nothing is left",
}

# Titles of sections, in the order in which a group needs them
MATTERS = "Disagreements that could change this"
DISSENT = "Who would choose otherwise"
WEIGHTS = "What matters to whom"
ANSWERS = "What was answered"
FACTS = "Facts: tried, not voted on"
ROUNDS = "Round by round"

NO_DISPUTE = "No single disagreement changes what wins."
APART = "Apart, and alone it changes nothing"


def tally(result: RoundResult) -> str:
    """How many people reach which outcome by their own answers and points, in one sentence."""
    same = sum(not differs(p.judgement, result.judgement) for p in result.participants)
    who = f"{same} of {people(len(result.participants))} {'comes' if same == 1 else 'come'}"
    clauses = [f"{who} to the same by their own answers and points"]
    clauses += [f"for {len(d.people)} {comes_to(result.kb, d.judgement)}" for d in result.dissents]
    return f"{'; '.join(clauses)}."


def comes_to(kb: KnowledgeBase, judgement: Judgement) -> str:
    """An outcome as a clause: ``PyTorch wins``, ``it is too close to call``."""
    if judgement.winner is None:
        return NO_WINNER[judgement.verdict]
    return recommendation.lasting(kb, judgement)


def agreement(agreed: Agreement) -> str:
    """How far people agree on what matters, in one sentence; empty where nothing is defined."""
    measures = []
    if agreed.concordance is not None:
        measures.append(f"Kendall's W {agreed.concordance:.2f}")
    if agreed.consensus is not None:
        word = consensus_word(agreed.consensus)
        measures.append(f"AHP consensus {percent(agreed.consensus)} ({word})")
    if agreed.reliability is not None:
        measures.append(f"Krippendorff's alpha {round(agreed.reliability, 2) + 0.0:.2f}")
    return f"Agreement on what matters: {', '.join(measures)}." if measures else ""


def stopping(result: RoundResult) -> str:
    """What the stopping rule says of the rounds so far, in one sentence."""
    stop, number = result.stop, result.number
    apart = f"{len(stop.apart)} of {stop.items} items are apart"
    match stop.stage:
        case Stage.CONSENSUS:
            return f"Consensus after round {number}: {stop.items} of {stop.items} items agreed."
        case Stage.NO_CONSENSUS:
            after = f"No consensus after {count(number, 'round')}, the most agreed before"
            if not stop.apart:
                return f"{after}: answers were still moving ({_titles(result, stop.moving)})."
            return f"{after}: {apart} ({_titles(result, stop.apart)})."
        case Stage.GO_ON:
            pass
    so_far = f"Round {number} of at most {result.history.stop.rounds}"
    so_far += f": {apart}" if stop.apart else ": all agreed"
    if number == 1:
        return f"{so_far}. Whether the answers are stable shows in the next round."
    moving = _titles(result, stop.moving)
    return f"{so_far}; still moving: {moving}." if moving else f"{so_far}."


def _titles(result: RoundResult, items: Iterable[str]) -> str:
    return ", ".join(item_title(result.kb, item) for item in items)


def averaging(result: RoundResult) -> str:
    """The leader by another way of averaging the weights; empty where it is the same."""
    if result.leader_by_geometric_mean is None:
        return ""
    leader = result.kb.alternatives[result.leader_by_geometric_mean].title
    return f"By the geometric mean of the weights instead, {leader} would lead."


def item_title(kb: KnowledgeBase, item: str) -> str:
    """A criterion's title, or a question as it is asked."""
    return kb.criteria[item].title if item in kb.criteria else kb.questions[item].ask


# Disagreement


def dispute(result: RoundResult, dispute: Dispute) -> str:
    """The outcome if the group went with those people."""
    kb, number = result.kb, dispute.people
    if dispute.judgement is not None:  # of a question
        answer = recommendation.answer_in_words(kb, dispute.item, dispute.answer)
        who = f"the {number} who say" if number > 1 else "the one who says"
        outcome, ahead = recommendation.outcome(kb, dispute.judgement), leader(dispute.judgement)
        if not differs(dispute.judgement, result.judgement) and ahead is not None:
            outcome = f"{outcome}, with {kb.alternatives[ahead].title} ahead"
        return f"with {who} “{answer}”: {outcome}"
    assert dispute.at is not None  # of a criterion
    now = percent(result.judgement.weights[dispute.item])
    bound = f"{'more' if dispute.more else 'less'} than {percent(dispute.at)} (now {now})"
    do = f"{number} of {len(result.participants)} {'does' if number == 1 else 'do'}"
    return f"weighing it {bound}, as {do}: {kb.alternatives[dispute.rival].title} leads"


def dissenters(result: RoundResult, dissent: Dissent) -> str:
    """How many reach which other outcome, and by what."""
    grounds = Counter(person.ground for person in dissent.people)
    over = ", ".join(
        GROUNDS[ground] if len(grounds) == 1 else f"{number} {GROUNDS[ground]}"
        for ground, number in grounds.items()
    )
    outcome = comes_to(result.kb, dissent.judgement)
    return f"For {len(dissent.people)} of {len(result.participants)} {outcome}, {over}"


def right(kb: KnowledgeBase, dissent: Dissent) -> str:
    """At which weights of the criteria the group would reach the outcome of these people."""
    if dissent.judgement.winner is None:
        return "That names no winner, so there are no weights at which one would be right."
    name = kb.alternatives[dissent.judgement.winner].title
    if dissent.central is None:
        return f"With the group's answers {name} wins under no weighting at all."
    such = f"With the group's answers {name} wins at weights such as {weights(kb, dissent.central)}"
    whose = "within what the points" if dissent.within else "which nobody’s points"
    return f"{such}, {whose} allow."


def weights(kb: KnowledgeBase, by_criterion: Mapping[str, float]) -> str:
    """The weightiest criteria with their weights: ``Hardware 41 %, Team and code 22 %``."""
    heavy = sorted(by_criterion.items(), key=lambda item: -item[1])[:MOST_WEIGHTS]
    return ", ".join(f"{kb.criteria[name].title} {percent(weight)}" for name, weight in heavy)


# Answers and points


def group_answer(kb: KnowledgeBase, question: QuestionResult) -> str:
    """The group's answer, and how many gave it."""
    people = count(len(question.answers), "answer")
    if question.agreement is None:
        return "nobody answered" if question.unmentioned else "nobody knows"
    if question.group == (UNKNOWN,):
        if 2 * max(question.counts.values()) <= len(question.answers):
            return f"no answer has more than half of {people}"
        return f"no answer is that of more than half of {question.whole} people ({people})"
    if question.question.multiple:
        chosen = [option for option in question.question.options if option.id in question.group]
        every = len(question.answers)
        return "; ".join(f"{o.label} ({question.counts[o.id]} of {every})" for o in chosen)
    answer = recommendation.answer_in_words(kb, question.id, question.group)
    return f"{answer} ({percent(question.agreement)} of {people} alike)"


def scale(criterion: CriterionResult) -> str:
    """Median, quartiles and whether that is a disagreement: ``median 7, half between 5 and 8``."""
    if criterion.quartiles is None or criterion.rand is None:
        return "nobody gave points"
    q = criterion.quartiles
    middle = f"median {q.median:g}, half between {q.low:g} and {q.high:g}"
    return f"{middle}; a disagreement by RAND/UCLA" if criterion.rand.disagreement else middle


def remark(kb: KnowledgeBase, item: str, reason: ItemReason) -> str:
    """A reason behind the vote it goes with: ``9 points: we ship to phones``."""
    if isinstance(reason.vote, int):
        vote = count(reason.vote, "point")
    else:
        vote = recommendation.answer_in_words(kb, item, reason.vote)
    return f"{vote}, {reason.name}: {reason.reason}" if reason.name else f"{vote}: {reason.reason}"


def people(number: int) -> str:
    """``1 person``, ``2 people``"""
    return "1 person" if number == 1 else f"{number} people"


def letter(number: int) -> str:
    """The letter of the participant of this number: A to Z, then AA."""
    name = ""
    while number >= 0:
        name, number = f"{chr(ord('A') + number % 26)}{name}", number // 26 - 1
    return name
