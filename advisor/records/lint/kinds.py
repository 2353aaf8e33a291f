"""What can be remarked about a decision record: kinds, their levels and what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from rules.diagnostics import Level, RemarkKind, SourceLocation


class LintKind(RemarkKind):
    """A kind of remark, with its level and what it means: the file, the front matter, the outline,
    the decision, and last what only the folder shows.

    An error makes a record wrong or misread, a warning is what a reviewer would have mended, a
    note is advice.
    """

    UNREADABLE = (Level.ERROR, "A file that cannot be read, or holds something else than text.")
    EMPTY = (Level.ERROR, "A file with nothing in it.")
    MERGE_CONFLICT = (Level.ERROR, "The mark of a merge that nobody finished.")
    NO_MADR = (
        Level.ERROR,
        "A file with none of the sections that every MADR has: no record, or of another format.",
    )

    FRONT_MATTER_UNREADABLE = (
        Level.ERROR,
        "Front matter that is no plain YAML mapping: readers fail on it, or read it differently.",
    )
    FRONT_MATTER_MISPLACED = (
        Level.ERROR,
        "Front matter that is shown as text: it does not begin on line 1, or is never closed.",
    )
    FIELD_SHAPE = (Level.ERROR, "A field whose value is a list or mapping where a text belongs.")
    FIELD_EMPTY = (Level.NOTE, "A field without a value.")
    FIELD_RENAMED = (
        Level.WARNING,
        "A field that MADR 4 spells otherwise, so that no tool finds it.",
    )
    FIELD_UNKNOWN = (Level.NOTE, "A field that MADR 4 does not have.")
    METADATA_IN_BODY = (
        Level.WARNING,
        "A status, date or list of people in the text, where MADR 4 has front matter.",
    )
    STATUS_UNKNOWN = (
        Level.WARNING,
        "A status other than proposed, rejected, accepted, deprecated or superseded by ADR-NNNN.",
    )
    DATE_IMPOSSIBLE = (Level.ERROR, "A date that is no day of the calendar written YYYY-MM-DD.")
    DATE_IN_FUTURE = (Level.WARNING, "A date that is still to come.")
    PEOPLE_SHAPE = (Level.WARNING, "People that are neither a list of names nor one text.")

    TITLE_MISSING = (Level.ERROR, "A record without a title, or with an empty one.")
    TITLE_TWICE = (Level.WARNING, "A second heading of the first level.")
    TITLE_NOT_FIRST = (Level.WARNING, "Text or a heading that stands before the title.")
    SECTION_MISSING = (Level.ERROR, "A section that every MADR has is not there.")
    SECTION_EMPTY = (Level.WARNING, "A heading with nothing under it.")
    SECTION_TWICE = (Level.WARNING, "A section that stands there a second time.")
    SECTION_ORDER = (Level.WARNING, "A section that stands after one that MADR 4 puts behind it.")
    SECTION_LEVEL = (
        Level.WARNING,
        "A section of MADR 4 whose heading has another level, or stands in another section.",
    )
    SECTION_RENAMED = (Level.NOTE, "A section that MADR 4 calls otherwise.")
    SECTION_UNKNOWN = (Level.NOTE, "A section that MADR 4 does not have.")
    PLACEHOLDER = (Level.ERROR, "A placeholder of the template that was never filled in.")
    TEMPLATE_COMMENT = (Level.NOTE, "A comment of the template that was meant to be removed.")
    UNFINISHED = (Level.WARNING, "A section that holds nothing but the promise to write it.")

    DRIVERS_NO_LIST = (Level.NOTE, "Decision drivers that are no list.")
    OPTIONS_NO_LIST = (Level.WARNING, "Considered options that are no list.")
    OPTIONS_TOO_FEW = (Level.WARNING, "Fewer than two options: there was nothing to decide.")
    OPTION_TWICE = (Level.WARNING, "An option that is listed a second time.")
    CHOICE_MISSING = (
        Level.WARNING,
        "An outcome without the sentence 'Chosen option: \"...\", because ...'.",
    )
    CHOICE_TWICE = (Level.ERROR, "A second sentence that says what was chosen, and another option.")
    CHOICE_UNKNOWN = (Level.ERROR, "A chosen option that was not among those considered.")
    REASON_MISSING = (Level.WARNING, "A choice with no reason behind 'because'.")
    OPTION_REWORDED = (
        Level.NOTE,
        "An option that is chosen or argued about in other words than it is listed in.",
    )
    ARGUMENTS_UNKNOWN = (Level.WARNING, "Pros and cons of something that is no considered option.")
    ARGUMENTS_MISSING = (
        Level.NOTE,
        "A considered option without pros and cons, where others have.",
    )
    ARGUMENT_FORM = (
        Level.NOTE,
        "Consequences or arguments that do not begin with 'Good, because' or the like.",
    )
    ONE_SIDED = (Level.NOTE, "Consequences that are all good, or all bad.")
    LINK_BROKEN = (Level.WARNING, "A link to a file that is not there.")

    EVIDENCE_MISSING = (Level.ERROR, "A record whose evidence cannot be read.")
    EVIDENCE_CHANGED = (Level.ERROR, "A record whose evidence is not what was sealed with it.")
    REASON_UNPROVEN = (
        Level.NOTE,
        "A reason, in a record with evidence, that no rule in that evidence gives.",
    )

    FILE_NAME = (Level.WARNING, "A file that is not named NNNN-title-with-dashes.md.")
    NUMBER_TWICE = (Level.ERROR, "A number that two records of one folder have.")
    NUMBER_GAP = (Level.WARNING, "Numbers that no record of the folder has, between two that are.")
    NUMBER_DIFFERS = (Level.WARNING, "A title that gives another number than the file's name.")
    TITLE_REPEATED = (Level.WARNING, "A title that another record in force has as well.")
    SUPERSEDER_UNSAID = (Level.WARNING, "A record that is superseded without saying by which one.")
    SUPERSEDER_MISSING = (Level.ERROR, "A record superseded by one that is not in the folder.")
    SUPERSEDED_ONE_WAY = (
        Level.WARNING,
        "Of two records, one says that it supersedes or is superseded, and the other does not.",
    )
    SUPERSEDED_IN_CIRCLE = (Level.ERROR, "Records that supersede one another in a circle.")


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
