"""The workshop file that a command is given, and what is said where it cannot be used."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import WRONG
from advisor.cli.options import add_knowledge, knowledge
from advisor.errors import CommandError, StorageError
from rules.diagnostics import printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.workshop.store import Workshop


def add_workshop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workshop", metavar="FILE", type=Path, help="the workshop file")
    add_knowledge(parser)


@contextmanager
def workshop(
    options: argparse.Namespace, *, own_knowledge: bool = False
) -> Iterator[tuple[Workshop, KnowledgeBase]]:
    """The workshop that was named, with its knowledge; with ``own_knowledge``, as where ballots are
    sealed or revealed, with no other than it was begun with.

    Raises InputError, WorkshopError, and CommandError where the file cannot be read or written.
    """
    from advisor.workshop.knowledge import check_knowledge
    from advisor.workshop.plan import check_own_knowledge
    from advisor.workshop.store import open_workshop

    kb, path = knowledge(options), options.workshop
    with open_workshop(path) as opened:
        try:
            if own_knowledge:
                check_own_knowledge(opened.plan, kb)
            if not check_knowledge(opened, kb):
                message = "was made with other knowledge; this is what today's rules make of it"
                print(f"{printable(str(path))} {message}", file=sys.stderr)
            yield opened, kb
        except StorageError as error:  # a full disk, say: what was acknowledged is there
            raise CommandError(f"{path}: {error}", WRONG) from None
