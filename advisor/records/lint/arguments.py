"""What speaks for and against: the consequences, and the pros and cons of the options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.records.lint.decision import ListedOption, options
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.unfinished import is_left
from advisor.records.lint.wording import alike, closest, quoted, same
from advisor.records.parsed_record import (
    ARGUMENTS,
    CONSEQUENCES,
    DOTS,
    Block,
    Document,
    RecordSection,
)

MOST_PAIRS = 40_000  # of options and headings; what holds more was not written by people
_SIGN = re.compile(
    r"\W*(?P<sign>good|neutral|bad)\s*(?:[,:;–—-]|\b(?:because|as|since|that)\b)", re.I
)


def sign(item: Block) -> str:
    """``good``, ``neutral`` or ``bad``, as it begins; else empty."""
    found = _SIGN.match(item.text)
    return found["sign"].lower() if found else ""


def form(document: Document) -> Iterator[LintRemark]:
    """One remark a list, at its first item of another form."""
    for section in (*document.under(CONSEQUENCES)[:1], *headings(document)):
        items = [item for item in section.items if item.text and item.text not in DOTS]
        wrong = [item for item in items if not sign(item)]
        if wrong:
            many = (
                f"{len(wrong)} of {len(items)} items here begin" if len(items) > 1 else "it begins"
            )
            message = (
                f"{quoted(wrong[0].text)}: {many} with none of 'Good, because', "
                "'Neutral, because', 'Bad, because'"
            )
            place = document.place(wrong[0].line)
            yield LintRemark(LintKind.ARGUMENT_FORM, section.heading, message, place)


def one_sided(document: Document) -> Iterator[LintRemark]:
    section = document.section(CONSEQUENCES)
    signs = [sign(item) for item in section.items] if section else []
    told = set(signs) - {"neutral"}
    if section is None or "" in told or len(told) != 1:
        return
    (only,) = told
    other = "bad" if only == "good" else "good"
    message = f"every consequence is {only}, expected what is {other} about it as well"
    yield LintRemark(LintKind.ONE_SIDED, CONSEQUENCES, message, document.place(section.line))


def headings(document: Document) -> Sequence[RecordSection]:
    """The sections that argue about one option each."""
    whole = document.under(ARGUMENTS)
    return [one for one in whole[1:] if one.level == whole[0].level + 1]


def options_argued(document: Document) -> Iterator[LintRemark]:
    """That each heading is an option, and each option has one where any has."""
    considered, argued = options(document), headings(document)
    if not considered or len(considered) * len(argued) > MOST_PAIRS:
        return
    for heading in argued:
        if heading.heading and not is_left(heading.heading):
            yield from _heading(document, heading, [option.name for option in considered])
    lacking = [one for one in considered if not any(_is_about(h, one) for h in argued)]
    if len(lacking) < len(considered):
        for option in lacking:
            message = f"the option {quoted(option.name)} has no pros and cons, where others have"
            place = document.place(option.line)
            yield LintRemark(LintKind.ARGUMENTS_MISSING, option.name, message, place)


def _heading(
    document: Document, heading: RecordSection, considered: Sequence[str]
) -> Iterator[LintRemark]:
    name, place = heading.heading, document.place(heading.line)
    if any(same(name, one) for one in considered):
        return
    like = next((one for one in considered if alike(name, one)), None)
    if like is not None:
        message = f"{quoted(name)} is listed as {quoted(like)}, expected the same words"
        yield LintRemark(LintKind.OPTION_REWORDED, name, message, place)
    else:
        message = f"{quoted(name)} is none of the considered options{closest(name, considered)}"
        yield LintRemark(LintKind.ARGUMENTS_UNKNOWN, name, message, place)


def _is_about(heading: RecordSection, option: ListedOption) -> bool:
    return same(heading.heading, option.name) or alike(heading.heading, option.name)
