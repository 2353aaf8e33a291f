"""What lies idle in a knowledge base: seen from who names whom, without reasoning."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rules.conditions import Chosen, Concluded, atoms
from rules.model import KnowledgeBase, Prefer, Rule
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind, listed

MOST_NAMED = 5  # of the rules without examples


def idle(kb: KnowledgeBase, able: Collection[str]) -> Iterator[KnowledgeRemark]:
    """Remarks about what nothing reads, criteria with one side, and rules without examples.

    ``able`` are the rules that can fire.
    """
    yield from _unread(kb)
    yield from _one_sided(kb, [rule for rule in kb.rules.values() if rule.id in able])
    yield from _without_example(kb.rules.values())


def _unread(kb: KnowledgeBase) -> Iterator[KnowledgeRemark]:
    conditions = [rule.when for rule in kb.rules.values()]
    conditions += [q.applies_when for q in kb.questions.values() if q.applies_when]
    conditions += [claim.counts_when for claim in kb.claims.values() if claim.counts_when]
    read = {atom for condition in conditions for atom in atoms(condition)}
    asked = {atom.question for atom in read if isinstance(atom, Chosen)}
    for question in kb.questions.values():
        if question.id not in asked:
            message = f"question '{question.id}' is read by no rule, no question and no claim"
            yield KnowledgeRemarkKind.IDLE_QUESTION.of(question, message)
    for concept in kb.concepts.values():
        if Concluded(concept.id) not in read:
            message = f"concept '{concept.id}' is asked for by no condition"
            yield KnowledgeRemarkKind.IDLE_CONCEPT.of(concept, message)
    busy = {name for rule in kb.rules.values() for name in rule.claims}
    busy |= {name for statement in kb.statements.values() for name in statement.claims}
    for claim in kb.claims.values():
        if claim.id not in busy:
            message = f"claim '{claim.id}' carries no rule and judges no statement"
            yield KnowledgeRemarkKind.IDLE_CLAIM.of(claim, message)


def _one_sided(kb: KnowledgeBase, rules: Iterable[Rule]) -> Iterator[KnowledgeRemark]:
    """Criteria under which one alternative can only gain on the others.

    To speak against an alternative is to speak for each of the others.
    """
    sides: dict[str, list[frozenset[str]]] = {}
    for rule in rules:
        if isinstance(rule.action, Prefer):
            named = frozenset({rule.action.alternative})
            side = named if rule.action.factor > 0 else kb.alternatives.keys() - named
            sides.setdefault(rule.action.criterion, []).append(frozenset(side))
    for criterion in kb.criteria.values():
        spoken = sides.get(criterion.id, [])
        favoured = [name for name in kb.alternatives if spoken and all(name in s for s in spoken)]
        if favoured:
            message = f"criterion '{criterion.id}' can only speak for {listed(favoured, 'or')}"
            yield KnowledgeRemarkKind.ONE_SIDED.of(criterion, message)


def _without_example(rules: Iterable[Rule]) -> Iterator[KnowledgeRemark]:
    """One remark for all: bases without examples have hundreds of such rules."""
    incomplete = [rule for rule in rules if not rule.fires or not rule.silent]
    if not incomplete:
        return
    first, *others = incomplete
    names = listed(rule.id for rule in incomplete[:MOST_NAMED])
    more = f" and {len(incomplete) - MOST_NAMED} more" if len(incomplete) > MOST_NAMED else ""
    subject = f"rule {names}" if not others else f"{len(incomplete)} rules: {names}{more}"
    message = f"lacking an example that fires, or one that is silent: {subject}"
    related = (rule.location for rule in others)
    yield KnowledgeRemarkKind.NO_EXAMPLE.of(first, message, related=related)
