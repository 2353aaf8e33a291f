"""Strict YAML with places: every value knows the line it stands on, and stays the word it was.

Read with PyYAML's C parser, or its slower one where that is not built. No scalar is resolved
(``no``, ``1.10`` and ``2026-01-01`` stay text; a null is the empty text), keys may not repeat, and
anchors, aliases, tags and further documents are refused: none of them is needed here, and each is
a way to be misread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from rules.diagnostics import CONTROL, InputError, Problem, SourceLocation
from rules.loading.input_file import read_bytes

MAX_DEPTH = 50  # deep enough for any condition; shallow enough for every recursive reader

_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_NO_KEYS: Mapping[str, SourceLocation] = MappingProxyType({})
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_NOT_PRINTABLE: re.Pattern[str] = yaml.reader.Reader.NON_PRINTABLE

# What PyYAML says, by a fragment of it, and what the writer of the file can do about it.
_ADVICE = (
    ("mapping values are not allowed", "a text that holds ': ' needs quotes"),
    ("cannot start any token", "indent with spaces, not tabs, and quote a text that begins so"),
    ("while scanning a quoted scalar", "is its closing quote missing?"),
    ("while scanning an alias", "quote a text that begins with '*'"),
    ("while scanning an anchor", "quote a text that begins with '&'"),
    ("parsing a flow", "is a ',' or a closing bracket missing? A text that holds one needs quotes"),
    ("parsing a block", "are all lines of one list or mapping indented alike?"),
    ("could not find expected ':'", "is a ':' missing, or the text not indented?"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it stands on. ``keys`` says for a mapping where each key stands."""

    value: str | Sequence[Node] | Mapping[str, Node]
    location: SourceLocation
    keys: Mapping[str, SourceLocation] = field(default_factory=lambda: _NO_KEYS)


def read(path: Path, *, shown_as: str | None = None) -> Node:
    """The document in ``path``; its places name the file ``shown_as``, by default as given.

    Raises InputError with everything that is wrong with it.
    """
    file = str(path) if shown_as is None else shown_as
    return parse(read_bytes(path, shown_as=file), file)


def parse(text: str | bytes, file: str) -> Node:
    """The one document in ``text``; its places name ``file``. Raises InputError alone."""
    if isinstance(text, bytes):
        text = decoded(text, file)
    if match := _NOT_PRINTABLE.search(text):
        line = text.count("\n", 0, match.start()) + 1
        message = f"holds the character {match[0]!a}, expected printable text"
        raise _bad(file, line, message)
    document = _Document(text, file)
    try:
        root = document.root()
    except yaml.MarkedYAMLError as error:
        document.problems.add(_syntax_problem(error, file))
    except (yaml.YAMLError, ValueError) as error:  # ValueError: the pure parser's "\U00110000"
        document.problems.add(Problem(SourceLocation(file), f"is not valid YAML: {error}"))
    finally:
        document.close()
    if document.problems:
        raise InputError(document.problems)
    return root


def decoded(data: bytes, file: str) -> str:
    """The text in ``data``, which is UTF-8; else InputError with the line."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"holds the byte 0x{data[error.start]:02x}, expected text in UTF-8"
        raise _bad(file, line, message) from None


class _Document:
    """Nodes out of PyYAML's events, with what is refused collected in ``problems``.

    Events are used, not PyYAML's own composer, because that follows aliases, keeps the last of
    two equal keys and has no limit on depth.
    """

    def __init__(self, text: str, file: str) -> None:
        self._events = _Parser(text)
        self._file = file
        self.problems: set[Problem] = set()  # a nested key would else be said twice

    def close(self) -> None:
        self._events.dispose()

    def root(self) -> Node:
        """Raises InputError where going on makes no sense, and PyYAML's errors."""
        self._events.get_event()  # the stream starts
        root = Node("", SourceLocation(self._file))
        if not isinstance(self._events.get_event(), yaml.StreamEndEvent):  # a document starts
            root = self._node(self._events.get_event(), 1)
            self._events.get_event()  # the document ends
            further = self._events.get_event()
            if not isinstance(further, yaml.StreamEndEvent):
                self._refuse(further, "a second document begins, expected one document a file")
        if root.value == "" and not self.problems:
            raise _bad(self._file, 0, "is empty, expected a YAML document")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        location = SourceLocation(self._file, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            message = f"'*{event.anchor}' is an alias, expected the value itself"
            self._refuse(event, f"{message} (quote a text that begins with '*')")
            return Node("", location)
        if event.anchor is not None:
            message = f"'&{event.anchor}' is an anchor, expected the value alone"
            self._refuse(event, f"{message} (quote a text that begins with '&')")
        if event.tag is not None:
            message = f"'{event.tag}' is a tag, expected the value alone"
            self._refuse(event, f"{message} (quote a text that begins with '!')")
        if isinstance(event, yaml.ScalarEvent):
            return Node(self._text(event), location)
        if depth > MAX_DEPTH:
            self._refuse(event, f"is nested deeper than {MAX_DEPTH}")
            raise InputError(self.problems)
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._list(depth), location)
        return self._mapping(location, depth)

    def _text(self, event: Any) -> str:
        text: str = event.value
        if event.style == '"' and (match := re.search(CONTROL, text)):
            message = f"the text holds the control character {match[0]!a}, expected printable text"
            self._refuse(event, message)
        return "" if event.implicit[0] and text in _NULLS else text

    def _list(self, depth: int) -> Sequence[Node]:
        items = []
        while not isinstance(event := self._events.get_event(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _mapping(self, location: SourceLocation, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, SourceLocation] = {}
        while not isinstance(event := self._events.get_event(), yaml.MappingEndEvent):
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                self._refuse(event, "a list or mapping stands as a key, expected a word")
            key = self._node(event, depth + 1)
            value = self._node(self._events.get_event(), depth + 1)
            if not isinstance(key.value, str):
                continue
            word = event.value if isinstance(event, yaml.ScalarEvent) else ""  # 'null' is a key
            if word in values:
                message = f"{word[:60]!r} is already written on line {keys[word].line}"
                self._refuse(event, f"{message}, expected each key once")
            else:
                values[word] = value
                keys[word] = key.location
        return Node(values, location, keys)

    def _refuse(self, event: Any, message: str) -> None:
        self.problems.add(Problem(SourceLocation(self._file, event.start_mark.line + 1), message))


def _bad(file: str, line: int, message: str) -> InputError:
    return InputError([Problem(SourceLocation(file, line), message)])


def _syntax_problem(error: yaml.MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "it cannot be parsed"
    if error.context:
        problem += f" {error.context}"
        if error.context_mark:
            problem += f" that begins on line {error.context_mark.line + 1}"
    advice = next((words for fragment, words in _ADVICE if fragment in problem), "")
    message = f"is not valid YAML: {problem}" + (f"; {advice}" if advice else "")
    return Problem(SourceLocation(file, mark.line + 1 if mark else 0), message)
