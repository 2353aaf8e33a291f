"""The headings: the title, and the sections of MADR 4 in their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
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
    RecordSection,
    is_empty,
    shows_nothing,
)


@dataclass(frozen=True)
class Form:
    """Where MADR 4 has a section: the level of its heading, the section it is in."""

    level: int = 2
    within: str = ""
    mandatory: bool = False


SECTIONS: Mapping[str, Form] = {  # in MADR's order
    CONTEXT: Form(mandatory=True),
    DRIVERS: Form(),
    OPTIONS: Form(mandatory=True),
    OUTCOME: Form(mandatory=True),
    CONSEQUENCES: Form(3, OUTCOME),
    CONFIRMATION: Form(3, OUTCOME),
    ARGUMENTS: Form(),
    MORE: Form(),
}
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
    return any(form.mandatory and document.section(name) for name, form in SECTIONS.items())


def title(document: Document) -> Iterator[LintRemark]:
    titles = [one for one in document.sections if one.level == 1 and not known(one)]
    if not titles:
        message = "there is no title, expected a heading '# ...'"
        yield LintRemark(
            LintKind.TITLE_MISSING, "title", message, document.place(document.body_line)
        )
        return
    first, *others = titles
    if not first.heading:
        message = "the title is empty, expected the problem and its solution in a few words"
        yield LintRemark(LintKind.TITLE_MISSING, "title", message, document.place(first.line))
    for other in others:
        message = (
            f"{quoted(other.heading)} is a heading of the first level, as is the title on line "
            f"{first.line}; expected '##' or more"
        )
        yield LintRemark(LintKind.TITLE_TWICE, other.heading, message, document.place(other.line))
    yield from _before_title(document, first)


def _before_title(document: Document, first: RecordSection) -> Iterator[LintRemark]:
    before = document.sections[: document.sections.index(first)]
    seen = next((one for one in before if one.level or not is_empty(one)), None)
    if seen is None:
        return
    line = seen.line if seen.level else next(b.line for b in seen.blocks if not shows_nothing(b))
    message = f"text stands before the title on line {first.line}, expected the title first"
    yield LintRemark(LintKind.TITLE_NOT_FIRST, "title", message, document.place(line))


def missing(document: Document) -> Iterator[LintRemark]:
    for name, form in SECTIONS.items():
        if form.mandatory and document.section(name) is None:
            stand_in = next(
                (one for one in document.sections if _meant(document, one) == name), None
            )
            hint = (
                f"; is {quoted(stand_in.heading)} on line {stand_in.line} meant?"
                if stand_in
                else ""
            )
            message = f"there is no section '{name}'{hint}"
            line = stand_in.line if stand_in else document.body_line
            yield LintRemark(LintKind.SECTION_MISSING, name, message, document.place(line))


def empty(document: Document) -> Iterator[LintRemark]:
    """Sections with nothing in them, nor in a section below."""
    for number, section in enumerate(document.sections):
        if section.level < 2:
            continue
        below = document.sections[number + 1 : number + 2]
        if not section.heading:
            message = "the heading has no words, expected what stands under it"
            yield LintRemark(LintKind.SECTION_EMPTY, "", message, document.place(section.line))
        elif is_empty(section) and not (below and below[0].level > section.level):
            message = (
                f"nothing stands under {quoted(section.heading)}, expected a text or no heading"
            )
            yield LintRemark(
                LintKind.SECTION_EMPTY, section.heading, message, document.place(section.line)
            )


def twice(document: Document) -> Iterator[LintRemark]:
    first: dict[str, RecordSection] = {}
    for section, parents in _placed(document):
        name = known(section)
        if not name or not _at_home(name, section, parents):
            continue
        if name in first:
            message = f"'{name}' stands on line {first[name].line} already, expected it once"
            yield LintRemark(LintKind.SECTION_TWICE, name, message, document.place(section.line))
        else:
            first[name] = section


def order(document: Document) -> Iterator[LintRemark]:
    """Each section that follows one that should follow it; of a section, where it stands first."""
    ranks = list(SECTIONS)
    last = ""
    seen: set[str] = set()
    for section, parents in _placed(document):
        name = known(section)
        if not name or name in seen or not _at_home(name, section, parents):
            continue
        seen.add(name)
        if last and ranks.index(name) < ranks.index(last):
            message = f"'{name}' stands behind '{last}', expected it before"
            yield LintRemark(LintKind.SECTION_ORDER, name, message, document.place(section.line))
        else:
            last = name


def levels(document: Document) -> Iterator[LintRemark]:
    for section, parents in _placed(document):
        name = known(section)
        if not name or _at_home(name, section, parents) or _is_below(ARGUMENTS, parents):
            continue
        form = SECTIONS[name]
        where = f" in '{form.within}'" if form.within else ""
        expected = f"expected level {form.level}{where}"
        if section.level != form.level:
            found = f"is a heading of level {section.level}"
        else:
            found = "stands in another section" if parents else "stands in no section"
        message = f"'{name}' {found}, {expected}"
        yield LintRemark(LintKind.SECTION_LEVEL, name, message, document.place(section.line))


def foreign(document: Document) -> Iterator[LintRemark]:
    """Sections that MADR 4 calls otherwise, and in one remark those it does not have."""
    unknown = []
    for section, parents in _placed(document):
        if known(section) or not section.heading or not _is_of_outline(section, parents):
            continue
        meant = _meant(document, section)
        if not meant:
            unknown.append(section)
        elif not SECTIONS[meant].mandatory:  # else the missing section names it
            message = f"{quoted(section.heading)} is called '{meant}' in MADR 4"
            place = document.place(section.line)
            yield LintRemark(LintKind.SECTION_RENAMED, section.heading, message, place)
    if unknown:
        yield _unknown(document, unknown)


def _unknown(document: Document, sections: Sequence[RecordSection]) -> LintRemark:
    named = ", ".join(quoted(section.heading) for section in sections)
    what = "is a section" if len(sections) == 1 else "are sections"
    message = f"{named} {what} that MADR 4 does not have; '{MORE}' takes what fits nowhere else"
    place = document.place(sections[0].line)
    return LintRemark(LintKind.SECTION_UNKNOWN, sections[0].heading, message, place)


def _meant(document: Document, section: RecordSection) -> str:
    """The section of MADR 4 that a foreign one may be, if the record lacks that; else empty."""
    if known(section) or section.level not in (1, 2, 3):
        return ""
    spelt = section.heading.casefold().strip(" :.0123456789")
    close = get_close_matches(spelt, _KNOWN, n=1, cutoff=0.85)
    name = RENAMED.get(spelt) or (_KNOWN[close[0]] if close else "")
    return "" if not name or document.section(name) else name


def _placed(document: Document) -> Iterator[tuple[RecordSection, Sequence[RecordSection]]]:
    """Every section below the title with those it is in, the outermost first."""
    parents: list[RecordSection] = []
    for section in document.sections:
        while parents and parents[-1].level >= section.level:
            parents.pop()
        if section.level > 1 or known(section):
            yield section, tuple(parents)
        if section.level > 1:
            parents.append(section)


def _at_home(name: str, section: RecordSection, parents: Sequence[RecordSection]) -> bool:
    """Whether the section is where MADR 4 has the one of this name."""
    form = SECTIONS[name]
    within = known(parents[-1]) if parents else ""
    return section.level == form.level and within == form.within


def _is_below(name: str, parents: Sequence[RecordSection]) -> bool:
    return any(known(one) == name for one in parents)


def _is_of_outline(section: RecordSection, parents: Sequence[RecordSection]) -> bool:
    """Whether MADR 4 could have it: the sections, and those of the outcome."""
    return section.level == 2 or (section.level == 3 and _is_below(OUTCOME, parents))
