"""What SQLite keeps beside a workshop file, or takes for its own: logs and journals."""

from __future__ import annotations

import os
from pathlib import Path

from rules.diagnostics import InputError


def check_journal(path: Path) -> None:
    """Raises InputError where a rollback journal lies beside the file, whatever it is.

    SQLite would play it back into the file, and delete any file that it names (a super-journal). A
    workshop keeps what was written last in a ``-wal`` file, which can name no other. It is looked
    for before each connection; who may write to the folder in that instant cannot be kept out.
    """
    for place in dict.fromkeys((str(path), os.path.realpath(path))):  # SQLite follows links
        journal = f"{place}-journal"
        if os.path.lexists(journal):
            raise InputError.at(
                path,
                f"is not opened: {journal} lies beside it, expected none. advisor leaves "
                "no such file, and opening it could delete others: delete it, unless you know "
                "the program that it is from and finish there what it began",
            )


def write_ahead_log(path: Path) -> Path:
    """Where SQLite keeps what was written last."""
    return Path(f"{os.path.realpath(path)}-wal")
