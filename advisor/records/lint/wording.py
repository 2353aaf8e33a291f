"""When two texts name the same option, and when they may."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from rules.diagnostics import printable

LONGEST_QUOTE = 60
LONGEST_NAME = 200  # characters in which a name is compared; the time grows with the square
MOST_WORDS = 0.75  # share of words that two texts for one option have in common
SHORTEST_NAME = 3  # letters of a name that is looked for inside a longer text
ELLIPSES = frozenset({"…", "..."})  # an item for what may be added
_UNSEEN = str.maketrans(
    {**dict.fromkeys("\"'“”‘’«»„`\u00ad"), **dict.fromkeys("–—", "-")}
)  # or seen, but not noticed
_AROUND = " *_.,;:!"
_ARTICLE = re.compile(r"(?:the|an?)\s+")
_LABEL = re.compile(
    r"((?:option|alternative|variant)\s+\w{1,3}|\(?(?:\d{1,2}|[a-z])[.):])(?:\W+|$)"
)
_NUMBERED = re.compile(r"(?:option|alternative|variant)\s+#?(\d{1,2})\b|#?(\d{1,2})$")
_HEAD_ENDS = re.compile(r"\s*(?:[:;,(\[]|\s[-–—]+\s|\.\s|->|→)")
_BRACKETS = re.compile(r"\([^)]*\)")
_FILLERS = frozenset(
    {
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on"),
        *("or", "our", "the", "to", "use", "using", "we", "with"),
    }
)
_JOINTS = re.compile(r"\s+and\s+|\s*[,+&]\s*")


def quoted(text: str) -> str:
    """The text in quotes, on one line and not too long, as messages name it. Characters that no
    terminal should be sent are written out in ASCII.
    """
    line = " ".join(text.split())
    if len(line) > LONGEST_QUOTE:
        line = f"{line[: LONGEST_QUOTE - 1].rstrip()}…"
    return f"'{printable(line)}'"


def plain(text: str) -> str:
    """What two texts have in common that differ in case, quotes, end marks or white space alone."""
    shown = unicodedata.normalize("NFKC", text).translate(_UNSEEN)
    return " ".join(shown.casefold().split()).strip(_AROUND)


def same(first: str, second: str) -> bool:
    """Whether they name one option, with or without a label before it ("Option 1:") or an
    explanation behind it.
    """
    if plain(first) == plain(second):
        return True
    return any(_variants(plain(first)) & _variants(plain(second)))


def alike(first: str, second: str) -> bool:
    """Whether a reader may take them for one option: one text is a part of the other, or the
    words of one are nearly all in the other.
    """
    short, long = sorted((plain(first), plain(second)), key=len)
    if short.replace(" ", "") == long.replace(" ", ""):
        return True
    if len(short) >= SHORTEST_NAME and re.search(rf"\b{re.escape(short)}\b", long):
        return True
    few, many = sorted((_words(short), _words(long)), key=len)
    return len(few) > 1 and len(few & many) >= MOST_WORDS * len(few)


def likeliest(text: str, names: Iterable[str]) -> str | None:
    """The name that a reader would take the text for: one that holds it as words of its own before
    one that holds it as a part of a longer word; None where it is like none.
    """
    like = [name for name in names if alike(text, name)]
    whole = re.compile(rf"(?<![\w-]){re.escape(plain(text))}(?![\w-])")
    return next((name for name in like if whole.search(plain(name))), like[0] if like else None)


def label(text: str) -> int | None:
    """The number in ``Option 3`` or ``3``, with which people name what a numbered list holds."""
    match = _NUMBERED.match(plain(text))
    return int(match[1] or match[2]) if match else None


def several(text: str) -> tuple[str, ...]:
    """The names in ``a and b``, or the one name."""
    return tuple(part for part in _JOINTS.split(text) if plain(part)) or (text,)


def closest(text: str, known: Iterable[str]) -> str:
    """The hint that ends a message about an unknown option, or nothing."""
    by_name = {plain(name)[:LONGEST_NAME]: name for name in known}
    close = get_close_matches(plain(text)[:LONGEST_NAME], list(by_name), n=1, cutoff=0.6)
    return f"; did you mean {quoted(by_name[close[0]])}?" if close else ""


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w[\w.+#-]*\w|\w", _BRACKETS.sub("", name))) - _FILLERS


def _variants(name: str) -> set[str]:
    """The ways to write it: whole, without its label, the label alone, without its explanation."""
    label = _LABEL.match(name)
    variants = {plain(label[1])} if label else set()
    for text in (name, name[label.end() :]) if label else (name,):
        bare = text[article.end() :] if (article := _ARTICLE.match(text)) else text
        variants |= {plain(bare), plain(_HEAD_ENDS.split(bare, maxsplit=1)[0])}
    return variants
