"""``advisor probe``: put probes to the installed frameworks, without questions and rules."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from advisor.cli.arguments import add_probing
from advisor.cli.exits import DONE, UNPROVEN, WRONG
from rules.problems import BadInput, Place, Problem
from rules.reading import hint, quoted

if TYPE_CHECKING:  # imported when a probe is to run
    from probes.api import Finding, Probe


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "probe",
        help="try things on the installed frameworks",
        description="Run probes: yes/no questions answered by exercising the installed frameworks.",
    )
    parser.add_argument(
        "probes", nargs="*", metavar="PROBE", help="names or patterns, such as 'pytorch.*'"
    )
    parser.add_argument("--all", action="store_true", help="every probe")
    parser.add_argument("--list", action="store_true", help="say what each asks, and run nothing")
    parser.add_argument(
        "--control",
        action="store_true",
        help="run the negative controls: each probe on a sabotaged subject, expected to say no",
    )
    add_probing(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from probes.registry import load_probes

    known = load_probes()
    if options.list or not (options.probes or options.all):
        _print_list(_chosen(known, options.probes or ["*"]), options.format)
        return DONE
    chosen = _chosen(known, ["*"] if options.all else options.probes)
    from advisor.cli.probing import run_shown

    findings = run_shown(
        chosen.values(), python=options.python, timeout=options.timeout, control=options.control
    )
    if options.format == "json":
        from advisor.report import as_json

        print(as_json.render_findings(findings), end="")
    else:
        _print_findings(findings, "no, as it must" if options.control else "no")
    if any(_is_wrong(finding, options) for finding in findings.values()):
        return WRONG
    return DONE if any(finding.outcome.answered for finding in findings.values()) else UNPROVEN


def _is_wrong(finding: Finding, options: argparse.Namespace) -> bool:
    """A probe that broke; or a control that did not come out as no."""
    from probes.api import Outcome

    broke = finding.outcome in (Outcome.ERROR, Outcome.TIMEOUT)
    return broke or (options.control and finding.outcome is Outcome.YES)


def _chosen(known: Mapping[str, Probe], patterns: list[str]) -> dict[str, Probe]:
    chosen: dict[str, Probe] = {}
    problems = []
    for pattern in patterns:
        found = {name: probe for name, probe in known.items() if fnmatchcase(name, pattern)}
        if not found:
            message = f"there is no probe {quoted(pattern)}{hint(pattern, known)}"
            problems.append(Problem(Place("probe"), message))
        chosen |= found
    if problems:
        raise BadInput(problems)
    return chosen


def _print_list(probes: Mapping[str, Probe], form: str) -> None:
    if form == "json":
        from advisor.report import as_json

        print(as_json.render_probes(probes), end="")
        return
    for name, probe in probes.items():
        print(f"{name}\n    {probe.question}")


def _print_findings(findings: Mapping[str, Finding], no: str) -> None:
    """A finding in a line, its reason under it; ``no`` is how that outcome is called."""
    from rich.text import Text

    from advisor.report.terminal import standard_output
    from advisor.report.words import numbers
    from probes.api import Outcome

    styles = {Outcome.YES: "green", Outcome.NO: "red"}
    console = standard_output()
    for finding in findings.values():
        outcome = no if finding.outcome is Outcome.NO else finding.outcome.value
        line = Text(f"{outcome:<14}", style=styles.get(finding.outcome, "yellow"))
        console.print(line.append(f"{finding.probe}  ({finding.seconds:.1f} s)", style="default"))
        measured = numbers(finding, most=6)
        told = f"{finding.reason} ({measured})" if measured else finding.reason
        for text in (told, *finding.deprecations):
            for wrapped in Text(text, style="dim").wrap(console, max(20, console.width - 14)):
                wrapped.rstrip()
                console.print(Text(" " * 14).append_text(wrapped), soft_wrap=True)
