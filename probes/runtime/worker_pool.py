"""Probes that share a worker: same interpreter, same group of probes, same environment variables.

The worker is started with the first of them, imports their framework once, and is replaced when
one of them has broken it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

from probes.api import MOMENT, Finding, Outcome, Probe
from probes.programs import find_program
from probes.runtime.environments import Interpreter
from probes.runtime.errors import StartError, WorkerError, WorkerTimeoutError
from probes.runtime.redaction import redact, redact_json
from probes.runtime.worker_process import Message, WorkerProcess

IMPORT_TIMEOUT = 300.0  # seconds: a first import from a cold, loaded disk takes a minute
LONGEST_LINE = 500  # characters of a reason, a version, a deprecation


@dataclass(frozen=True)
class ProbeProgress:
    """One step of one probe; ``finding`` is there when it has finished.

    ``cached`` says that the finding is one of an earlier run.
    """

    probe: str
    state: Literal["importing", "running", "finished"]
    finding: Finding | None = None
    cached: bool = False


@dataclass(frozen=True)
class RunSettings:
    """What is the same for every probe of one run."""

    timeout: float | None  # seconds, instead of each probe's own
    control: bool
    stop: threading.Event
    report: Callable[[ProbeProgress], None]


class WorkerPool:
    """One worker after another for probes that can share one. Not for several threads at once."""

    def __init__(
        self, interpreter: Interpreter, variables: Mapping[str, str], settings: RunSettings
    ) -> None:
        self._interpreter = interpreter
        self._variables = variables
        self._settings = settings
        self._worker: WorkerProcess | None = None
        # Modules whose import ended or held up a worker: probes that need them are not tried.
        self._broken_imports: list[tuple[frozenset[str], Finding]] = []
        self._start_error: str | None = None  # why the interpreter does not run workers at all

    def run(self, probe: Probe) -> Finding:
        """Try the probe. Nothing it does raises here, but Stopped is passed on."""
        needed = _modules(probe)
        broken = (finding for modules, finding in self._broken_imports if modules <= needed)
        finding = next(broken, None) or self._run(probe)
        return replace(
            finding,
            probe=probe.id,
            taken=now(),
            source=_source_hash(probe),
            environment=self._interpreter.environment,
        )

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _run(self, probe: Probe) -> Finding:
        if self._start_error is None:
            try:
                return self._execute(probe, self._sound_worker())
            except StartError as error:
                self._start_error = str(error)
        return Finding(probe.id, Outcome.UNAVAILABLE, self._start_error, 0.0, passing=True)

    def _sound_worker(self) -> WorkerProcess:
        """The worker, or a new one. Raises StartError."""
        if self._worker is not None and self._worker.is_sound():
            return self._worker
        self.close()
        python = _executable(self._interpreter.python)
        self._worker = WorkerProcess(python, self._variables, self._settings.stop)
        return self._worker

    def _execute(self, probe: Probe, worker: WorkerProcess) -> Finding:
        """Have the worker execute the probe. What breaks the worker becomes its finding."""
        settings = self._settings
        settings.report(ProbeProgress(probe.id, "importing"))
        source = str(probe.source.absolute())
        worker.send({"id": probe.id, "source": source, "control": settings.control})
        timeout = probe.timeout if settings.timeout is None else settings.timeout
        versions = worker.versions
        imported = False
        began = time.monotonic()
        try:
            message = worker.receive("started", "finished", timeout=IMPORT_TIMEOUT)
            if message["event"] == "started":
                settings.report(ProbeProgress(probe.id, "running"))
                imported, versions, began = True, _versions(worker, message), time.monotonic()
                message = worker.receive("finished", timeout=timeout)
            finding = _finding(probe, message, worker)
            if message.get("children") or not worker.is_sound():
                worker.end()
            return finding
        except WorkerError as failure:
            seconds = time.monotonic() - began
            worker.end()
            finding = _broken(probe, failure, worker, imported=imported)
            finding = replace(finding, seconds=seconds, versions=versions)
            if _modules(probe) and not imported:
                self._broken_imports.append((_modules(probe), finding))
            return finding


def now() -> str:
    """The present moment, as findings state it."""
    return datetime.now(timezone.utc).strftime(MOMENT)


def _source_hash(probe: Probe) -> str:
    try:
        return probe.source_hash
    except OSError:  # the probe deleted itself
        return ""


def _executable(python: Path) -> Path:
    """The interpreter's absolute path: a worker does not start in this process's folder."""
    executable = find_program(str(python))
    if executable is not None:
        return Path(executable).absolute()
    state = "is not an executable file" if python.exists() else "does not exist"
    raise StartError(redact(f"the Python interpreter {python} {state}"))


def _modules(probe: Probe) -> frozenset[str]:
    return frozenset(need.module for need in probe.needs if need.imported)


def _finding(probe: Probe, message: Message, worker: WorkerProcess) -> Finding:
    """The worker's answer, without private names and with what was printed."""
    try:
        finding = Finding.from_json({**message, "probe": probe.id, "output": worker.output()})
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
    """The versions that the worker tried, in texts that can be shown."""
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
    importing = bool(_modules(probe)) and not imported
    if isinstance(failure, WorkerTimeoutError):
        outcome = Outcome.TIMEOUT
    else:
        # A framework that crashes when it is imported cannot be asked anything here.
        outcome = Outcome.UNAVAILABLE if importing else Outcome.ERROR
    phase = f"while importing {', '.join(sorted(_modules(probe)))}: " if importing else ""
    reason = _line(worker, f"{phase}the worker {failure}")
    return Finding(probe.id, outcome, reason, 0.0, output=worker.output(), passing=importing)
