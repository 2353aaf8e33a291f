"""A recommendation becomes a record: its evidence is sealed, both are filed under a number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import SUFFIX, packed, sha256
from advisor.records.evidence.contents import contents
from advisor.records.expiry import revisit_by
from advisor.records.folder import RecordName, create, name_of
from advisor.records.lifecycle import check_supersedable, supersede
from advisor.records.madr.document_text import DEFAULT_TITLE, Filing, record_text


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

    Returns the path of the record; the folder is made if it is missing. Without a ``decision``, it
    is as advised. ``knowledge`` is the folder that the knowledge base was read from, ``revisit``
    another day to look again than when the evidence runs out, ``supersedes`` the record whose place
    it takes, which says so from then on. The outcome must carry a choice. Raises InputError and
    OSError.
    """
    day = today or date.today()
    decided = decision or as_advised(recommendation)
    evidence = packed(contents(recommendation, decided, knowledge))
    runs_out, why = revisit_by(recommendation.claims.values(), day)
    or_when = f", when {why}, or earlier when"
    if revisit is not None:
        or_when = f", earlier when {why} ({runs_out}), or when"

    def written(stem: str) -> Mapping[str, str | bytes]:
        if supersedes is not None:
            check_supersedable(supersedes)  # while nobody else writes here
        filing = Filing(
            stem=stem,
            today=day,
            revisit=revisit or runs_out,
            or_when=or_when,
            bundle=f"{stem}{SUFFIX}",
            seal=sha256(evidence),
            supersedes=supersedes.path.name if supersedes else "",
        )
        return {SUFFIX: evidence, ".md": record_text(recommendation, decided, filing)}

    def then(path: Path) -> None:
        new = name_of(path)
        if supersedes is not None and new is not None:
            supersede(supersedes, new, day)

    title = recommendation.sheet.title or DEFAULT_TITLE
    return create(folder, title, written, then)[-1]
