"""The rules of a report: what speaks for and against whom, what fell, what is advised, and how
claims bear on the alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import is_verified
from advisor.wording.evidence import Evidence
from advisor.wording.recommendation import effect, effect_on, outcome
from advisor.wording.report import (
    Advice,
    Alternative,
    Arguments,
    MatrixRow,
    Reason,
    Section,
    Withdrawn,
)
from rules.model import Advise, Prefer, Rule, RuleOut
from rules.scoring.judgement import Verdict

TOPICS = ("training", "export", "runtime", "practice")  # in the order a project meets them


def arguments(
    r: Recommendation, evidence: Mapping[str, Evidence], alternatives: Sequence[Alternative]
) -> tuple[Arguments, ...]:
    """By total: the best first, those ruled out last."""
    totals = r.judgement.totals
    ordered = sorted(alternatives, key=lambda option: -totals.get(option.id, -2.0))
    return tuple(
        Arguments(option, _side(r, evidence, option, 1), _side(r, evidence, option, -1))
        for option in ordered
    )


def _side(
    r: Recommendation, evidence: Mapping[str, Evidence], alternative: Alternative, sign: int
) -> Section[Reason]:
    """The deciding rules for (+1) or against (-1) an alternative."""
    rules = []
    for rule in r.deciding:
        match rule.action:
            case Prefer(name, _, factor) if name == alternative.id and factor * sign > 0:
                rules.append(rule)
            case RuleOut(name) if name == alternative.id and sign < 0:
                rules.append(rule)
    word = "For" if sign > 0 else "Against"
    return Section(
        f"{word.lower()}-{alternative.id}",
        f"{word} {alternative.title}",
        _reasons(r, evidence, rules),
    )


def grounds(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[Reason, ...]:
    """The rules that speak for the choice, or against what it was compared with."""
    rules = [
        rule
        for rule in r.deciding
        if isinstance(rule.action, Prefer)
        and rule.action.alternative in r.judgement.totals
        and (rule.action.alternative == r.choice) == (rule.action.factor > 0)
    ]
    return _reasons(r, evidence, rules)


def exclusions(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[Reason, ...]:
    """The rules by which alternatives are ruled out."""
    return _reasons(r, evidence, [rule for rule in r.deciding if isinstance(rule.action, RuleOut)])


def _reasons(
    r: Recommendation, evidence: Mapping[str, Evidence], rules: Sequence[Rule]
) -> tuple[Reason, ...]:
    """Deciding rules, the weightiest first."""

    def weight(rule: Rule) -> float:
        action = rule.action
        if not isinstance(action, Prefer):
            return float("inf")
        return r.judgement.weights[action.criterion] * abs(action.factor)

    ordered = sorted(rules, key=lambda rule: -weight(rule))
    return tuple(_reason(r, evidence, rule, effect(r.kb, rule), rule.claims) for rule in ordered)


def _reason(
    r: Recommendation,
    evidence: Mapping[str, Evidence],
    rule: Rule,
    says: str,
    claims: Sequence[str],
    number: int = 0,
) -> Reason:
    return Reason(
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
    rules = r.kb.rules
    fallen = [
        _reason(
            r,
            evidence,
            rules[withdrawal.rule],
            effect_on(r.kb, rules[withdrawal.rule]),
            withdrawal.claims,
            number,
        )
        for number, withdrawal in enumerate(r.withdrawn)
    ]
    return Withdrawn(
        "withdrawn",
        f"Withdrawn by the evidence{', or for the lack of it' if r.strict else ''}",
        tuple(sorted(fallen, key=lambda reason: not rules[reason.id].decides)),
        before=outcome(r.kb, r.written),
        after=outcome(r.kb, r.judgement),
    )


def advice(r: Recommendation, evidence: Mapping[str, Evidence]) -> tuple[Advice, ...]:
    """Alternative by alternative, in the order in which a project meets its topics."""
    order = [*r.kb.alternatives, None]
    rules = [(rule, rule.action) for rule in r.advice if isinstance(rule.action, Advise)]
    rules.sort(key=lambda pair: (order.index(pair[1].alternative), TOPICS.index(pair[1].topic)))
    advised = []
    for rule, action in rules:
        either = r.judgement.verdict is Verdict.EITHER
        whom = r.kb.alternatives[action.alternative].title if either and action.alternative else ""
        claims = tuple(evidence[name] for name in rule.claims)
        advised.append(Advice(action.topic, whom, action.text, claims))
    return tuple(advised)


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
