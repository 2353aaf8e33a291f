"""What the interview needs of whoever answers it: a terminal, a script, a test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias


class Aside(Enum):
    """What can be said instead of an answer. STOP can always be said."""

    UNKNOWN = "unknown"
    WHY = "why"
    BACK = "back"
    ENOUGH = "enough"  # no more questions, on to the review
    STOP = "stop"


@dataclass(frozen=True)
class Picked:
    """The ids of the offers chosen."""

    ids: tuple[str, ...]


@dataclass(frozen=True)
class Typed:
    """A text, as it was typed."""

    text: str


Reply: TypeAlias = Picked | Typed | Aside


@dataclass(frozen=True)
class Offer:
    """One thing to choose. ``value`` is what stands there now, in a column of its own."""

    id: str
    label: str
    help: str = ""
    value: str = ""


@dataclass(frozen=True)
class Heading:
    """A line between offers; it cannot be chosen."""

    text: str


@dataclass(frozen=True)
class Prompt:
    """A choice. ``before`` holds the ids that stood until now, or ``("unknown",)``.

    ``section`` and ``progress`` say where in the interview this is. A ``passing`` prompt is a
    menu: it leaves no line behind that tells what was chosen.
    """

    ask: str
    offers: tuple[Offer | Heading, ...]
    help: str = ""
    section: str = ""
    progress: str = ""
    before: tuple[str, ...] = ()
    asides: frozenset[Aside] = frozenset()
    passing: bool = False


@dataclass(frozen=True)
class TextPrompt:
    """A line of free text. ``initial`` can be edited; ``fallback`` is what no text will mean."""

    ask: str
    fallback: str
    initial: str = ""
    help: str = ""
    section: str = ""
    asides: frozenset[Aside] = frozenset()


class Asker(Protocol):
    def choose_one(self, prompt: Prompt) -> Reply:
        """Exactly one offer: Picked with one id, or an aside that the prompt allows."""

    def choose_many(self, prompt: Prompt) -> Reply:
        """At least one offer: Picked with their ids, or an aside that the prompt allows."""

    def write(self, prompt: TextPrompt) -> Reply:
        """Typed, with an empty text for the fallback, or an aside that the prompt allows."""

    def say(self, heading: str, lines: Sequence[str]) -> None:
        """Something to read. Returns at once."""
