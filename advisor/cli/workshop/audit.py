"""``advisor workshop audit``: that every ballot is the one that was sealed."""

from __future__ import annotations

import argparse
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.exit_codes import DONE, WRONG
from advisor.cli.options import add_knowledge, knowledge
from advisor.cli.parsers import Commands, add_command
from advisor.errors import WorkshopError
from rules.diagnostics import InputError, Problem, SourceLocation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from advisor.answers.rounds import WorkshopHistory
    from advisor.records.evidence.bundle import Bundle
    from advisor.records.parsed_record import Document
    from rules.model import KnowledgeBase

DESCRIPTION = """\
Hold every ballot that was revealed against the receipt that sealed it, and each round
against its seal. Whoever kept a receipt sees the ballot that it was given for, and so
that it was counted as they gave it. Of a round that is open nothing is shown.
"""

EPILOG = """\
examples:
  advisor workshop audit team.workshop
  advisor workshop audit team.workshop --receipt 3f9a1c0b77d2
  advisor workshop audit docs/decisions/0004-framework.md --receipt "3f9a 1c0b 77d2 90aa"

exit codes: 0 all is true, 1 something is not, 3 no workshop
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "audit",
        run,
        help="nothing was changed since it was sealed, and receipts lead to their ballots",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        type=Path,
        help="the workshop file, or the record or the evidence of one",
    )
    parser.add_argument(
        "--receipt",
        metavar="RECEIPT",
        type=_receipt,
        action="append",
        default=[],
        help="show the ballot behind it; 12 digits of it are enough; may be repeated",
    )
    add_knowledge(parser)


def run(options: argparse.Namespace) -> int:
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.report.workshop.audit import render
    from advisor.sources import is_record
    from advisor.workshop.audit import audit

    kb = knowledge(options)
    read = _recorded if is_record(options.file) else _held
    source = read(options.file, kb)
    receipts = dict.fromkeys(options.receipt)
    found = audit(source.minutes, receipts, seals=source.seals, sealed=source.sealed)
    found = replace(found, wrong=(*source.wrong, *found.wrong))
    render(found, standard_output(), source.kb, name=str(options.file), opened=source.opened)
    return DONE if found.is_true else WRONG


@dataclass(frozen=True)
class AuditSource:
    """What is audited: ``seals`` as they were told, None where they were not; ``sealed`` are the
    receipts of the round that is open, whose number ``opened`` is. ``wrong``: see Audit.
    """

    minutes: WorkshopHistory
    kb: KnowledgeBase
    seals: Mapping[int, str] | None = None
    sealed: Collection[str] = ()
    opened: int | None = None
    wrong: tuple[str, ...] = ()


def _held(path: Path, kb: KnowledgeBase) -> AuditSource:
    """A workshop file. Raises InputError."""
    from advisor.workshop.audit import sealed_in
    from advisor.workshop.store import open_workshop

    message = "holds a ballot that is none, expected it as it was sealed"
    try:
        sealed = sealed_in(path)  # first: what is revealed meanwhile is found all the same
        with open_workshop(path) as workshop:
            standing, minutes = workshop.round_state(), workshop.history()
    except WorkshopError:
        raise InputError([Problem(SourceLocation(str(path)), message)]) from None
    except (sqlite3.Error, UnicodeDecodeError):  # a table is gone, or a text is none
        message = "is damaged, expected a workshop"
        raise InputError([Problem(SourceLocation(str(path)), message)]) from None
    opened = None if standing.revealed else standing.number
    return AuditSource(minutes, kb, None, sealed, opened)


def _recorded(path: Path, kb: KnowledgeBase) -> AuditSource:
    """The record of a workshop, or the evidence of one. Raises InputError."""
    from advisor.records.evidence.bundle import read_bundle
    from advisor.records.evidence.contents import RECORD
    from advisor.records.evidence.restore import bundle_path
    from advisor.records.parsing import parse_document, read_document
    from advisor.records.verification.verify import integrity_problems

    if path.suffix == ".zip":
        bundle = read_bundle(path)
        document = parse_document(bundle.text(RECORD), RECORD)
        return _in_bundle(bundle, document, bundle.damage)
    document = read_document(path)
    bundle = read_bundle(bundle_path(path, document))
    return _in_bundle(bundle, document, tuple(integrity_problems(document, bundle)))


def _in_bundle(bundle: Bundle, document: Document, wrong: tuple[str, ...]) -> AuditSource:
    from advisor.records.evidence.restore import restored_from_bundle
    from advisor.records.verification.ballots import seals_in

    kept = restored_from_bundle(bundle)
    minutes = kept.session.sheet.workshop
    if minutes is None:
        message = "is the evidence of no workshop: there are no ballots in it"
        raise InputError([Problem(SourceLocation(bundle.file), message)])
    said = tuple(f"the evidence: {sentence}" for sentence in wrong)
    return AuditSource(minutes, kept.kb, seals_in(document), wrong=said)


def _receipt(text: str) -> str:
    from advisor.workshop.audit import tidy_receipt

    try:
        return tidy_receipt(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
