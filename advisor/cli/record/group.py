"""``advisor record``: write, prove and look after decision records."""

from __future__ import annotations

from advisor.cli.command import Commands
from advisor.cli.record import due, export, lint, list, new, status, verify


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "record",
        help="write, prove and look after decision records",
        description="Write, prove and look after decision records in the format MADR 4.0.0.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    new.add_parser(actions)
    verify.add_parser(actions)
    due.add_parser(actions)
    list.add_parser(actions)
    status.add_parsers(actions)
    lint.add_parser(actions)
    export.add_parser(actions)
