"""``advisor record``: write, prove and look after decision records."""

from __future__ import annotations

import argparse

from advisor.cli import (
    record_due,
    record_export,
    record_lint,
    record_list,
    record_new,
    record_status,
    record_verify,
)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "record",
        help="write, prove and look after decision records",
        description="Write, prove and look after decision records in the format MADR 4.0.0.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    record_new.add_parser(actions)
    record_verify.add_parser(actions)
    record_due.add_parser(actions)
    record_list.add_parser(actions)
    record_status.add_parsers(actions)
    record_lint.add_parser(actions)
    record_export.add_parser(actions)
