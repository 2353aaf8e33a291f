"""What can be remarked about a knowledge base that reads well: kinds, levels and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rules.answers import Answers
from rules.diagnostics import Level, RemarkKind, SourceLocation, either
from rules.normal_form import Conjunction, Disjunction, Literal, NormalForm


class LocatedEntry(Protocol):
    """What remarks are about: a rule, concept, question, claim or criterion."""

    @property
    def id(self) -> str: ...

    @property
    def location(self) -> SourceLocation: ...


class KnowledgeRemarkKind(RemarkKind):
    """A kind of remark, with its level and what it means, in the order in which they are listed."""

    NEVER_FIRES = (Level.ERROR, "A rule whose condition cannot be true, whatever is answered.")
    UNREACHABLE_CONCEPT = (Level.ERROR, "A concept that no rule can ever conclude.")
    QUESTION_NEVER_ASKED = (
        Level.ERROR,
        "A question that never applies: its 'applies_when' cannot be true.",
    )
    IDENTICAL = (
        Level.ERROR,
        "Two rules that fire on the same answers, do the same and rest on the same claims.",
    )
    CONTRADICTING = (
        Level.ERROR,
        "Rules that undo each other wherever they fire: one for and one against, or nothing left.",
    )
    IDLE_QUESTION = (
        Level.ERROR,
        "A question whose answer is read by no rule, no other question and no claim.",
    )
    IDLE_CLAIM = (
        Level.ERROR,
        "A claim on which no rule rests and by which no statement is judged.",
    )
    ALWAYS_FIRES = (
        Level.WARNING,
        "A rule whose condition can never be false: it fires, or waits for answers.",
    )
    SHADOWED = (
        Level.WARNING,
        "A rule that only fires where another does at least the same, and has no claim of its own.",
    )
    SPEAKS_FOR_RULED_OUT = (
        Level.WARNING,
        "A rule that speaks for an alternative only where that alternative is ruled out.",
    )
    NEVER_DECISIVE = (
        Level.WARNING,
        "A rule without which nothing comes out differently, wherever this was tried.",
    )
    IDLE_CONCEPT = (Level.WARNING, "A concept that is concluded and that no condition asks for.")
    ONE_SIDED = (
        Level.WARNING,
        "A criterion under which all rules that can fire speak for the same alternative.",
    )
    NO_EXAMPLE = (
        Level.WARNING,
        "A rule without an example of answers on which it fires, or of some on which it is silent.",
    )
    NO_OUTCOME = (
        Level.NOTE,
        "Answers to every question on which no rule speaks for or against any alternative.",
    )
    CONFLICT = (Level.NOTE, "Answers on which every alternative is ruled out.")

    def of(
        self,
        entry: LocatedEntry,
        message: str,
        witness: Answers | None = None,
        related: Iterable[SourceLocation] = (),
    ) -> KnowledgeRemark:
        """The remark of this kind on ``entry``."""
        return KnowledgeRemark(self, entry.id, message, entry.location, witness, tuple(related))


@dataclass(frozen=True)
class KnowledgeRemark:
    """Something about ``subject`` (the id of a rule, concept, question, claim or criterion).

    ``witness`` is an answer sheet that shows it, where one can; ``related`` says where else to
    look.
    """

    kind: KnowledgeRemarkKind
    subject: str
    message: str
    location: SourceLocation
    witness: Answers | None = None
    related: tuple[SourceLocation, ...] = ()

    @property
    def level(self) -> Level:
        return self.kind.level


def in_words(form: NormalForm) -> str:
    """A condition on one line: ``target=android and not (phase=train or own_loop)``."""
    match form:
        case Literal(atom, holds):
            return str(atom) if holds else f"not {atom}"
        case Conjunction((part,)) | Disjunction((part,)):
            return in_words(part)
        case Conjunction(parts):
            return " and ".join(map(_in_brackets, parts))
        case Disjunction(parts):
            return " or ".join(map(_in_brackets, parts))


def _in_brackets(form: NormalForm) -> str:
    return in_words(form) if isinstance(form, Literal) else f"({in_words(form)})"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """``'a', 'b' and 'c'``"""
    return either((f"'{word}'" for word in words), joint)
