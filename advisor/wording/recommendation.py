"""The sentences that every renderer shares: the same outcome reads the same everywhere."""

from __future__ import annotations

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus
from advisor.wording.answers import DONT_KNOW
from advisor.wording.findings import framework_versions
from advisor.wording.quantities import count, percent
from rules.analysis.whatif import Influence
from rules.diagnostics import either
from rules.model import UNKNOWN, Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut
from rules.scoring.judgement import Judgement, Verdict, contenders, differs

NOTHING_TRIED = "From written knowledge only: nothing was tried for these answers."


def outcome(kb: KnowledgeBase, judgement: Judgement) -> str:
    """The judgement in a few words, as a headline."""
    match judgement.verdict:
        case Verdict.CLEAR:
            return f"{_winner(kb, judgement)}, clearly"
        case Verdict.LEANING:
            return f"Leaning to {_winner(kb, judgement)}"
        case Verdict.EITHER:
            left = either(kb.alternatives[name].title for name in contenders(kb, judgement))
            return f"Either {left}: too close to call"
        case Verdict.UNDECIDED:
            return "Cannot tell yet"
        case Verdict.IMPOSSIBLE:
            return "Nothing is left: every alternative is ruled out"


def lasting(kb: KnowledgeBase, judgement: Judgement) -> str:
    """What wins, in a few words that stay true while only how clearly it wins changes."""
    if judgement.winner is not None:
        return f"{_winner(kb, judgement)} wins"
    headline = outcome(kb, judgement)
    return headline[:1].lower() + headline[1:]


def sureness(recommendation: Recommendation) -> str:
    """How sure the outcome is, in one sentence, with its numbers."""
    judgement, sheet = recommendation.judgement, recommendation.sheet
    if judgement.verdict is Verdict.UNDECIDED and recommendation.overturned:
        return "Every rule that spoke for or against an alternative was withdrawn."
    if judgement.verdict is Verdict.IMPOSSIBLE:
        return "These answers exclude each other; see the conflict below."
    ranked = any(name in judgement.weights for name in (*sheet.priorities, *sheet.points))
    people = len(sheet.workshop.last.ballots) if sheet.workshop else 0
    return surely(recommendation.kb, judgement, ranked=ranked, people=people)


def surely(
    kb: KnowledgeBase, judgement: Judgement, *, ranked: bool = False, people: int = 0
) -> str:
    """The share of weightings and the lead behind an outcome: of somebody who ``ranked`` the
    criteria or not, or of so many ``people`` who gave points.
    """
    if judgement.verdict is Verdict.UNDECIDED:
        return "Nothing that was answered speaks for or against an alternative."
    if judgement.verdict is Verdict.IMPOSSIBLE:
        return "These answers exclude each other."
    if len(judgement.totals) == 1:
        return f"{exclusion(kb, judgement)}, whatever the weights."
    best = max(judgement.totals, key=lambda name: judgement.totals[name])
    who = "It" if judgement.winner else kb.alternatives[best].title
    share = judgement.acceptability[best]
    every = share == 1.0
    ways = "every weighting" if every else f"{percent(share)} of all weightings"
    respecting, under = "", "with equal weights"
    if people:
        whose = "one person's points" if people == 1 else f"the points of {people} people"
        respecting, under = f" that {whose} allow", "under their mean"
    elif ranked:
        respecting = f" that respect{'s' if every else ''} your ranking"
        under = "under yours"
    ahead = "level" if round(judgement.margin, 2) == 0 else f"ahead by {judgement.margin:.2f}"
    enough = "" if judgement.winner else ", too little to choose by"
    return f"{who} wins under {ways} of the criteria{respecting}; {under} it is {ahead}{enough}."


def exclusion(kb: KnowledgeBase, judgement: Judgement) -> str:
    """``PyTorch is ruled out``, ``One and another are ruled out``"""
    out = " and ".join(kb.alternatives[name].title for name in judgement.ruled_out)
    return f"{out} {'is' if len(judgement.ruled_out) == 1 else 'are'} ruled out"


def proof(recommendation: Recommendation) -> str:
    """How much of it was verified here, in one sentence."""
    deciding, verified = len(recommendation.deciding), len(recommendation.verified)
    if not deciding and recommendation.overturned:
        return "No deciding rule is left."
    if not deciding:
        return "No rule decides yet, so there is nothing to verify."
    if not any(rule.claims for rule in recommendation.deciding):
        which = "The one deciding rule rests" if deciding == 1 else "All deciding rules rest"
        return f"{which} on your answers alone; there was nothing to verify."
    if not verified and deciding == 1:
        return "From written knowledge only: the one deciding rule was not verified here."
    if not verified:
        return f"From written knowledge only: none of {deciding} deciding rules was verified here."
    tried = ", ".join(framework_versions(recommendation.findings.values()))
    rules = f"{verified} of {count(deciding, 'deciding rule')}"
    return f"{rules} verified here, on {tried}." if tried else f"{rules} verified here."


def effect(kb: KnowledgeBase, rule: Rule) -> str:
    """Where and how strongly a deciding rule speaks: ``execution, strong``."""
    if isinstance(rule.action, Prefer):
        return f"{kb.criteria[rule.action.criterion].title.lower()}, {rule.action.strength}"
    return "whatever the weights"


def effect_on(kb: KnowledgeBase, rule: Rule) -> str:
    """Like ``effect``, with whom it is about; for any kind of rule."""
    match rule.action:
        case Prefer(alternative, _, factor):
            side = "for" if factor > 0 else "against"
            return f"{side} {kb.alternatives[alternative].title}: {effect(kb, rule)}"
        case RuleOut(alternative):
            return f"rules out {kb.alternatives[alternative].title}"
        case Conclude(concept):
            return f"concludes that {kb.concepts[concept].title}"
        case Advise(topic=topic):
            return f"advice on {topic}"


def turn(recommendation: Recommendation) -> str:
    """What the evidence changed, in one sentence."""
    fell = count(len(recommendation.withdrawn), "rule")
    who = "The evidence, or the lack of it," if recommendation.strict else "The evidence"
    refuted = {c for c, w in recommendation.claims.items() if w.status is ClaimStatus.REFUTED}
    lacking = sum(refuted.isdisjoint(rule.claims) for rule in recommendation.withdrawn)
    if lacking:
        fell = f"{fell} ({lacking} for want of a run)"
    before = outcome(recommendation.kb, recommendation.written)
    effect = "; the outcome stands"
    if recommendation.overturned:
        effect = " and changed the outcome"
    return f"{who} withdrew {fell}{effect}. Before it: {before}."


def movers(recommendation: Recommendation) -> list[Influence]:
    """The open questions of which some answer would change what wins, most influential first."""
    return [i for i in recommendation.influences if moved_by(recommendation, i)]


def moved_by(recommendation: Recommendation, influence: Influence) -> dict[str, Judgement]:
    """The options that would change what wins, with what would come of them."""
    now = recommendation.judgement
    return {option: j for option, j in influence.outcomes.items() if differs(j, now)}


def open_ends(recommendation: Recommendation) -> str:
    """Whether open questions could still change what wins; empty where none is open."""
    able = len(movers(recommendation))
    still = len(recommendation.unanswered)
    if not still or recommendation.judgement.verdict is Verdict.UNDECIDED:
        return ""
    are = "question is" if still == 1 else "questions are"
    if recommendation.settled:
        which = "it cannot" if still == 1 else "not even all of them together can"
        return f"{still} {are} open; {which} change what wins."
    if not able:
        return f"{still} {are} open; none alone could change what wins, several together might."
    each = "one of them" if able == 1 else f"each of {able} of them"
    return f"{still} {are} open; {'it' if still == 1 else each} could change what wins."


def answer_in_words(kb: KnowledgeBase, question: str, answer: tuple[str, ...]) -> str:
    """The labels of an answer, joined."""
    if answer == (UNKNOWN,):
        return DONT_KNOW
    return "; ".join(kb.questions[question].option(option).label for option in answer)


def answer_in_a_sentence(recommendation: Recommendation, question: str) -> str:
    """What was answered, by one person or by a group, as a sentence."""
    sheet = recommendation.sheet
    answer = sheet.answers.get(question)
    if answer in (None, (UNKNOWN,)) and sheet.workshop is not None:
        return "There is no answer that more than half gave."
    if answer is None:
        return "There is no answer yet."
    if answer == (UNKNOWN,):
        return "You said you don't know."
    who = sheet.speaker.capitalize()
    return f"{who} said “{answer_in_words(recommendation.kb, question, answer)}”."


def _winner(kb: KnowledgeBase, judgement: Judgement) -> str:
    assert judgement.winner is not None  # clear and leaning have one
    return kb.alternatives[judgement.winner].title


def change_in_words(
    kb: KnowledgeBase, question: str, before: tuple[str, ...], after: tuple[str, ...]
) -> str:
    """``Android -> iOS or iPadOS``; of a multiple choice what comes and what goes: ``also iOS``.

    An empty tuple stands for no answer.
    """
    if not set(before) & set(after):
        answers = (
            answer_in_words(kb, question, answer) if answer else "not answered"
            for answer in (before, after)
        )
        return " -> ".join(answers)
    comes = tuple(option for option in after if option not in before)
    goes = tuple(option for option in before if option not in after)
    changes = (("also", comes), ("no longer", goes))
    return ", ".join(
        f"{word} {answer_in_words(kb, question, some)}" for word, some in changes if some
    )
