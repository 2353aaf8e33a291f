"""A recommendation becomes a record: its evidence is sealed, and both get the next number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import SUFFIX, packed, sha256
from advisor.records.evidence.contents import contents
from advisor.records.expiry import revisit_by
from advisor.records.folder import create
from advisor.records.lifecycle import check_supersedable
from advisor.records.madr.document_text import DEFAULT_TITLE, Filing, or_when, record_text
from advisor.records.names import RecordName
from advisor.records.references import link_between


def write_record(
    recommendation: Recommendation,
    folder: Path,
    *,
    decision: Decision | None = None,
    knowledge: Path | None = None,
    today: date | None = None,
    revisit: date | None = None,
    supersedes: RecordName | None = None,
) -> Path:
    """Write the record and its evidence into ``folder`` under the next number.

    Returns the path of the record; a missing folder is made. Without a ``decision``, it is as
    advised. ``knowledge`` is the folder that the knowledge base was read from, ``revisit`` a review
    date other than the day the evidence expires, ``supersedes`` the record it replaces, which stays
    in force until this one is accepted. The outcome must have a choice. Raises InputError and
    OSError.
    """
    day = today or date.today()
    decided = decision or as_advised(recommendation)
    evidence = packed(contents(recommendation, decided, knowledge))
    expires, why = revisit_by(recommendation.claims.values(), day)
    occasions = or_when(why, "" if revisit is None else str(expires))

    def files(stem: str) -> Mapping[str, str | bytes]:
        if supersedes is not None:
            check_supersedable(supersedes)  # while nobody else writes here
        filing = Filing(
            stem=stem,
            today=day,
            revisit=revisit or expires,
            or_when=occasions,
            bundle=f"{stem}{SUFFIX}",
            seal=sha256(evidence),
            supersedes=link_between(folder / stem, supersedes.path) if supersedes else "",
        )
        return {SUFFIX: evidence, ".md": record_text(recommendation, decided, filing)}

    title = recommendation.sheet.title or DEFAULT_TITLE
    return create(folder, title, files)[-1]
