"""The decision: drivers, options, which of them was chosen, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import alike, closest, label, plain, quoted, same, several
from advisor.records.parsed_record import (
    DOTS,
    DRIVERS,
    OPTIONS,
    OUTCOME,
    Document,
    RecordSection,
    is_empty,
    shows_nothing,
)

SENTENCE = "'Chosen option: \"...\", because ...'"


@dataclass(frozen=True)
class ListedOption:
    """A considered option and the line that lists it."""

    name: str
    line: int


def options(document: Document) -> Sequence[ListedOption]:
    """The considered options, in their order; without a list, the headings that stand for one."""
    listed = [
        ListedOption(block.text, block.line)
        for block in document.options
        if block.text and block.text not in DOTS
    ]
    if listed:
        return listed
    section = document.section(OPTIONS)
    deeper = document.under(OPTIONS)[1:]
    return [
        ListedOption(one.heading, one.line)
        for one in deeper
        if section is not None and one.level == section.level + 1 and one.heading
    ]


def lists(document: Document) -> Iterator[LintRemark]:
    """Drivers and options are lists."""
    for name, kind in ((DRIVERS, LintKind.DRIVERS_NO_LIST), (OPTIONS, LintKind.OPTIONS_NO_LIST)):
        section = document.section(name)
        if section is not None and not section.items and _says_anything(document, section):
            message = f"'{name}' holds no list, expected one item for each of them"
            yield LintRemark(kind, name, message, document.place(section.line))


def _says_anything(document: Document, section: RecordSection) -> bool:
    return not all(is_empty(one) for one in document.under(section.heading))


def number_of_options(document: Document) -> Iterator[LintRemark]:
    found = options(document)
    section = document.section(OPTIONS)
    if section is not None and len(found) == 1:
        message = f"{quoted(found[0].name)} is the only option, expected two or more"
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
    if outcome is None or not _says_anything(document, outcome):
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
    if not chosen.because.strip(" .…:;,") and not _says_more(document, chosen.line):
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
        message = (
            f"the choice {quoted(chosen)} is listed as {quoted(like)}, expected the same words"
        )
        yield LintRemark(LintKind.OPTION_REWORDED, chosen, message, place)
    elif not all(any(alike(part, name) for name in considered) for part in several(chosen)):
        hint = closest(chosen, considered)
        message = f"the chosen option {quoted(chosen)} is none of those considered{hint}"
        yield LintRemark(LintKind.CHOICE_UNKNOWN, chosen, message, place)


def _says_more(document: Document, line: int) -> bool:
    """Whether the outcome goes on after the line, so that the reason may stand there."""
    outcome = next((one for one in document.under(OUTCOME) if one.line <= line), None)
    blocks = outcome.blocks if outcome else ()
    return any(block.line > line and not shows_nothing(block) for block in blocks)
