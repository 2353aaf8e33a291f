"""The workshop file that a command is given, and what is said where it cannot be used."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import WRONG
from advisor.cli.options import add_knowledge, knowledge
from advisor.errors import CommandError
from rules.diagnostics import InputError, Problem, SourceLocation, printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.workshop.plan import Plan
    from advisor.workshop.store import Workshop


def add_workshop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workshop", metavar="FILE", type=Path, help="the workshop file")
    add_knowledge(parser)


@contextmanager
def workshop(options: argparse.Namespace) -> Iterator[tuple[Workshop, KnowledgeBase]]:
    """The workshop that was named, with its knowledge.

    Raises InputError, and CommandError where the file cannot be read or written.
    """
    from advisor.answers.rounds import check_history
    from advisor.workshop.store import open_workshop

    kb = knowledge(options)
    with open_workshop(options.workshop) as opened:
        _check_knowledge(options.workshop, opened.plan, kb)
        try:
            check_history(opened.history(), kb, str(options.workshop))
            yield opened, kb
        except sqlite3.Error as error:  # a full disk, say: what was acknowledged is there
            # Not in SQLite's words: they may repeat what is sealed.
            why = getattr(error, "sqlite_errorname", "") or type(error).__name__
            raise CommandError(
                f"{options.workshop}: cannot be read or written ({why})", WRONG
            ) from None


def _check_knowledge(path: Path, plan: Plan, kb: KnowledgeBase) -> None:
    """Refuse knowledge that lacks what is voted on; say so where it is merely another."""
    if plan.knowledge == kb.digest:
        return
    there = {*kb.questions, *kb.criteria}
    gone = [name for name in (*plan.questions, *plan.criteria) if name not in there]
    if gone:
        message = f"votes on '{gone[0]}', which this knowledge lacks: expected the one it was made"
        raise InputError([Problem(SourceLocation(str(path)), f"{message} with (--kb)")])
    message = "was made with other knowledge; this is what today's rules make of it"
    print(f"{printable(str(path))} {message}", file=sys.stderr)
