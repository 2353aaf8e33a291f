"""Running probes from a command: which ones, with what shown meanwhile."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from probes.api import Finding, Probe
from probes.runner import Progress as Step
from probes.runner import run_probes


def run_shown(
    probes: Iterable[Probe],
    *,
    python: Path | None,
    timeout: float | None,
    control: bool = False,
) -> Mapping[str, Finding]:
    """Run the probes, showing on stderr what is being tried; a plain line a probe in a pipe."""
    wanted = list(probes)
    console = Console(stderr=True)
    if not wanted:
        return {}
    if not console.is_terminal:
        return run_probes(
            wanted, python=python, timeout=timeout, control=control, progress=_print_line
        )
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("importing the frameworks", total=len(wanted))

        def show(step: Step) -> None:
            match step.state:
                case "importing":
                    pass  # several workers import at once; the first line says so already
                case "running":
                    bar.update(task, description=f"trying {step.probe}")
                case "finished":
                    bar.advance(task)

        return run_probes(wanted, python=python, timeout=timeout, control=control, progress=show)


def _print_line(step: Step) -> None:
    if step.finding is not None:
        outcome, seconds = step.finding.outcome.value, step.finding.seconds
        print(f"tried {step.probe}: {outcome} ({seconds:.1f} s)", file=sys.stderr)
