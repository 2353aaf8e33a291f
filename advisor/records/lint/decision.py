"""The decision: drivers, options, which of them was chosen and why, and the arguments for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.unfinished import is_placeholder_text
from advisor.records.lint.wording import (
    ELLIPSES,
    alike,
    closest,
    label,
    likeliest,
    plain,
    quoted,
    same,
    several,
)
from advisor.records.parsed_record import (
    ARGUMENTS,
    CONSEQUENCES,
    DRIVERS,
    OPTIONS,
    OUTCOME,
    Document,
)
from advisor.records.sections import Block, RecordSection

SENTENCE = "'Chosen option: \"...\", because ...'"
_ANNOUNCES = re.compile(r"\b(?:because|since|as)\W*$|[:,]\s*$", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|since|as (?:it|this|they|we|the)|reasons?|rationale|due to|so that|why)\b",
    re.IGNORECASE,
)
MOST_PAIRS = 40_000  # of options and headings; what holds more was not written by people
_SIGN = re.compile(
    r"\W*(?P<sign>good|neutral|bad)\s*(?:[,:;–—-]|\b(?:because|as|since|that)\b)", re.I
)


def options(document: Document) -> Sequence[tuple[str, int]]:
    """The considered options in their order, each with the line that lists it; without a list,
    the headings below.
    """
    listed = [
        (block.text, block.line)
        for block in document.options
        if block.text and block.text not in ELLIPSES
    ]
    return listed or [(s.heading, s.line) for s in _directly_under(document, OPTIONS) if s.heading]


def _directly_under(document: Document, name: str) -> Sequence[RecordSection]:
    """The sections one level below the one of this name, and in it."""
    sections = document.under(name)
    return [section for section in sections[1:] if section.level == sections[0].level + 1]


def lists(document: Document) -> Iterator[LintRemark]:
    """Drivers and options are lists."""
    for name, kind in ((DRIVERS, LintKind.DRIVERS_NO_LIST), (OPTIONS, LintKind.OPTIONS_NO_LIST)):
        section = document.section(name)
        if section is not None and not section.items and _has_content(document, section):
            message = f"'{name}' holds no list, expected one item for each of them"
            yield kind.at(document, section.line, name, message)


def _has_content(document: Document, section: RecordSection) -> bool:
    return not all(part.is_empty for part in document.under(section.heading))


def number_of_options(document: Document) -> Iterator[LintRemark]:
    listed = options(document)
    section = document.section(OPTIONS)
    if section is not None and len(listed) == 1:
        message = f"{quoted(listed[0][0])} is the only option, expected two or more"
        yield LintKind.OPTIONS_TOO_FEW.at(document, section.line, OPTIONS, message)


def repeated_options(document: Document) -> Iterator[LintRemark]:
    first: dict[str, int] = {}
    for option, line in options(document):
        earlier = first.setdefault(plain(option), line)
        if earlier != line:
            message = f"the option {quoted(option)} stands on line {earlier} already"
            yield LintKind.OPTION_TWICE.at(document, line, option, message)


def choice(document: Document) -> Iterator[LintRemark]:
    """That something was chosen, of what was considered, and why."""
    outcome = document.section(OUTCOME)
    if outcome is None or not _has_content(document, outcome):
        return
    chosen = document.chosen
    if chosen is None:
        message = f"the outcome does not say what was chosen, expected {SENTENCE}"
        yield LintKind.CHOICE_MISSING.at(document, outcome.line, OUTCOME, message)
        return
    yield from _among_options(document, chosen.option, chosen.line)
    for other in document.choices[1:]:
        if not same(other.option, chosen.option):
            first = f"{quoted(chosen.option)} is chosen on line {chosen.line}"
            message = f"{first} and {quoted(other.option)} here, expected one choice"
            yield LintKind.CHOICE_TWICE.at(document, other.line, other.option, message)
    if not chosen.because.strip(" .…:;,") and not _goes_on(document, chosen.line):
        message = f"no reason is given for {quoted(chosen.option)}, expected one behind 'because'"
        yield LintKind.REASON_MISSING.at(document, chosen.line, chosen.option, message)


def _among_options(document: Document, chosen: str, line: int) -> Iterator[LintRemark]:
    considered = [option for option, _ in options(document)]
    if not considered or any(same(chosen, name) for name in considered):
        return
    if all(any(same(part, name) for name in considered) for part in several(chosen)):
        return
    if 0 < (label(chosen) or 0) <= len(considered):  # the third of a list is its "option 3"
        return
    like = likeliest(chosen, considered)
    if like is not None:
        listed = f"the choice {quoted(chosen)} is listed as {quoted(like)}"
        message = f"{listed}, expected the same words"
        yield LintKind.OPTION_REWORDED.at(document, line, chosen, message)
    elif not all(any(alike(part, name) for name in considered) for part in several(chosen)):
        hint = closest(chosen, considered)
        message = f"the chosen option {quoted(chosen)} is none of those considered{hint}"
        yield LintKind.CHOICE_UNKNOWN.at(document, line, chosen, message)


def _goes_on(document: Document, line: int) -> bool:
    """Whether the outcome goes on after the line with the reason."""
    outcome = next((section for section in document.under(OUTCOME) if section.line <= line), None)
    blocks = outcome.blocks if outcome else ()
    sentence = next((block.text for block in blocks if block.line == line), "")
    after = [block for block in blocks if block.line > line and not block.is_empty]
    if _ANNOUNCES.search(sentence):
        return bool(after)
    return any(_REASON.search(block.text) for block in after)


def _sign(item: Block) -> str:
    """``good``, ``neutral`` or ``bad``, as it begins; else empty."""
    match = _SIGN.match(item.text)
    return match["sign"].lower() if match else ""


def argument_form(document: Document) -> Iterator[LintRemark]:
    """One remark a list, at its first item of another form."""
    lists = (*document.under(CONSEQUENCES)[:1], *_directly_under(document, ARGUMENTS))
    for section in lists:
        items = [item for item in section.items if item.text and item.text not in ELLIPSES]
        wrong = [item for item in items if not _sign(item)]
        if wrong:
            many = f"{len(wrong)} of {len(items)} items here begin"
            message = (
                f"{quoted(wrong[0].text)}: {many if len(items) > 1 else 'it begins'} with none of "
                "'Good, because', 'Neutral, because', 'Bad, because'"
            )
            yield LintKind.ARGUMENT_FORM.at(document, wrong[0].line, section.heading, message)


def one_sided(document: Document) -> Iterator[LintRemark]:
    section = document.section(CONSEQUENCES)
    signs = {_sign(item) for item in section.items} - {"neutral"} if section else set()
    if section and len(signs) == 1 and "" not in signs:
        (only,) = signs
        other = "bad" if only == "good" else "good"
        message = f"every consequence is {only}, expected what is {other} about it as well"
        yield LintKind.ONE_SIDED.at(document, section.line, CONSEQUENCES, message)


def options_argued(document: Document) -> Iterator[LintRemark]:
    """That each heading is an option, and each option has one where any has."""
    considered, argued = options(document), _directly_under(document, ARGUMENTS)
    if not considered or len(considered) * len(argued) > MOST_PAIRS:
        return
    names = [option for option, _ in considered]
    free = [n for n in names if not any(same(section.heading, n) for section in argued)]
    for section in argued:
        name = section.heading
        if not name or is_placeholder_text(name) or any(same(name, option) for option in names):
            continue
        if (like := likeliest(name, free)) is not None:
            free.remove(like)
            message = f"{quoted(name)} is listed as {quoted(like)}, expected the same words"
            yield LintKind.OPTION_REWORDED.at(document, section.line, name, message)
        else:
            message = f"{quoted(name)} is none of the considered options{closest(name, names)}"
            yield LintKind.ARGUMENTS_UNKNOWN.at(document, section.line, name, message)
    if len(free) < len(considered):
        for option, line in considered:
            if option in free:
                message = f"the option {quoted(option)} has no pros and cons, where others have"
                yield LintKind.ARGUMENTS_MISSING.at(document, line, option, message)
