"""Why a condition is true, and what it lacks where it is not: trees of plain sentences.

Knows answers, concepts and rules alone. What speaks of scores, claims and findings is built
around these trees by whoever has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rules.analysis.missing_answers import MissingAnswer, missing_answers
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.diagnostics import either
from rules.inference.evaluator import concluding
from rules.inference.situation import YOU, Situation
from rules.model import Question, Rule

MOST_CONCEPTS = 6  # on one another; where concepts share grounds, each more doubles the tree
HOLDS, FAILS, OPEN = "true", "false", "unknown"  # the states of an answer or a concept
FIRED, SILENT = "fired", "silent"  # the states of a rule


@dataclass(frozen=True)
class Step:
    """One step of an explanation, over the steps it rests on.

    ``kind`` says what ``id`` names: ``answer`` (question=option), ``concept``, ``rule``,
    ``missing`` (a question) and what others add. ``says`` is a sentence, or several. ``state`` is
    one word for how it stands; ``numbers`` are those the sentence rounds.
    """

    kind: str
    id: str
    says: str
    state: str = ""
    children: tuple[Step, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


def because(
    situation: Situation, condition: Condition, *, holds: bool = True, above: int = 0
) -> tuple[Step, ...]:
    """Why ``condition`` is known to be true (``holds``), or known to be false.

    One step an answer or concept, each once; of alternatives those that are so. A concept stands
    over the rules that concluded it, a concept that fails over the rules that no longer can; of
    the concepts ``above`` one another, :data:`MOST_CONCEPTS` are looked into. Empty where the
    condition has no such value.
    """
    if situation.value(condition) is not holds:
        return ()
    match condition:
        case Not(part):
            return because(situation, part, holds=not holds, above=above)
        case All(parts) | Any(parts):
            steps = (because(situation, part, holds=holds, above=above) for part in parts)
            once = {(step.kind, step.id): step for part_steps in steps for step in part_steps}
            return tuple(once.values())
        case Chosen():
            return (_answer_step(situation, condition, holds),)
        case Concluded():
            return (_concept_step(situation, condition, holds, above),)


def missing(situation: Situation, condition: Condition) -> tuple[Step, ...]:
    """What ``condition`` lacks to be known to be true: the fewest answers, question by question.

    A step's state is ``false`` where a given answer stands in the way and ``unknown`` where there
    is no answer yet. Empty where it is true, and where no answers can make it so: see
    :func:`rules.analysis.missing_answers.missing_answers`, which tells these apart.
    """
    found = missing_answers(situation, condition)
    return missing_steps(situation, found.items) if found else ()


# Answers


def _answer_step(situation: Situation, atom: Chosen, holds: bool) -> Step:
    question = situation.kb.questions[atom.question]
    option = f"“{question.option(atom.option).label}”"
    chosen, who = situation.given(question.id), situation.speaker.capitalize()
    children: tuple[Step, ...] = ()
    if question.id in situation.facts.not_applicable:
        statement = f"It was left out, so it is not {option}."
        if question.applies_when is not None:
            children = because(situation, question.applies_when, holds=False)
    elif holds:
        statement = f"{who} said {option}{', among others' if len(chosen) > 1 else ''}."
    else:
        statement = f"{who} said {listed(question, chosen, 'and')}, not {option}."
    state = HOLDS if holds else FAILS
    return Step("answer", str(atom), f"{question.ask} {statement}", state, children)


def missing_steps(situation: Situation, items: Sequence[MissingAnswer]) -> tuple[Step, ...]:
    """One step a question that lacks something: what it would need, and what was said instead."""
    return tuple(
        _missing_step(situation, name, [item for item in items if item.question == name])
        for name in dict.fromkeys(item.question for item in items)
    )


def _missing_step(situation: Situation, name: str, items: Sequence[MissingAnswer]) -> Step:
    question = situation.kb.questions[name]
    chosen = situation.given(name)
    if name in situation.facts.not_applicable:
        whose = "your" if situation.speaker == YOU else "the"
        state, answer = FAILS, f"{whose} other answers leave this question out"
    elif chosen:
        state, answer = FAILS, f"{situation.speaker} said {listed(question, chosen, 'and')}"
    elif name in situation.answers:
        state, answer = OPEN, "there is no answer that more than half gave"
        if situation.speaker == YOU:
            answer = "you said you don't know"
    else:
        state, answer = OPEN, "there is no answer yet"
    sentence = f"{question.ask} It would need {_needed(question, chosen, items)}; {answer}."
    return Step("missing", name, sentence, state)


def _needed(question: Question, chosen: Sequence[str], items: Sequence[MissingAnswer]) -> str:
    """``“Android” or “iOS” as well``, ``another answer``, ``“iOS” and not “Android”``."""
    wanted = [listed(question, item.options, "or") for item in items if item.wanted]
    barred = [option for item in items if not item.wanted for option in item.options]
    if not wanted and barred == list(chosen):
        return "another answer"
    if not wanted:
        return f"an answer without {listed(question, barred, 'or')}"
    needed = ", and ".join(wanted)
    if barred:
        return f"{needed}, and not {listed(question, barred, 'or')}"
    asked_for = [option for item in items for option in item.options]
    beside = chosen and question.multiple and not question.stands_alone((*chosen, *asked_for))
    return f"{needed} as well" if beside else needed


def listed(question: Question, options: Iterable[str], word: str) -> str:
    """The labels of these options: ``“Android”, “iOS” or “A server”``."""
    return either((f"“{question.option(option).label}”" for option in options), word)


# Concepts


def _concept_step(situation: Situation, atom: Concluded, holds: bool, above: int) -> Step:
    concept = situation.kb.concepts[atom.concept]
    rules = concluding(situation.kb, concept.id) if above < MOST_CONCEPTS else iter(())
    if holds:
        fired = (rule for rule in rules if situation.value(rule.when) is True)
        children = tuple(rule_step(situation, rule, above=above + 1) for rule in fired)
        says = f"It follows that {concept.title}."
    else:
        children = tuple(_rule_that_cannot(situation, rule, above + 1) for rule in rules)
        says = f"It does not follow that {concept.title}."
    return Step("concept", concept.id, says, HOLDS if holds else FAILS, children)


def rule_step(situation: Situation, rule: Rule, *, above: int = 0) -> Step:
    """A rule that fires, over the answers and concepts that make it do so."""
    return Step("rule", rule.id, rule.because, FIRED, because(situation, rule.when, above=above))


def _rule_that_cannot(situation: Situation, rule: Rule, above: int) -> Step:
    says = f"This would say so and did not fire: {rule.because}"
    grounds = because(situation, rule.when, holds=False, above=above)
    return Step("rule", rule.id, says, SILENT, grounds)
