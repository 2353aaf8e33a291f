"""Which decisions are to be looked at again: by their own date, by their evidence's age, or because
a framework has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from advisor.consultation.evidence import ClaimStatus
from advisor.records.evidence.restore import restored_for, revisit_date
from advisor.records.expiry import day, expiry
from advisor.records.folder import RecordName
from advisor.records.parsed_record import Document, read_document
from advisor.wording.findings import FRAMEWORKS
from advisor.wording.quantities import count
from rules.diagnostics import InputError, Problem
from rules.model import KnowledgeBase

_SETTLED = ("rejected", "deprecated", "superseded")  # nobody acts by these any more


class Trigger(str, Enum):
    """Why a decision is due."""

    DATE = "date"
    EVIDENCE = "evidence"
    VERSION = "version"


@dataclass(frozen=True)
class Reminder:
    """A reason to look at a decision again, in a sentence."""

    trigger: Trigger
    says: str


@dataclass(frozen=True)
class DueRecord:
    """A record with its ``reminders``. ``revisit`` is the day it names, None where it names none;
    ``unread`` says why its evidence could not be looked at; empty where it could.
    """

    name: RecordName
    document: Document
    revisit: date | None
    reminders: tuple[Reminder, ...]
    unread: str = ""


def stands(document: Document) -> bool:
    """Whether anybody may still act by the record."""
    return not document.status.casefold().startswith(_SETTLED)


def look_at(
    name: RecordName, on: date, packages: Mapping[str, str], kb: KnowledgeBase
) -> DueRecord | None:
    """What there is to say of the record on the day ``on``; None where it stands no more.

    ``packages`` are the versions installed now, by project. Raises InputError for a record that
    cannot be read, or whose date is none.
    """
    document = read_document(name.path)
    if document.problems:
        raise InputError(document.problems)
    if not stands(document):
        return None
    written = revisit_date(document)
    revisit = day(written)
    if written and revisit is None:
        message = f"is to be looked at again by {written}, which is no day"
        raise InputError([Problem(document.place(0), message)])
    reminders: list[Reminder] = []
    if revisit is not None and revisit <= on:
        passed = "is today" if revisit == on else f"was {count((on - revisit).days, 'day')} ago"
        reminders.append(
            Reminder(Trigger.DATE, f"the day to look at it again, {revisit}, {passed}")
        )
    try:
        reminders += _of_evidence(name, document, on, packages, kb)
    except InputError as error:
        unread = "" if revisit is None else error.problems[0].message  # no record of advisor's
        return DueRecord(name, document, revisit, tuple(reminders), unread)
    return DueRecord(name, document, revisit, tuple(reminders))


def _of_evidence(
    name: RecordName, document: Document, on: date, packages: Mapping[str, str], kb: KnowledgeBase
) -> list[Reminder]:
    then = restored_for(name.path, document, kb).consulted()
    reminders = []
    overdue = [
        weighed
        for weighed in then.claims.values()
        if weighed.status is not ClaimStatus.UNVERIFIED
        and (until := expiry(weighed)) is not None
        and until <= on
    ]
    if overdue:
        oldest = min(w.finding.taken[:10] for w in overdue if w.finding is not None)
        claims = count(len(overdue), "claim")
        said = f"what was found for {claims} is out of date; the oldest is of {oldest}"
        reminders.append(Reminder(Trigger.EVIDENCE, said))
    versions: dict[str, str] = {}
    for finding in then.findings.values():
        versions.update(finding.versions)
    for library in FRAMEWORKS:
        before, now = versions.get(library), _installed(library, packages)
        if before and now and _major(before) != _major(now):
            said = f"{library} has moved from {before} to {now} here"
            reminders.append(Reminder(Trigger.VERSION, said))
    return reminders


def _installed(library: str, packages: Mapping[str, str]) -> str | None:
    return packages.get(library) or packages.get(f"{library}-cpu")


def _major(version: str) -> str:
    return version.split(".", 1)[0]
