"""The names of records' files, and the number in them, in the forms that projects use.

``0003-use-x.md`` is the form of MADR and adr-tools. Others put a prefix before the number
(``ADR-0003-use-x``, ``adr_0003``, ``TEAM-ADR-API-0003-use-x``), join with something else
(``0003_use_x``), or begin with a day (``2026-01-31-use-x``, ``20260131-use-x``), behind which a
number may follow. A record may also be a folder of such a name with a README or an index in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

SUFFIXES = frozenset({".md", ".markdown"})  # in small letters
EXPECTED = "NNNN-title-with-dashes.md"

_DAY = r"(?:\d{4}-\d\d-\d\d|\d{8})"
# Letters alone before a number say little ("use-http-404"); these do, and so do leading zeros.
_PREFIX = (
    r"(?:[a-z]+[-_. ]){0,2}(?:m?adrs?|ad|dr|edr|pdr|rfc|decision|record)(?:[-_. ][a-z]+)?[-_. #]*"
)
_NAME = re.compile(
    rf"(?:(?P<day>{_DAY})(?:[-_. ]|$))?"
    rf"(?:(?:{_PREFIX}|(?:[a-z]+[-_. ])*(?=0\d\d))(?P<number>\d{{1,7}})(?!\d|-\d\d-\d\d)"
    rf"(?:[-_. ]+(?P<slug>.+))?)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"(?P<number>\d{1,7})[-_. ](?!\d\d-\d\d(?!\d))(?P<slug>.+)", re.DOTALL)
_OVERVIEW = re.compile(r"readme(?:\.\w+)?|_?index", re.IGNORECASE)
_TEMPLATE = re.compile(r"(?:^|[^a-z])templates?(?:[^a-z]|$)", re.IGNORECASE)


@dataclass(frozen=True)
class RecordName:
    """The path of a record, and the number in its name, with as many digits as ``width``; None
    where it has none, as where it begins with a day.
    """

    path: Path
    number: int | None
    width: int = 4

    @property
    def bearer(self) -> Path:
        """What is named so: the file, or the folder that it is the README or index of."""
        in_folder = _OVERVIEW.fullmatch(self.path.stem) and _name_of(
            self.path, self.path.parent.name
        )
        return self.path.parent if in_folder else self.path

    @property
    def label(self) -> str:
        """What people call it by: its number, or its name without the ending."""
        if self.number is not None:
            return f"{self.number:0{self.width}d}"
        return self.path.stem if self.bearer is self.path else self.bearer.name


def name_of(path: Path) -> RecordName | None:
    """The file's name taken apart; None where it is not named as records are."""
    if path.suffix.lower() not in SUFFIXES:
        return None
    if _OVERVIEW.fullmatch(path.stem):  # in a folder that is named as a record
        return _name_of(path, path.parent.name)
    return _name_of(path, path.stem)


def _name_of(path: Path, stem: str) -> RecordName | None:
    match = _BARE.fullmatch(stem) or _NAME.match(stem)
    digits = match["number"] if match else None
    if digits:
        return RecordName(path, int(digits), len(digits))
    if match and match["day"]:
        return RecordName(path, None)
    return None


def is_aside(path: Path) -> bool:
    """Whether a Markdown file among records is by its name an overview of them or a template."""
    name = name_of(path)
    if _OVERVIEW.fullmatch(path.stem):
        return name is None
    is_numbered = name is not None and name.number != 0
    return not is_numbered and _TEMPLATE.search(path.stem) is not None
