"""``advisor probe``: put probes to the installed frameworks, without questions and rules."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from advisor.cli.command import DONE, UNPROVEN, USAGE, WRONG, Commands
from advisor.cli.options import add_knowledge, add_probing, knowledge, requirement
from advisor.errors import CommandError
from rules.diagnostics import InputError, Problem, SourceLocation, either, hint, printable, quoted

if TYPE_CHECKING:  # imported when a probe is to run
    from advisor.consultation.evidence import WeighedClaim
    from probes.api import Finding, Probe
    from rules.model import Claim

T = TypeVar("T")
# Options that say how to try: without a name beside them, something was forgotten.
_TRYING = ("control", "requirements", "python", "timeout", "fresh", "provision", "yes")


def add_parser(commands: Commands) -> None:
    parser = commands.add_parser(
        "probe",
        help="try things on the installed frameworks",
        description="Run probes: yes/no questions answered by exercising the installed frameworks. "
        "What was found on the same versions before is not run again, and its age is shown.",
    )
    parser.add_argument(
        "probes", nargs="*", metavar="PROBE", help="names or patterns, such as 'pytorch.*'"
    )
    parser.add_argument("--all", action="store_true", help="every probe")
    parser.add_argument(
        "--claim",
        metavar="CLAIM",
        action="append",
        default=[],
        help="try what this claim says, and judge it; names or patterns, may be repeated; "
        "--list --claim '*' lists them",
    )
    parser.add_argument("--list", action="store_true", help="say what each asks, and run nothing")
    parser.add_argument(
        "--control",
        action="store_true",
        help="run the negative controls: each probe on a sabotaged subject, expected to say no",
    )
    add_probing(parser)
    parser.add_argument(
        "--with",
        dest="requirements",
        metavar="REQUIREMENT",
        type=requirement,
        action="append",
        default=[],
        help="try in an environment that holds these, such as 'transformers==4.57.6'; it is built "
        "after asking, and kept; may be repeated",
    )
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json", "junit", "markdown"), default="text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    from probes.runtime.registry import load_probes

    _check(options)
    known = load_probes()
    claims: dict[str, Claim] = {}
    if options.claim:
        every = knowledge(options).claims
        near = partial(_nearest_claim, every, known)
        claims = _select(every, options.claim, "claim", near)
    if options.list and claims:
        for claim in claims.values():
            print(f"{claim.id}\n    {printable(claim.says)}")
            print(f"    {claim.probe or 'no program can try it'}")
        return DONE
    if options.list or not (options.probes or options.all or options.claim):
        _print_list(_select(known, options.probes or ["*"], "probe"), options.format)
        return DONE
    from advisor.consultation.evidence import weigh_claim

    wanted = {claim.probe for claim in claims.values()}
    selected = _select(known, ["*"] if options.all else options.probes, "probe")
    selected |= {name: known[name] for name in known if name in wanted}
    findings = _run_probes(selected.values(), options)
    # What counts by answers counts as not answered.
    weighed_claims = [weigh_claim(claim, findings, lambda _: None) for claim in claims.values()]
    _print(findings, weighed_claims, options)
    return _exit_code(findings, weighed_claims, control=options.control)


def _check(options: argparse.Namespace) -> None:
    """Refuse what contradicts itself."""
    if options.requirements and options.python is not None:
        raise CommandError("--with makes its own environment, --python names one: use one", USAGE)
    if options.claim and options.control:
        raise CommandError("a control says nothing of a claim: use --claim or --control", USAGE)
    if options.list and options.format in ("junit", "markdown"):
        raise CommandError("--list prints text or json", USAGE)
    named = options.probes or options.all or options.claim or options.list
    if not named and any(getattr(options, name) for name in _TRYING):
        raise CommandError("nothing is named to try: name probes, --claim or --all", USAGE)
    if not named and options.format in ("junit", "markdown"):
        raise CommandError(
            f"--format {options.format} is of what was tried: name probes, --claim or --all", USAGE
        )
    if options.list and options.claim and options.format != "text":
        raise CommandError("--list prints claims as text", USAGE)


def _run_probes(probes: Iterable[Probe], options: argparse.Namespace) -> Mapping[str, Finding]:
    from advisor.cli.probe_runs import Probing, run_shown

    probing = Probing.of(options)
    wanted = list(probes)
    if options.requirements and wanted:
        from advisor.cli.provisioning import environment_with, not_built
        from probes.runtime.errors import ProvisionError

        try:
            environment = environment_with(options.requirements, agreed=options.yes)
        except ProvisionError as error:
            return not_built(wanted, " ".join(options.requirements), error)
        probing = replace(probing, python=environment.python, environment=environment.label)
    return run_shown(wanted, probing, control=options.control)


def _exit_code(
    findings: Mapping[str, Finding], weighed_claims: Iterable[WeighedClaim], *, control: bool
) -> int:
    from advisor.consultation.evidence import ClaimStatus
    from probes.api import Outcome

    statuses = [claim.status for claim in weighed_claims]
    outcomes = [finding.outcome for finding in findings.values()]
    broke = Outcome.ERROR in outcomes or Outcome.TIMEOUT in outcomes
    unmoved = control and Outcome.YES in outcomes
    if broke or unmoved or ClaimStatus.REFUTED in statuses:
        return WRONG
    if statuses:
        return UNPROVEN if ClaimStatus.UNVERIFIED in statuses else DONE
    return DONE if any(outcome.answered for outcome in outcomes) else UNPROVEN


def _select(
    known: Mapping[str, T],
    patterns: list[str],
    kind: str,
    near: Callable[[str], str] | None = None,
) -> dict[str, T]:
    """What the patterns name, without repeats. Raises InputError with a hint for each unknown,
    the one that ``near`` gives if there is such.
    """
    selected: dict[str, T] = {}
    problems = []
    for pattern in patterns:
        named = {name: item for name, item in known.items() if fnmatchcase(name, pattern)}
        if not named:
            nearest = near(pattern) if near else hint(pattern, known)
            message = f"there is no {kind} {quoted(pattern)}{nearest}"
            problems.append(Problem(SourceLocation(kind), message))
        selected |= named
    if problems:
        raise InputError(problems)
    return selected


def _nearest_claim(claims: Mapping[str, Claim], probes: Collection[str], name: str) -> str:
    """The hint for an unknown claim; it may be the name of a probe, or nearly."""
    probe = next((probe for probe in (name, name.replace("_", ".", 1)) if probe in probes), None)
    if probe is None:
        return hint(name, claims)
    resting = [claim.id for claim in claims.values() if claim.probe == probe]
    claim = f", and its claim is {either(resting)}" if resting else ""
    return f": {probe} is a probe, named without --claim{claim}"


def _print_list(probes: Mapping[str, Probe], form: str) -> None:
    if form == "json":
        from advisor.findings import data

        print(data.render_probes(probes), end="")
        return
    for name, probe in probes.items():
        print(f"{name}\n    {probe.question}")


def _print(
    findings: Mapping[str, Finding], weighed_claims: list[WeighedClaim], options: argparse.Namespace
) -> None:
    match options.format:
        case "json":
            from advisor.findings import data

            print(data.render_findings(findings, weighed_claims), end="")
        case "junit":
            from advisor.findings.junit import as_junit

            print(as_junit(findings, weighed_claims, control=options.control), end="")
        case "markdown":
            from advisor.findings.text import as_markdown

            print(as_markdown(findings, weighed_claims), end="")
        case _:
            from advisor.findings import text as report
            from advisor.report.toolkit.wrapping import standard_output

            console = standard_output()
            if weighed_claims:
                report.print_claims(console, weighed_claims)
            shown = {claim.claim.probe for claim in weighed_claims}
            others = {name: finding for name, finding in findings.items() if name not in shown}
            if others or not weighed_claims:
                report.print_findings(console, others, control=options.control)
