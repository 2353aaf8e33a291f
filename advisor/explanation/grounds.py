"""What a rule stands on, as steps: the answers that made it fire, its claims, what was found."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.wording.findings import sentence, what_was_found
from advisor.wording.recommendation import answer_in_a_sentence
from rules.analysis.missing_answers import missing_answers
from rules.analysis.traces import SILENT, Step, because, missing_steps, rule_step
from rules.inference.situation import Situation
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut

FIRST = 5  # of a long list, how many stand at once
WITHDRAWN = "withdrawn"  # the state of a rule that fired and fell
_ADVERBS = {
    "slight": "slightly",
    "moderate": "moderately",
    "strong": "strongly",
    "decisive": "decisively",
}
_STATUS = {
    ClaimStatus.CONFIRMED: "Confirmed here",
    ClaimStatus.REFUTED: "Refuted here",
    ClaimStatus.UNVERIFIED: "Not verified here",
}


def voice(kb: KnowledgeBase, rule: Rule) -> str:
    """What the rule does, under whatever criterion: ``Strongly for TensorFlow``."""
    match rule.action:
        case Prefer(alternative, _, factor, strength):
            side = "for" if factor > 0 else "against"
            adverb = _ADVERBS.get(strength, strength).capitalize()
            return f"{adverb} {side} {kb.alternatives[alternative].title}"
        case RuleOut(alternative):
            return f"Rules out {kb.alternatives[alternative].title}"
        case Conclude(concept):
            return f"Concludes that {kb.concepts[concept].title}"
        case Advise(text, alternative=alternative):
            whom = f" for {kb.alternatives[alternative].title}" if alternative else ""
            return f"Advice{whom}, “{text.rstrip('.')}”"


def voice_under(kb: KnowledgeBase, rule: Rule) -> str:
    """The same with the criterion: ``Strongly for TensorFlow under “Execution”``."""
    if isinstance(rule.action, Prefer):
        return f"{voice(kb, rule)} under “{kb.criteria[rule.action.criterion].title}”"
    return voice(kb, rule)


def is_under(rule: Rule, criterion: str) -> bool:
    """Whether it speaks under the criterion."""
    return isinstance(rule.action, Prefer) and rule.action.criterion == criterion


def strength(rule: Rule) -> float:
    """How much a rule has to say: the size of its factor, and more where it rules out."""
    if isinstance(rule.action, Prefer):
        return abs(rule.action.factor)
    return 2.0 if isinstance(rule.action, RuleOut) else 0.0


def fired_step(r: Recommendation, rule: Rule, speaks: str = "") -> Step:
    """A rule that fired, over its condition and its claims. ``speaks`` says what it does."""
    step = rule_step(r.situation, rule)
    children = (*step.children, *(claim_step(r.claims[name]) for name in rule.claims))
    says = f"{speaks or voice(r.kb, rule)}: {rule.because}"
    return Step("rule", rule.id, says, step.state, children, _factor(rule))


def withdrawn_step(r: Recommendation, rule: Rule) -> Step:
    """A rule that fired and fell, over the claims it fell with and the condition it had."""
    fell = next(w for w in r.withdrawn if w.rule == rule.id)
    claims = tuple(claim_step(r.claims[name]) for name in fell.claims)
    before = because(Situation.of(r.kb, r.sheet.answers, r.sheet.speaker), rule.when)
    says = f"{voice_under(r.kb, rule)}, withdrawn: {rule.because}"
    return Step("rule", rule.id, says, WITHDRAWN, (*claims, *before), _factor(rule))


def silent_step(r: Recommendation, rule: Rule) -> Step:
    """A rule that did not fire, over the answers it lacks."""
    missing = missing_answers(r.situation, rule.when)
    says = f"{voice_under(r.kb, rule)}: {rule.because}"
    if missing is None:
        says = f"{says} No answers can bring it about with the rules that stand."
    elif not missing.enough:
        says = f"{says} It lacks at least this:"
    children = missing_steps(r.situation, missing.items) if missing else ()
    return Step("rule", rule.id, says, SILENT, children, _factor(rule))


def claim_step(weighed: WeighedClaim) -> Step:
    """A claim with its standing, over what was found when it was tried."""
    status = _STATUS[weighed.status]
    on_its_way_out = ", though on the way out" if weighed.deprecated else ""
    says = f"{status}{on_its_way_out}: {sentence(weighed.claim.says)}"
    return Step("claim", weighed.claim.id, says, weighed.status.value, (_finding_step(weighed),))


def _finding_step(weighed: WeighedClaim) -> Step:
    finding, says = weighed.finding, what_was_found(weighed)
    if finding is None:
        return Step("untried", weighed.claim.probe or "", says, "untried")
    numbers = {
        name: float(value)
        for name, value in finding.evidence.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
    numbers["seconds"] = finding.seconds
    return Step("finding", finding.probe, says, finding.outcome.value, (), numbers)


def question_and_answer(r: Recommendation, name: str) -> str:
    return f"{r.kb.questions[name].ask} {answer_in_a_sentence(r, name)}"


def in_two_levels(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The first few; where there are many, the others one level deeper."""
    if len(steps) <= FIRST + 1:
        return tuple(steps)
    rest = tuple(steps[FIRST:])
    return (*steps[:FIRST], Step("more", "", f"And {len(rest)} more.", "", rest))


def _factor(rule: Rule) -> dict[str, float]:
    return {"factor": rule.action.factor} if isinstance(rule.action, Prefer) else {}
