"""Evidence begun early: while the next question is read, what already matters is being tried.

After each answer the probes are put in order: first those of rules that fire whatever is answered
next, then those of rules that still could. What can no longer matter is not begun. At the last
answer most of the evidence is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from advisor.answers.sheet import Sheet
from advisor.consultation.evidence import probes_needed
from probes.api import Finding, Probe
from probes.runtime.registry import load_probes
from probes.runtime.runner import ProbeRun
from rules.inference.situation import Situation
from rules.model import KnowledgeBase

Wait = Callable[[ProbeRun, list[str]], Mapping[str, Finding]]


class BackgroundProbes:
    """Probes run beside an interview; a context manager that ends them on the way out.

    ``start`` makes the run when the first answer is there; ``wait`` waits for findings at the end.
    """

    def __init__(self, kb: KnowledgeBase, start: Callable[[], ProbeRun], wait: Wait) -> None:
        self._kb = kb
        self._start = start
        self._wait = wait
        self._run: ProbeRun | None = None
        self._known: Mapping[str, Probe] = {}
        self._blank: Situation | None = None

    def __enter__(self) -> BackgroundProbes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._run is not None:
            self._run.__exit__()

    def answered(self, sheet: Sheet) -> None:
        """Take note of the answers so far. Returns at once."""
        if self._blank is None:
            self._blank = Situation.of(self._kb, {})
        names = relevant_probes(self._blank.with_answers(sheet.answers))
        run = self._running()
        run.want(self._known[name] for name in names if name in self._known)

    def findings(self, names: Sequence[str]) -> Mapping[str, Finding]:
        """The findings of these probes; one that this version lacks is left out."""
        run = self._running()
        wanted = [name for name in names if name in self._known]
        run.want((self._known[name] for name in wanted), last=True)
        return self._wait(run, wanted)

    def _running(self) -> ProbeRun:
        if self._run is None:
            self._known = load_probes()
            self._run = self._start()
        return self._run


def relevant_probes(situation: Situation) -> tuple[str, ...]:
    """The probes of claims that may come to matter, those that matter already first."""
    rules = situation.kb.rules.values()
    open_rules = [rule.id for rule in rules if situation.value(rule.when) is None]
    return probes_needed(situation.kb, [*situation.fired, *open_rules])
