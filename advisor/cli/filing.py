"""Filing a record, and telling where it is: what the commands that write one share."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from advisor.cli.arguments import decision
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.consultation.consultation import Recommendation
    from advisor.records.folder import Name


def file_record(
    recommendation: Recommendation, options: argparse.Namespace, old: Name | None
) -> None:
    """Write the record into the folder that was named, in the place of ``old`` if there is one,
    and print its path. Raises BadInput and OSError.
    """
    from advisor.records.writing import write_record

    path = write_record(
        recommendation,
        options.folder,
        decision=decision(options, recommendation),
        knowledge=options.kb,
        revisit=options.revisit,
        supersedes=old,
    )
    print(printable(str(path)))
    if old is not None:
        print(f"supersedes: {printable(str(old.path))}", file=sys.stderr)
