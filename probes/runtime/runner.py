"""Run probes in worker processes and bring back one finding for each, whatever happens.

Native code crashes, hangs, forks and prints where it likes, so no framework is ever imported
here. Probes that can share a worker (a *worker pool*) are run by it one after another; two pools
are at work at a time. A probe that ends its worker costs itself alone: the worker is replaced and
the others go on.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from probes.api import Finding, Probe
from probes.runtime.environments import Interpreter, interpreter_for
from probes.runtime.errors import Stopped
from probes.runtime.findings_cache import FindingsCache, is_lasting
from probes.runtime.target import Target, describe_target
from probes.runtime.worker_pool import ProbeProgress, RunSettings, WorkerPool

__all__ = ["MAX_WORKERS", "ProbeProgress", "ProbeRun", "run_probes"]

MAX_WORKERS = 2  # each may hold a framework in memory and use every core
PoolKey = tuple[object, ...]


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
    seconds, replaces each probe's own. ``cache`` is the folder that findings are cached in and that
    environments of probes' own are looked for in (default: neither); ``fresh`` ignores cached
    findings. ``progress`` is called in this thread, ``note`` with what should be known of the run.
    Nothing that a probe, a framework or the interpreter does raises here; an interruption, or an
    exception from ``progress``, ends every worker and is passed on.
    """
    selected = list(probes)
    with ProbeRun(
        python=python, timeout=timeout, control=control, cache=cache, fresh=fresh, note=note
    ) as run:
        run.want(selected, last=True)
        return run.wait([probe.id for probe in selected], progress)


class ProbeRun:
    """Probes being tried beside whatever else goes on; a context manager that ends it all.

    The arguments are those of :func:`run_probes`. ``environment`` names the requirements of
    ``python``, where it is an environment built for these probes.
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
        self._default = Interpreter(Path(sys.executable) if python is None else python, environment)
        self._cache = cache
        self._findings_cache = (
            None if cache is None or control else FindingsCache(cache / "findings")
        )
        self._fresh = fresh
        self._note = note
        self._steps: queue.SimpleQueue[ProbeProgress | BaseException] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._settings = RunSettings(timeout, control, self._stop, self._steps.put)
        self._findings: dict[str, Finding] = {}
        self._changed = threading.Condition()
        # What follows is guarded by the condition.
        self._pending: list[Probe] = []
        self._begun: set[str] = set()
        self._done: set[str] = set()
        self._pools: dict[PoolKey, WorkerPool] = {}
        self._busy: set[PoolKey] = set()
        self._last = False
        self._targets: dict[Path, Target | None] = {}
        self._interpreters: dict[str, Interpreter] = {}
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
        for pool in self._pools.values():
            pool.close()

    def want(self, probes: Iterable[Probe], *, last: bool = False) -> None:
        """Have these tried, in this order, and nothing else that has not begun.

        ``last`` says that hardly more will be wanted: workers without work are ended.
        """
        unknown = {probe.id: probe for probe in probes if not self._is_known(probe)}
        with self._changed:
            self._pending = [probe for id, probe in unknown.items() if id not in self._begun]
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
        """Whether the probe was begun in this run, or its finding is cached from an earlier one."""
        if probe.id in self._interpreters:
            return probe.id in self._begun
        target = self._target(self._default.python)
        own = None if target is None else interpreter_for(probe, target, self._cache)
        interpreter = own if own is not None and own.environment else self._default
        target = self._target(interpreter.python)  # also where nothing is looked up, to store
        self._interpreters[probe.id] = interpreter
        cache = None if self._fresh else self._findings_cache
        finding = cache.find(probe, target) if cache and target else None
        if finding is None:
            return False
        self._begun.add(probe.id)
        self._done.add(probe.id)
        self._steps.put(ProbeProgress(probe.id, "finished", finding, cached=True))
        return True

    def _target(self, python: Path) -> Target | None:
        if python not in self._targets:
            self._targets[python] = describe_target(python)
        return self._targets[python]

    # In the threads that drive the workers

    def _work(self) -> None:
        key: PoolKey | None = None
        try:
            while (task := self._next(key)) is not None:
                probe, key = task
                finding = self._pools[key].run(probe)
                self._store(probe, finding)
                self._done.add(probe.id)
                self._steps.put(ProbeProgress(probe.id, "finished", finding))
        except Stopped:
            pass
        except BaseException as error:  # a defect of this package: raised where it is waited for
            self._steps.put(error)

    def _next(self, current: PoolKey | None) -> tuple[Probe, PoolKey] | None:
        """The next probe and its pool, the current one if it has work; None when all is done."""
        with self._changed:
            while not self._stop.is_set():
                key = self._pool_with_work(current)
                if current is not None and current != key:
                    self._release(current)
                    current = None
                if key is not None:
                    return self._take(key), key
                if self._last and not self._pending:
                    self._working -= 1  # whoever wants more starts another
                    return None
                self._changed.wait()
            return None

    def _pool_with_work(self, current: PoolKey | None) -> PoolKey | None:
        """The current pool while it has work; else, of those not in use, the one with the most."""
        waiting = Counter(self._key(probe) for probe in self._pending)
        if current is not None and waiting[current]:
            return current
        free = [(count, key) for key, count in waiting.items() if key not in self._busy]
        return max(free, key=lambda pool: pool[0])[1] if free else None

    def _take(self, key: PoolKey) -> Probe:
        """The first pending probe of the pool, which is in use from now on."""
        probe = next(probe for probe in self._pending if self._key(probe) == key)
        self._pending.remove(probe)
        self._begun.add(probe.id)
        self._busy.add(key)
        if key not in self._pools:
            interpreter = self._interpreters[probe.id]
            self._pools[key] = WorkerPool(interpreter, probe.environment, self._settings)
        return probe

    def _release(self, key: PoolKey) -> None:
        """Let others use the pool; its worker stays for more, unless there will be no more."""
        self._busy.discard(key)
        if self._last:
            self._pools.pop(key).close()
        self._changed.notify_all()

    def _key(self, probe: Probe) -> PoolKey:
        """What probes that can share a worker have in common."""
        variables = sorted(probe.environment.items())
        return (self._interpreters[probe.id], probe.group, *variables)

    def _store(self, probe: Probe, finding: Finding) -> None:
        cache, target = self._findings_cache, self._targets.get(self._interpreters[probe.id].python)
        if cache is None or target is None or not is_lasting(finding):
            return
        try:
            cache.store(probe, target, finding)
        except OSError as error:
            with self._changed:  # said once, though both threads may meet it
                first, self._findings_cache = self._findings_cache is not None, None
            if first:
                self._note(f"findings are not kept: {cache.folder}: {error.strerror or error}")
