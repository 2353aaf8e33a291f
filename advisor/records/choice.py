"""The sentence of a record that says what was chosen: ``Chosen option: "...", because ...``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.records.sections import Block, BlockKind

_CHOSEN = re.compile(r"Chosen options?\s*:\s*(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_BEGINS = re.compile(r"Chosen options?\b", re.IGNORECASE)
_MARKED = re.compile(
    r"Chosen options?(?:\*\*|__|\*|_)?\s*:\s*(?:(?:\*\*|__|\*|_)\s+)?"
    r"(?P<mark>\*\*|__|\*|_|`+)(?P<option>[^\s*_`](?:.{0,300}?\S)?)(?P=mark)"
    r"(?=\s*(?:$|[.,;:(\n]|because\b|[-–—]\s))",
    re.IGNORECASE | re.DOTALL,
)
# The option and the reason, from the form that leaves no doubt to the one that says least.
_QUOTED, _UNQUOTED = (
    tuple(re.compile(form, re.IGNORECASE | re.DOTALL) for form in forms)
    for forms in (
        (
            r"[\"“'](?P<option>.+?)[\"”']\s*,?\s+because\b\s*(?P<why>.*)",
            r"[\"“'](?P<option>.+?)[\"”'](?!\w)(?P<why>.*)",
        ),
        (
            r"(?P<option>.+?)\s*,?\s+because\b\s*(?P<why>.*)",
            r"(?P<option>.+?)(?:[.;](?=\s|$)|$)(?P<why>.*)",
        ),
    )
)
_BECAUSE = re.compile(r"[\s,]*(?:\bbecause\b)?", re.IGNORECASE)


@dataclass(frozen=True)
class ChosenOption:
    """The sentence that says what was chosen, taken apart. ``because`` is what follows that word,
    or where it is missing all that follows the option.
    """

    option: str
    because: str
    line: int


def choices_in(blocks: Iterator[Block], considered: Sequence[str]) -> Iterator[ChosenOption]:
    """What each of these blocks says was chosen of what was ``considered``."""
    for block in blocks:
        if block.kind is BlockKind.CODE or not (match := _CHOSEN.search(block.text)):
            continue
        rest = match["rest"]
        for option, because in (
            *_taken_apart(_QUOTED, rest),
            *_named(rest, _options_at(block, considered)),
            *_taken_apart(_UNQUOTED, rest),
        ):
            yield ChosenOption(
                option.strip(" \t\n,;:"), because.strip().lstrip(" ,.;:"), block.line
            )
            break


def _taken_apart(forms: Sequence[re.Pattern[str]], rest: str) -> Iterator[tuple[str, str]]:
    return ((m["option"], m["why"]) for form in forms if (m := form.match(rest)))


def _options_at(block: Block, considered: Sequence[str]) -> Iterator[str]:
    """What stands there as one name: what is in bold or the like, and else what was considered."""
    begin = _BEGINS.search(block.source)
    if begin and (match := _MARKED.match(block.source, begin.start())):
        yield re.sub(r"[*_`\\]", "", match["option"])
    yield from sorted(considered, key=len, reverse=True)


def _named(rest: str, options: Iterator[str]) -> Iterator[tuple[str, str]]:
    for option in options:
        begin = rest[: len(option)]
        behind = rest[len(option) :]
        if option and begin.casefold() == option.casefold() and not re.match(r"\w", behind):
            yield begin, behind[_BECAUSE.match(behind).end() :]  # type: ignore[union-attr]
