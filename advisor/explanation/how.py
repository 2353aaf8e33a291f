"""How a recommendation was concluded: from the outcome down to answers and findings."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.consultation.consultation import Recommendation
from advisor.explanation.grounds import (
    fired_step,
    is_under,
    question_and_answer,
    silent_step,
    strength,
    voice_under,
    withdrawn_step,
)
from advisor.wording.quantities import count, listed, percent, signed
from advisor.wording.recommendation import (
    exclusion,
    outcome,
    proof,
    sureness,
    turn,
)
from rules.analysis.traces import OPEN, Step, because
from rules.conditions import Concluded
from rules.inference.evaluator import concluding
from rules.model import Prefer, RuleOut
from rules.scoring.judgement import Verdict


def how(r: Recommendation) -> Step:
    """The outcome over all it rests on: the criteria by weight, under each the rules that spoke,
    under each rule its condition and its claims; what is ruled out, what was withdrawn.
    """
    judgement = r.judgement
    numbers = {"margin": judgement.margin}
    for name, total in judgement.totals.items():
        numbers[f"total_{name}"] = total
        numbers[f"acceptability_{name}"] = judgement.acceptability[name]
    children = (
        *(Step("conflict", name, question_and_answer(r, name)) for name in r.conflict),
        *_judged(r),
        *(fired_step(r, rule) for rule in r.deciding if isinstance(rule.action, RuleOut)),
        *(_criterion_step(r, name) for name in judgement.criteria_by_weight),
        *_withdrawn(r),
    )
    verdict = judgement.verdict.value
    return Step("outcome", r.choice or "", outcome_with_reason(r), verdict, children, numbers)


def how_criterion(r: Recommendation, name: str) -> Step:
    """One criterion over the rules that spoke; where none did, over those that could."""
    if name in r.judgement.weights:
        return _criterion_step(r, name)
    rules = [rule for rule in r.remaining_kb.rules.values() if is_under(rule, name)]
    says = (
        f"{r.kb.criteria[name].title} has no weight: nothing that was answered speaks to it. "
        f"{count(len(rules), 'rule')} could."
    )
    return Step("criterion", name, says, "", tuple(silent_step(r, rule) for rule in rules))


def how_concept(r: Recommendation, name: str) -> Step:
    """Whether a concept follows, over the rules that say so or over what these lack."""
    atom = Concluded(name)
    value = r.situation.value(atom)
    if value is not None:
        (step,) = because(r.situation, atom, holds=value)
        return step
    rules = tuple(silent_step(r, rule) for rule in concluding(r.remaining_kb, name))
    says = f"It is not known whether {r.kb.concepts[name].title}."
    return Step("concept", name, says, OPEN, rules)


def how_rule(r: Recommendation, name: str) -> Step:
    """A rule over what made it fire, over what it fell with, or over what it lacks."""
    rule = r.kb.rules[name]
    if any(withdrawal.rule == name for withdrawal in r.withdrawn):
        return withdrawn_step(r, rule)
    if r.situation.value(rule.when) is True:
        return fired_step(r, rule, voice_under(r.kb, rule))
    step = silent_step(r, rule)
    return Step("rule", name, f"It did not fire. {step.says}", step.state, step.children)


# The outcome


def outcome_with_reason(r: Recommendation) -> str:
    """The outcome in one sentence, with what decided it."""
    return f"{outcome(r.kb, r.judgement)}, because {_reason(r)}."


def _reason(r: Recommendation) -> str:
    match r.judgement.verdict:
        case Verdict.UNDECIDED if r.overturned:
            return "every rule that spoke for or against an alternative was withdrawn"
        case Verdict.UNDECIDED:
            return "nothing that was answered speaks for or against an alternative"
        case Verdict.IMPOSSIBLE:
            return f"these {len(r.conflict)} answers exclude each other"
        case Verdict.EITHER:
            return _too_close(r)
        case Verdict.CLEAR | Verdict.LEANING:
            return _what_tips(r)


def _what_tips(r: Recommendation) -> str:
    """The criterion that puts the winner furthest ahead of the second best."""
    winner, *others = sorted(r.judgement.totals, key=lambda name: -r.judgement.totals[name])
    if not others:
        return exclusion(r.kb, r.judgement)
    second, scores, weights = others[0], r.judgement.scores, r.judgement.weights
    name = max(weights, key=lambda c: weights[c] * (scores[winner][c] - scores[second][c]))
    where = f"under {r.kb.criteria[name].title} ({percent(weights[name])} of the weight)"
    behind = f"{r.kb.alternatives[second].title} {signed(scores[second][name])}"
    return f"{where} it scores {signed(scores[winner][name])} and {behind}"


def _too_close(r: Recommendation) -> str:
    """Which of the thresholds of "leaning" the best alternative does not reach."""
    judgement, least = r.judgement, r.kb.leaning
    best = max(judgement.totals, key=lambda name: judgement.totals[name])
    share = judgement.acceptability[best]
    takes = "where leaning takes"
    reasons = sum(isinstance(rule.action, Prefer) for rule in r.fired)
    if round(judgement.margin, 2) == 0:
        return f"{listed([r.kb.alternatives[name].title for name in judgement.totals])} are level"
    short = []
    if judgement.margin < least.margin:
        short.append(f"is ahead by only {judgement.margin:.2f}, {takes} {least.margin:.2f}")
    if share < least.acceptability:
        wins = f"wins under only {percent(share)} of all weightings of the criteria"
        short.append(f"{wins}, {takes} {percent(least.acceptability)}")
    if reasons < least.reasons:
        short.append(f"has only {count(reasons, 'rule')} that spoke, {takes} {least.reasons}")
    return f"{r.kb.alternatives[best].title} {', and '.join(short)}"


def _judged(r: Recommendation) -> Iterator[Step]:
    if r.judgement.verdict not in (Verdict.UNDECIDED, Verdict.IMPOSSIBLE):
        yield Step("sureness", "", sureness(r))
    if len(r.judgement.totals) > 1 and r.judgement.weights:
        yield Step("totals", "", _summed_up(r), "", (), r.judgement.totals)
    if r.deciding or r.overturned:
        yield Step("proof", "", proof(r), "unproven" if r.unproven else "")


def _summed_up(r: Recommendation) -> str:
    """The totals, and how to read scores."""
    totals = r.judgement.totals
    by_total = sorted(totals, key=lambda name: -totals[name])
    each = [f"{signed(totals[name])} for {r.kb.alternatives[name].title}" for name in by_total]
    return (
        "Scores lie between -1, all speaks against, and +1, all speaks for. Each criterion's "
        f"counts with its weight; together that makes {listed(each)}."
    )


# Criteria and rules


def _criterion_step(r: Recommendation, name: str) -> Step:
    """A criterion with its weight and scores, over the rules that spoke, the strongest first."""
    rules = sorted((rule for rule in r.fired if is_under(rule, name)), key=strength, reverse=True)
    children = tuple(fired_step(r, rule) for rule in rules)
    return Step("criterion", name, scored(r, name), "", children, numbers_of(r, name))


def scored(r: Recommendation, name: str) -> str:
    """``Execution (20 % of the weight): TensorFlow scores +0.40, PyTorch +0.20.``"""
    scores = {who: by[name] for who, by in r.judgement.scores.items()}
    best, *others = sorted(scores, key=lambda who: -scores[who])
    parts = [f"{r.kb.alternatives[best].title} scores {signed(scores[best])}"]
    parts += [f"{r.kb.alternatives[who].title} {signed(scores[who])}" for who in others]
    weight = percent(r.judgement.weights[name])
    return f"{r.kb.criteria[name].title} ({weight} of the weight): {', '.join(parts)}."


def numbers_of(r: Recommendation, criterion: str) -> dict[str, float]:
    scores = {f"score_{who}": by[criterion] for who, by in r.judgement.scores.items()}
    return {"weight": r.judgement.weights[criterion], **scores}


def _withdrawn(r: Recommendation) -> Iterator[Step]:
    if r.withdrawn:
        steps = tuple(withdrawn_step(r, rule) for rule in r.withdrawn_rules)
        yield Step("withdrawn", "", turn(r), "", steps)
