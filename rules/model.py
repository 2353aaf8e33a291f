"""What the knowledge base holds: frozen, typed, in the order it was written.

Everything here is made by :mod:`rules.loading.loader` from the YAML files; nothing is changed
afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TypeAlias

from rules.conditions import Chosen, Condition
from rules.diagnostics import SourceLocation

UNKNOWN = "unknown"  # always an answer, never an option's id


@dataclass(frozen=True)
class Source:
    """Where a piece of knowledge was taken from. ``date`` is ISO 8601, or ``undated``."""

    id: str
    title: str
    date: str
    url: str
    location: SourceLocation


@dataclass(frozen=True)
class Alternative:
    """What can be recommended."""

    id: str
    title: str
    summary: str
    location: SourceLocation


@dataclass(frozen=True)
class Criterion:
    """One respect in which alternatives are compared. ``asks`` says it as a question."""

    id: str
    title: str
    asks: str
    location: SourceLocation


@dataclass(frozen=True)
class Option:
    """One answer to choose. ``alone`` keeps it from being chosen together with others."""

    id: str
    label: str
    help: str
    alone: bool = False


@dataclass(frozen=True)
class QuestionSection:
    """A chapter of the interview."""

    id: str
    title: str


@dataclass(frozen=True)
class Question:
    """What is asked. ``multiple`` questions take several options at once.

    ``applies_when`` speaks of earlier questions alone; where it is known to be false the question
    is not asked and none of its options holds.
    """

    id: str
    section: str
    ask: str
    help: str
    multiple: bool
    options: tuple[Option, ...]
    applies_when: Condition | None
    source: str
    as_of: str
    location: SourceLocation

    @cached_property
    def atoms(self) -> tuple[Chosen, ...]:
        """What conditions may ask of it: an atom for each option."""
        return tuple(Chosen(self.id, option.id) for option in self.options)

    def option(self, option_id: str) -> Option:
        return next(option for option in self.options if option.id == option_id)

    def stands_alone(self, option_ids: Iterable[str]) -> bool:
        """Whether one of these options keeps all others from being chosen with it."""
        return any(self.option(option_id).alone for option_id in option_ids)


@dataclass(frozen=True)
class Concept:
    """A fact that rules conclude from answers. ``title`` reads on after "because"."""

    id: str
    title: str
    location: SourceLocation


class Scope(str, Enum):
    """What a claim speaks about."""

    FRAMEWORK = "framework"  # true wherever these versions run
    MACHINE = "machine"  # true of one machine; see Claim.counts_when


class History(str, Enum):
    """What became of the claim since its source was written."""

    STILL_TRUE = "still_true"
    PARTLY_TRUE = "partly_true"
    DEPRECATED = "deprecated"
    NO_LONGER_TRUE = "no_longer_true"
    NEW = "new"  # the source does not have it


@dataclass(frozen=True)
class Claim:
    """One sentence about the world that rules rest on.

    ``probe`` answers it and ``expect`` (``yes`` or ``no``) is the answer that confirms it; or
    ``not_probed`` says why no program tries it. ``counts_when`` belongs to claims about a machine:
    the answers under which this machine's finding speaks for where the work will run.
    ``then`` is what the source said, in our words, where the world has moved on since.
    """

    id: str
    says: str
    scope: Scope
    probe: str | None
    expect: str
    not_probed: str
    counts_when: Condition | None
    history: History
    then: str
    source: str
    as_of: str
    location: SourceLocation


@dataclass(frozen=True)
class Statement:
    """What a section of the source says, in our words, and the claims that judge it.

    ``section`` is the id of the source. Statements take no part in reasoning: they account for
    the source, so that nothing it says goes without a claim.
    """

    id: str
    section: str
    says: str
    claims: tuple[str, ...]
    location: SourceLocation


@dataclass(frozen=True)
class Conclude:
    """State a concept as a fact."""

    concept: str


@dataclass(frozen=True)
class Prefer:
    """Speak for (``factor`` > 0) or against (< 0) an alternative under a criterion."""

    alternative: str
    criterion: str
    factor: float
    strength: str


@dataclass(frozen=True)
class RuleOut:
    """Exclude an alternative, whatever its score."""

    alternative: str


@dataclass(frozen=True)
class Advise:
    """Advice on the stack. ``alternative`` is whom it is for, or None for whatever is chosen.

    ``topic`` is the heading it stands under (``training``, ``export``, ``runtime``, ``practice``).
    """

    text: str
    topic: str
    alternative: str | None


Action: TypeAlias = Conclude | Prefer | RuleOut | Advise


@dataclass(frozen=True)
class Rule:
    """``when`` is known to be true => ``action``, because ``because``, resting on ``claims``.

    ``fires`` and ``silent`` are its examples: answer sheets (question -> options) on which it
    must fire, and on which it must not.
    """

    id: str
    when: Condition
    action: Action
    because: str
    claims: tuple[str, ...]
    source: str
    as_of: str
    location: SourceLocation
    fires: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    silent: tuple[Mapping[str, tuple[str, ...]], ...] = ()

    @property
    def decides(self) -> bool:
        """Whether the rule itself speaks on the outcome: prefers, opposes or rules out."""
        return isinstance(self.action, (Prefer, RuleOut))


@dataclass(frozen=True)
class Threshold:
    """What earns a verdict word: the least acceptability and the least margin, both in [0, 1],
    and the least number of rules that speak for or against an alternative.
    """

    acceptability: float
    margin: float
    reasons: int = 1


@dataclass(frozen=True)
class KnowledgeBase:
    """Everything known, each mapping in the order of its file."""

    sources: Mapping[str, Source]
    alternatives: Mapping[str, Alternative]
    criteria: Mapping[str, Criterion]
    sections: Mapping[str, QuestionSection]
    questions: Mapping[str, Question]
    concepts: Mapping[str, Concept]
    claims: Mapping[str, Claim]
    statements: Mapping[str, Statement]
    rules: Mapping[str, Rule]
    strengths: Mapping[str, float]  # word -> factor of a preference in its favour
    clear: Threshold
    leaning: Threshold
    digest: str  # "sha256:..." over the files' names and bytes

    def without(self, rule_ids: frozenset[str]) -> KnowledgeBase:
        """The same knowledge with these rules withdrawn."""
        rules = {name: rule for name, rule in self.rules.items() if name not in rule_ids}
        return replace(self, rules=rules)
