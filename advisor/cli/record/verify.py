"""``advisor record verify``: prove a decision record again."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import (
    ADVICE_CHANGED,
    DONE,
    REASON_CHANGED,
    UNPROVEN,
    USAGE,
    WRONG,
    Commands,
    add_command,
    complain_of,
)
from advisor.cli.options import add_knowledge, add_running, knowledge, same_knowledge
from advisor.cli.record_options import add_folder, named_paths, record_or_folder
from advisor.errors import CommandError
from rules.diagnostics import InputError, Problem
from rules.loading.input_file import is_folder, is_regular

if TYPE_CHECKING:
    from advisor.consultation.consultation import Prober
    from advisor.records.verification.rerun import Rerun
    from advisor.records.verification.verify import Verification
    from probes.api import Finding

DESCRIPTION = """\
Prove decision records again. The evidence beside a record is held against the
hash in it, its text against the evidence, and the rules of then are replayed
over the answers and findings of then. With --rerun every claim is put to the
frameworks installed now, and each reason holds, has changed or cannot be run.
"""

EPILOG = """\
examples:
  advisor record verify docs/decisions/0001-framework.md
  advisor record verify docs/decisions --rerun
  advisor record verify docs/decisions/0001-framework.md --rerun --python ../app/.venv/bin/python

exit codes: 0 proven, 1 the record, its evidence or its reasoning is not what it was,
3 no record, 4 not everything could be checked (the wording of another version's
record cannot) or, of what was verified then, run, 5 a reason has changed and the
advice is the same, 6 the advice would be another
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "verify",
        run,
        help="prove a record again; with --rerun, on the frameworks of today",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument(
        "paths",
        metavar="RECORD",
        nargs="+",
        type=record_or_folder,
        help="a record, by its number or file; of a folder, those that stand and have evidence",
    )
    add_folder(parser)
    parser.add_argument("--rerun", action="store_true", help="run the probes again, here and now")
    add_running(parser)
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(fresh=True)


def run(options: argparse.Namespace) -> int:
    from advisor.records.report.verification import as_json, render
    from advisor.records.verification.rerun import rerun
    from advisor.records.verification.verify import verify
    from advisor.report.toolkit.wrapping import standard_output

    for given in () if options.rerun else ("python", "timeout", "provision"):
        if getattr(options, given):
            raise CommandError(f"--{given} needs --rerun: without it nothing is run", USAGE)
    kb = knowledge(options)
    paths, problems = _records(named_paths(options.paths, options.folder))
    verifications = []
    for path in paths:
        try:
            verifications.append(verify(path, kb))
        except InputError as error:  # the others are verified all the same
            problems += error.problems
    prober = _each_probe_once(options)
    reports = []
    for verification in verifications:
        restored, replayed, again = verification.restored, verification.replayed, None
        if options.rerun and restored is not None and replayed is not None:
            again = rerun(restored, replayed, prober)
        reports.append((verification, again))
        if options.format == "text":
            render(verification, again, standard_output(), same_knowledge(options))
    if options.format == "json" and reports:
        print(as_json(reports), end="")
    code = max((_code(*report) for report in reports), key=_BY_SEVERITY.index, default=DONE)
    if problems and code is not WRONG:
        raise InputError(problems)
    if problems:
        complain_of(InputError(problems))
    return code


_BY_SEVERITY = (DONE, UNPROVEN, REASON_CHANGED, ADVICE_CHANGED, WRONG)


def _code(verification: Verification, again: Rerun | None) -> int:
    """The exit code that one record alone would give."""
    from advisor.records.verification.rerun import ReasonOutcome

    if verification.failed:
        return WRONG
    if again is not None and again.flips:
        return ADVICE_CHANGED
    if again is not None and again.changed:
        return REASON_CHANGED
    proven = again is None or (not again.lost and again.of(ReasonOutcome.HOLDS))
    return DONE if proven and verification.complete else UNPROVEN


def _records(paths: Iterable[Path]) -> tuple[Sequence[Path], list[Problem]]:
    """The records to verify, each once, and the files of folders that cannot be read.

    Raises InputError for a folder without a record to verify.
    """
    selected: dict[str, Path] = {}  # by their real paths
    problems: list[Problem] = []
    for path in paths:
        for record in _in_folder(path, problems) if is_folder(path) else (path,):
            real = os.path.realpath(record) if is_regular(record) else str(record)
            selected.setdefault(real, record)
    return tuple(selected.values()), problems


def _in_folder(folder: Path, problems: list[Problem]) -> Sequence[Path]:
    from advisor.records.evidence.restore import has_evidence
    from advisor.records.folder import read_records

    found = read_records(folder)
    selected = [
        record.name.path
        for record in found.records
        if has_evidence(record.name.path, record.document) and record.document.in_force
    ]
    problems += found.problems
    if not selected and not found.problems:
        message = "has no record that stands and has evidence, expected one to verify"
        raise InputError.at(folder, message)
    if left := len(found.records) - len(selected):
        many = f"{left} of {len(found.records)} records"
        print(f"{many} passed over: no evidence, or no longer in force", file=sys.stderr)
    if found.not_looked_at:
        print(f"note: {found.not_looked_at}", file=sys.stderr)
    return selected


def _each_probe_once(options: argparse.Namespace) -> Prober:
    """Runs the probes as the options say; several records share the findings."""
    from advisor.cli.probe_runs import Probing, run_shown
    from probes.api import Finding, Outcome
    from probes.runtime.registry import load_probes

    unknown = "this advisor has no such probe; its source is in the evidence"
    findings: dict[str, Finding] = {}

    def run_probes(names: Sequence[str]) -> Mapping[str, Finding]:
        known = load_probes()
        missing = [known[name] for name in names if name in known and name not in findings]
        findings.update(run_shown(missing, Probing.of(options)) if missing else {})
        return {
            name: findings.get(name) or Finding(name, Outcome.UNAVAILABLE, unknown, 0.0)
            for name in names
        }

    return run_probes
