"""How a difference between two texts is told."""

from __future__ import annotations

from itertools import takewhile

from advisor.lookalikes import invisible, look, written_out

SIMILAR = 0.6  # how alike two sentences are for one to be reported as the other, changed


def likeness(text: str, other: str) -> float:
    """The share of the longer text that both begin and end with alike: 1 for the same."""
    longer, shorter = max(len(text), len(other), 1), min(len(text), len(other))
    begins, ends = _shared(text, other), _shared(text[::-1], other[::-1])
    return min(begins + ends, shorter) / longer


def _shared(text: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(text, other, strict=False))
    )


def changed(actual: str, expected: str) -> str:
    """That one text stands in the place of the other, from where they begin to differ."""
    says, sealed = _around(actual, expected), _around(expected, actual)
    if look(actual) == look(expected):  # else nobody would see what is meant
        says, sealed = written_out(says), written_out(sealed)
    return f"it says “{visible(says)}”; by the evidence it is “{visible(sealed)}”"


def _around(text: str, other: str, most: int = 90) -> str:
    """The part of ``text`` where it begins to differ from ``other``."""
    start = max(0, _shared(text, other) - most // 3)
    cut = text[start : start + most]
    return f"{'...' if start else ''}{cut}{'...' if start + most < len(text) else ''}"


def shortened(text: str, most: int = 120) -> str:
    shown = text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} ..."
    return visible(shown)


def visible(text: str) -> str:
    r"""``text`` with what shows nothing written out: ``\u200b``."""
    return "".join(ascii(c)[1:-1] if invisible(c) else c for c in text)
