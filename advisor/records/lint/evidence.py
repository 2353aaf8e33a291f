"""Records with evidence of their own: whether it is there, sealed, and says why for each reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import bundle_path, has_evidence, revisit_date, seal
from advisor.records.evidence.rules_data import RULES
from advisor.records.expiry import day
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.parsed_record import ARGUMENTS, Document
from rules.diagnostics import InputError

_RULE = re.compile(r"\(rule ([\w.-]+)[,)]")


def sealed(document: Document) -> Iterator[LintRemark]:
    """Evidence that is not there, or not what was sealed."""
    stated = seal(document)
    if not stated:
        return
    place = document.place(_line_of(document, stated))
    path = bundle_path(Path(document.file), document)
    try:
        bundle = _bundle(path, path.stat().st_mtime_ns)
    except (InputError, OSError) as error:
        why = error.problems[0].message if isinstance(error, InputError) else "it is not there"
        message = f"the evidence {quoted(path.name)} cannot be read: {why}"
        yield LintRemark(LintKind.EVIDENCE_MISSING, path.name, message, place)
        return
    if bundle.sha256 != stated or bundle.damage:
        message = f"the evidence {quoted(path.name)} is not the one that was sealed"
        hint = f": {bundle.damage[0]}" if bundle.damage else ""
        yield LintRemark(LintKind.EVIDENCE_CHANGED, path.name, f"{message}{hint}", place)


def reasons(document: Document) -> Iterator[LintRemark]:
    """Reasons of a record with evidence that no rule in that evidence gives."""
    if not seal(document) or not has_evidence(Path(document.file), document):
        return
    known = _rules(document)
    if known is None:
        return  # which has a remark of its own
    for section in document.under(ARGUMENTS)[1:]:
        for item in section.items:
            match = _RULE.search(item.text)
            if not re.match(r"(?:Good|Bad),? because\b", item.text, re.IGNORECASE):
                continue
            if match is None:
                message = "the reason names no rule, expected one that its evidence knows"
            elif match[1] not in known:
                message = f"the rule {quoted(match[1])} is not in the evidence"
            else:
                continue
            place = document.place(item.line)
            yield LintRemark(LintKind.REASON_UNPROVEN, item.text, message, place)


def revisit(document: Document) -> Iterator[LintRemark]:
    """A review date that is no day."""
    stated = revisit_date(document)
    if stated and day(stated) is None:
        message = f"it is to be looked at again by {stated}, expected a day of the calendar"
        line = _line_of(document, stated)
        yield LintRemark(LintKind.DATE_IMPOSSIBLE, "revisit", message, document.place(line))


def _rules(document: Document) -> frozenset[str] | None:
    """The ids of the rules in the evidence; None where it cannot be read."""
    path = bundle_path(Path(document.file), document)
    try:
        data = _bundle(path, path.stat().st_mtime_ns).data(RULES)
        return frozenset(str(rule["id"]) for rule in data["rules"])
    except (InputError, OSError, KeyError, TypeError):
        return None


@lru_cache(maxsize=4)  # each check of one record asks for it
def _bundle(path: Path, written: int) -> Bundle:
    return read_bundle(path)


def _line_of(document: Document, text: str) -> int:
    return next((block.line for block in document.blocks if text in block.text), 0)
