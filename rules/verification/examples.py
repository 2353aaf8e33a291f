"""A rule's own examples: answer sheets on which it must fire, and on which it must stay silent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.answers import Answers
from rules.inference.situation import Situation
from rules.model import KnowledgeBase, Rule


@dataclass(frozen=True)
class WrongExample:
    """An example that does not come out. ``value`` is what the condition has there; None: unknown.

    ``set_aside`` holds the answers of the sheet that do not count, because others make their
    questions inapplicable.
    """

    rule: Rule
    sheet: Answers
    must_fire: bool
    value: bool | None
    set_aside: tuple[str, ...]


def wrong_examples(kb: KnowledgeBase) -> Iterator[WrongExample]:
    """Every example that does not come out as its rule says, in the order of the rules."""
    blank = Situation.of(kb, {})
    for rule in kb.rules.values():
        examples = [*((sheet, True) for sheet in rule.fires)]
        examples += [(sheet, False) for sheet in rule.silent]
        for sheet, must_fire in examples:
            situation = blank.with_answers(sheet)
            if (rule.id in situation.fired) != must_fire:
                value = situation.value(rule.when)
                aside = tuple(name for name in sheet if name in situation.facts.not_applicable)
                yield WrongExample(rule, sheet, must_fire, value, aside)


def never_shown_firing(kb: KnowledgeBase) -> tuple[Rule, ...]:
    """The rules without an example on which they fire."""
    return tuple(rule for rule in kb.rules.values() if not rule.fires)


def never_shown_silent(kb: KnowledgeBase) -> tuple[Rule, ...]:
    """The rules without an example on which they stay silent."""
    return tuple(rule for rule in kb.rules.values() if not rule.silent)
