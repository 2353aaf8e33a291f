"""The rules of a report: what speaks for and against whom, what fell, what is advised, and how
claims bear on the alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import is_verified
from advisor.wording import report as model
from advisor.wording.findings import Evidence
from advisor.wording.recommendation import effect, effect_on, outcome
from rules.model import Action, Advise, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict

Spoken: TypeAlias = "Sequence[tuple[Action, model.RuleReason]]"  # what rules do, and the rules

TOPICS = ("training", "export", "runtime", "practice")  # in the order a project meets them


def deciding_reasons(r: Recommendation, evidence: Mapping[str, Evidence]) -> Spoken:
    """The deciding rules, the weightiest first."""

    def weight(rule: Rule) -> float:
        if not isinstance(rule.action, Prefer):
            return float("inf")
        return r.judgement.weights[rule.action.criterion] * abs(rule.action.factor)

    return [
        (rule.action, _reason(r, evidence, rule, effect(r.kb, rule)))
        for rule in sorted(r.deciding, key=lambda rule: -weight(rule))
    ]


def arguments(
    r: Recommendation, reasons: Spoken, alternatives: Sequence[model.AlternativeLabel]
) -> tuple[model.Arguments, ...]:
    """By total: the best first, those ruled out last."""
    totals = r.judgement.totals
    ordered = sorted(alternatives, key=lambda option: -totals.get(option.id, -2.0))
    return tuple(
        model.Arguments(option, _side("For", option, reasons), _side("Against", option, reasons))
        for option in ordered
    )


def _side(
    word: str, alternative: model.AlternativeLabel, reasons: Spoken
) -> model.Section[model.RuleReason]:
    """What speaks for or against an alternative."""
    items = tuple(
        reason
        for action, reason in reasons
        if (about := _bearing(action))
        and about[0] == alternative.id
        and (about[1] == "for it") == (word == "For")
    )
    return model.Section(f"{word.lower()}-{alternative.id}", f"{word} {alternative.title}", items)


def _bearing(action: Action) -> tuple[str, str] | None:
    """The alternative that an action is about, and how it bears on it in words."""
    match action:
        case Prefer(alternative, _, factor):
            return alternative, "for it" if factor > 0 else "against it"
        case RuleOut(alternative):
            return alternative, "rules it out"
        case Advise(alternative=str(alternative)):
            return alternative, "advice"
    return None


def grounds(r: Recommendation, reasons: Spoken) -> tuple[model.RuleReason, ...]:
    """What speaks for the choice, or against what it was compared with."""
    return tuple(
        reason
        for action, reason in reasons
        if isinstance(action, Prefer)
        and action.alternative in r.judgement.totals
        and (action.alternative == r.choice) == (action.factor > 0)
    )


def _reason(
    r: Recommendation, evidence: Mapping[str, Evidence], rule: Rule, effect: str
) -> model.RuleReason:
    claims = tuple(evidence[name] for name in rule.claims)
    verified = is_verified(rule, r.claims)
    probes = tuple(dict.fromkeys(claim.probe for claim in claims))
    return model.RuleReason(rule.id, rule.because, effect, claims, verified, probes)


def withdrawn(r: Recommendation, evidence: Mapping[str, Evidence]) -> model.Withdrawn:
    """What decided comes first; concepts and advice that fell with it follow."""
    fell = {one.rule: (number, one.claims) for number, one in enumerate(r.withdrawn)}
    reasons = []
    for rule in r.withdrawn_rules:
        number, names = fell[rule.id]
        claims = tuple(evidence[name] for name in names)
        reason = _reason(r, evidence, rule, effect_on(r.kb, rule))
        reasons.append(replace(reason, claims=claims, number=number))
    return model.Withdrawn(
        "withdrawn",
        f"Withdrawn by the evidence{', or for the lack of it' if r.strict else ''}",
        tuple(reasons),
        before=outcome(r.kb, r.written),
        after=outcome(r.kb, r.judgement),
    )


def advice(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[model.Advice, ...]:
    """Alternative by alternative, in the order in which a project meets its topics."""
    order = [*r.kb.alternatives, None]
    rules = [(rule, rule.action) for rule in r.advice if isinstance(rule.action, Advise)]
    rules.sort(key=lambda pair: (order.index(pair[1].alternative), TOPICS.index(pair[1].topic)))
    titles = {name: option.title for name, option in r.kb.alternatives.items()}
    either = r.judgement.verdict is Verdict.EITHER
    return tuple(
        model.Advice(
            action.topic,
            titles.get(action.alternative or "", "") if either else "",
            action.text,
            tuple(evidence[name] for name in rule.claims),
        )
        for rule, action in rules
    )


# Claims


def reported_claims(r: Recommendation) -> list[str]:
    """The claims behind what decides, what fell and what is advised.

    What only concepts, and advice on other alternatives, rest on is not among them.
    """
    standing = chain.from_iterable(rule.claims for rule in (*r.deciding, *r.advice))
    names = {*standing, *chain.from_iterable(fallen.claims for fallen in r.withdrawn)}
    return [name for name in r.claims if name in names]


def matrix_rows(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[model.MatrixRow, ...]:
    """Claims behind what decides come first."""
    rules = sorted((*r.fired, *r.withdrawn_rules), key=lambda rule: not rule.decides)
    resting = {name: [rule for rule in rules if name in rule.claims] for name in evidence}
    ordered = sorted(evidence, key=lambda name: not any(rule.decides for rule in resting[name]))
    return tuple(_matrix_row(r, evidence[name], resting[name]) for name in ordered)


def _matrix_row(r: Recommendation, claim: Evidence, rules: Sequence[Rule]) -> model.MatrixRow:
    """A claim stands under the alternatives that it speaks for or against: those of the ``rules``
    that fired and rest on it, be they withdrawn since. Where no such rule is about an alternative,
    it stands under that of its probe's framework; else under none rather than another.
    """
    found = [about for rule in rules if (about := _bearing(rule.action))]
    sides = {name: [side for other, side in found if other == name] for name, _ in found}
    if not sides:
        sides = {name: [] for name in r.kb.alternatives if name == claim.probe.split(".")[0]}
    bearing = (
        tuple(dict.fromkeys(sides[name])) if name in sides else None for name in r.kb.alternatives
    )
    return model.MatrixRow(claim, tuple(bearing) if sides else ())
