"""Run probes in worker processes and bring back one finding for each, whatever happens.

Native code crashes, hangs, forks and prints where it likes, so no framework is ever imported
here. Probes of one folder that want the same environment share a worker, which imports their
framework once and runs them one after another; two workers run at a time. A probe that ends its
worker costs itself alone: the worker is replaced and the others go on.
"""

from __future__ import annotations

import queue
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from probes.api import Finding, Outcome, Probe
from probes.environment import redact, redact_json
from probes.supervisor import (
    Message,
    StartError,
    Stopped,
    WorkerError,
    WorkerProcess,
    WorkerTimeoutError,
)

IMPORT_TIMEOUT = 300.0  # seconds: a first import from a cold, loaded disk takes a minute
LONGEST_TRIAL = 1e6  # seconds; a worker that says more is not to be believed
LONGEST_LINE = 500  # characters of a reason, a version, a deprecation
MAX_WORKERS = 2  # each may hold a framework in memory and use every core


@dataclass(frozen=True)
class Progress:
    """One step of one probe; ``finding`` is there when it has finished."""

    probe: str
    state: Literal["importing", "running", "finished"]
    finding: Finding | None = None


def _ignore(progress: Progress) -> None:
    pass


def run_probes(
    probes: Iterable[Probe],
    *,
    python: Path | None = None,
    timeout: float | None = None,
    control: bool = False,
    progress: Callable[[Progress], None] = _ignore,
) -> dict[str, Finding]:
    """Run each probe, or with ``control`` its negative control, and return findings by id.

    ``python`` is the interpreter whose frameworks are tried (default: this one); ``timeout``, in
    seconds, replaces each probe's own. ``progress`` is called in this thread. Nothing that a
    probe, a framework or the interpreter does raises here; an interruption, or an exception from
    ``progress``, ends every worker and is passed on.
    """
    wanted = list(probes)
    steps: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
    stop = threading.Event()
    target = python if python is not None else Path(sys.executable)
    run = _Run(target, timeout, control, stop, steps.put)
    findings: dict[str, Finding] = {}
    with ThreadPoolExecutor(MAX_WORKERS, thread_name_prefix="probes") as pool:
        try:
            groups = [pool.submit(_run_group, group, run) for group in _groups(wanted)]
            for group in groups:
                group.add_done_callback(lambda _: steps.put(None))
            unfinished = len(groups)
            while unfinished:
                step = steps.get()
                if step is None:
                    unfinished -= 1
                    continue
                if step.finding is not None:
                    findings[step.probe] = step.finding
                progress(step)
        finally:
            stop.set()
    for group in groups:
        group.result()
    return {probe.id: findings[probe.id] for probe in wanted}


@dataclass(frozen=True)
class _Run:
    """What is the same for every probe of one run."""

    python: Path
    timeout: float | None
    control: bool
    stop: threading.Event
    report: Callable[[Progress], None]

    def finish(self, finding: Finding) -> None:
        self.report(Progress(finding.probe, "finished", finding))


def _groups(probes: Iterable[Probe]) -> list[list[Probe]]:
    """The probes that can share a worker: same folder, same environment."""
    groups: dict[object, list[Probe]] = {}
    for probe in probes:
        groups.setdefault((probe.group, *sorted(probe.environment.items())), []).append(probe)
    return list(groups.values())


def _run_group(probes: list[Probe], run: _Run) -> None:
    """Run the probes one after another, replacing the worker whenever one has broken it."""
    pending = deque(probes)
    stuck: list[_Stuck] = []
    try:
        python = _interpreter(run.python)
        while pending and not run.stop.is_set():
            with WorkerProcess(python, pending[0].environment, run.stop) as worker:
                while pending and worker.usable:
                    probe = pending.popleft()
                    run.finish(_known_stuck(stuck, probe) or _try(worker, probe, run, stuck))
    except StartError as error:
        for probe in pending:
            run.finish(Finding(probe.id, Outcome.UNAVAILABLE, str(error), 0.0))
    except Stopped:
        return


def _interpreter(python: Path) -> Path:
    """The interpreter's absolute path: a worker does not start in this process's folder."""
    found = shutil.which(python)
    if found is not None:
        return Path(found).absolute()
    state = "is not an executable file" if python.exists() else "does not exist"
    raise StartError(redact(f"the Python interpreter {python} {state}"))


@dataclass(frozen=True)
class _Stuck:
    """Modules whose import ended or held up a worker: probes that need them are not tried."""

    modules: frozenset[str]
    finding: Finding


def _known_stuck(stuck: Iterable[_Stuck], probe: Probe) -> Finding | None:
    needed = _modules(probe)
    known = (case.finding for case in stuck if case.modules <= needed)
    return next((replace(finding, probe=probe.id) for finding in known), None)


def _modules(probe: Probe) -> frozenset[str]:
    return frozenset(need.module for need in probe.needs)


def _try(worker: WorkerProcess, probe: Probe, run: _Run, stuck: list[_Stuck]) -> Finding:
    """Put one probe to the worker. What breaks the worker becomes the probe's finding."""
    run.report(Progress(probe.id, "importing"))
    worker.send({"id": probe.id, "source": str(probe.source.absolute()), "control": run.control})
    allowed = probe.timeout if run.timeout is None else run.timeout
    versions = worker.versions
    imported = False
    began = time.monotonic()
    try:
        message = worker.receive("started", "finished", timeout=IMPORT_TIMEOUT)
        if message["event"] == "started":
            run.report(Progress(probe.id, "running"))
            imported, versions, began = True, _versions(worker, message), time.monotonic()
            message = worker.receive("finished", timeout=allowed)
        finding = _finding(probe, message, worker)
        if message.get("children") or not worker.is_sound():
            worker.end()
        return finding
    except WorkerError as failure:
        seconds = time.monotonic() - began
        worker.end()
        finding = _broken(probe, failure, worker, imported=imported)
        finding = replace(finding, seconds=seconds, versions=versions)
        if probe.needs and not imported:
            stuck.append(_Stuck(_modules(probe), finding))
        return finding


def _finding(probe: Probe, message: Message, worker: WorkerProcess) -> Finding:
    """The worker's answer, without private names and with what was printed."""
    try:
        finding = Finding.from_json({**message, "probe": probe.id, "output": worker.output()})
        if not 0.0 <= finding.seconds < LONGEST_TRIAL:
            raise ValueError(finding.seconds)
        return replace(
            finding,
            seconds=float(finding.seconds),
            reason=_line(worker, finding.reason),
            evidence={
                key: redact_json(item, worker.names) for key, item in finding.evidence.items()
            },
            versions=_versions(worker, message),
            deprecations=tuple(_line(worker, text) for text in finding.deprecations),
        )
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise WorkerError("wrote an answer that is not whole") from error


def _versions(worker: WorkerProcess, message: Message) -> dict[str, str]:
    """What the worker says was tried, in texts that can be shown."""
    versions = message.get("versions", {})
    if not isinstance(versions, dict) or not all(isinstance(v, str) for v in versions.values()):
        raise WorkerError("wrote versions that are no texts")
    return {_line(worker, name): _line(worker, text) for name, text in versions.items()}


def _line(worker: WorkerProcess, text: str) -> str:
    """``text`` as one line of bearable length, without private names."""
    # Cut twice: a huge text is slow to search, and the first cut may leave half of a name.
    line = " ".join(worker.redact(text[: 2 * LONGEST_LINE]).split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."


def _broken(
    probe: Probe, failure: WorkerError, worker: WorkerProcess, *, imported: bool
) -> Finding:
    """The finding for a probe that took its worker with it."""
    importing = bool(probe.needs) and not imported
    if isinstance(failure, WorkerTimeoutError):
        outcome = Outcome.TIMEOUT
    else:
        # A framework that crashes when it is imported cannot be asked anything here.
        outcome = Outcome.UNAVAILABLE if importing else Outcome.ERROR
    phase = f"while importing {', '.join(sorted(_modules(probe)))}: " if importing else ""
    reason = _line(worker, f"{phase}the worker {failure}")
    return Finding(probe.id, outcome, reason, 0.0, output=worker.output())
