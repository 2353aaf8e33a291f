"""What a record refers to: whether linked files are there, and its evidence is there and sealed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import bundle_path, has_evidence, seal
from advisor.records.evidence.rules_data import RULES
from advisor.records.expiry import day
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.metadata import REVIEW
from advisor.records.parsed_record import ARGUMENTS, Document
from advisor.records.references import path_of
from advisor.records.review_date import review_date
from rules.diagnostics import InputError

RENDERED = ("", ".html", ".htm")  # what sites make of a file, or show instead of its ending
_RULE = re.compile(r"\(rule ([\w.-]+)[,)]")


def broken(document: Document) -> Iterator[LintRemark]:
    """Relative links that lead nowhere. What is on the web, or begins at a site's root, may be."""
    folder = Path(document.file).parent
    links = dict.fromkeys((link, block.line) for block in document.blocks for link in block.links)
    for link, line in links:
        path = path_of(link)
        if path and not _exists_as_source(folder / path):
            message = f"the link {quoted(unquote(link))} leads to no file"
            yield LintKind.LINK_BROKEN.at(document, line, link, message)


def _exists_as_source(path: Path) -> bool:
    """Whether the file is there, or the Markdown that a site makes it of."""
    rendered = path.suffix in RENDERED and bool(path.name)
    for candidate in (path, path.with_suffix(".md")) if rendered else (path,):
        with suppress(OSError, ValueError):  # a name too long, or not allowed here
            if candidate.exists():
                return True
    return False


def sealed(document: Document) -> Iterator[LintRemark]:
    """Evidence that is not there, or not what was sealed."""
    stated = seal(document)
    if not stated:
        return
    line = _line_of(document, stated)
    name = bundle_path(Path(document.file), document).name
    try:
        bundle = _bundle(document)
    except (InputError, OSError) as error:
        why = error.problems[0].message if isinstance(error, InputError) else "it is not there"
        message = f"the evidence {quoted(name)} cannot be read: {why}"
        yield LintKind.EVIDENCE_MISSING.at(document, line, name, message)
        return
    if bundle.sha256 != stated or bundle.damage:
        hint = f": {bundle.damage[0]}" if bundle.damage else ""
        message = f"the evidence {quoted(name)} is not the one that was sealed{hint}"
        yield LintKind.EVIDENCE_CHANGED.at(document, line, name, message)


def reasons(document: Document) -> Iterator[LintRemark]:
    """Reasons of a record with evidence that no rule in that evidence gives."""
    if not seal(document) or not has_evidence(Path(document.file), document):
        return
    try:
        known = {str(rule["id"]) for rule in _bundle(document).data(RULES)["rules"]}
    except (InputError, OSError, KeyError, TypeError):
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
            yield LintKind.REASON_UNPROVEN.at(document, item.line, item.text, message)


def revisit(document: Document) -> Iterator[LintRemark]:
    """A review date that is no day."""
    stated = review_date(document)
    if stated and day(stated) is None:
        message = f"it is to be looked at again by {stated}, expected a day of the calendar"
        field = document.metadata.get(REVIEW)
        line = field.line if field and stated in field.text else _line_of(document, stated)
        yield LintKind.DATE_IMPOSSIBLE.at(document, line, "revisit", message)


def _bundle(document: Document) -> Bundle:
    """The record's evidence. Raises InputError and OSError."""
    path = bundle_path(Path(document.file), document)
    return _read_bundle(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)  # each check of one record asks for it
def _read_bundle(path: Path, written: int) -> Bundle:
    return read_bundle(path)


def _line_of(document: Document, text: str) -> int:
    return next((block.line for block in document.blocks if text in block.text), 0)
