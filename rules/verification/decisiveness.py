"""Rules that could be left out: nothing comes out differently without them.

That a rule decides is shown by one answer sheet; that it never does can be proved for rules that
conclude, and only be tried for those that speak on the outcome, whose weights no clause holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from itertools import combinations

from rules.answers import Answers
from rules.conditions import Atom, Chosen, Concluded, Condition, atoms
from rules.inference.evaluator import concepts_in_order
from rules.model import Conclude, KnowledgeBase, Prefer, Rule
from rules.verification.propositions import Values
from rules.verification.remarks import KnowledgeRemark, KnowledgeRemarkKind
from rules.verification.survey import Survey
from rules.verification.trials import Trials

TRIES = 256  # answer sheets drawn from one start, to begin with
MOST_TRIES = 2048  # and where nothing came out differently on those
ALL_TRIES = 400_000  # for all rules, so that a base of thousands is checked in bounded time
STARTS = 6  # other sheets on which a rule fires


def indecisive(survey: Survey, explained: Set[str]) -> Iterator[KnowledgeRemark]:
    """The rules without which nothing comes out differently, but those ``explained`` already."""
    yield from _indecisive_rules(survey, explained)
    yield from _indecisive_conclusions(survey, explained)


def _indecisive_rules(survey: Survey, explained: Set[str]) -> Iterator[KnowledgeRemark]:
    """The rules that speak on the outcome, and changed it on no sheet that was tried.

    Tried are the shortest sheet on which the rule fires, and random completions of it, of the one
    on which fewest others speak, of an empty one and of some on which it fires for other reasons.
    """
    trials = Trials(survey.kb)
    undecided = [
        rule
        for rule in survey.kb.rules.values()
        if rule.id in survey.able - explained
        and rule.decides
        and not trials.differ(rule, survey.witnesses[rule.id])
    ]
    tried: list[Rule] = []
    for rule in undecided:
        if _without_rivals(survey, rule):
            message = f"wherever rule '{rule.id}' fires, only one alternative is left anyway"
            yield KnowledgeRemarkKind.NEVER_DECISIVE.of(rule, message, survey.witnesses[rule.id])
        elif not trials.any_differ(rule, _starts(survey, rule), TRIES):
            tried.append(rule)
    each = ALL_TRIES // max(1, len(tried) * (STARTS + 3))
    each = max(TRIES, min(MOST_TRIES, each))
    for rule in tried:
        starts = [*_starts(survey, rule), *_for_other_reasons(survey, rule)]
        if not trials.any_differ(rule, starts, each):
            count = each * len(starts)
            message = (
                f"without rule '{rule.id}' none of {count} answer sheets comes out differently"
            )
            yield KnowledgeRemarkKind.NEVER_DECISIVE.of(rule, message, survey.witnesses[rule.id])


def _without_rivals(survey: Survey, rule: Rule) -> bool:
    """Whether a preference only speaks where no two alternatives are left to compare."""
    fires = survey.reasoner.propositions.rules[rule.id]
    return isinstance(rule.action, Prefer) and not any(
        survey.reasoner.possible(fires, -first, -second)
        for first, second in combinations(survey.ruled_out.values(), 2)
    )


def _starts(survey: Survey, rule: Rule) -> list[Answers]:
    """The sheets to complete first."""
    return [survey.witnesses[rule.id], _nearly_alone(survey, rule), {}]


def _for_other_reasons(survey: Survey, rule: Rule) -> Iterator[Answers]:
    """Sheets on which ``rule`` fires, none of which holds all answers of an earlier one."""
    propositions = survey.reasoner.propositions
    literals = [propositions.rules[rule.id]]
    witness: Answers | None = survey.witnesses[rule.id]
    for _ in range(STARTS):
        chosen_literals = [
            propositions.values[Chosen(question, option)][0]
            for question, chosen in (witness or {}).items()
            for option in chosen
        ]
        literals.append(-propositions.all_of(chosen_literals))
        witness = survey.reasoner.witness(*literals)
        if witness is None:
            return
        yield witness


def _nearly_alone(survey: Survey, rule: Rule) -> Answers:
    """A sheet on which ``rule`` fires and few others that speak on the outcome do."""
    literals = survey.reasoner.propositions.rules
    others = [
        literals[other.id]
        for other in survey.kb.rules.values()
        if other.decides and literals[other.id] != literals[rule.id]
    ]
    model = survey.reasoner.fewest([literals[rule.id]], others)
    assert model is not None  # it can fire
    return survey.reasoner.propositions.answers(model)


def _indecisive_conclusions(survey: Survey, explained: Set[str]) -> Iterator[KnowledgeRemark]:
    """The concluding rules without which every other rule fires where it does now: proved.

    Concepts that nobody asks for are left out: that is a remark of its own.
    """
    asked = {atom for _, condition in _readers(survey.kb) for atom in atoms(condition)}
    for rule in survey.kb.rules.values():
        if (
            isinstance(rule.action, Conclude)
            and rule.id in survey.able - explained
            and Concluded(rule.action.concept) in asked
            and not _is_felt(survey, rule, rule.action.concept)
        ):
            message = f"without rule '{rule.id}' every other rule fires on the same answers"
            yield KnowledgeRemarkKind.NEVER_DECISIVE.of(rule, message, survey.witnesses[rule.id])


def _readers(kb: KnowledgeBase) -> Iterator[tuple[str, Condition]]:
    """Every condition that may ask for a concept, with the id of the rule or claim it is in."""
    for rule in kb.rules.values():
        yield rule.id, rule.when
    for claim in kb.claims.values():
        if claim.counts_when is not None:
            yield f"claim {claim.id}", claim.counts_when


def _is_felt(survey: Survey, rule: Rule, concept: str) -> bool:
    """Whether anything that reads conditions can tell ``rule`` from its absence."""
    propositions = survey.reasoner.propositions
    values = _values_without(survey, rule, concept)
    changed = []
    for name, condition in _readers(survey.kb):
        if name == rule.id or values.keys().isdisjoint(atoms(condition)):
            continue
        before = propositions.condition(condition)
        after = propositions.condition(condition, values=values)
        changed.append(propositions.differ(before, after))
    return survey.reasoner.possible(propositions.any_of(changed))


def _values_without(survey: Survey, rule: Rule, concept: str) -> Values:
    """The concepts whose value may be another without ``rule``, each with its new literals."""
    propositions = survey.reasoner.propositions
    values: dict[Atom, tuple[int, int]] = {}
    for name in concepts_in_order(survey.kb):
        without = rule.id if name == concept else None
        literals = propositions.concept(name, without=without, values=values)
        if literals != propositions.values[Concluded(name)]:
            values[Concluded(name)] = literals
    return values
