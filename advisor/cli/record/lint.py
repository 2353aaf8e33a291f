"""``advisor record lint``: say what is wrong or doubtful in decision records, of any project."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from advisor.cli.command import DONE, WRONG, Commands, add_command
from advisor.cli.options import add_remarks
from advisor.cli.record_options import add_folder, named_paths, record_or_folder
from rules.diagnostics import Level

DESCRIPTION = """\
Read decision records in the format MADR 4 and say what a careful reviewer would:
what is missing, empty, misspelt or contradicts itself, placeholders left in,
links that lead nowhere, numbers and supersessions that do not add up in their
folder. Exits with 1 where it reports an error or a warning, with 3 where a path
cannot be read.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "lint",
        run,
        help="report what is wrong or doubtful in decision records",
        description=DESCRIPTION,
    )
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=record_or_folder,
        help="a record, by its number or file, or a folder of them; there overviews and templates "
        "are passed over",
    )
    add_folder(parser)
    add_remarks(parser)
    parser.add_argument(
        "--kinds",
        action=_PrintKinds,
        nargs=0,
        help="list every kind of remark with its level and what it means",
    )


class _PrintKinds(argparse.Action):
    """As ``--version`` does: says it and ends, whatever else is given or missing."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        from advisor.records.report.lint import print_kinds
        from advisor.report.toolkit.wrapping import standard_output

        print_kinds(standard_output())
        parser.exit(DONE)


def run(options: argparse.Namespace) -> int:
    from advisor.records.lint.checking import lint, select
    from advisor.records.report.lint import as_json, as_sarif, print_remarks
    from advisor.report.toolkit.wrapping import standard_output

    selection = select(named_paths(options.paths, options.folder))
    least = Level(options.level).severity
    remarks = [r for r in lint(selection) if r.level.severity >= least]
    if options.format == "json":
        print(as_json(map(str, selection.files), remarks), end="")
    elif options.format == "sarif":
        print(as_sarif(remarks), end="")
    else:
        print_remarks(standard_output(), len(selection.files), remarks)
    for folder in selection.folders:
        if folder.not_looked_at:
            print(f"note: {folder.not_looked_at}", file=sys.stderr)
    return WRONG if any(remark.level is not Level.NOTE for remark in remarks) else DONE
