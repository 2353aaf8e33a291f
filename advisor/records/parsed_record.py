"""A decision record: front matter, sections, blocks, and what they say.

Any Markdown file has them, however far it is from MADR 4.0.0: what is missing is None or empty, and
the caller reports it. :mod:`advisor.records.parsing` makes them of a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from advisor.records import metadata
from advisor.records.choice import ChosenOption, choices_in
from advisor.records.metadata import FieldStatement
from advisor.records.names import RecordName, is_aside, name_of
from advisor.records.references import RecordReference, references
from advisor.records.sections import Block, FrontMatter, RecordSection
from rules.diagnostics import Problem, SourceLocation

CONTEXT = "Context and Problem Statement"
DRIVERS = "Decision Drivers"
OPTIONS = "Considered Options"
OUTCOME = "Decision Outcome"
CONSEQUENCES = "Consequences"
CONFIRMATION = "Confirmation"
ARGUMENTS = "Pros and Cons of the Options"
MORE = "More Information"
HOW = "How the group decided"  # in a team's record, below the last

_NOT_IN_FORCE = re.compile(
    r"\W*(?:superseded|superceded|replaced|deprecated|rejected|declined|obsolete|withdrawn|retired"
    r"|abandoned|cancell?ed)",
    re.IGNORECASE,
)
_NOT_YET_IN_FORCE = re.compile(
    r"\W*(?:proposed|draft|pending|rfc|on hold|(?:in )?(?:review|progress|discussion))", re.I
)
# The headings of decision records of any format, in small letters.
_FAMILIAR = frozenset(
    {
        *(
            name.casefold()
            for name in (CONTEXT, DRIVERS, OPTIONS, OUTCOME, CONSEQUENCES, ARGUMENTS)
        ),
        *(
            "context",
            "problem",
            "problem statement",
            "decision",
            "decisions",
            "status",
            "rationale",
        ),
        *("options", "alternatives", "alternatives considered", "options considered", "solution"),
        *("considered alternatives", "decision criteria", "assumptions", "implications"),
    }
)
FEWEST_FAMILIAR = 2  # headings that make a file a record, whatever its name is


@dataclass(frozen=True)
class Document:
    """A record. ``problems`` are those of its front matter, which is None where it has none or
    cannot be read; ``misplaced`` is front matter that does not begin on line 1, so that no other
    reader finds it. ``body`` is everything after either, and begins on line ``body_line``.
    ``statements`` are the fields of :mod:`advisor.records.metadata`, in front or elsewhere.
    """

    file: str
    text: str
    front: FrontMatter | None
    body: str
    body_line: int
    sections: tuple[RecordSection, ...]
    problems: tuple[Problem, ...] = ()
    misplaced: FrontMatter | None = None
    statements: tuple[tuple[str, FieldStatement], ...] = ()

    def place(self, line: int) -> SourceLocation:
        return SourceLocation(self.file, line)

    def field_line(self, key: str) -> int:
        """The line of the field, wherever it stands, or of a key of the front matter; else 1.

        YAML counts some characters as line ends that no other reader does.
        """
        if statement := self.metadata.get(key):
            return statement.line
        if self.front is None or key not in self.front.keys:
            return 1
        return max(1, min(self.front.keys[key].line, self.front.last_line))

    @cached_property
    def title_section(self) -> RecordSection | None:
        """The first heading of the first level, unless sections of a record stand before it."""
        for section in self.sections:
            if section.heading.casefold() in _FAMILIAR:
                return None
            if section.level == 1:
                return section
        return None

    @property
    def title(self) -> str:
        """What that heading says, or else the front matter; empty where neither does."""
        if self.title_section is not None and self.title_section.heading:
            return self.title_section.heading
        front = self.front or self.misplaced
        return " ".join(front.text("title").split()) if front else ""

    @property
    def title_in_comment(self) -> tuple[str, int] | None:
        """A line of the front matter that was to be the title, where there is no other: YAML reads
        ``# Use X`` as a comment. Also its line.
        """
        front = self.front or self.misplaced
        if front is None or self.title:
            return None
        lines = enumerate(self.text.split("\n")[: front.last_line], start=1)
        return next(((text.strip(), n) for n, text in lines if re.match(r"# \S", text)), None)

    @property
    def is_familiar(self) -> bool:
        """Whether its headings are those of a decision record, whatever its file is named."""
        headings = {section.heading.casefold().strip(" :.0123456789") for section in self.sections}
        return len(headings & _FAMILIAR) >= FEWEST_FAMILIAR

    @property
    def record_name(self) -> RecordName | None:
        """Its name as a record: it is one by its file's name (:mod:`advisor.records.names`) or,
        whatever that is, by its headings. None where it is neither, or an overview or a template.
        """
        path = Path(self.file)
        if is_aside(path):
            return None
        by_headings = RecordName(path, None, slug=path.stem) if self.is_familiar else None
        return name_of(path) or by_headings

    @cached_property
    def metadata(self) -> Mapping[str, FieldStatement]:
        """Each field that the record states, where it counts."""
        return dict(reversed(self.statements))

    def stated(self, field: str) -> str:
        """The text of a field of :mod:`advisor.records.metadata`; empty where there is none."""
        statement = self.metadata.get(field)
        return statement.text if statement else ""

    def people(self, field: str) -> tuple[str, ...]:
        """The names in a field."""
        statement = self.metadata.get(field)
        return statement.names if statement else ()

    @property
    def status(self) -> str:
        return self.stated(metadata.STATUS)

    @property
    def date(self) -> str:
        return self.stated(metadata.DATE)

    @property
    def in_force(self) -> bool:
        """Whether anybody may still act by the record."""
        return _NOT_IN_FORCE.match(self.status) is None and not self.superseders

    @property
    def is_pending(self) -> bool:
        """Whether it is not in force yet: proposed, or the like."""
        return _NOT_YET_IN_FORCE.match(self.status) is not None

    @property
    def superseded_line(self) -> int:
        """The line that says which records take its place, or else that of its status."""
        status = self.metadata.get(metadata.STATUS)
        in_status = status is not None and metadata.replaced_by(status.source)
        field = metadata.SUPERSEDED_BY if not in_status and self.superseders else metadata.STATUS
        return self.field_line(field)

    @cached_property
    def superseders(self) -> tuple[RecordReference, ...]:
        """The records that take its place, by its status or by a field of their own."""
        status = self.metadata.get(metadata.STATUS)
        if status and (named := references(metadata.replaced_by(status.source))):
            return named
        field = self.metadata.get(metadata.SUPERSEDED_BY)
        return references(field.source) if field else ()

    @property
    def superseded_by(self) -> int | None:
        """The number of the first of them; None where there is none, or it has none."""
        return self.superseders[0].number if self.superseders else None

    @property
    def blocks(self) -> Iterator[Block]:
        """The blocks of all sections."""
        return (block for section in self.sections for block in section.blocks)

    @cached_property
    def options(self) -> tuple[Block, ...]:
        """The considered options, in their order."""
        section = self.section(OPTIONS)
        return section.items if section else ()

    @property
    def chosen(self) -> ChosenOption | None:
        """What was chosen, from the first sentence of the outcome that says so."""
        return self.choices[0] if self.choices else None

    @cached_property
    def choices(self) -> tuple[ChosenOption, ...]:
        """Every sentence of the outcome that says what was chosen: there should be one."""
        considered = [option.text for option in self.options]
        blocks = (
            block
            for section in self.under(OUTCOME)
            if section.heading != CONFIRMATION  # where the words of others are reported
            for block in section.blocks
        )
        return tuple(choices_in(blocks, considered))

    def section(self, heading: str) -> RecordSection | None:
        """The first section of this heading, in whatever case."""
        folded = heading.casefold()
        return next((s for s in self.sections if s.heading.casefold() == folded), None)

    def under(self, heading: str) -> Sequence[RecordSection]:
        """The section of this heading and those below it; empty where there is none."""
        first = self.section(heading)
        if first is None:
            return ()
        selected = [first]
        for section in self.sections[self.sections.index(first) + 1 :]:
            if section.level <= first.level:
                break
            selected.append(section)
        return selected

    def blocks_under(self, heading: str) -> Iterator[Block]:
        """The blocks of the section of this heading and of those below it."""
        return (block for section in self.under(heading) for block in section.blocks)
