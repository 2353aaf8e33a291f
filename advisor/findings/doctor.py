"""A doctor's report as people and programs read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.text import Text

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, size
from probes.runtime.diagnosis.doctor import DoctorReport, MissingNeed
from probes.runtime.diagnosis.import_checks import ImportResult
from probes.runtime.diagnosis.machine import Machine
from rules.diagnostics import printable

_JSON_KEYS = {"conflicts": "troubles", "missing_needs": "openings"}


def as_json(report: DoctorReport) -> str:
    """One JSON object, as the ``--format json`` of ``advisor doctor`` prints it."""
    data = {_JSON_KEYS.get(name, name): value for name, value in asdict(report).items()}
    return dumped({"schema": SCHEMA, **data})


def print_report(console: Console, report: DoctorReport) -> None:
    """What is wrong first, then what is there, then what could be tried."""
    print_folded(console, f"{report.python}, Python {report.version}", "bold")
    _print_conflicts(console, report)
    _print_unchecked(console, report)
    _print_settings(console, report)
    _print_imports(console, report)
    _print_machine(console, report.machine)
    _print_missing_needs(console, report)


def _print_conflicts(console: Console, report: DoctorReport) -> None:
    if report.conflicts:
        print_folded(console, f"\n{count(len(report.conflicts), 'conflict')}", "bold red")
    elif not report.frameworks:
        print_folded(console, "\nNo framework is installed that could conflict.", "yellow")
    elif report.unchecked:
        print_folded(console, "\nNo conflicts found in what was checked.", "yellow")
    else:
        print_folded(console, "\nNo conflicts found.", "green")
    for conflict in report.conflicts:
        print_folded(console, conflict.what, "red", indent=2)
        print_folded(console, conflict.effect, indent=4)
        _print_command(console, f"fix: {conflict.cure}", indent=4)


def _print_command(console: Console, text: str, indent: int) -> None:
    """Print what holds a command, in one line: it can be pasted, however wide the terminal is."""
    console.print(Text(f"{' ' * indent}{printable(text)}"), soft_wrap=True)


def _print_unchecked(console: Console, report: DoctorReport) -> None:
    if report.unchecked:
        print_folded(console, "\nNot checked", "bold yellow")
    for unchecked in report.unchecked:
        print_folded(console, f"{unchecked.what}: {unchecked.why}", "yellow", indent=2)


def _print_settings(console: Console, report: DoctorReport) -> None:
    if report.settings:
        print_folded(console, "\nWhat is set", "bold")
    for setting in report.settings:
        print_folded(console, f"{setting.name} = {setting.value}", indent=2)
        print_folded(console, setting.effect, indent=4)


def _print_imports(console: Console, report: DoctorReport) -> None:
    print_folded(console, "\nWhat the probes use", "bold")
    if not report.imports:
        print_folded(console, "nothing of it is installed", indent=2)
    for result in report.imports:
        how = "does not import" if result.error else f"imports in {result.seconds:.1f} s"
        built = _built_for(result)
        line = f"{result.module:<18} {report.packages.get(result.project, ''):<16} {how}{built}"
        print_folded(console, line, "red" if result.error else "", indent=2)
        if result.notice and result.notice != result.error:
            print_folded(console, f"it printed: {result.notice}", "dim", indent=4)


def _built_for(result: ImportResult) -> str:
    """What a framework says of its build: for which GPUs, on which back end."""
    facts = result.facts
    if backend := facts.get("backend"):
        return f", on {backend}"
    if "cuda" not in facts:
        return ""
    computes = [f"{name} {facts[key]}" for name, key in _GPU_BUILDS if facts.get(key)]
    return f", built for {' and '.join(computes)}" if computes else ", built without CUDA"


_GPU_BUILDS = (("CUDA", "cuda"), ("ROCm", "rocm"))


def _print_machine(console: Console, machine: Machine) -> None:
    print_folded(console, "\nThis machine", "bold")
    has = " ".join(machine.instructions) or "-"
    lacks = f", without {' '.join(machine.lacking)}" if machine.lacking else ""
    memory = "-" if machine.memory is None else _gigabytes(machine.memory)
    if machine.memory_limit is not None:
        memory += f", of which this container may use {_gigabytes(machine.memory_limit)}"
    free = [f"{_gigabytes(size)} free ({name})" for name, size in machine.disk_free.items()]
    lines = [
        ("processor", f"{machine.architecture}: {has}{lacks}"),
        ("memory", memory),
        ("disk", ", ".join(free) or "-"),
        *_gpus(machine),
    ]
    for name, text in lines:
        print_folded(console, f"{name:<10} {text}", indent=2)


def _gpus(machine: Machine) -> list[tuple[str, str]]:
    driver = machine.nvidia
    if driver is None or not driver.gpus:
        return [("GPU", "none seen")]
    lines = []
    for gpu in driver.gpus:
        capability = f", compute capability {gpu.capability}" if gpu.capability else ""
        lines.append(("GPU", f"{gpu.name}, {gpu.memory} MiB{capability}"))
    runs = f", runs CUDA up to {driver.cuda}" if driver.cuda else ""
    return [*lines, ("driver", f"NVIDIA {driver.version}{runs}")]


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _print_missing_needs(console: Console, report: DoctorReport) -> None:
    print_folded(console, "\nWhat can be tried", "bold")
    for need in report.missing_needs:
        number = count(len(need.probes), "probe")
        if need.kind == "ready":
            print_folded(console, f"{number} here, now: advisor probe --all", "green", indent=2)
        elif need.kind != "environment":
            _print_command(console, f"{number} more: {need.command}", indent=2)
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
