"""Whether a record says what its evidence says.

What is compared is what a reader sees: headings and blocks with their words, the targets of their
links, and the lists and headings they stand under. People may rename a record, format it anew and
add paragraphs, items and sections of their own; what was written from evidence must still be
there, word for word and in its order, and nothing added may hide it or pass for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.lookalikes import invisible, look, written_out
from advisor.records.parsed_record import ARGUMENTS, CONFIRMATION, OUTCOME, Document
from advisor.records.verification.additions import Additions, choice_in
from advisor.records.verification.comparison import (
    ComparedPart,
    FiledStatement,
    compare,
)
from advisor.records.verification.rendering import Part, Rendered, Seen, Shape, parts
from advisor.records.verification.wording import SIMILAR, changed, likeness, shortened, visible
from rules.diagnostics import quoted

FIELDS = ("status", "date", "decision-makers", "consulted", "informed")  # of the front matter
MOST_SEARCHED = 500  # added blocks, to find the one that a missing text was made into


def text_differences(
    document: Document, sealed: Document, filed: Sequence[FiledStatement] = ()
) -> Iterator[str]:
    """A sentence for each thing that the record does not say as the one ``sealed`` with it, and as
    it speaks of itself in the statements ``filed``.
    """
    written = _with_confirmation(parts(sealed.body), filed)
    body, first_line = _shown(document)
    comparison = compare(parts(body, first_line), written, filed)
    expected = stated_choice(written)
    additions = Additions(document, comparison, written, expected, first_line)
    others = {
        block: option
        for block in comparison.added
        if (option := choice_in(block)) is not None and option != expected
    }
    for block, option in others.items():
        actual = f"the chosen option is {quoted(option)}"
        yield f"{document.place(block.line)}: {actual}, the evidence says {quoted(expected)}"
    yield from additions.differently_shown(body, sealed.body)
    if expected and not any(choice_in(block) is not None for block in comparison.blocks):
        yield f"{document.file}: names no chosen option, the evidence says {quoted(expected)}"
    yield from (f"{document.file}: the section “{heading}” is gone" for heading in comparison.gone)
    yield from additions.heading_problems()
    for part in comparison.parts:
        yield from _part_problems(document, part, additions, set(others))
    yield from _front_matter_problems(document)
    yield from additions.front_problems()
    yield from _invisible(document, additions)


def _shown(document: Document) -> tuple[str, int]:
    """The text that a reader sees, and the line it begins on: all of it where no front matter
    begins on line 1.
    """
    return (document.body, document.body_line) if document.front else (document.text, 1)


def other_choice(document: Document, expected: str) -> Iterator[str]:
    """A sentence where the record names no option, and for each other than ``expected``."""
    if not document.choices:
        yield f"{document.file}: names no chosen option, the evidence says {quoted(expected)}"
    for chosen in document.choices:
        if chosen.option != expected:
            place = document.place(chosen.line)
            actual = quoted(chosen.option)
            yield f"{place}: the chosen option is {actual}, the evidence says {quoted(expected)}"


def _with_confirmation(sealed: Sequence[Part], filed: Sequence[FiledStatement]) -> Sequence[Part]:
    """With the section that only the record itself has where no claim was tried."""
    headings = [part.title for part in sealed]
    wanted = any(statement.heading == CONFIRMATION for statement in filed)
    if not wanted or CONFIRMATION in headings or ARGUMENTS not in headings:
        return sealed
    seen = Seen(Shape.HEADING, 3, (), CONFIRMATION, (), ())
    place = headings.index(ARGUMENTS)
    return [*sealed[:place], Part(Rendered(seen, 0, (), ""), ()), *sealed[place:]]


def stated_choice(written: Sequence[Part]) -> str:
    """The option of the paragraph of the outcome that states it; empty where none does."""
    blocks = (block for part in written if part.title == OUTCOME for block in part.blocks)
    return next((choice_in(b) or "" for b in blocks if b.text.startswith("Chosen option:")), "")


def _part_problems(
    document: Document, compared: ComparedPart, additions: Additions, told: set[Rendered]
) -> Iterator[str]:
    part, used = compared.part, set(told)
    replaced = any(choice_in(block) is not None for block in told)
    for text in compared.missing:
        if replaced and look(text).startswith("chosen option:"):
            continue
        nearest = _nearest(text, compared.added, used)
        if nearest is None:
            place = document.place(part.heading.line if part.heading else 0)
            yield f"{place}: under “{visible(part.title)}” there is no more “{shortened(text)}”"
            continue
        used.add(nearest)
        if nearest.text == text:
            yield f"{document.place(nearest.line)}: {_seen_otherwise(nearest)}, “{shortened(text)}”"
        else:
            yield f"{document.place(nearest.line)}: {changed(nearest.text, text)}"
    if compared.moved:
        place = document.place(part.heading.line if part.heading else 0)
        yield f"{place}: “{shortened(compared.moved)}” stands in another place than it was written"
    yield from additions.problems(compared, used)


def _seen_otherwise(block: Rendered) -> str:
    """How a block with the same words differs from what was sealed."""
    if block.html:
        return "HTML may hide what was written"
    if block.seen.links:
        return f"what was written leads to {quoted(block.seen.links[0])} now"
    return "what was written stands otherwise"


def _nearest(text: str, added: Sequence[Rendered], used: set[Rendered]) -> Rendered | None:
    """The added block that comes nearest to a text that is gone; None where none is like it."""
    near, best = None, SIMILAR
    for block in added[:MOST_SEARCHED]:
        if block not in used and (alike := likeness(block.text, text)) >= best:
            near, best = block, alike
    return near


def _front_matter_problems(document: Document) -> Iterator[str]:
    """What in the front matter can be read in two ways. What it says is people's own, and so is
    how they write their names.
    """
    if document.misplaced is not None:
        place = document.place(document.misplaced.first_line)
        yield f"{place}: front matter that does not begin on line 1 is text for most readers"
    if document.front is None:
        return
    last = document.front.last_line
    if document.text.split("\n", last)[last - 1].startswith("..."):
        place = document.place(last)
        yield f"{place}: '...' ends the front matter for some readers alone, expected '---'"
    known = {look(field): field for field in FIELDS}
    for key in document.front.fields:
        place = document.place(document.field_line(key))
        if (field := known.get(look(key), key)) != key:
            yield f"{place}: the key {written_out(key)} looks like '{field}', and is another"
        elif character := invisible(key):
            yield f"{place}: a key holds the character {character!a}, which no reader sees"
    for key in ("status", "date"):
        text = document.front.text(key)
        if written_out(text) != text:
            place = document.place(document.field_line(key))
            yield f"{place}: '{key}' is {written_out(text)}, which looks like something else"


def _invisible(document: Document, additions: Additions) -> Iterator[str]:
    """Where the Markdown itself, comments included, holds what no reader sees."""
    body, first_line = _shown(document)
    if body.isascii() and body.replace("\n", "").isprintable():
        return
    for number, line in enumerate(body.split("\n"), start=first_line):
        if character := additions.invisible(line):
            place = document.place(number)
            yield f"{place}: holds the character {character!a}, which no reader sees"
