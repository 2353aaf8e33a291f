"""A checkup as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console

from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, size
from probes.runtime.doctor import Checkup, MissingNeed

SCHEMA = 1


def as_json(checkup: Checkup) -> str:
    """One JSON object, as the ``--format json`` of ``advisor doctor`` prints it."""
    return json.dumps({"schema": SCHEMA, **asdict(checkup)}, indent=2) + "\n"


def print_checkup(console: Console, checkup: Checkup) -> None:
    """What is wrong first, then what is there, then what could be tried."""
    print_folded(console, f"{checkup.python}, Python {checkup.version}", "bold")
    _print_troubles(console, checkup)
    _print_imports(console, checkup)
    _print_openings(console, checkup)


def _print_troubles(console: Console, checkup: Checkup) -> None:
    if not checkup.troubles:
        print_folded(console, "\nNo conflicts found.", "green")
        return
    print_folded(console, f"\n{count(len(checkup.troubles), 'conflict')}", "bold red")
    for trouble in checkup.troubles:
        print_folded(console, trouble.what, "red", indent=2)
        print_folded(console, trouble.effect, indent=4)
        print_folded(console, f"mend: {trouble.cure}", indent=4)


def _print_imports(console: Console, checkup: Checkup) -> None:
    print_folded(console, "\nWhat the probes use", "bold")
    if not checkup.imports:
        print_folded(console, "nothing of it is installed", indent=2)
    for one in checkup.imports:
        how = "does not import" if one.error else f"imports in {one.seconds:.1f} s"
        line = f"{one.module:<18} {checkup.packages.get(one.project, ''):<16} {how}"
        print_folded(console, line, "red" if one.error else "", indent=2)


def _print_openings(console: Console, checkup: Checkup) -> None:
    print_folded(console, "\nWhat can be tried", "bold")
    for opening in checkup.openings:
        number = count(len(opening.probes), "probe")
        match opening.kind:
            case "ready":
                print_folded(console, f"{number} here, now: advisor probe --all", "green", indent=2)
            case "environment":
                pass  # all of them together, below
            case _:
                print_folded(console, f"{number} more: {opening.command}", indent=2)
                print_folded(console, ", ".join(opening.probes), "dim", indent=4)
    _print_environments(console, [one for one in checkup.openings if one.kind == "environment"])


def _print_environments(console: Console, openings: Sequence[MissingNeed]) -> None:
    if not openings:
        return
    number = count(sum(len(one.probes) for one in openings), "probe")
    about = size(sum(one.megabytes for one in openings))
    command = "advisor probe --all --provision"
    print_folded(console, f"{number} more in environments of their own: {command}", indent=2)
    for one in openings:
        print_folded(console, f"{size(one.megabytes):>7}  {', '.join(one.probes)}", indent=4)
        print_folded(console, one.obstacle, "dim", indent=13)
    print_folded(console, f"{about:>7}  in all, about; or name the probes you want", indent=4)
