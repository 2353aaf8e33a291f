"""What speaks for and against each option, as the items of a record."""

from __future__ import annotations

from collections.abc import Iterator

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim, is_verified
from advisor.records.madr.escaping import escape
from advisor.wording.outline import alternatives_by_total, speaking
from rules.model import Prefer, Rule

# Names at the head of a reason that look like ordinary words; others have a capital inside.
NAMES = frozenset({"Android", "Apple", "Core", "Fortran", "Google", "Hugging", "Keras"})


def consequences(r: Recommendation, choice: str) -> Iterator[str]:
    """What follows from the choice: what speaks for it, and what it gives up."""
    if choice == "either":
        yield "* Good, because nobody is bound by a difference that is not there"
        yield "* Bad, because the question will come up again; see below for what would settle it"
        return
    for rule in speaking(r, choice, 1):
        yield f"* Good, because {clause(rule)}"
    for rule in speaking(r, choice, -1):
        yield f"* Bad, because {clause(rule)}"
    for other in alternatives_by_total(r):
        if other.id != choice:
            for rule in speaking(r, other.id, 1):
                yield f"* Bad, because it gives up what speaks for {other.title}: {clause(rule)}"


def arguments(r: Recommendation, alternative: str) -> Iterator[str]:
    """The pros and cons of one option, each with its rule and how far that was proven."""
    good, bad = speaking(r, alternative, 1), speaking(r, alternative, -1)
    for rule in good:
        yield f"* Good, because {clause(rule)} ({proof(r, rule)})"
    for rule in bad:
        yield f"* Bad, because {clause(rule)} ({proof(r, rule)})"
    if alternative == "either":
        yield "* Neutral, because it costs nothing until work depends on the choice"
    elif not good and not bad:
        yield "* Neutral, because nothing that is known speaks for it or against it"


def in_favour(r: Recommendation) -> list[Rule]:
    """The rules that speak for the choice, or against what it was compared with, the weightiest
    first.
    """
    found = [
        rule
        for rule in r.deciding
        if isinstance(rule.action, Prefer)
        and rule.action.alternative in r.judgement.totals
        and (rule.action.alternative == r.choice) == (rule.action.factor > 0)
    ]
    return sorted(found, key=lambda rule: -_weight(r, rule))


def clause(rule: Rule) -> str:
    """The rule's reason as the end of a sentence that began with "because"."""
    text = rule.because.rstrip(".") or rule.because
    first = text.split(" ", 1)[0].removesuffix("'s")
    is_name = first in NAMES or (len(first) > 1 and not first[1:].islower())
    return text if is_name else text[0].lower() + text[1:]


def proof(r: Recommendation, rule: Rule) -> str:
    """Rule id and how far it was verified, so that each reason can be looked up."""
    if not rule.claims:
        return f"rule `{rule.id}`, from the answers alone"
    if not is_verified(rule, r.claims):
        return f"rule `{rule.id}`, not verified"
    probes = dict.fromkeys(f"`{r.claims[name].claim.probe}`" for name in rule.claims)
    return f"rule `{rule.id}`, verified by {' and '.join(probes)}"


def tried(weighed: WeighedClaim) -> str:
    """What a run said of a claim; one must have been made."""
    assert weighed.finding is not None  # chosen by the caller
    flag = ", deprecated" if weighed.deprecated else ""
    found = f"`{weighed.finding.probe}`: {escape(weighed.finding.reason)}"
    return f"{weighed.claim.says}: {weighed.status.value}{flag} ({found})"


def _weight(r: Recommendation, rule: Rule) -> float:
    assert isinstance(rule.action, Prefer)  # a rule that rules out needs no weight
    return r.judgement.weights[rule.action.criterion] * abs(rule.action.factor)
