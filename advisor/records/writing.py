"""A recommendation becomes a record: its evidence is sealed, both are filed under a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from advisor.consultation import Recommendation
from advisor.records.bundle import SUFFIX, packed, sha256
from advisor.records.contents import contents
from advisor.records.expiry import revisit_by
from advisor.records.folder import create
from advisor.records.madr import DEFAULT_TITLE, Filing, record_text


def write_record(
    recommendation: Recommendation,
    folder: Path,
    *,
    knowledge: Path | None = None,
    today: date | None = None,
    revisit: date | None = None,
    supersedes: str = "",
) -> Path:
    """Write the record and its evidence into ``folder`` under the next number.

    Returns the path of the record; the folder is made if it is missing. ``knowledge`` is the folder
    that the knowledge base was read from, ``supersedes`` the name of the file of the record it
    takes the place of. The outcome must carry a choice. Raises BadInput and OSError.
    """
    day = today or date.today()
    again = revisit or revisit_by(recommendation.claims.values(), day)
    evidence = packed(contents(recommendation, knowledge))

    def written(stem: str) -> Mapping[str, str | bytes]:
        bundle = f"{stem}{SUFFIX}"
        filing = Filing(stem, day, again, bundle, sha256(evidence), supersedes)
        return {SUFFIX: evidence, ".md": record_text(recommendation, filing)}

    return create(folder, recommendation.sheet.title or DEFAULT_TITLE, written)[-1]
