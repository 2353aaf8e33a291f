"""Which decisions are due for review: by their own date, by their evidence's age, or because a
framework has moved on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import ClaimStatus
from advisor.records.evidence.restore import has_evidence, restored_for
from advisor.records.expiry import day, expiry
from advisor.records.folder import RecordEntry
from advisor.records.review_date import review_date
from advisor.wording.findings import FRAMEWORKS
from advisor.wording.quantities import count
from rules.diagnostics import InputError
from rules.model import KnowledgeBase


class ReviewTrigger(str, Enum):
    """Why a decision is due."""

    DATE = "date"
    EVIDENCE = "evidence"
    VERSION = "version"


@dataclass(frozen=True)
class Reminder:
    """A reason to review a decision, in a sentence."""

    trigger: ReviewTrigger
    message: str


@dataclass(frozen=True)
class RecordReview:
    """A record with its ``reminders``, none where it is not due. ``revisit`` is the day it names,
    None where it names none; ``unread`` says why its evidence could not be read; empty where it
    could, or there is none.
    """

    record: RecordEntry
    revisit: date | None
    reminders: tuple[Reminder, ...]
    unread: str = ""
    has_evidence: bool = False

    @property
    def says_when(self) -> bool:
        """Whether anything could ever make it due."""
        return self.revisit is not None or self.has_evidence


def review(
    record: RecordEntry, on: date, packages: Mapping[str, str], kb: KnowledgeBase
) -> RecordReview | None:
    """The record on the day ``on``; None where it is no longer in force.

    ``packages`` are the versions installed now, by project. Raises InputError for a record whose
    front matter cannot be read, or whose date is no day.
    """
    document = record.document
    if document.problems:
        raise InputError(document.problems)
    if not document.in_force:
        return None
    stated = review_date(document)
    revisit = day(stated)
    if stated and revisit is None:
        message = f"is to be looked at again by {stated}, which is no day as YYYY-MM-DD"
        raise InputError.at(document.file, message)
    reminders, unread = [], ""
    if revisit is not None and revisit <= on:
        passed = "is today" if revisit == on else f"was {count((on - revisit).days, 'day')} ago"
        message = f"the day to look at it again, {revisit}, {passed}"
        reminders.append(Reminder(ReviewTrigger.DATE, message))
    path = record.name.path
    evident = has_evidence(path, document)
    try:
        if evident:
            reminders += _from_evidence(restored_for(path, document, kb).consulted(), on, packages)
    except InputError as error:
        unread = error.problems[0].message
    return RecordReview(record, revisit, tuple(reminders), unread, evident)


def _from_evidence(
    then: Recommendation, on: date, packages: Mapping[str, str]
) -> Iterator[Reminder]:
    verified = [w for w in then.claims.values() if w.status is not ClaimStatus.UNVERIFIED]
    overdue = [w for w in verified if (until := expiry(w)) is not None and until <= on]
    if overdue:
        oldest = min(w.finding.taken[:10] for w in overdue if w.finding is not None)
        claims = count(len(overdue), "claim")
        message = f"what was found for {claims} is out of date; the oldest is of {oldest}"
        yield Reminder(ReviewTrigger.EVIDENCE, message)
    versions: dict[str, str] = {}
    for finding in then.findings.values():
        versions.update(finding.versions)
    for library in FRAMEWORKS:
        before = versions.get(library)
        now = packages.get(library) or packages.get(f"{library}-cpu")
        if before and now and before.split(".", 1)[0] != now.split(".", 1)[0]:
            message = f"{library} has moved from {before} to {now} here"
            yield Reminder(ReviewTrigger.VERSION, message)
