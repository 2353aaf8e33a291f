"""Texts by their look: two that a reader cannot tell apart have the same one.

The look-alike letters are those of Unicode's confusables (UTS 39) that pass for a Latin letter,
but for what compatibility forms and accents account for.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ALIKE = {
    "a": "\u0251\u0391\u03b1\u0410\u0430\u13aa\u15c5\ua4ee",
    "b": "\u0184\u0392\u0412\u042c\u13cf\u13f4\u1472\u15af\u15f7\ua4d0\ua7b4",
    "c": "\u03a3\u03c2\u0421\u0441\u13df\u1d04\u2ca4\u2ca5\ua4da\uabaf",
    "d": "\u0501\u13a0\u13e7\u146f\u15de\u15ea\ua4d2\ua4d3",
    "e": "\u0395\u0415\u0435\u04bd\u13ac\u2d39\ua4f0\uab32",
    "f": "\u03dc\u0584\u15b4\u1e9d\ua4dd\ua798\ua799\uab35",
    "g": "\u018d\u0261\u050c\u0581\u13c0\u13f3\u1d83\ua4d6",
    "h": "\u0397\u041d\u04bb\u0570\u13bb\u13c2\u157c\u2c8e\ua4e7",
    "i": "\u0131\u0269\u026a\u03b9\u0456\u04cf\u13a5\ua647\uab75",
    "j": "\u037f\u03f3\u0408\u0458\u13ab\u148d\ua4d9\ua7b2",
    "k": "\u039a\u041a\u13e6\u16d5\u2c94\ua4d7",
    "l": "\u0196\u01c0\u0399\u0406\u04c0\u13de\u14aa\u16c1\u2c92\u2cd0\u2d4f\ua4e1\ua4f2",
    "m": "\u039c\u03fa\u041c\u13b7\u15f0\u16d6\u2c98\ua4df",
    "n": "\u039d\u0578\u057c\u2c9a\ua4e0",
    "o": "\u039f\u03bf\u03c3\u041e\u043e\u0555\u0585\u10ff\u1d0f\u1d11\u2c9e\u2c9f\ua4f3",
    "p": "\u03a1\u03c1\u0420\u0440\u13e2\u146d\u2ca2\u2ca3\ua4d1",
    "q": "\u051b\u0563\u0566\u2d55",
    "r": "\u01a6\u0433\u13a1\u13d2\u1587\u1d26\u2c85\ua4e3\uab47\uab48\uab81",
    "s": "\u01bd\u0405\u0455\u054f\u13d5\u13da\ua4e2\ua731\uabaa",
    "t": "\u03a4\u0422\u13a2\u2ca6\ua4d4",
    "u": "\u028b\u03c5\u054d\u057d\u1200\u144c\u1d1c\ua4f4\ua79f\uab4e\uab52",
    "v": "\u03bd\u0474\u0475\u13d9\u142f\u1d20\u2d38\ua4e6\ua6df\uaba9",
    "w": "\u026f\u0461\u051c\u051d\u0561\u13b3\u13d4\u1d21\ua4ea\uab83",
    "x": "\u03a7\u0425\u0445\u1541\u157d\u16b7\u2cac\u2d5d\ua4eb\ua7b3",
    "y": "\u0263\u028f\u03a5\u03b3\u0423\u0443\u04ae\u04af\u10e7\u13a9\u13bd\u1eff\u2ca8\ua4ec",
    "z": "\u0396\u13c3\u1d22\ua4dc\uab93",
}
_LATIN = {ord(other): letter for letter, others in _ALIKE.items() for other in others}
_FOLDED = str.maketrans("1l|0", "iiio")  # which many fonts draw alike
# What shows nothing, or turns the direction of a line. A joiner between letters of other scripts,
# or in an emoji, is part of the spelling.
_JOINER = r"(?<=[^\x00-\u02ff\u200c\u200d])[\u200c\u200d](?=[^\x00-\u02ff\u200c\u200d])"
_INVISIBLE = (
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffc"
    r"\U000e0000-\U000e0fff]"
)


@lru_cache(maxsize=4096)
def look(text: str) -> str:
    """The same for texts that look the same, whatever letters they are made of. It is no text for
    a reader.
    """
    if not text.isascii():
        text = without_invisible(unicodedata.normalize("NFKD", text)).translate(_LATIN)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.casefold().translate(_FOLDED).split())


def looks_alike(text: str, other: str) -> bool:
    """Whether nobody can tell the two apart; unlike their looks, by their accents they can."""

    def accents(text: str) -> list[str]:
        return [c for c in unicodedata.normalize("NFKD", text) if unicodedata.combining(c)]

    return look(text) == look(other) and accents(text) == accents(other)


def invisible(text: str) -> str:
    """The first character of it that shows nothing or turns the direction of the line; or ""."""
    if text.isascii() and text.isprintable():
        return ""
    spelled = re.sub(_JOINER, "", text)
    match = re.search(_INVISIBLE, spelled)
    return match[0] if match else ""


def without_invisible(text: str) -> str:
    return re.sub(_INVISIBLE, "", text)


def written_out(text: str) -> str:
    r"""``text`` with what shows nothing, and letters that pass for Latin ones, as ``\u200b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape").decode() if ord(c) in _LATIN or invisible(c) else c for c in text
    )
