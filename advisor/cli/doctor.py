"""``advisor doctor``: what is installed, what is at odds, and what could be tried."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from advisor.cli.command import DONE, WRONG, Commands
from advisor.cli.options import interpreter
from advisor.errors import CommandError


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "doctor",
        help="say what is installed, what conflicts, and what could be tried",
        description="Look at an interpreter: import what the probes use, look for packages known "
        "to break each other, and say what each probe that cannot run here waits for. "
        "Changes nothing.",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=interpreter,
        help="the interpreter to look at (default: the one advisor runs on)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from rich.console import Console

    from advisor.cache_folder import cache_folder
    from advisor.findings.doctor import as_json, print_report
    from advisor.report.toolkit.wrapping import standard_output
    from probes.runtime.diagnosis.doctor import diagnose
    from probes.runtime.errors import StartError
    from probes.runtime.registry import load_probes
    from probes.runtime.target import ask_target

    python = options.python or Path(sys.executable)
    try:
        target = ask_target(python)
    except StartError as error:
        raise CommandError(str(error), WRONG) from error
    with Console(stderr=True).status("looking") as status:
        report = diagnose(
            target,
            load_probes().values(),
            cache_folder(),
            lambda module: status.update(f"importing {module}"),
        )
    if options.format == "json":
        print(as_json(report), end="")
    else:
        print_report(standard_output(), report)
    return WRONG if report.conflicts else DONE
