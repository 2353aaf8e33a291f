"""The sentences about a workshop that the terminal, the page and the record share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import shorten

from advisor.wording import recommendation
from advisor.wording.quantities import count, percent
from advisor.workshop.agreement import consensus_word
from advisor.workshop.disputes import Dispute, leader
from advisor.workshop.dissent import Dissent, Dissenter, Ground
from advisor.workshop.item_results import CriterionResult, ItemReason, QuestionResult
from advisor.workshop.round_result import Agreement, ParticipantResult, RoundResult
from advisor.workshop.stopping_rule import Stage
from rules.model import UNKNOWN, KnowledgeBase
from rules.scoring.judgement import Judgement, Verdict, differs

MOST_WEIGHTS = 3  # criteria named of central weights, the weightiest
MOST_REASONS = 2  # told under a question
LONG_REASON = 120  # characters of each of them
GROUNDS = {
    Ground.ANSWERS: "by other answers",
    Ground.WEIGHTS: "by other weights",
    Ground.EITHER: "by other answers, and by other weights as well",
    Ground.BOTH: "by other answers and weights together",
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


def headline(p: RoundResult) -> str:
    """What the group comes to."""
    return recommendation.outcome(p.kb, p.judgement)


def sureness(p: RoundResult) -> str:
    """How sure that is, in one sentence with its numbers."""
    return recommendation.surely(p.kb, p.judgement, people=len(p.participants))


def tally(p: RoundResult) -> str:
    """Who comes to what by their own answers and points, in one sentence."""
    same = sum(not differs(seat.judgement, p.judgement) for seat in p.participants)
    them = f"{same} of {people(len(p.participants))}"
    come = "comes" if same == 1 else "come"
    told = [f"{them} {come} to the same by their own answers and points"]
    told += [f"for {len(d.people)} {comes_to(p.kb, d.judgement)}" for d in p.dissents]
    return f"{'; '.join(told)}."


def comes_to(kb: KnowledgeBase, judgement: Judgement) -> str:
    """An outcome as a clause: ``PyTorch wins``, ``it is too close to call``."""
    match judgement.verdict:
        case Verdict.EITHER:
            return "it is too close to call"
        case Verdict.UNDECIDED:
            return "nothing can be told yet"
        case Verdict.IMPOSSIBLE:
            return "nothing is left"
        case Verdict.CLEAR | Verdict.LEANING:
            return recommendation.lasting(kb, judgement)


def agreement(a: Agreement) -> str:
    """How far people agree on what matters, in one sentence; empty where nothing is defined."""
    told = []
    if a.concordance is not None:
        told.append(f"Kendall's W {a.concordance:.2f}")
    if a.consensus is not None:
        told.append(f"AHP consensus {percent(a.consensus)} ({consensus_word(a.consensus)})")
    if a.reliability is not None:
        told.append(f"Krippendorff's alpha {round(a.reliability, 2) + 0.0:.2f}")
    return f"Agreement on what matters: {', '.join(told)}." if told else ""


def stopping(p: RoundResult) -> str:
    """Where the workshop stands by the rule that was fixed beforehand, in one sentence."""
    stop, rounds = p.stop, p.history.stop.rounds
    apart = ", ".join(item_title(p.kb, item) for item in stop.apart)
    match stop.stage:
        case Stage.CONSENSUS:
            return f"Consensus after round {p.number}: {stop.items} of {stop.items} items agreed."
        case Stage.NO_CONSENSUS:
            after = f"No consensus after {count(p.number, 'round')}, the most agreed before"
            if not stop.apart:
                return f"{after}: answers were still moving ({_moving(p)})."
            return f"{after}: {len(stop.apart)} of {stop.items} items are apart ({apart})."
        case Stage.GO_ON:
            pass
    told = f"Round {p.number} of at most {rounds}"
    if stop.apart:
        told += f": {len(stop.apart)} of {stop.items} items are apart"
    else:
        told += ": all agreed"
    if p.number == 1:
        return f"{told}. Whether the answers are stable shows in the next round."
    return f"{told}; still moving: {_moving(p)}." if stop.moving else f"{told}."


def _moving(p: RoundResult) -> str:
    return ", ".join(item_title(p.kb, item) for item in p.stop.moving)


def averaging(p: RoundResult) -> str:
    """What another way of averaging the weights would lead to; empty where it is the same."""
    if p.leader_by_geometric_mean is None:
        return ""
    leader = p.kb.alternatives[p.leader_by_geometric_mean].title
    return f"By the geometric mean of the weights instead, {leader} would lead."


def item_title(kb: KnowledgeBase, item: str) -> str:
    """A criterion's title, or a question as it is asked."""
    return kb.criteria[item].title if item in kb.criteria else kb.questions[item].ask


# Disagreements


def dispute(p: RoundResult, one: Dispute) -> tuple[str, str]:
    """What the disagreement is about, and what would come of going with those people."""
    title = item_title(p.kb, one.item)
    if one.at is None:
        assert one.judgement is not None  # of a question
        said = recommendation.answer_in_words(p.kb, one.item, one.answer)
        who = f"the {one.people} who say" if one.people > 1 else "the one who says"
        outcome, ahead = recommendation.outcome(p.kb, one.judgement), leader(one.judgement)
        if not differs(one.judgement, p.judgement) and ahead is not None:
            outcome = f"{outcome}, with {p.kb.alternatives[ahead].title} ahead"
        return title, f"with {who} “{said}”: {outcome}"
    way, now = "more" if one.more else "less", p.judgement.weights[one.item]
    rival = p.kb.alternatives[one.rival].title
    bound = f"{way} than {percent(one.at)} (now {percent(now)})"
    do = "does" if one.people == 1 else "do"
    return (
        title,
        f"weighing it {bound}, as {one.people} of {len(p.participants)} {do}: {rival} leads",
    )


def harmless(p: RoundResult) -> list[str]:
    """The titles of the items that are apart and that alone change nothing."""
    able = {one.item for one in p.disputes}
    return [item_title(p.kb, item) for item in p.stop.apart if item not in able]


# Dissent


def dissent(p: RoundResult, one: Dissent) -> tuple[str, str]:
    """Who comes to what else, and at which weights they would be right."""
    people = len(one.people)
    grounds = Counter(them.ground for them in one.people)
    over = ", ".join(
        GROUNDS[ground] if len(grounds) == 1 else f"{number} {GROUNDS[ground]}"
        for ground, number in grounds.items()
    )
    outcome = comes_to(p.kb, one.judgement)
    return f"For {people} of {len(p.participants)} {outcome}, {over}", right(p, one)


def right(p: RoundResult, one: Dissent) -> str:
    """At which weights of the criteria the group would come to the same as these."""
    if one.judgement.winner is None:
        return "That names no winner, so there are no weights at which one would be right."
    name = p.kb.alternatives[one.judgement.winner].title
    if one.central is None:
        return f"With the group's answers {name} wins under no weighting at all."
    at = f"With the group's answers {name} wins at weights such as {weights(p, one.central)}"
    return f"{at}, {'within what the points' if one.within else 'which nobody’s points'} allow."


def weights(p: RoundResult, by_criterion: Mapping[str, float]) -> str:
    """The weightiest criteria with their weights: ``Hardware 41 %, Team and code 22 %``."""
    heavy = sorted(by_criterion.items(), key=lambda item: -item[1])[:MOST_WEIGHTS]
    return ", ".join(f"{p.kb.criteria[n].title} {percent(weight)}" for n, weight in heavy)


def dissenting_reasons(p: RoundResult, one: Dissenter) -> Iterator[str]:
    """What a dissenter wrote, item by item, under their name where they want it so."""
    who = f"{one.revealed.name}: " if one.revealed.name else ""
    for item, why in one.revealed.ballot.reasons.items():
        title = item_title(p.kb, item)
        yield f"{who}{title} {why}" if title.endswith("?") else f"{who}{title}: {why}"


# Answers and points


def group_answer(p: RoundResult, spread: QuestionResult) -> str:
    """What the group says, and how many of it."""
    people = count(len(spread.answers), "answer")
    if spread.agreement is None:
        return "nobody knows"
    if spread.group == (UNKNOWN,):
        return f"no answer has more than half of {people}"
    if spread.question.multiple:
        labels = {option: spread.question.option(option).label for option in spread.group}
        each = (f"{labels[o]} ({spread.counts[o]} of {len(spread.answers)})" for o in labels)
        return "; ".join(each)
    said = recommendation.answer_in_words(p.kb, spread.id, spread.group)
    return f"{said} ({percent(spread.agreement)} of {people} alike)"


def scale(spread: CriterionResult) -> str:
    """Median, quartiles and whether that is a disagreement: ``median 7, half between 5 and 8``."""
    if spread.quartiles is None or spread.rand is None:
        return "nobody gave points"
    q = spread.quartiles
    told = f"median {q.median:g}, half between {q.low:g} and {q.high:g}"
    return f"{told}; a disagreement by RAND/UCLA" if spread.rand.disagreement else told


def moved(spread: QuestionResult | CriterionResult) -> str:
    """What changed since the round before; empty where nothing did, or in the first."""
    if isinstance(spread, CriterionResult):
        return f"median moved by {spread.moved:g}" if spread.moved else ""
    return "" if spread.stable in (True, None) else "the group's answer changed"


def remark(p: RoundResult, spread: QuestionResult | CriterionResult, one: ItemReason) -> str:
    """A reason behind what it goes with: ``9 points: we ship to phones``."""
    if isinstance(one.said, int):
        said = count(one.said, "point")
    else:
        said = recommendation.answer_in_words(p.kb, spread.id, one.said)
    return f"{said}, {one.name}: {one.reason}" if one.name else f"{said}: {one.reason}"


def said_last(p: RoundResult, item: str) -> str:
    """What the group said of an item, with the first reasons for saying otherwise, each cut to
    what fits under a question; empty for what was not voted on.
    """
    spreads: list[QuestionResult | CriterionResult] = [*p.questions, *p.criteria]
    spread = next((one for one in spreads if one.id == item), None)
    if spread is None:
        return ""
    group = scale(spread) if isinstance(spread, CriterionResult) else group_answer(p, spread)
    told = [f"Round {p.number}: {group}."]
    for one in spread.edges[:MOST_REASONS]:
        told.append(f"“{shorten(remark(p, spread, one), LONG_REASON, placeholder=' …')}”")
    left = len(spread.edges) - MOST_REASONS
    return " ".join([*told, f"And {count(left, 'other reason')}."] if left > 0 else told)


def people(number: int) -> str:
    """``1 person``, ``2 people``"""
    return "1 person" if number == 1 else f"{number} people"


def letter(number: int) -> str:
    """What the person at this place is called on the screen: A to Z, then AA."""
    name = ""
    while number >= 0:
        name, number = f"{chr(ord('A') + number % 26)}{name}", number // 26 - 1
    return name


def seat(p: RoundResult, one: ParticipantResult) -> str:
    """What one person comes to."""
    return recommendation.outcome(p.kb, one.judgement)
