"""The rules of a report: what speaks for and against whom, what fell, what is advised, and how
claims bear on the alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import is_verified
from advisor.wording.evidence import Evidence
from advisor.wording.recommendation import effect, effect_on, outcome
from advisor.wording.report import (
    Advice,
    AlternativeLabel,
    Arguments,
    MatrixRow,
    RuleReason,
    Section,
    Withdrawn,
)
from rules.model import Action, Advise, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict

Spoken: TypeAlias = "Sequence[tuple[Action, RuleReason]]"  # what rules do, and the rules

TOPICS = ("training", "export", "runtime", "practice")  # in the order a project meets them


def deciding_reasons(r: Recommendation, evidence: Mapping[str, Evidence]) -> Spoken:
    """The deciding rules, the weightiest first."""

    def weight(rule: Rule) -> float:
        if not isinstance(rule.action, Prefer):
            return float("inf")
        return r.judgement.weights[rule.action.criterion] * abs(rule.action.factor)

    return [
        (rule.action, _reason(r, evidence, rule, effect(r.kb, rule), rule.claims))
        for rule in sorted(r.deciding, key=lambda rule: -weight(rule))
    ]


def arguments(
    r: Recommendation, reasons: Spoken, alternatives: Sequence[AlternativeLabel]
) -> tuple[Arguments, ...]:
    """By total: the best first, those ruled out last."""
    totals = r.judgement.totals
    ordered = sorted(alternatives, key=lambda option: -totals.get(option.id, -2.0))
    return tuple(
        Arguments(option, _side("For", option, reasons), _side("Against", option, reasons))
        for option in ordered
    )


def _side(word: str, alternative: AlternativeLabel, reasons: Spoken) -> Section[RuleReason]:
    """What speaks for or against an alternative."""

    def is_of_side(action: Action) -> bool:
        match action:
            case Prefer(name, _, factor):
                return name == alternative.id and (factor > 0 if word == "For" else factor < 0)
            case RuleOut(name):
                return name == alternative.id and word == "Against"
        return False

    items = tuple(reason for action, reason in reasons if is_of_side(action))
    return Section(f"{word.lower()}-{alternative.id}", f"{word} {alternative.title}", items)


def grounds(r: Recommendation, reasons: Spoken) -> tuple[RuleReason, ...]:
    """What speaks for the choice, or against what it was compared with."""
    return tuple(
        reason
        for action, reason in reasons
        if isinstance(action, Prefer)
        and action.alternative in r.judgement.totals
        and (action.alternative == r.choice) == (action.factor > 0)
    )


def _reason(
    r: Recommendation,
    evidence: Mapping[str, Evidence],
    rule: Rule,
    says: str,
    claims: Sequence[str],
    number: int = 0,
) -> RuleReason:
    return RuleReason(
        id=rule.id,
        because=rule.because,
        effect=says,
        claims=tuple(evidence[name] for name in claims),
        verified=is_verified(rule, r.claims),
        probes=tuple(dict.fromkeys(evidence[name].probe for name in rule.claims)),
        number=number,
    )


def withdrawn(r: Recommendation, evidence: Mapping[str, Evidence]) -> Withdrawn:
    """What decided comes first; concepts and advice that fell with it follow."""
    numbered = {one.rule: (number, one.claims) for number, one in enumerate(r.withdrawn)}
    reasons = []
    for rule in r.withdrawn_rules:
        number, claims = numbered[rule.id]
        reasons.append(_reason(r, evidence, rule, effect_on(r.kb, rule), claims, number))
    return Withdrawn(
        "withdrawn",
        f"Withdrawn by the evidence{', or for the lack of it' if r.strict else ''}",
        tuple(reasons),
        before=outcome(r.kb, r.written),
        after=outcome(r.kb, r.judgement),
    )


def advice(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[Advice, ...]:
    """Alternative by alternative, in the order in which a project meets its topics."""
    order = [*r.kb.alternatives, None]
    rules = [(rule, rule.action) for rule in r.advice if isinstance(rule.action, Advise)]
    rules.sort(key=lambda pair: (order.index(pair[1].alternative), TOPICS.index(pair[1].topic)))
    titles = {name: option.title for name, option in r.kb.alternatives.items()}
    either = r.judgement.verdict is Verdict.EITHER
    return tuple(
        Advice(
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


def matrix_rows(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[MatrixRow, ...]:
    """Claims behind what decides come first.

    A claim stands under the alternatives that it speaks for or against: those of the rules that
    fired and rest on it, be they withdrawn since. Where no such rule is about an alternative, it
    stands under that of its probe's framework; else under none rather than another.
    """
    rules = sorted((*r.fired, *r.withdrawn_rules), key=lambda rule: not rule.decides)
    resting = {name: [rule for rule in rules if name in rule.claims] for name in evidence}
    ordered = sorted(evidence, key=lambda name: not any(rule.decides for rule in resting[name]))
    return tuple(
        MatrixRow(evidence[name], _bearing(list(r.kb.alternatives), evidence[name], resting[name]))
        for name in ordered
    )


def _bearing(
    alternatives: Sequence[str], claim: Evidence, rules: Sequence[Rule]
) -> tuple[tuple[str, ...] | None, ...]:
    """How the claim bears on each alternative, by the rules that rest on it."""
    sides: dict[str, list[str]] = {}
    for rule in rules:
        match rule.action:
            case Prefer(alternative, _, factor):
                side = "for it" if factor > 0 else "against it"
            case RuleOut(alternative):
                side = "rules it out"
            case Advise(alternative=str(alternative)):
                side = "advice"
            case _:
                continue
        sides.setdefault(alternative, []).append(side)
    if not sides:
        sides = {name: [] for name in alternatives if name == claim.probe.split(".")[0]}
    if not sides:
        return ()
    return tuple(
        tuple(dict.fromkeys(sides[name])) if name in sides else None for name in alternatives
    )
