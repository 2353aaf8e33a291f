"""Damaged files, whatever the damage: one clear error, or an answer; never a traceback, a hang or
half a file.

``pytest tests/mutations --mutations 10000`` tries more of them, ``--mutations 1234:1`` one again.
"""

from __future__ import annotations

import json
import re
import resource
import shutil
import signal
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType

import pytest

from advisor.cli.command import (
    ADVICE_CHANGED,
    BAD_INPUT,
    DONE,
    REASON_CHANGED,
    UNPROVEN,
    USAGE,
    WRONG,
)

from ..conftest import Program, Run, every_command
from .originals import KINDS, write_originals

CODES = {DONE, WRONG, USAGE, BAD_INPUT, UNPROVEN}
CODES_OF_VERIFY = {*CODES, REASON_CHANGED, ADVICE_CHANGED}
FAILED = {USAGE, BAD_INPUT}
HANG = 60  # seconds of processor time
MEGABYTES = 500
LONGEST_COMPLAINT = 20_000  # characters
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


@dataclass(frozen=True)
class Trial:
    """A command that read a damaged file, and what came of it."""

    seed: int
    kind: str
    command: str
    run: Run
    files: tuple[set[str], set[str]]  # in the folder before and after

    def __str__(self) -> str:
        return f"input {self.seed} ({self.kind}): advisor {self.command}: exit code {self.run.code}"


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("originals")
    write_originals(folder)
    return folder


def test_damaged_files_are_answered_or_refused(
    seeds: range,
    originals: Path,
    run_program: Program,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    faults = []
    for seed in seeds:
        before = peak()
        started = time.process_time()
        trial = try_one(seed, originals, run_program, tmp_path / str(seed))
        record_property("trial", (time.process_time() - started, str(trial)))
        grown = peak() - before
        complaints = [*faults_of(trial)]
        if grown > MEGABYTES * 1024:
            complaints.append(f"took {grown // 1024} MB more than anything before")
        faults += [f"{trial}: {complaint}" for complaint in complaints]
        if not complaints:
            shutil.rmtree(tmp_path / str(seed))
    record_property("megabytes", peak() // 1024)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def peak() -> int:
    """The most memory that this process ever had, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


NOT_TRIED = {
    "doctor": "it reads an interpreter",
    "kb new": "it reads nothing",
    "kb schema": "it reads knowledge as kb check does",
    "probe": "it reads knowledge as kb check does",
    "workshop serve": "it does not end by itself, and reads a workshop as workshop show does",
    "workshop sit": "it needs a terminal, and reads a workshop as workshop show does",
}


def test_every_command_that_reads_a_file_is_tried() -> None:
    tried = {" ".join(command.split()[:2]) for kind in KINDS for command in kind.commands}
    tried |= {command.split()[0] for command in tried}
    assert every_command() - tried == NOT_TRIED.keys()


def try_one(seed: int, originals: Path, run_program: Program, folder: Path) -> Trial:
    """Damage a file and run a command on it, both chosen by the seed."""
    random = Random(seed)
    kind = random.choice(KINDS)
    command = random.choice(kind.commands)
    folder.mkdir()
    for name in kind.originals:
        copy_to(originals / name, folder)
    kind.damage(folder, random)
    before = files_in(folder)
    with ended_when_it_hangs(f"input {seed} ({kind.name}): advisor {command}"):
        run = run_program(*command.split(), folder=folder)
    return Trial(seed, kind.name, command, run, (before, files_in(folder)))


def copy_to(original: Path, folder: Path) -> None:
    if original.is_dir():
        shutil.copytree(original, folder / original.name)
    else:
        shutil.copyfile(original, folder / original.name)


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@contextmanager
def ended_when_it_hangs(what: str) -> Iterator[None]:
    def hung(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"{what}: more than {HANG} s of processor time")

    handler = signal.signal(signal.SIGPROF, hung)
    signal.setitimer(signal.ITIMER_PROF, HANG)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)


def faults_of(trial: Trial) -> Iterator[str]:
    """What the program may not do, whatever it reads."""
    run, (before, after) = trial.run, trial.files
    if run.code not in (CODES_OF_VERIFY if "record verify" in trial.command else CODES):
        yield f"{run.err[-2000:]}"
        return
    if run.code in FAILED and not run.complaints:
        yield "it failed without saying why"
    if run.code in FAILED and after != before:
        yield f"it failed and left {after ^ before} behind"
    if "Traceback" in run.err:
        yield run.err[-2000:]
    if any(".advisor-" in name for name in after):
        yield "half a file is left"
    for name, text in (("stdout", run.out), ("stderr", run.err)):
        if hidden := steering(text):
            yield f"{name} holds {hidden[0]!a}"
    if len(run.err) > LONGEST_COMPLAINT:
        yield f"{len(run.err)} characters on stderr"
    if "--format json" in trial.command and not is_json(run.out):
        yield "stdout is not JSON"


def steering(text: str) -> Sequence[str]:
    """The characters that a terminal obeys instead of showing them."""
    controls = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    return controls + DIRECTIONS.findall(text)


def is_json(text: str) -> bool:
    def refused(constant: str) -> None:
        raise ValueError(constant)

    try:
        json.loads(text or "null", parse_constant=refused)
    except ValueError:
        return False
    return True
