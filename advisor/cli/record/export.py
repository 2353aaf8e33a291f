"""``advisor record export``: the records for readers that do not know MADR 4."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from advisor.cli.command import DONE, WRONG, Commands, add_command, complain_of
from advisor.cli.record_options import add_folder, tell_rest
from rules.diagnostics import InputError, printable

DESCRIPTION = """\
Write the records of a folder and those below it for tools that read older formats: 'nygard' for
adr-tools and adr-viewer, 'log4brains' for log4brains. These do not refuse
MADR 4, they misread it, and take a superseded record for an accepted one.
All are written into one folder as NNNN-name.md, each number once, since these
tools list no others. Each file written says what it was generated from, and is replaced by the next
export; a file there that is somebody's own is never written over. Exits with 1
where some records cannot be exported; the others are.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "export",
        run,
        help="write them for tools that read older formats",
        description=DESCRIPTION,
    )
    parser.add_argument(
        "--as", dest="form", choices=("nygard", "log4brains"), required=True, help="the format"
    )
    parser.add_argument("--to", metavar="FOLDER", type=Path, required=True, help="made if missing")
    add_folder(parser)


def run(options: argparse.Namespace) -> int:
    from advisor.records.projections.export import FORMATS, export

    exported = export(options.folder, options.to, FORMATS[options.form])
    for path in exported.written:
        print(printable(str(path)))
    for note in exported.notes:
        print(f"note: {printable(note)}", file=sys.stderr)
    for path in exported.stale:
        why = "its record is gone or has another name here now"
        print(f"stale: {printable(str(path))}, {why}; delete it", file=sys.stderr)
    try:
        tell_rest(exported.folder)
    except InputError as error:
        if not exported.written:
            raise
        complain_of(error)
        return WRONG
    return DONE
