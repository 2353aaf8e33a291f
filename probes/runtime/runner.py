"""Run probes in worker processes and bring back one finding for each, whatever happens.

Native code crashes, hangs, forks and prints where it likes, so no framework is ever imported
here. Probes that can share a worker (a *lane*) are run by it one after another; two lanes are at
work at a time. A probe that ends its worker costs itself alone: the worker is replaced and the
others go on.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from probes.api import Finding, Probe
from probes.runtime.findings_cache import FindingsCache, is_lasting
from probes.runtime.interpreters import Interpreter, place
from probes.runtime.target import Target, describe_target
from probes.runtime.worker_pool import Lane, LaneKey, ProbeProgress, RunSettings, lane_key
from probes.runtime.worker_process import Stopped

__all__ = ["MAX_WORKERS", "ProbeProgress", "ProbeRun", "run_probes"]

MAX_WORKERS = 2  # each may hold a framework in memory and use every core


def _ignore(_: object) -> None:
    pass


def run_probes(
    probes: Iterable[Probe],
    *,
    python: Path | None = None,
    timeout: float | None = None,
    control: bool = False,
    cache: Path | None = None,
    fresh: bool = False,
    progress: Callable[[ProbeProgress], None] = _ignore,
    note: Callable[[str], None] = _ignore,
) -> dict[str, Finding]:
    """Run each probe, or with ``control`` its negative control, and return findings by id.

    ``python`` is the interpreter whose frameworks are tried (default: this one); ``timeout``, in
    seconds, replaces each probe's own. ``cache`` is the folder that findings are kept in and that
    environments of probes' own are looked for in (default: neither); ``fresh`` runs also what is
    kept. ``progress`` is called in this thread, ``note`` with what should be known of the run.
    Nothing that a probe, a framework or the interpreter does raises here; an interruption, or an
    exception from ``progress``, ends every worker and is passed on.
    """
    wanted = list(probes)
    with ProbeRun(
        python=python, timeout=timeout, control=control, cache=cache, fresh=fresh, note=note
    ) as run:
        run.want(wanted, last=True)
        return run.wait([probe.id for probe in wanted], progress)


class ProbeRun:
    """Probes being tried beside whatever else goes on; a context manager that ends it all.

    The arguments are those of :func:`run_probes`. ``environment`` says what ``python`` holds,
    where it was built for these probes.
    """

    def __init__(
        self,
        *,
        python: Path | None = None,
        timeout: float | None = None,
        control: bool = False,
        cache: Path | None = None,
        fresh: bool = False,
        environment: str = "",
        note: Callable[[str], None] = _ignore,
    ) -> None:
        self._home = Interpreter(
            python if python is not None else Path(sys.executable), environment
        )
        self._cache = cache
        self._kept = None if cache is None or control else FindingsCache(cache / "findings")
        self._fresh = fresh
        self._note = note
        self._steps: queue.SimpleQueue[ProbeProgress | BaseException] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._manner = RunSettings(timeout, control, self._stop, self._steps.put)
        self._findings: dict[str, Finding] = {}
        self._changed = threading.Condition()
        # What follows is guarded by the condition.
        self._pending: list[Probe] = []
        self._begun: set[str] = set()
        self._done: set[str] = set()
        self._lanes: dict[LaneKey, Lane] = {}
        self._busy: set[LaneKey] = set()
        self._last = False
        self._targets: dict[Path, Target | None] = {}
        self._places: dict[str, Interpreter] = {}
        self._threads: list[threading.Thread] = []
        self._working = 0  # threads that have not found all to be done

    def __enter__(self) -> ProbeRun:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with self._changed:
            self._last = True
            self._pending.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        for lane in self._lanes.values():
            lane.close()

    def want(self, probes: Iterable[Probe], *, last: bool = False) -> None:
        """Have these tried, in this order, and nothing else that has not begun.

        ``last`` says that hardly more will be wanted: workers without work are ended.
        """
        unkept = {probe.id: probe for probe in probes if not self._is_known(probe)}
        with self._changed:
            self._pending = [probe for id, probe in unkept.items() if id not in self._begun]
            self._last = last
            self._changed.notify_all()
            while self._pending and self._working < MAX_WORKERS:
                name = f"probes-{len(self._threads)}"
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                self._working += 1
                thread.start()

    def wait(
        self, names: Collection[str], progress: Callable[[ProbeProgress], None] = _ignore
    ) -> dict[str, Finding]:
        """The findings of these probes, which must be wanted, once all are there."""
        while not self._findings.keys() >= set(names):
            step = self._steps.get()
            if isinstance(step, BaseException):
                raise step
            if step.finding is not None:
                self._findings[step.probe] = step.finding
            progress(step)
        return {name: self._findings[name] for name in names}

    def stop(self) -> None:
        """End it early. Any thread may call this; whoever waits gets Stopped raised."""
        self._stop.set()
        self._steps.put(Stopped())
        with self._changed:
            self._changed.notify_all()

    def has(self, names: Collection[str]) -> bool:
        """Whether :meth:`wait` for these would return at once."""
        return self._done >= set(names)

    def _is_known(self, probe: Probe) -> bool:
        """Whether the probe was begun in this run, or its finding was kept from an earlier one."""
        if probe.id in self._places:
            return probe.id in self._begun
        target = self._target(self._home.python)
        own = None if target is None else place(probe, target, self._cache)
        chosen = own if own is not None and own.environment else self._home
        self._target(chosen.python)  # also where nothing is looked up: findings are kept for it
        self._places[probe.id] = chosen
        found = None if self._fresh else self._find(probe, chosen)
        if found is None:
            return False
        self._begun.add(probe.id)
        self._done.add(probe.id)
        self._steps.put(ProbeProgress(probe.id, "finished", found, kept=True))
        return True

    def _target(self, python: Path) -> Target | None:
        if python not in self._targets:
            self._targets[python] = describe_target(python)
        return self._targets[python]

    def _find(self, probe: Probe, chosen: Interpreter) -> Finding | None:
        kept, target = self._kept, self._target(chosen.python)
        return kept.find(probe, target) if kept and target else None

    # In the threads that drive the workers

    def _work(self) -> None:
        held: LaneKey | None = None
        try:
            while (chosen := self._next(held)) is not None:
                probe, held = chosen
                self._finish(probe, self._lanes[held].try_probe(probe))
        except Stopped:
            pass
        except BaseException as error:  # a defect of this package: raised where it is waited for
            self._steps.put(error)

    def _next(self, held: LaneKey | None) -> tuple[Probe, LaneKey] | None:
        """The next probe and its lane, the one held if it has work; None when all is done."""
        with self._changed:
            while not self._stop.is_set():
                key = self._lane_with_work(held)
                if held is not None and held != key:
                    self._leave(held)
                    held = None
                if key is not None:
                    probe = next(p for p in self._pending if self._key(p) == key)
                    self._pending.remove(probe)
                    self._begun.add(probe.id)
                    self._busy.add(key)
                    if key not in self._lanes:
                        place = self._places[probe.id]
                        self._lanes[key] = Lane(place, probe.environment, self._manner)
                    return probe, key
                if self._last and not self._pending:
                    self._working -= 1  # whoever wants more starts another
                    return None
                self._changed.wait()
            return None

    def _lane_with_work(self, held: LaneKey | None) -> LaneKey | None:
        """The held lane while it has work; else, of those nobody holds, the one with the most."""
        waiting = Counter(self._key(probe) for probe in self._pending)
        if held is not None and waiting[held]:
            return held
        free = [(count, key) for key, count in waiting.items() if key not in self._busy]
        return max(free, key=lambda lane: lane[0])[1] if free else None

    def _leave(self, key: LaneKey) -> None:
        """Let others have the lane; its worker stays for more, unless there will be no more."""
        self._busy.discard(key)
        if self._last:
            self._lanes.pop(key).close()
        self._changed.notify_all()

    def _key(self, probe: Probe) -> LaneKey:
        return lane_key(probe, self._places[probe.id])

    def _finish(self, probe: Probe, finding: Finding) -> None:
        self._keep(probe, finding)
        self._done.add(probe.id)
        self._steps.put(ProbeProgress(probe.id, "finished", finding))

    def _keep(self, probe: Probe, finding: Finding) -> None:
        kept, target = self._kept, self._targets.get(self._places[probe.id].python)
        if kept is None or target is None or not is_lasting(finding):
            return
        try:
            kept.keep(probe, target, finding)
        except OSError as error:
            with self._changed:  # said once, though both threads may meet it
                first, self._kept = self._kept is not None, None
            if first:
                self._note(f"findings are not kept: {kept.folder}: {error.strerror or error}")
