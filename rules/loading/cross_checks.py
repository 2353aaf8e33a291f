"""What can only be seen of a knowledge base as a whole: concepts nobody concludes, and cycles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from rules.conditions import Concluded, atoms
from rules.diagnostics import Problem, SourceLocation, quoted
from rules.loading.fields import Entry
from rules.loading.file_schemas import RULE


def thresholds(verdicts: Mapping[str, Any], location: SourceLocation) -> Iterator[Problem]:
    """One problem for each respect in which "clear" takes less than "leaning"."""
    clear, leaning = verdicts.get("clear") or {}, verdicts.get("leaning") or {}
    for name in ("acceptability", "margin", "reasons"):
        most, least = clear.get(name), leaning.get(name)
        if name == "reasons":
            most, least = most or 1, least or 1
        if most is not None and least is not None and most < least:
            message = f"'clear' takes {name} {most}, expected no less than 'leaning', {least}"
            yield Problem(location, message)


def concepts_never_concluded(
    concepts: Iterable[Entry], rules: Iterable[Entry]
) -> Iterator[Problem]:
    """One problem a concept that no rule concludes.

    None at all where a rule is too broken to say what it does: it may be the one that is missing.
    """
    concluded = set()
    for rule in rules:
        if not any(action in rule.value for action in RULE.one_of):
            return
        concluded.add(rule.value.get("conclude", ""))
    if None in concluded:
        return
    for concept in concepts:
        if concept.id not in concluded:
            message = f"concept {quoted(concept.id)} is concluded by no rule, expected at least one"
            yield Problem(concept.location, message)


def cycles(rules: Iterable[Entry]) -> Iterator[Problem]:
    """One problem a cycle of concepts that follow from one another, with the rules that close it.

    Of cycles that share a concept, one is shown.
    """
    steps: dict[str, dict[str, Entry]] = {}  # concept -> what it follows from -> by which rule
    for rule in rules:
        concept, when = rule.value.get("conclude"), rule.value.get("when")
        if concept and when:
            bases = steps.setdefault(concept, {})
            for atom in atoms(when):
                if isinstance(atom, Concluded):
                    bases.setdefault(atom.concept, rule)
    while cycle := _cycle(steps):
        made = [steps[later][earlier] for earlier, later in pairwise(cycle)]
        where = ", ".join(f"rule {quoted(rule.id)} at {rule.location}" for rule in made)
        shown = " -> ".join(cycle)
        message = f"concepts follow from one another in a cycle, expected none: {shown} ({where})"
        yield Problem(made[0].location, message)
        for concept in cycle:
            steps.pop(concept, None)


def _cycle(steps: Mapping[str, Iterable[str]]) -> list[str]:
    """Some cycle as [a, b, a], beginning with its concept that is concluded first; or none."""
    try:
        TopologicalSorter(steps).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1][:-1]
        start = cycle.index(next(concept for concept in steps if concept in cycle))
        return [*cycle[start:], *cycle[: start + 1]]
    return []
