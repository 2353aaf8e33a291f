"""The headings: the title, and whether each section of MADR 4 is where it belongs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.metadata import Place
from advisor.records.parsed_record import (
    ARGUMENTS,
    CONFIRMATION,
    CONSEQUENCES,
    CONTEXT,
    DRIVERS,
    MORE,
    OPTIONS,
    OUTCOME,
    Document,
)
from advisor.records.sections import RecordSection


@dataclass(frozen=True)
class ExpectedSection:
    """Where MADR 4 has a section: the level of its heading, the section it is in."""

    level: int = 2
    within: str = ""
    mandatory: bool = False


SECTIONS: Mapping[str, ExpectedSection] = {  # in MADR's order
    CONTEXT: ExpectedSection(mandatory=True),
    DRIVERS: ExpectedSection(),
    OPTIONS: ExpectedSection(mandatory=True),
    OUTCOME: ExpectedSection(mandatory=True),
    CONSEQUENCES: ExpectedSection(3, OUTCOME),
    CONFIRMATION: ExpectedSection(3, OUTCOME),
    ARGUMENTS: ExpectedSection(),
    MORE: ExpectedSection(),
}
MANDATORY = tuple(name for name, expected in SECTIONS.items() if expected.mandatory)
_KNOWN = {heading.casefold(): heading for heading in SECTIONS}
# What other formats and older editions of MADR call them.
RENAMED = {
    "context": CONTEXT,
    "problem statement": CONTEXT,
    "drivers": DRIVERS,
    "options": OPTIONS,
    "alternatives": OPTIONS,
    "options considered": OPTIONS,
    "alternatives considered": OPTIONS,
    "considered alternatives": OPTIONS,
    "decision": OUTCOME,
    "outcome": OUTCOME,
    "positive consequences": CONSEQUENCES,
    "negative consequences": CONSEQUENCES,
    "validation": CONFIRMATION,
    "pros and cons": ARGUMENTS,
    "links": MORE,
}


def known(section: RecordSection) -> str:
    """The section of MADR 4 that this is; empty where it is none."""
    return _KNOWN.get(section.heading.casefold(), "")


def is_madr(document: Document) -> bool:
    """Whether it has any of the sections that every MADR has."""
    return any(document.section(name) for name in MANDATORY)


def title(document: Document) -> Iterator[LintRemark]:
    first = document.title_section
    others = [s for s in document.sections if s.level == 1 and s is not first and not known(s)]
    if first is None:
        yield _title_missing(document)
    elif not first.heading:
        message = "the title is empty, expected the problem and its solution in a few words"
        yield LintKind.TITLE_MISSING.at(document, first.line, "title", message)
    for other in others:
        title = f", as is the title on line {first.line}" if first else ""
        what = f"{quoted(other.heading)} is a heading of the first level{title}"
        message = f"{what}; expected '##' or more"
        yield LintKind.TITLE_TWICE.at(document, other.line, other.heading, message)
    if first is None:
        return
    before = document.sections[: document.sections.index(first)]
    shown = next((section for section in before if section.level or not section.is_empty), None)
    if shown is not None:
        line = shown.line if shown.level else next(b.line for b in shown.blocks if not b.is_empty)
        message = f"text stands before the title on line {first.line}, expected the title first"
        yield LintKind.TITLE_NOT_FIRST.at(document, line, "title", message)


def _title_missing(document: Document) -> LintRemark:
    line, message = document.body_line, "there is no title, expected a heading '# ...'"
    if (comment := document.title_in_comment) is not None:
        text, line = comment
        message = f"{quoted(text)} is a comment of the front matter, expected the title below it"
    elif document.title:
        message += f"; {quoted(document.title)} stands in the front matter alone"
    return LintKind.TITLE_MISSING.at(document, line, "title", message)


def missing(document: Document) -> Iterator[LintRemark]:
    for name in MANDATORY:
        if document.section(name) is not None:
            continue
        message, line = f"there is no section '{name}'", document.body_line
        similar = next((s for s in document.sections if _meant(document, s) == name), None)
        if similar is not None:
            line = similar.line
            message += f"; is {quoted(similar.heading)} on line {line} meant?"
        yield LintKind.SECTION_MISSING.at(document, line, name, message)


def empty(document: Document) -> Iterator[LintRemark]:
    """Sections with nothing in them, nor in a section below."""
    for number, section in enumerate(document.sections):
        if section.level < 2:
            continue
        below = document.sections[number + 1 : number + 2]
        if not section.heading:
            message = "the heading has no words, expected what stands under it"
        elif section.is_empty and not (below and below[0].level > section.level):
            heading = quoted(section.heading)
            message = f"nothing stands under {heading}, expected a text or no heading"
        else:
            continue
        yield LintKind.SECTION_EMPTY.at(document, section.line, section.heading, message)


def repeated(document: Document) -> Iterator[LintRemark]:
    first: dict[str, RecordSection] = {}
    for name, section, as_expected, _ in _known_sections(document):
        if as_expected and first.setdefault(name, section) is not section:
            message = f"'{name}' stands on line {first[name].line} already, expected it once"
            yield LintKind.SECTION_TWICE.at(document, section.line, name, message)


def order(document: Document) -> Iterator[LintRemark]:
    """Each section that follows one that should follow it; of a section, its first place."""
    ranks = list(SECTIONS)
    last = ""
    seen: set[str] = set()
    for name, section, as_expected, _ in _known_sections(document):
        if name in seen or not as_expected:
            continue
        seen.add(name)
        if last and ranks.index(name) < ranks.index(last):
            message = f"'{name}' stands behind '{last}', expected it before"
            yield LintKind.SECTION_ORDER.at(document, section.line, name, message)
        else:
            last = name


def levels(document: Document) -> Iterator[LintRemark]:
    for name, section, as_expected, parents in _known_sections(document):
        if as_expected or _is_below(ARGUMENTS, parents):
            continue
        expected = SECTIONS[name]
        within = f" in '{expected.within}'" if expected.within else ""
        if section.level != expected.level:
            actual = f"is a heading of level {section.level}"
        else:
            actual = "stands in another section" if parents else "stands in no section"
        message = f"'{name}' {actual}, expected level {expected.level}{within}"
        yield LintKind.SECTION_LEVEL.at(document, section.line, name, message)


def unknown(document: Document) -> Iterator[LintRemark]:
    """Sections that MADR 4 calls otherwise, and in one remark those it does not have."""
    others = []
    stated = {s.spelt for _, s in document.statements if s.place is Place.SECTION}
    for section, parents in _nested(document):
        in_outcome = section.level == 3 and _is_below(OUTCOME, parents)
        if known(section) or not section.heading or not (section.level == 2 or in_outcome):
            continue
        if section.heading in stated:  # which has a remark of its own
            continue
        meant = _meant(document, section)
        if not meant:
            others.append(section)
        elif not SECTIONS[meant].mandatory:  # else the missing section names it
            message = f"{quoted(section.heading)} is called '{meant}' in MADR 4"
            yield LintKind.SECTION_RENAMED.at(document, section.line, section.heading, message)
    if others:
        named = ", ".join(quoted(section.heading) for section in others)
        what = "is a section" if len(others) == 1 else "are sections"
        message = f"{named} {what} that MADR 4 does not have; '{MORE}' takes what fits nowhere else"
        yield LintKind.SECTION_UNKNOWN.at(document, others[0].line, others[0].heading, message)


def _meant(document: Document, section: RecordSection) -> str:
    """The section of MADR 4 that a foreign one may be, if the record lacks that; else empty."""
    if known(section) or section.level not in (1, 2, 3):
        return ""
    spelt = section.heading.casefold().strip(" :.0123456789")
    close = get_close_matches(spelt, _KNOWN, n=1, cutoff=0.85)
    name = RENAMED.get(spelt) or (_KNOWN[close[0]] if close else "")
    return "" if not name or document.section(name) else name


def _nested(document: Document) -> Iterator[tuple[RecordSection, Sequence[RecordSection]]]:
    """Every section below the title with those it is in, the outermost first."""
    parents: list[RecordSection] = []
    for section in document.sections:
        while parents and parents[-1].level >= section.level:
            parents.pop()
        if section.level > 1 or known(section):
            yield section, tuple(parents)
        if section.level > 1:
            parents.append(section)


def _known_sections(
    document: Document,
) -> Iterator[tuple[str, RecordSection, bool, Sequence[RecordSection]]]:
    """The sections of MADR 4: the name there, the section, whether it is where MADR 4 has it, and
    those it is in.
    """
    for section, parents in _nested(document):
        if name := known(section):
            expected = SECTIONS[name]
            within = known(parents[-1]) if parents else ""
            as_expected = section.level == expected.level and within == expected.within
            yield name, section, as_expected, parents


def _is_below(name: str, parents: Sequence[RecordSection]) -> bool:
    return any(known(parent) == name for parent in parents)
