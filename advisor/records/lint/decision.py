"""The decision: drivers, options, which of them was chosen, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import (
    ELLIPSES,
    alike,
    closest,
    label,
    plain,
    quoted,
    same,
    several,
)
from advisor.records.parsed_record import DRIVERS, OPTIONS, OUTCOME, Document, RecordSection

SENTENCE = "'Chosen option: \"...\", because ...'"


@dataclass(frozen=True)
class ListedOption:
    """A considered option and the line that lists it."""

    name: str
    line: int


def options(document: Document) -> Sequence[ListedOption]:
    """The considered options, in their order; without a list, the headings below."""
    listed = [
        ListedOption(block.text, block.line)
        for block in document.options
        if block.text and block.text not in ELLIPSES
    ]
    if listed:
        return listed
    section = document.section(OPTIONS)
    return [
        ListedOption(deeper.heading, deeper.line)
        for deeper in document.under(OPTIONS)[1:]
        if section is not None and deeper.level == section.level + 1 and deeper.heading
    ]


def lists(document: Document) -> Iterator[LintRemark]:
    """Drivers and options are lists."""
    for name, kind in ((DRIVERS, LintKind.DRIVERS_NO_LIST), (OPTIONS, LintKind.OPTIONS_NO_LIST)):
        section = document.section(name)
        if section is not None and not section.items and _has_content(document, section):
            message = f"'{name}' holds no list, expected one item for each of them"
            yield LintRemark(kind, name, message, document.place(section.line))


def _has_content(document: Document, section: RecordSection) -> bool:
    return not all(part.is_empty for part in document.under(section.heading))


def number_of_options(document: Document) -> Iterator[LintRemark]:
    listed = options(document)
    section = document.section(OPTIONS)
    if section is not None and len(listed) == 1:
        message = f"{quoted(listed[0].name)} is the only option, expected two or more"
        yield LintRemark(LintKind.OPTIONS_TOO_FEW, OPTIONS, message, document.place(section.line))


def repeated_options(document: Document) -> Iterator[LintRemark]:
    first: dict[str, ListedOption] = {}
    for option in options(document):
        earlier = first.setdefault(plain(option.name), option)
        if earlier is not option:
            message = f"the option {quoted(option.name)} stands on line {earlier.line} already"
            yield LintRemark(
                LintKind.OPTION_TWICE, option.name, message, document.place(option.line)
            )


def choice(document: Document) -> Iterator[LintRemark]:
    """That something was chosen, of what was considered, and why."""
    outcome = document.section(OUTCOME)
    if outcome is None or not _has_content(document, outcome):
        return
    chosen = document.chosen
    if chosen is None:
        message = f"the outcome does not say what was chosen, expected {SENTENCE}"
        yield LintRemark(LintKind.CHOICE_MISSING, OUTCOME, message, document.place(outcome.line))
        return
    yield from _among_options(document, chosen.option, chosen.line)
    for other in document.choices[1:]:
        if not same(other.option, chosen.option):
            first = f"{quoted(chosen.option)} is chosen on line {chosen.line}"
            message = f"{first} and {quoted(other.option)} here, expected one choice"
            yield LintRemark(
                LintKind.CHOICE_TWICE, other.option, message, document.place(other.line)
            )
    if not chosen.because.strip(" .…:;,") and not _goes_on(document, chosen.line):
        message = f"no reason is given for {quoted(chosen.option)}, expected one behind 'because'"
        yield LintRemark(
            LintKind.REASON_MISSING, chosen.option, message, document.place(chosen.line)
        )


def _among_options(document: Document, chosen: str, line: int) -> Iterator[LintRemark]:
    considered = [option.name for option in options(document)]
    if not considered or any(same(chosen, name) for name in considered):
        return
    if all(any(same(part, name) for name in considered) for part in several(chosen)):
        return
    if 0 < (label(chosen) or 0) <= len(considered):  # the third of a list is its "option 3"
        return
    like = next((name for name in considered if alike(chosen, name)), None)
    place = document.place(line)
    if like is not None:
        listed = f"the choice {quoted(chosen)} is listed as {quoted(like)}"
        message = f"{listed}, expected the same words"
        yield LintRemark(LintKind.OPTION_REWORDED, chosen, message, place)
    elif not all(any(alike(part, name) for name in considered) for part in several(chosen)):
        hint = closest(chosen, considered)
        message = f"the chosen option {quoted(chosen)} is none of those considered{hint}"
        yield LintRemark(LintKind.CHOICE_UNKNOWN, chosen, message, place)


def _goes_on(document: Document, line: int) -> bool:
    """Whether the outcome goes on after the line, so that the reason may be there."""
    outcome = next((section for section in document.under(OUTCOME) if section.line <= line), None)
    blocks = outcome.blocks if outcome else ()
    return any(block.line > line and not block.is_empty for block in blocks)
