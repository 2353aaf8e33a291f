"""What is wrong with a file: every mistake with its place, what was expected, the nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from enum import Enum


class Level(str, Enum):
    """How much a remark matters, about something that can be read."""

    ERROR = "error"  # a defect, whatever was meant
    WARNING = "warning"  # very likely a defect
    NOTE = "note"  # good to know

    @property
    def severity(self) -> int:
        """0 for a note, 2 for an error."""
        return (Level.NOTE, Level.WARNING, Level.ERROR).index(self)


class RemarkKind(Enum):
    """What can be remarked on: each member is its level and a sentence that says what it means."""

    def __init__(self, level: Level, definition: str) -> None:
        self.level = level
        self.definition = definition

    @property
    def id(self) -> str:
        """Its name in files: ``never_fires``."""
        return self.name.lower()


# Patterns are compiled at their first use: the first question should not wait for them.
# Every control character but tab and newline, and halves of surrogate pairs: no text holds these.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
CONTROL = f"[{_CONTROLS}]"
# What shows nothing itself, and makes a text look like another one: Unicode's default-ignorable
# characters (DerivedCoreProperties.txt), with those that turn the direction of a line among them,
# what separates lines, and what is no character. Not the joiners (U+200C, U+200D) and the selectors
# of variants: emoji and scripts need them. Right-to-left text needs none of these.
_UNSEEN = (
    r"\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
HIDDEN = f"[{_CONTROLS}{_UNSEEN}]"


def shown(text: str) -> str:
    r"""``text`` with what may not be shown written out (``\x1b``), all but tabs and newlines."""
    return text if text.isascii() and text.isprintable() else re.sub(HIDDEN, _written_out, text)


def printable(text: str) -> str:
    r"""The same on one line: tabs and newlines are written out too."""
    return shown(text).replace("\t", r"\t").replace("\n", r"\n")


def one_line(text: str) -> str:
    """What somebody typed, on one line: a space for whatever may not be shown."""
    return " ".join(re.sub(HIDDEN, " ", text).split())


def _written_out(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


LONGEST_PATH = 4096  # characters; no system opens a longer one
MOST_SHOWN = 20  # problems of one input: who has mended these sees the next


@dataclass(frozen=True, order=True)
class SourceLocation:
    """Where something was written. ``line`` counts from 1; 0 means the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        file = printable(cut(self.file, LONGEST_PATH))
        return f"{file}:{self.line}" if self.line else file


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: a sentence that says what stands there and what was expected."""

    location: SourceLocation
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {printable(self.message)}"


class InputError(Exception):
    """A file or an argument cannot be used. Holds every problem found, in the order of the file.

    As text it is the first MOST_SHOWN of them, a line each, and how many more there are.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = tuple(sorted(problems))
        super().__init__()

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:MOST_SHOWN]]
        if more := len(self.problems) - len(lines):
            lines.append(f"and {more:,} more")
        return "\n".join(lines)

    @classmethod
    def at(cls, file: object, message: str) -> InputError:
        """The error with one problem, of a file or folder as a whole."""
        return cls([Problem(SourceLocation(str(file)), message)])


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that ends an unknown-name message: a near name, a short list, or nothing.

    >>> nearest("andriod", ["android", "ios"])
    "; did you mean 'android'?"
    """
    import difflib  # only a mistake needs it, and the interview starts faster without

    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    if 0 < len(names) <= 12:
        return f"; known: {', '.join(names)}"
    return ""


SHOWN = 60  # characters of a wrong value that a message repeats


def quoted(text: str) -> str:
    """``text`` as a message shows it: in quotes, escaped and cut."""
    return repr(cut(text))


def cut(text: str, most: int = SHOWN) -> str:
    """``text``, or its beginning where it is longer than ``most`` characters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def hint(word: str, known: Iterable[str], *, after: Sized = ()) -> str:
    """:func:`rules.diagnostics.nearest` for a word of any length.

    It is sought where it will be shown: ``after`` fewer than MOST_SHOWN other problems.
    """
    return nearest(word[:SHOWN], known) if len(after) < MOST_SHOWN else ""


def unknown(noun: str, name: str, known: Iterable[str], *, after: Sized = ()) -> str:
    """That there is no such ``noun``, and which may have been meant, as ``hint`` has it.

    >>> unknown("question", "targt", ["target", "phase"])
    "unknown question 'targt'; did you mean 'target'?"
    """
    return f"unknown {noun} {quoted(name)}{hint(name, known, after=after)}"


def either(words: Iterable[str], joint: str = "or") -> str:
    """``a, b or c``, or with another word for the joint."""
    *most, last = words
    return f"{', '.join(most)} {joint} {last}" if most else last
