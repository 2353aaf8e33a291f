"""Why a question is asked: what its answer can still decide, in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rules.answers import Answers
from rules.conditions import Atom, Chosen, Concluded, Condition, atoms, evaluate
from rules.facts import establish, valuation
from rules.model import Advise, Conclude, KnowledgeBase, Prefer, Question, Rule, RuleOut
from rules.reference import ReferenceEvaluator

MOST = 8  # rules told; more would scroll the question away
_ADVERBS = {"slight": "slightly ", "strong": "strongly ", "decisive": "decisively "}


def reasons(kb: KnowledgeBase, answers: Answers, question: Question) -> list[str]:
    """One sentence for each thing that the answer to ``question`` can still decide.

    First the rules, by the weight of what they do; then the questions and the claims about
    machines that wait for it.
    """
    others = {name: given for name, given in answers.items() if name != question.id}
    evaluator = ReferenceEvaluator(kb)

    def given(supposed: Answers) -> Callable[[Atom], bool | None]:
        facts = establish(kb, supposed)
        return valuation(facts, evaluator.infer(facts).concepts)

    value = given(others)
    by_option = {
        option.label: given({**others, question.id: (option.id,)}) for option in question.options
    }
    touched = _concepts_fed(kb, question.id)
    open_rules = [
        rule
        for rule in kb.rules.values()
        if not isinstance(rule.action, Conclude)
        and _speaks_of(rule.when, question.id, touched)
        and evaluate(rule.when, value) is None
    ]
    open_rules.sort(key=_weight, reverse=True)
    told = [_sentence(kb, rule, by_option, touched) for rule in open_rules[:MOST]]
    if len(open_rules) > MOST:
        told.append(f"… and {len(open_rules) - MOST} more.")
    told += _what_else_waits(kb, question.id, touched)
    return told or ["With your other answers, no rule depends on it any more."]


def _concepts_fed(kb: KnowledgeBase, question_id: str) -> frozenset[str]:
    """The concepts that hang on the question, directly or through other concepts."""
    fed: frozenset[str] = frozenset()
    while True:
        grown = frozenset(
            rule.action.concept
            for rule in kb.rules.values()
            if isinstance(rule.action, Conclude) and _speaks_of(rule.when, question_id, fed)
        )
        if grown == fed:
            return fed
        fed = grown


def _speaks_of(condition: Condition, question_id: str, concepts: frozenset[str]) -> bool:
    return any(
        atom.question == question_id if isinstance(atom, Chosen) else atom.concept in concepts
        for atom in atoms(condition)
    )


def _weight(rule: Rule) -> float:
    match rule.action:
        case RuleOut():
            return 2.0
        case Prefer(factor=factor):
            return abs(factor)
        case _:
            return 0.0


def _sentence(
    kb: KnowledgeBase,
    rule: Rule,
    by_option: dict[str, Callable[[Atom], bool | None]],
    touched: frozenset[str],
) -> str:
    effect = f"{_effect(kb, rule)}: {rule.because.rstrip('.')}."
    labels = _telling_options(rule, by_option)
    through = dict.fromkeys(
        kb.concepts[atom.concept].title
        for atom in atoms(rule.when)
        if isinstance(atom, Concluded) and atom.concept in touched
    )
    meaning = f" ({'; '.join(through)})" if through else ""
    if labels:
        return f"{_listed(labels)}{meaning} {effect}"
    return f"The answer{meaning} {effect}"


def _effect(kb: KnowledgeBase, rule: Rule) -> str:
    match rule.action:
        case Prefer(alternative, criterion, factor, strength):
            side = "for" if factor > 0 else "against"
            adverb = _ADVERBS.get(strength, "")
            under = kb.criteria[criterion].title
            return f"speaks {adverb}{side} {kb.alternatives[alternative].title} under “{under}”"
        case RuleOut(alternative):
            return f"rules out {kb.alternatives[alternative].title}"
        case Advise(text, alternative=alternative):
            whom = f" for {kb.alternatives[alternative].title}" if alternative else ""
            return f"brings the advice{whom} “{text.rstrip('.')}”"
        case Conclude(concept):
            return f"means that {kb.concepts[concept].title}"


def _telling_options(
    rule: Rule, by_option: dict[str, Callable[[Atom], bool | None]]
) -> Sequence[str]:
    """The options under which the rule fires or can still fire; none where all are alike."""
    values = {label: evaluate(rule.when, value) for label, value in by_option.items()}
    for labels in (
        [label for label, value in values.items() if value is not False],
        [label for label, value in values.items() if value is True],
    ):
        if 0 < len(labels) < len(values):
            return labels
    return []


def _listed(labels: Sequence[str]) -> str:
    if len(labels) > 3:
        return f"“{labels[0]}”, “{labels[1]}” or one of {len(labels) - 2} more"
    return " or ".join(f"“{label}”" for label in labels)


def _what_else_waits(kb: KnowledgeBase, question_id: str, touched: frozenset[str]) -> Iterator[str]:
    nothing: frozenset[str] = frozenset()
    later = [
        f"“{question.ask}”"
        for question in kb.questions.values()
        if question.applies_when and _speaks_of(question.applies_when, question_id, nothing)
    ]
    if later:
        yield f"It decides whether to ask {_and(later)}."
    if any(
        claim.counts_when and _speaks_of(claim.counts_when, question_id, touched)
        for claim in kb.claims.values()
    ):
        yield "It decides whether what is tried on this machine counts for your work."


def _and(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
