"""``advisor workshop record``: write a workshop down as a decision record, with its dissent."""

from __future__ import annotations

import argparse

from advisor.cli.command import DONE, UNPROVEN, Commands, add_command
from advisor.cli.options import add_probing
from advisor.cli.record.new import file_record
from advisor.cli.record_options import add_filing, add_folder, superseded
from advisor.cli.workshop.options import add_workshop, workshop

DESCRIPTION = """\
Write the round that was revealed last down as a decision record in the format MADR
4.0.0, under the folder's next number, and beside it the evidence: every ballot with its
receipt, without names but of those who wanted theirs there. The record tells how it was
decided, who would have chosen otherwise and why, and what was doubted.
"""

EPILOG = """\
examples:
  advisor workshop record team.workshop
  advisor workshop record team.workshop --dir adr --supersedes 3
  advisor workshop record team.workshop --choose pytorch --because "the customer has it"
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "record",
        run,
        help="write it down as a decision record, with the dissent and the evidence",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    add_workshop(parser)
    add_folder(parser)
    add_filing(parser)
    add_probing(parser)
    parser.add_argument("--no-probes", action="store_true", help="try nothing now")


def run(options: argparse.Namespace) -> int:
    from advisor.cli.probe_runs import machine_of, prober_of
    from advisor.files import check_folder
    from advisor.workshop.fact_checks import conclude

    check_folder(options.folder)
    old = superseded(options, options.folder)
    with workshop(options) as (opened, kb):
        recommendation = conclude(opened, kb, prober_of(options), machine_of(options))
        file_record(recommendation, options, old)
    return UNPROVEN if recommendation.unproven else DONE
