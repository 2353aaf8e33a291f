"""``advisor record verify``: prove a decision record again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.exit_codes import ADVICE_CHANGED, DONE, REASON_CHANGED, UNPROVEN, WRONG
from advisor.cli.options import add_knowledge, add_running, knowledge
from rules.diagnostics import InputError, Problem, SourceLocation

if TYPE_CHECKING:
    from advisor.consultation.consultation import Prober
    from advisor.records.report.verification import Verified
    from probes.api import Finding
    from rules.model import KnowledgeBase

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
3 no record, 4 not everything that was verified then could be run, 5 a reason has
changed and the advice is the same, 6 the advice would be another
"""


def add_parser(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = actions.add_parser(
        "verify",
        help="prove a record again; with --rerun, on the frameworks of today",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "paths",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="a record; of a folder, the records in it that stand and have evidence",
    )
    parser.add_argument("--rerun", action="store_true", help="run the probes again, here and now")
    add_running(parser)
    add_knowledge(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(run=run, fresh=True)


def run(options: argparse.Namespace) -> int:
    from advisor.records.report import verification as report
    from advisor.records.verification.rerun import rerun
    from advisor.records.verification.verify import verify
    from advisor.report.toolkit.wrapping import standard_output

    kb = knowledge(options)
    verifications = [verify(path, kb) for path in _records(options.paths, kb)]
    prober = _each_probe_once(options)
    verified = []
    for one in verifications:
        again = None
        if options.rerun and one.kept is not None and one.replayed is not None:
            again = rerun(one.kept, one.replayed, prober)
        verified.append(report.Verified(one, again))
        if options.format == "text":
            report.render(verified[-1], standard_output())
    if options.format == "json":
        print(report.as_json(verified), end="")
    return max(map(_code, verified), key=_GRAVITY.index)


_GRAVITY = (DONE, UNPROVEN, REASON_CHANGED, ADVICE_CHANGED, WRONG)


def _code(verified: Verified) -> int:
    """The exit code that one record alone would give."""
    from advisor.records.verification.check import CheckStatus
    from advisor.records.verification.rerun import Fate

    verification, again = verified.verification, verified.rerun
    if verification.failed:
        return WRONG
    if again is None:
        return DONE if verification.replay.result is CheckStatus.PASSED else UNPROVEN
    if again.flips:
        return ADVICE_CHANGED
    if again.changed:
        return REASON_CHANGED
    return UNPROVEN if again.lost or not again.of(Fate.HOLDS) else DONE


def _records(paths: Iterable[Path], kb: KnowledgeBase) -> Iterator[Path]:
    """The records to verify, each once. Raises InputError for a folder without one."""
    told: set[Path] = set()
    for path in paths:
        for record in _in_folder(path, kb) if path.is_dir() else (path,):
            if record.resolve() not in told:
                told.add(record.resolve())
                yield record


def _in_folder(folder: Path, kb: KnowledgeBase) -> Sequence[Path]:
    from advisor.records.due import stands
    from advisor.records.evidence.restore import has_evidence
    from advisor.records.folder import records_in
    from advisor.records.parsed_record import read_document

    names = records_in(folder)
    read = {name.path: read_document(name.path) for name in names}
    found = [path for path, record in read.items() if has_evidence(path, record) and stands(record)]
    if not found:
        message = "has no record that stands and has evidence, expected one to verify"
        raise InputError([Problem(SourceLocation(str(folder)), message)])
    left = len(names) - len(found)
    if left:
        print(
            f"{left} of {len(names)} records passed over: no evidence, or no longer in force",
            file=sys.stderr,
        )
    return found


def _each_probe_once(options: argparse.Namespace) -> Prober:
    """Runs the probes as the options say; several records share what was found."""
    from advisor.cli.probe_runs import Probing, run_shown
    from probes.api import Finding, Outcome
    from probes.runtime.registry import load_probes

    def gone(name: str) -> Finding:
        reason = "this advisor has no such probe; its source is in the evidence"
        return Finding(name, Outcome.UNAVAILABLE, reason, 0.0)

    found: dict[str, Finding] = {}

    def run_probes(names: Sequence[str]) -> Mapping[str, Finding]:
        known = load_probes()
        wanted = [known[name] for name in names if name in known and name not in found]
        found.update(run_shown(wanted, Probing.of(options)) if wanted else {})
        return {name: found[name] if name in known else gone(name) for name in names}

    return run_probes
