"""What is wrong, or doubtful, in a knowledge base that reads without a mistake.

A SAT solver decides it over every answer sheet there is, half-filled ones included. "Implies"
means: on every sheet on which one rule is known to fire, so is the other. Each remark that answers
can show carries the shortest sheet that shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rules.answers import Answers
from rules.conditions import Atom, Concluded
from rules.diagnostics import SourceLocation
from rules.inference.evaluator import concluding
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Rule, RuleOut
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm, normal_form
from rules.verification.decisiveness import indecisive
from rules.verification.idleness import idle
from rules.verification.propositions import Propositions, Reasoner
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind, in_words, listed
from rules.verification.survey import Survey

# Why a rule changes nothing: to say that it does not would be to say it twice.
EXPLANATIONS = (KnowledgeRemarkKind.SHADOWED, KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT)


def verify(kb: KnowledgeBase) -> tuple[KnowledgeRemark, ...]:
    """Every remark about ``kb``, by kind and within a kind in the order of the files."""
    with Reasoner(Propositions(kb)) as reasoner:
        survey = Survey(kb, reasoner)
        remarks = [*_about_rules(survey), *_about_pairs(survey), *_about_answers(survey)]
        remarks += idle(kb, survey.able)
        twins = frozenset(
            remark.subject for remark in remarks if remark.kind is KnowledgeRemarkKind.IDENTICAL
        )
        explained = {remark.subject for remark in remarks if remark.kind in EXPLANATIONS}
        if not twins:
            remarks += indecisive(survey, explained)
    if twins:  # of two that are identical, neither is missed: look at what is left without one
        rest = kb.without(twins)
        with Reasoner(Propositions(rest)) as reasoner:
            remarks += indecisive(Survey(rest, reasoner), explained)
    kinds = list(KnowledgeRemarkKind)
    return tuple(sorted(remarks, key=lambda remark: (kinds.index(remark.kind), remark.location)))


def _about_rules(survey: Survey) -> Iterator[KnowledgeRemark]:
    """What shows in one rule, concept or question."""
    kb, reasoner = survey.kb, survey.reasoner
    for rule in kb.rules.values():
        if rule.id not in survey.able:
            yield _never_fires(survey, rule)
        elif not reasoner.possible(reasoner.propositions.condition(rule.when, holds=False)):
            message = f"rule '{rule.id}' can never be false: it needs only that something is known"
            if not survey.witnesses[rule.id]:
                message = f"rule '{rule.id}' fires whatever is answered"
            yield KnowledgeRemarkKind.ALWAYS_FIRES.of(rule, message, survey.witnesses[rule.id])
    for concept in kb.concepts.values():
        rules = list(concluding(kb, concept.id))
        if not any(rule.id in survey.able for rule in rules):
            why = "none of its rules can fire" if rules else "no rule concludes it"
            message = f"concept '{concept.id}' can never be concluded: {why}"
            related = (rule.location for rule in rules)
            yield KnowledgeRemarkKind.UNREACHABLE_CONCEPT.of(concept, message, related=related)
    for question in kb.questions.values():
        when = question.applies_when
        if when and not reasoner.possible(reasoner.propositions.condition(when)):
            why = _why_impossible(survey, normal_form(when))
            message = f"question '{question.id}' can never apply: {why}"
            yield KnowledgeRemarkKind.QUESTION_NEVER_ASKED.of(question, message)


def _never_fires(survey: Survey, rule: Rule) -> KnowledgeRemark:
    form = normal_form(rule.when)
    message = f"rule '{rule.id}' can never fire: {_why_impossible(survey, form)}"
    related = _where_decided(survey.kb, _excluding(survey, form))
    return KnowledgeRemarkKind.NEVER_FIRES.of(rule, message, related=related)


def _excluding(survey: Survey, form: NormalForm) -> Sequence[NormalForm]:
    """The fewest parts of a condition that cannot be true that exclude each other."""
    propositions = survey.reasoner.propositions
    parts = {propositions.form(part): part for part in _conjuncts(form)}
    return [parts[literal] for literal in survey.reasoner.core(list(parts))]


def _why_impossible(survey: Survey, form: NormalForm) -> str:
    match _excluding(survey, form):
        case []:
            return "its condition cannot be true"
        case [Literal(Concluded(concept), holds)]:
            return f"'{concept}' can never be {'concluded' if holds else 'false'}"
        case [Disjunction(parts)] if parts:
            return f"none of {listed(map(in_words, parts))} can be true"
        case [part]:
            return f"'{in_words(part)}' cannot be true"
        case parts:
            return f"{listed(map(in_words, parts))} exclude each other"


def _conjuncts(form: NormalForm) -> Iterator[NormalForm]:
    if isinstance(form, Conjunction):
        for part in form.parts:
            yield from _conjuncts(part)
    else:
        yield form


def _where_decided(kb: KnowledgeBase, forms: Iterable[NormalForm]) -> Iterator[SourceLocation]:
    """Where to look for why these parts exclude each other, beside the condition itself."""
    for atom in dict.fromkeys(atom for form in forms for atom in _atoms(form)):
        if isinstance(atom, Concluded):
            yield from (rule.location for rule in concluding(kb, atom.concept))
        elif kb.questions[atom.question].applies_when is not None:
            yield kb.questions[atom.question].location


def _atoms(form: NormalForm) -> Iterator[Atom]:
    match form:
        case Literal(atom):
            yield atom
        case Conjunction(parts) | Disjunction(parts):
            for part in parts:
                yield from _atoms(part)


def _about_pairs(survey: Survey) -> Iterator[KnowledgeRemark]:
    """What shows only beside other rules. Only rules on the same thing are ever compared."""
    rules = [rule for rule in survey.kb.rules.values() if rule.id in survey.able]
    for _, group in groupby(sorted(rules, key=_topic), key=_topic):
        on_the_same = list(group)
        for rule in on_the_same:
            others = (one for one in on_the_same if one is not rule)
            wherever = [other for other in others if survey.implies(rule, other)]
            yield from _once_a_kind(_remark_on_pair(survey, rule, other) for other in wherever)
    yield from _where_ruled_out(survey, rules)


def _once_a_kind(remarks: Iterable[KnowledgeRemark | None]) -> Iterator[KnowledgeRemark]:
    """The first remark of each kind on one rule; not that it is shadowed where it is identical."""
    by_kind: dict[KnowledgeRemarkKind, KnowledgeRemark] = {}
    for remark in remarks:
        if remark is not None:
            by_kind.setdefault(remark.kind, remark)
    if KnowledgeRemarkKind.IDENTICAL in by_kind:
        by_kind.pop(KnowledgeRemarkKind.SHADOWED, None)
    yield from by_kind.values()


def _topic(rule: Rule) -> tuple[str, ...]:
    """What a rule is about: rules on different things are never redundant or opposed."""
    match rule.action:
        case Conclude(concept):
            return ("conclude", concept)
        case Prefer(alternative, criterion):
            return ("prefer", alternative, criterion)
        case RuleOut(alternative):
            return ("rule_out", alternative)
        case Advise(text, topic):
            return ("advise", topic, text)


def _remark_on_pair(survey: Survey, rule: Rule, other: Rule) -> KnowledgeRemark | None:
    """What is to be said of ``rule``, which only fires where ``other`` does."""
    pair = (survey.witnesses[rule.id], (other.location,))
    both = f"rule '{rule.id}' and rule '{other.id}'"
    later = survey.positions[rule.id] > survey.positions[other.id]
    if _opposed(rule, other):
        if later and survey.implies(other, rule):
            message = f"{both} fire on the same answers, and speak for and against the same"
            return KnowledgeRemarkKind.CONTRADICTING.of(rule, message, *pair)
        return None
    if not _does_at_least(other, rule) or not _adds_no_claim(rule, other):
        return None
    same_claims = set(rule.claims) == set(other.claims)
    if same_claims and survey.implies(other, rule) and _does_at_least(rule, other):
        if not later:  # the remark is on the one that was written second
            return None
        message = f"{both} fire on the same answers and do the same: one of them is enough"
        return KnowledgeRemarkKind.IDENTICAL.of(rule, message, *pair)
    message = (
        f"rule '{rule.id}' only fires where rule '{other.id}' does at least the same, and rests "
        "on no claim of its own"
    )
    return KnowledgeRemarkKind.SHADOWED.of(rule, message, *pair)


def _opposed(rule: Rule, other: Rule) -> bool:
    """Whether two rules on the same thing speak for and against it."""
    one, another = rule.action, other.action
    return (
        isinstance(one, Prefer) and isinstance(another, Prefer) and one.factor * another.factor < 0
    )


def _does_at_least(rule: Rule, other: Rule) -> bool:
    """Whether ``rule`` does what ``other`` on the same thing does, or more of it."""
    match rule.action, other.action:
        case Prefer(factor=one), Prefer(factor=another):
            return one * another > 0 and abs(one) >= abs(another)
        case Advise(alternative=one), Advise(alternative=another):
            return one is None or one == another
    return True


def _adds_no_claim(rule: Rule, other: Rule) -> bool:
    """Whether ``rule`` adds no evidence to ``other``, which does the same on the same answers.

    Two preferences add up, so one without a claim of its own counts the same evidence twice.
    Other rules do nothing twice: one of them is of use while the other is withdrawn.
    """
    claims, others = set(rule.claims), set(other.claims)
    return claims <= others if isinstance(rule.action, Prefer) else claims == others


def _where_ruled_out(survey: Survey, rules: Iterable[Rule]) -> Iterator[KnowledgeRemark]:
    """Rules that can only fire where an alternative, or every one of them, is ruled out."""
    propositions, reasoner = survey.reasoner.propositions, survey.reasoner
    everything = propositions.all_of(survey.ruled_out.values())
    for rule in rules:
        fires, witness = propositions.rules[rule.id], survey.witnesses[rule.id]
        match rule.action:
            case RuleOut() if not reasoner.possible(fires, -everything):
                message = f"rule '{rule.id}' only fires where every alternative is ruled out"
                locations = _ruling_out(survey, witness, *survey.kb.alternatives)
                related = (location for location in locations if location != rule.location)
                yield KnowledgeRemarkKind.CONTRADICTING.of(rule, message, witness, related)
            case Prefer(alternative=str(name), factor=factor) if factor < 0:
                continue
            case Prefer(alternative=str(name)) | Advise(alternative=str(name)):
                if not reasoner.possible(fires, -survey.ruled_out[name]):
                    message = f"rule '{rule.id}' only fires where '{name}' is ruled out"
                    locations = _ruling_out(survey, witness, name)
                    yield KnowledgeRemarkKind.SPEAKS_FOR_RULED_OUT.of(
                        rule, message, witness, locations
                    )


def _ruling_out(survey: Survey, witness: Answers, *alternatives: str) -> tuple[SourceLocation, ...]:
    """Where the rules stand that rule out one of ``alternatives`` on these answers."""
    fired = survey.fired(witness)
    rules = (rule for name in alternatives for rule in survey.ruling_out(name))
    return tuple(rule.location for rule in rules if rule.id in fired)


def _about_answers(survey: Survey) -> Iterator[KnowledgeRemark]:
    """Answer sheets worth knowing of: one without an outcome, one without a way out."""
    propositions, reasoner = survey.reasoner.propositions, survey.reasoner
    silent = [-propositions.rules[rule.id] for rule in survey.kb.rules.values() if rule.decides]
    complete = reasoner.witness(*propositions.settled.values(), *silent)
    if complete is not None:
        message = "no rule speaks for or against anything on these answers, though none is missing"
        question = next(iter(survey.kb.questions.values()), None)
        location = SourceLocation(question.location.file if question else "questions.yaml")
        yield KnowledgeRemark(
            KnowledgeRemarkKind.NO_OUTCOME, "answers", message, location, complete
        )
    conflict = reasoner.witness(*survey.ruled_out.values())
    if conflict is not None:
        message = f"these answers rule out {listed(survey.kb.alternatives)}"
        location, *others = _ruling_out(survey, conflict, *survey.kb.alternatives)
        yield KnowledgeRemark(
            KnowledgeRemarkKind.CONFLICT, "answers", message, location, conflict, tuple(others)
        )
