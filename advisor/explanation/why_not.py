"""Why another alternative is not recommended, and why a rule did not fire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.explanation.grounds import (
    fired_step,
    in_two_levels,
    is_under,
    silent_step,
    strength,
    voice_under,
    withdrawn_step,
)
from advisor.explanation.how import numbers_of, scored
from advisor.wording.quantities import count, listed, signed
from rules.analysis.traces import OPEN, SILENT, Step
from rules.inference.situation import Situation
from rules.model import Conclude, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict, weigh


def why_not(r: Recommendation, name: str) -> Step:
    """Why not the alternative of that id: what is against it, and what would have been for it."""
    ruled_out = (
        fired_step(r, rule)
        for rule in r.deciding
        if isinstance(rule.action, RuleOut) and rule.action.alternative == name
    )
    criteria = (*_against_winner(r, name), *_by_criterion(r, name))
    children = (*ruled_out, *criteria, *_silent(r, name), *_fallen(r, name))
    totals = r.judgement.totals
    numbers = {f"total_{who}": total for who, total in totals.items()}
    if name in totals:
        numbers["behind"] = max(totals.values()) - totals[name]
    state = "recommended" if r.judgement.winner == name else "not recommended"
    says = f"Why not {r.kb.alternatives[name].title}: {_position(r, name)}."
    return Step("why_not", name, says, state, children, numbers)


def why_not_rule(r: Recommendation, name: str) -> Step:
    """Whether the rule fired, what it lacks, or what it fell with."""
    rule = r.kb.rules[name]
    if any(withdrawal.rule == name for withdrawal in r.withdrawn):
        return withdrawn_step(r, rule)
    if r.situation.value(rule.when) is True:
        return fired_step(r, rule, f"It did fire. {voice_under(r.kb, rule)}")
    step = silent_step(r, rule)
    says = f"It did not fire. {step.says}"
    if Situation.of(r.kb, r.sheet.answers).value(rule.when) is True:
        says = f"It did not fire, because what it follows from was withdrawn. {step.says}"
        concluding = [rule for rule in r.withdrawn_rules if isinstance(rule.action, Conclude)]
        steps = tuple(withdrawn_step(r, rule) for rule in concluding)
        return Step("rule", name, says, SILENT, steps)
    return Step("rule", name, says, step.state, step.children, step.numbers)


# Where it stands


def _position(r: Recommendation, name: str) -> str:
    """Where the alternative came in, in words that follow "Why not PyTorch:"."""
    judgement = r.judgement
    if name in judgement.ruled_out:
        return "it is ruled out, whatever the weights"
    match judgement.verdict:
        case Verdict.UNDECIDED if r.overturned:
            return "every rule that spoke for or against an alternative was withdrawn"
        case Verdict.UNDECIDED:
            return "nothing that was answered speaks for or against it yet"
        case Verdict.IMPOSSIBLE:
            return "every alternative is ruled out"
        case Verdict.EITHER | Verdict.CLEAR | Verdict.LEANING:
            return _compared(r, name)


def _compared(r: Recommendation, name: str) -> str:
    totals, verdict = r.judgement.totals, r.judgement.verdict
    best, *others = sorted(totals, key=lambda who: -totals[who])
    if name == r.judgement.winner:
        return "it wins: it is what is recommended"
    rival = best if best != name else others[0]
    title = r.kb.alternatives[rival].title
    gap = totals[name] - totals[rival]
    against = f"with {signed(totals[name])} against {signed(totals[rival])} for {title}"
    if round(gap, 2) == 0:
        where = f"it is level with {title}"
    else:
        where = f"it is {'ahead' if gap > 0 else 'behind'} by {abs(gap):.2f}, {against}"
    return f"it is too close to call; {where}" if verdict is Verdict.EITHER else where


def _against_winner(r: Recommendation, name: str) -> Iterator[Step]:
    """The rules that speak against what wins all the same, the strongest first."""
    if name != r.judgement.winner:
        return
    rules = [rule for rule in r.deciding if not _is_for(rule, name)]
    rules.sort(key=lambda rule: -strength(rule))
    speak = "rule speaks" if len(rules) == 1 else "rules speak"
    says = f"{len(rules) or 'No'} {speak} against it{', or for another' if rules else ''}."
    steps = [fired_step(r, rule, voice_under(r.kb, rule)) for rule in rules]
    yield Step("against", name, says, "", in_two_levels(steps))


# The criteria


def _by_criterion(r: Recommendation, name: str) -> Iterator[Step]:
    """The criteria under which another scores more, those that cost most first; then the others."""
    costs = {criterion: _cost(r, name, criterion) for criterion in r.judgement.criteria_by_weight}
    for criterion, cost in sorted(costs.items(), key=lambda item: -item[1]):
        if cost > 0:
            steps = tuple(
                fired_step(r, rule)
                for rule in r.deciding
                if is_under(rule, criterion) and not _is_for(rule, name)
            )
            says = f"{scored(r, criterion)} That puts it behind by {cost:.2f}."
            numbers = {**numbers_of(r, criterion), "cost": cost}
            yield Step("criterion", criterion, says, "behind", steps, numbers)
    ahead = [criterion for criterion, cost in costs.items() if cost < 0]
    level = [criterion for criterion, cost in costs.items() if cost == 0]
    for state, there in (("ahead", ahead), ("level", level)):
        if there:
            titles = listed([r.kb.criteria[criterion].title for criterion in there])
            yield Step(state, name, f"It is {state} under {titles}.", state)


def _cost(r: Recommendation, name: str, criterion: str) -> float:
    """By how much the criterion puts the alternative behind the best of the others."""
    scores = r.judgement.scores
    left = [who for who in (r.judgement.totals or scores) if who != name]
    most = max((scores[who][criterion] for who in left), default=scores[name][criterion])
    return r.judgement.weights[criterion] * (most - scores[name][criterion])


def _is_for(rule: Rule, name: str) -> bool:
    """Whether it speaks for the alternative, or against another or rules it out."""
    match rule.action:
        case Prefer(alternative, _, factor):
            return (alternative == name) == (factor > 0)
        case RuleOut(alternative):
            return alternative != name
        case _:
            return False


# What would have been for it


def _silent(r: Recommendation, name: str) -> Iterator[Step]:
    """The rules for it that did not fire, the weightiest first, each over what it lacks."""
    rules = [
        rule
        for rule in r.remaining_kb.rules.values()
        if _is_for(rule, name) and r.situation.value(rule.when) is not True
    ]
    rules.sort(key=lambda rule: -_would_weigh(r, rule))
    if rules:
        steps = [silent_step(r, rule) for rule in rules]
        yield Step("silent", name, _silent_sentence(rules[0], steps), "", in_two_levels(steps))


def _silent_sentence(weightiest: Rule, steps: Sequence[Step]) -> str:
    would = f"{count(len(steps), 'rule')} would speak for it"
    text = f"{would}, or against the others, and did not fire."
    waiting = sum(all(lack.state == OPEN for lack in step.children) for step in steps)
    if waiting:
        which = "All of them wait" if waiting == len(steps) else f"{waiting} of them wait"
        which = "1 of them waits" if waiting == 1 < len(steps) else which
        text = f"{text} {which} only for answers that are not there yet."
    return f"{text} The weightiest of all: {weightiest.because}"


def _would_weigh(r: Recommendation, rule: Rule) -> float:
    """The rule's factor times the weight that its criterion has or would have."""
    if not isinstance(rule.action, Prefer):
        return strength(rule)  # ruling out comes before all that is weighed
    spoken = {*r.judgement.weights, rule.action.criterion}
    criteria = [name for name in r.kb.criteria if name in spoken]
    return weigh(criteria, r.sheet.ranking)[rule.action.criterion] * strength(rule)


def _fallen(r: Recommendation, name: str) -> Iterator[Step]:
    fallen = [rule for rule in r.withdrawn_rules if _is_for(rule, name)]
    if fallen:
        claims = "a claim it rests on" if len(fallen) == 1 else "claims they rest on"
        says = f"{count(len(fallen), 'rule')} that spoke for it fell with {claims}."
        yield Step("withdrawn", name, says, "", tuple(withdrawn_step(r, rule) for rule in fallen))
