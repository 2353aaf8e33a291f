"""Running probes from a command: which ones, where, with what shown meanwhile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cache_folder import cache_folder
from probes.api import Finding, Json, Outcome, Probe
from probes.runtime.runner import ProbeProgress as Step
from probes.runtime.runner import ProbeRun

if TYPE_CHECKING:
    from advisor.consultation.consultation import Prober


@dataclass(frozen=True)
class Probing:
    """How probes are to be run, as the command line says."""

    python: Path | None = None
    timeout: float | None = None
    fresh: bool = False
    provision: bool = False
    agreed: bool = False
    environment: str = ""  # what the interpreter holds, where it was built for these probes

    @classmethod
    def of(cls, options: argparse.Namespace) -> Probing:
        return cls(options.python, options.timeout, options.fresh, options.provision, options.yes)

    def start(self, *, control: bool = False) -> ProbeRun:
        """A run that has nothing to do yet."""
        return ProbeRun(
            python=self.python,
            timeout=self.timeout,
            control=control,
            cache=cache_folder(),
            fresh=self.fresh,
            environment=self.environment,
            note=_print_note,
        )

    def machine(self) -> Mapping[str, Json]:
        """Where the probes are run; empty where the interpreter does not say."""
        from probes.runtime.registry import load_probes
        from probes.runtime.target import describe_machine, describe_target

        target = describe_target(self.python or Path(sys.executable))
        return describe_machine(target, load_probes().values()) if target else {}

    def packages(self) -> Mapping[str, str]:
        """The versions of what is installed there, of the projects that probes know."""
        packages = self.machine().get("packages")
        known = packages if isinstance(packages, dict) else {}
        return {name: str(version) for name, version in known.items()}


def prober_of(options: argparse.Namespace) -> Prober:
    """Runs probes as the options say, and none with ``--no-probes``; a probe that this version
    lacks is left out.
    """
    from advisor.consultation.evidence import no_probes

    def run_probes(names: Sequence[str]) -> Mapping[str, Finding]:
        from probes.runtime.registry import load_probes

        known = load_probes()
        wanted = [known[name] for name in names if name in known]
        return run_shown(wanted, Probing.of(options)) if wanted else {}

    return no_probes if getattr(options, "no_probes", False) else run_probes


def machine_of(options: argparse.Namespace) -> Callable[[], Mapping[str, Json]]:
    """Says where the options have probes run, once it is asked."""
    return lambda: Probing.of(options).machine()


def run_shown(
    probes: Iterable[Probe], probing: Probing, *, control: bool = False
) -> Mapping[str, Finding]:
    """Run the probes, showing on stderr what is being tried; a plain line a probe in a pipe.

    With ``probing.provision``, what they need is built first, after asking.
    """
    wanted = list(probes)
    failed: dict[str, Finding] = {}  # of the probes whose environment could not be built
    if probing.provision:
        from advisor.cli.provisioning import folder_to_build_in, provide
        from probes.runtime.target import describe_target

        cache = folder_to_build_in()
        target = describe_target(probing.python or Path(sys.executable))
        if target is not None:
            failed = provide(wanted, target, cache, agreed=probing.agreed)
    names = [probe.id for probe in wanted if probe.id not in failed]
    with probing.start(control=control) as run:
        run.want([probe for probe in wanted if probe.id not in failed], last=True)
        findings = wait_shown(run, names)
    tell_installs(wanted, findings, probing)
    return {probe.id: failed.get(probe.id) or findings[probe.id] for probe in wanted}


def tell_installs(
    probes: Iterable[Probe], findings: Mapping[str, Finding], probing: Probing
) -> None:
    """Say how to install, where it was missed, what probes did not find. Their findings may go into
    a record: they name no interpreter.
    """
    missed = {name for name, found in findings.items() if found.outcome is Outcome.UNAVAILABLE}
    lacking = [probe for probe in probes if probe.id in missed and probe.provision is None]
    if not lacking or probing.environment:
        return
    from probes.runtime.installer import install_command
    from probes.runtime.target import describe_target

    target = describe_target(probing.python or Path(sys.executable))
    if target is None:
        return
    needs = [need for probe in lacking for need in probe.needs]
    installs = sorted({need.install for need in needs if not target.satisfies(need)})
    command = install_command(target, *installs)
    if installs and not command.startswith("pip "):  # as the findings have it already
        print(f"to install what is missing: {command}", file=sys.stderr)


def wait_shown(run: ProbeRun, names: list[str]) -> Mapping[str, Finding]:
    """The findings of these probes, with what is being tried shown until they are there."""
    if not sys.stderr.isatty() or run.has(names):
        return run.wait(names, _print_line)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("importing the frameworks", total=len(names))

        def show(step: Step) -> None:
            match step.state:
                case "importing":
                    pass  # several workers import at once; the first line says so already
                case "running":
                    bar.update(task, description=f"trying {step.probe}")
                case "finished":
                    bar.advance(task)

        return run.wait(names, show)


def _print_line(step: Step) -> None:
    if step.finding is not None:
        outcome, seconds = step.finding.outcome.value, step.finding.seconds
        how = "kept" if step.cached else "tried"
        print(f"{how} {step.probe}: {outcome} ({seconds:.1f} s)", file=sys.stderr)


def _print_note(text: str) -> None:
    print(f"advisor: {text}", file=sys.stderr)
