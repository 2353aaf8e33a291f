"""What a set of answer sheets tries of a knowledge base, and which of a rule's own come out wrong.

The measure for conditions is that of modified condition/decision coverage (Hayhurst et al., "A
practical tutorial on modified condition/decision coverage", NASA/TM-2001-210876): a leaf of a
condition is tried where it alone decides whether the rule fires.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

from rules.answers import Answers
from rules.conditions import All, Any, Atom, Chosen, Concluded, Condition, Not, atoms
from rules.inference.situation import Situation
from rules.model import KnowledgeBase, Rule


@dataclass(frozen=True)
class Leaf:
    """One place in a rule's condition; ``position`` counts its atoms from 0, left to right."""

    rule: str
    position: int
    atom: Atom


@dataclass(frozen=True)
class Tally:
    """How many of ``total`` things are tried."""

    tried: int
    total: int

    @property
    def share(self) -> float:
        """In [0, 1]; 1 where there is nothing to try."""
        return self.tried / self.total if self.total else 1.0


@dataclass(frozen=True)
class Coverage:
    """What ``sheets`` answer sheets leave untried, each in the order of the knowledge base.

    ``silent_rules`` fire on none. ``undecided`` leaves decide no rule on any: whatever the sheets
    say of them, the rule would fire or not fire all the same. ``unchosen`` options are chosen, by
    a question that applies, on none. The tallies count what is tried.
    """

    sheets: int
    silent_rules: tuple[str, ...]
    undecided: tuple[Leaf, ...]
    unchosen: tuple[Chosen, ...]
    rules: Tally
    leaves: Tally
    options: Tally


def coverage(kb: KnowledgeBase, sheets: Mapping[str, Answers]) -> Coverage:
    """What these answer sheets try, each under its name."""
    blank = Situation.of(kb, {})
    leaves = [
        Leaf(rule.id, position, atom)
        for rule in kb.rules.values()
        for position, atom in enumerate(atoms(rule.when))
    ]
    silent, open_leaves = set(kb.rules), {name: set[int]() for name in kb.rules}
    for leaf in leaves:
        open_leaves[leaf.rule].add(leaf.position)
    asked = {leaf.atom for leaf in leaves}
    options = [Chosen(q.id, option.id) for q in kb.questions.values() for option in q.options]
    chosen: set[Chosen] = set()
    for answers in sheets.values():
        situation = blank.with_answers(answers)
        silent.difference_update(situation.fired)
        chosen.update(atom for atom, holds in situation.facts.values.items() if holds)
        values = {atom: situation.value(atom) for atom in asked}  # most are asked many times
        for name, left in open_leaves.items():
            if left:
                left.difference_update(_deciding(kb.rules[name].when, values))
    undecided = tuple(leaf for leaf in leaves if leaf.position in open_leaves[leaf.rule])
    return Coverage(
        sheets=len(sheets),
        silent_rules=tuple(rule for rule in kb.rules if rule in silent),
        undecided=undecided,
        unchosen=tuple(option for option in options if option not in chosen),
        rules=Tally(len(kb.rules) - len(silent), len(kb.rules)),
        leaves=Tally(len(leaves) - len(undecided), len(leaves)),
        options=Tally(sum(option in chosen for option in options), len(options)),
    )


def example_sheets(kb: KnowledgeBase) -> dict[str, Answers]:
    """The examples that the rules themselves hold, named after their rule."""
    return {
        f"{rule.id}: {kind} {number}": sheet
        for rule in kb.rules.values()
        for kind, sheets in (("fires", rule.fires), ("silent", rule.silent))
        for number, sheet in enumerate(sheets, start=1)
    }


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
        fires, silent = ((sheet, True) for sheet in rule.fires), ((s, False) for s in rule.silent)
        for sheet, must_fire in (*fires, *silent):
            situation = blank.with_answers(sheet)
            if (rule.id in situation.fired) != must_fire:
                value = situation.value(rule.when)
                aside = tuple(name for name in sheet if name in situation.facts.not_applicable)
                yield WrongExample(rule, sheet, must_fire, value, aside)


def _deciding(condition: Condition, values: Mapping[Atom, bool | None]) -> Sequence[int]:
    """The positions of the leaves that decide whether the rule fires: with the opposite in one of
    them, it would not, or would.

    A leaf that is unknown has no opposite, and decides nothing. Takes time in proportion to the
    number of leaves.
    """
    positions = count()

    def known(part: Condition, sought: bool) -> tuple[bool, Sequence[int]]:
        """Whether the part is known to be as ``sought``, and what decides that."""
        match part:
            case Not(inner):
                return known(inner, not sought)
            case All(parts) | Any(parts):
                found = [known(inner, sought) for inner in parts]
                needs_all = isinstance(part, All) is sought
                # What is not as most must be: one such part decides alone, two decide nothing.
                odd = [leaves for is_so, leaves in found if is_so is not needs_all]
                leaves = odd if odd else [leaves for _, leaves in found]
                return needs_all is not bool(odd), [] if len(odd) > 1 else [
                    *chain.from_iterable(leaves)
                ]
            case Chosen() | Concluded():
                position, value = next(positions), values[part]
                return value is sought, [] if value is None else [position]

    return known(condition, True)[1]
