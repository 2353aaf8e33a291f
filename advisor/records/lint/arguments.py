"""What speaks for and against: the consequences, and the pros and cons of the options."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.records.lint.decision import ListedOption, options
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.unfinished import is_placeholder_text
from advisor.records.lint.wording import ELLIPSES, alike, closest, quoted, same
from advisor.records.parsed_record import ARGUMENTS, CONSEQUENCES, Block, Document, RecordSection

MOST_PAIRS = 40_000  # of options and headings; what holds more was not written by people
_SIGN = re.compile(
    r"\W*(?P<sign>good|neutral|bad)\s*(?:[,:;–—-]|\b(?:because|as|since|that)\b)", re.I
)


def sign(item: Block) -> str:
    """``good``, ``neutral`` or ``bad``, as it begins; else empty."""
    match = _SIGN.match(item.text)
    return match["sign"].lower() if match else ""


def argument_form(document: Document) -> Iterator[LintRemark]:
    """One remark a list, at its first item of another form."""
    for section in (*document.under(CONSEQUENCES)[:1], *headings(document)):
        items = [item for item in section.items if item.text and item.text not in ELLIPSES]
        wrong = [item for item in items if not sign(item)]
        if wrong:
            many = f"{len(wrong)} of {len(items)} items here begin"
            message = (
                f"{quoted(wrong[0].text)}: {many if len(items) > 1 else 'it begins'} with none of "
                "'Good, because', 'Neutral, because', 'Bad, because'"
            )
            place = document.place(wrong[0].line)
            yield LintRemark(LintKind.ARGUMENT_FORM, section.heading, message, place)


def one_sided(document: Document) -> Iterator[LintRemark]:
    section = document.section(CONSEQUENCES)
    if section is None:
        return
    signs = {sign(item) for item in section.items} - {"neutral"}
    if "" in signs or len(signs) != 1:
        return
    (only,) = signs
    other = "bad" if only == "good" else "good"
    message = f"every consequence is {only}, expected what is {other} about it as well"
    yield LintRemark(LintKind.ONE_SIDED, CONSEQUENCES, message, document.place(section.line))


def headings(document: Document) -> Sequence[RecordSection]:
    """The sections that argue about one option each."""
    sections = document.under(ARGUMENTS)
    return [section for section in sections[1:] if section.level == sections[0].level + 1]


def options_argued(document: Document) -> Iterator[LintRemark]:
    """That each heading is an option, and each option has one where any has."""
    considered, argued = options(document), headings(document)
    if not considered or len(considered) * len(argued) > MOST_PAIRS:
        return
    for heading in argued:
        if heading.heading and not is_placeholder_text(heading.heading):
            yield from _heading(document, heading, [option.name for option in considered])
    missing = [option for option in considered if not any(_is_about(h, option) for h in argued)]
    if len(missing) < len(considered):
        for option in missing:
            message = f"the option {quoted(option.name)} has no pros and cons, where others have"
            place = document.place(option.line)
            yield LintRemark(LintKind.ARGUMENTS_MISSING, option.name, message, place)


def _heading(
    document: Document, heading: RecordSection, considered: Sequence[str]
) -> Iterator[LintRemark]:
    name, place = heading.heading, document.place(heading.line)
    if any(same(name, option) for option in considered):
        return
    like = next((option for option in considered if alike(name, option)), None)
    if like is not None:
        message = f"{quoted(name)} is listed as {quoted(like)}, expected the same words"
        yield LintRemark(LintKind.OPTION_REWORDED, name, message, place)
    else:
        message = f"{quoted(name)} is none of the considered options{closest(name, considered)}"
        yield LintRemark(LintKind.ARGUMENTS_UNKNOWN, name, message, place)


def _is_about(heading: RecordSection, option: ListedOption) -> bool:
    return same(heading.heading, option.name) or alike(heading.heading, option.name)
