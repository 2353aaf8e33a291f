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

_DAY = r"(?:\d{4}-\d\d-\d\d|\d{8})"
# Letters alone before a number say little ("use-http-404"); these do, and so do leading zeros.
_PREFIX = (
    r"(?:[a-z]+[-_. ]){0,2}(?:m?adrs?|ad|dr|edr|pdr|rfc|decision|record)(?:[-_. ][a-z]+)?[-_. #]*"
)
# Patterns are compiled at their first use: the first question should not wait for them.
_NAME = (
    rf"(?is)(?:(?P<day>{_DAY})(?:[-_. ]|$))?"
    rf"(?:(?:{_PREFIX}|(?:[a-z]+[-_. ])*(?=0\d\d))(?P<number>\d{{1,7}})(?!\d|-\d\d-\d\d)"
    rf"(?:[-_. ]+(?P<slug>.+))?)?(?P<rest>.*)"
)
_BARE = r"(?s)(?P<number>\d{1,7})[-_. ](?!\d\d-\d\d(?!\d))(?P<slug>.+)"
_OVERVIEW = r"(?i)readme(?:\.\w+)?|_?index"
_TEMPLATE = r"(?i)(?:^|[^a-z])templates?(?:[^a-z]|$)"


@dataclass(frozen=True)
class RecordName:
    """The path of a record, and the number in its name, with as many digits as ``width``; None
    where it has none, as where it begins with a day. ``slug`` is what follows number and day.
    """

    path: Path
    number: int | None
    width: int = 4
    slug: str = ""

    @property
    def bearer(self) -> Path:
        """What is named so: the file, or the folder that it is the README or index of."""
        in_folder = re.fullmatch(_OVERVIEW, self.path.stem) and _name_of(
            self.path, self.path.parent.name
        )
        return self.path.parent if in_folder else self.path

    @property
    def label(self) -> str:
        """What people call it by: its number, or its name without the ending."""
        if self.number is not None:
            return f"{self.number:0{self.width}d}"
        return self.path.stem if self.bearer is self.path else self.bearer.name


def is_markdown(path: Path) -> bool:
    """Whether the file may be a record, by its ending in whatever case."""
    return path.suffix.lower() in SUFFIXES


def name_of(path: Path) -> RecordName | None:
    """The file's name taken apart; None where it is not named as records are."""
    if not is_markdown(path):
        return None
    if re.fullmatch(_OVERVIEW, path.stem):  # in a folder that is named as a record
        return _name_of(path, path.parent.name)
    return _name_of(path, path.stem)


def _name_of(path: Path, stem: str) -> RecordName | None:
    match = re.fullmatch(_BARE, stem) or re.match(_NAME, stem)
    if match is None:
        return None
    parts = match.groupdict("")
    if digits := parts["number"]:
        return RecordName(path, int(digits), len(digits), parts["slug"])
    return RecordName(path, None, slug=parts["rest"]) if parts["day"] else None


def is_aside(path: Path) -> bool:
    """Whether a Markdown file among records is by its name an overview of them or a template."""
    name = name_of(path)
    if re.fullmatch(_OVERVIEW, path.stem):
        return name is None
    is_numbered = name is not None and name.number != 0
    return not is_numbered and re.search(_TEMPLATE, path.stem) is not None
