"""What can be remarked about a decision record: kinds, their levels and what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.records.parsed_record import Document
from rules.diagnostics import Level, RemarkKind, SourceLocation

ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


class LintKind(RemarkKind):
    """A kind of remark, with its level and what it means: the file, the front matter, the outline,
    the decision, and last what only the folder shows.

    An error makes a record wrong or misread, a warning is what a reviewer would have mended, a
    note is advice.
    """

    UNREADABLE = ERROR, "A file that cannot be read, or holds something else than text."
    EMPTY = ERROR, "A file with nothing in it."
    MERGE_CONFLICT = ERROR, "The mark of a merge that nobody finished."
    NO_MADR = (
        ERROR,
        "A file with none of the sections that every MADR has: no record, or of another format.",
    )

    FRONT_MATTER_UNREADABLE = (
        ERROR,
        "Front matter that is no plain YAML mapping: readers fail on it, or read it differently.",
    )
    FRONT_MATTER_MISPLACED = (
        ERROR,
        "Front matter that is shown as text: it does not begin on line 1, or is never closed.",
    )
    FIELD_SHAPE = ERROR, "A field whose value is a list or mapping where a text belongs."
    FIELD_EMPTY = NOTE, "A field without a value."
    FIELD_RENAMED = WARNING, "A field that MADR 4 spells otherwise, so that no tool finds it."
    FIELD_UNKNOWN = NOTE, "A field that MADR 4 does not have."
    METADATA_IN_BODY = (
        WARNING,
        "A status, date or list of people in the text, where MADR 4 has front matter.",
    )
    STATUS_UNKNOWN = (
        WARNING,
        "A status other than proposed, rejected, accepted, deprecated or superseded by ADR-NNNN.",
    )
    DATE_IMPOSSIBLE = ERROR, "A date that is no day of the calendar written YYYY-MM-DD."
    DATE_IN_FUTURE = WARNING, "A date that is still to come."
    PEOPLE_SHAPE = WARNING, "People that are neither a list of names nor one text."

    TITLE_MISSING = ERROR, "A record without a title, or with an empty one."
    TITLE_TWICE = WARNING, "A second heading of the first level."
    TITLE_NOT_FIRST = WARNING, "Text or a heading that stands before the title."
    SECTION_MISSING = ERROR, "A section that every MADR has is not there."
    SECTION_EMPTY = WARNING, "A heading with nothing under it."
    SECTION_TWICE = WARNING, "A section that stands there a second time."
    SECTION_ORDER = WARNING, "A section that stands after one that MADR 4 puts behind it."
    SECTION_LEVEL = (
        WARNING,
        "A section of MADR 4 whose heading has another level, or stands in another section.",
    )
    SECTION_RENAMED = NOTE, "A section that MADR 4 calls otherwise."
    SECTION_UNKNOWN = NOTE, "A section that MADR 4 does not have."
    PLACEHOLDER = ERROR, "A placeholder of the template that was never filled in."
    TEMPLATE_COMMENT = NOTE, "A comment of the template that was meant to be removed."
    UNFINISHED = WARNING, "A section that holds nothing but the promise to write it."

    DRIVERS_NO_LIST = NOTE, "Decision drivers that are no list."
    OPTIONS_NO_LIST = WARNING, "Considered options that are no list."
    OPTIONS_TOO_FEW = WARNING, "Fewer than two options: there was nothing to decide."
    OPTION_TWICE = WARNING, "An option that is listed a second time."
    CHOICE_MISSING = (
        WARNING,
        "An outcome without the sentence 'Chosen option: \"...\", because ...'.",
    )
    CHOICE_TWICE = ERROR, "A second sentence that says what was chosen, and another option."
    CHOICE_UNKNOWN = ERROR, "A chosen option that was not among those considered."
    REASON_MISSING = WARNING, "A choice with no reason behind 'because'."
    OPTION_REWORDED = (
        NOTE,
        "An option that is chosen or argued about in other words than it is listed in.",
    )
    ARGUMENTS_UNKNOWN = WARNING, "Pros and cons of something that is no considered option."
    ARGUMENTS_MISSING = NOTE, "A considered option without pros and cons, where others have."
    ARGUMENT_FORM = (
        NOTE,
        "Consequences or arguments that do not begin with 'Good, because' or the like.",
    )
    ONE_SIDED = NOTE, "Consequences that are all good, or all bad."
    LINK_BROKEN = WARNING, "A link to a file that is not there."

    EVIDENCE_MISSING = ERROR, "A record whose evidence cannot be read."
    EVIDENCE_CHANGED = ERROR, "A record whose evidence is not what was sealed with it."
    REASON_UNPROVEN = (
        NOTE,
        "A reason, in a record with evidence, that no rule in that evidence gives.",
    )

    FILE_NAME = WARNING, "A file that is not named NNNN-title-with-dashes.md."
    NUMBER_TWICE = ERROR, "A number that two records of one folder have."
    NUMBER_GAP = WARNING, "Numbers that no record of the folder has, between two that are."
    NUMBER_DIFFERS = WARNING, "A title that gives another number than the file's name."
    TITLE_REPEATED = WARNING, "A title that another record in force has as well."
    SUPERSEDER_UNSAID = WARNING, "A record that is superseded without saying by which one."
    SUPERSEDER_MISSING = (
        ERROR,
        "A record superseded by one that is neither in the folder nor where its link leads.",
    )
    SUPERSEDED_ONE_WAY = (
        WARNING,
        "Of two records, one says that it supersedes or is superseded, and the other does not.",
    )
    SUPERSEDED_IN_CIRCLE = ERROR, "Records that supersede one another in a circle."

    def at(self, document: Document, line: int, subject: str, message: str) -> LintRemark:
        """A remark of this kind on a line of the document; line 0 is the file as a whole."""
        return LintRemark(self, subject, message, document.place(line))


@dataclass(frozen=True)
class LintRemark:
    """Something about ``subject``: a field, a heading, an option, a file or the like."""

    kind: LintKind
    subject: str
    message: str
    location: SourceLocation

    @property
    def level(self) -> Level:
        return self.kind.level
