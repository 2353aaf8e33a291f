"""A doctor's report as people and programs read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, size
from probes.runtime.doctor import DoctorReport, MissingNeed

_JSON_KEYS = {"conflicts": "troubles", "missing_needs": "openings"}


def as_json(report: DoctorReport) -> str:
    """One JSON object, as the ``--format json`` of ``advisor doctor`` prints it."""
    data = {_JSON_KEYS.get(name, name): value for name, value in asdict(report).items()}
    return dumped({"schema": SCHEMA, **data})


def print_report(console: Console, report: DoctorReport) -> None:
    """What is wrong first, then what is there, then what could be tried."""
    print_folded(console, f"{report.python}, Python {report.version}", "bold")
    _print_conflicts(console, report)
    _print_imports(console, report)
    _print_missing_needs(console, report)


def _print_conflicts(console: Console, report: DoctorReport) -> None:
    if not report.conflicts:
        print_folded(console, "\nNo conflicts found.", "green")
        return
    print_folded(console, f"\n{count(len(report.conflicts), 'conflict')}", "bold red")
    for conflict in report.conflicts:
        print_folded(console, conflict.what, "red", indent=2)
        print_folded(console, conflict.effect, indent=4)
        print_folded(console, f"mend: {conflict.cure}", indent=4)


def _print_imports(console: Console, report: DoctorReport) -> None:
    print_folded(console, "\nWhat the probes use", "bold")
    if not report.imports:
        print_folded(console, "nothing of it is installed", indent=2)
    for result in report.imports:
        how = "does not import" if result.error else f"imports in {result.seconds:.1f} s"
        line = f"{result.module:<18} {report.packages.get(result.project, ''):<16} {how}"
        print_folded(console, line, "red" if result.error else "", indent=2)


def _print_missing_needs(console: Console, report: DoctorReport) -> None:
    print_folded(console, "\nWhat can be tried", "bold")
    for need in report.missing_needs:
        number = count(len(need.probes), "probe")
        if need.kind == "ready":
            print_folded(console, f"{number} here, now: advisor probe --all", "green", indent=2)
        elif need.kind != "environment":
            print_folded(console, f"{number} more: {need.command}", indent=2)
            print_folded(console, ", ".join(need.probes), "dim", indent=4)
    if environments := [need for need in report.missing_needs if need.kind == "environment"]:
        _print_environments(console, environments)


def _print_environments(console: Console, needs: Sequence[MissingNeed]) -> None:
    """What environments would have to be built for, and how large they would get."""
    number = count(sum(len(need.probes) for need in needs), "probe")
    total = size(sum(need.megabytes for need in needs))
    command = "advisor probe --all --provision"
    print_folded(console, f"{number} more in environments of their own: {command}", indent=2)
    for need in needs:
        print_folded(console, f"{size(need.megabytes):>7}  {', '.join(need.probes)}", indent=4)
        print_folded(console, need.obstacle, "dim", indent=13)
    print_folded(console, f"{total:>7}  in all, about; or name the probes you want", indent=4)
