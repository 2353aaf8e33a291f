"""One pass over the files of a knowledge base: the names they define, the problems found so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rules.answers import AnswerOptions
from rules.diagnostics import Problem, SourceLocation, hint


@dataclass(frozen=True)
class EntryLabel:
    """What is being read, in the words of a message. ``entry`` is the id of the entry it is in."""

    words: str
    entry: str = ""

    def field(self, name: str) -> EntryLabel:
        return EntryLabel(f"{self.words}: {name}", self.entry)


@dataclass
class LoadContext:
    """What a reader needs beside the node in its hand.

    ``names`` has the ids of each kind of entry, None where a file that may define some cannot be
    read; ``choices`` what may be answered to each question, None likewise. A name is only called
    unknown where all names are known, so that one mistake is one problem.
    """

    names: Mapping[str, Sequence[str] | None]
    choices: Mapping[str, AnswerOptions | None]
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def options(self) -> Mapping[str, Sequence[str] | None]:
        """The ids of each question's options, None where they cannot be read."""
        return {
            name: None if choice is None else [option.id for option in choice.options]
            for name, choice in self.choices.items()
        }

    def hint(self, word: str, known: Iterable[str]) -> str:
        """Which of the ``known`` names may have been meant, where that will be shown."""
        return hint(word, known, after=self.problems)

    def refuse(self, location: SourceLocation, label: EntryLabel, message: str) -> None:
        self.problems.append(Problem(location, f"{label.words} {message}"))
