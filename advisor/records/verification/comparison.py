"""What a record says held against what was sealed: which blocks are there, and what was added."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from advisor.records.verification.rendering import Part, Rendered, Seen


@dataclass(frozen=True)
class FiledStatement:
    """A paragraph that a record has under ``heading`` beside what was sealed: it speaks of the
    file itself. ``expected`` is how it reads, ``is_it`` whether a paragraph is that.
    """

    heading: str
    expected: str
    is_it: Callable[[Seen], bool]
    optional: bool = False


@dataclass(frozen=True)
class ComparedPart:
    """A part of the record. ``sealed`` is the part of the same heading that was sealed, None for
    one that people added; ``missing`` are texts that are not there any more, ``moved`` the first
    that stands in another place; ``added`` are the blocks that were not sealed.
    """

    part: Part
    sealed: Part | None
    missing: tuple[str, ...] = ()
    moved: str = ""
    added: tuple[Rendered, ...] = ()


@dataclass(frozen=True)
class TextComparison:
    """The record's parts in their order, and the headings that are gone."""

    parts: tuple[ComparedPart, ...]
    gone: tuple[str, ...]

    @property
    def blocks(self) -> Iterator[Rendered]:
        return (block for compared in self.parts for block in compared.part.blocks)

    @property
    def added(self) -> Iterator[Rendered]:
        return (block for part in self.parts for block in part.added)


def compare(
    record: Sequence[Part], sealed: Sequence[Part], filed: Sequence[FiledStatement]
) -> TextComparison:
    """The parts of a record compared with those that were ``sealed``, the title left aside."""
    expected = [part for part in sealed if part.heading and part.level > 1]
    headed = [number for number, part in enumerate(record) if part.heading]
    present = [part.heading.seen for part in record if part.heading]
    places = _in_order([part.heading.seen for part in expected if part.heading], present)
    partner = {
        headed[place]: part
        for part, place in zip(expected, places, strict=True)
        if place is not None
    }
    gone = [p.title for p, place in zip(expected, places, strict=True) if place is None]
    compared = tuple(
        _compared(part, partner.get(number), filed) for number, part in enumerate(record)
    )
    there = {part.title for part in partner.values()}
    gone += [f.heading for f in filed if f.heading not in {*there, *gone} and not f.optional]
    return TextComparison(compared, tuple(dict.fromkeys(gone)))


def _compared(part: Part, sealed: Part | None, filed: Sequence[FiledStatement]) -> ComparedPart:
    if sealed is None:
        return ComparedPart(part, None, added=part.blocks)
    expected = [block.seen for block in sealed.blocks]
    places = _in_order(expected, [block.seen for block in part.blocks])
    claimed = {place for place in places if place is not None}
    missing, moved = [], ""
    unclaimed = defaultdict[Seen, list[int]](list)
    for number, block in enumerate(part.blocks):
        if number not in claimed:
            unclaimed[block.seen].append(number)
    for seen, place in zip(expected, places, strict=True):
        if place is None and unclaimed[seen]:
            claimed.add(unclaimed[seen].pop(0))
            moved = moved or seen.text
        elif place is None:
            missing.append(seen.text)
    for statement in filed:
        if statement.heading == sealed.title:
            left = (n for n in range(len(part.blocks)) if n not in claimed)
            found = [n for n in left if statement.is_it(part.blocks[n].seen)]
            claimed.update(found if statement.optional else found[:1])
            if not found and not statement.optional:
                missing.append(statement.expected)
    added = tuple(block for number, block in enumerate(part.blocks) if number not in claimed)
    return ComparedPart(part, sealed, tuple(missing), moved, added)


def _in_order(expected: Sequence[Seen], present: Sequence[Seen]) -> Sequence[int | None]:
    """Where each of ``expected`` stands among those ``present``, behind the one before it; None
    where it does not.
    """
    numbers = defaultdict[Seen, list[int]](list)
    for number, seen in enumerate(present):
        numbers[seen].append(number)
    places: list[int | None] = []
    behind = 0
    for seen in expected:
        known = numbers.get(seen, [])
        index = bisect_left(known, behind)
        places.append(known[index] if index < len(known) else None)
        behind = known[index] + 1 if index < len(known) else behind
    return places
