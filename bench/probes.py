"""What trying the claims costs, against what it cannot cost less than.

Three ratios, each from one run on the interpreter that runs this; name those you want (``suite``,
``kept``, ``wait``; default: all):

- the whole suite over its floor: one process that imports each framework once and runs the body of
  each probe. Left out of both are probes that answer nothing here, and those that start Keras on
  another back end, which one process cannot. Aim: at most 1.25.
- the whole suite when every finding is kept from before, over ``advisor --version``. Aim: 3.
- the wait for evidence after the last answer of an interview in which each answer takes two
  seconds, over one answer. Aim: 0.3 s, so 0.15.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from advisor.answers.sheet import Sheet, read_sheet  # noqa: E402
from advisor.consultation.evidence import probes_needed  # noqa: E402
from advisor.interview.background_probes import BackgroundProbes  # noqa: E402
from advisor.interview.interview import interview  # noqa: E402
from advisor.interview.prompts import Aside, Offer, Picked, Prompt, Reply, TextPrompt, Typed  # noqa: E402
from advisor.interview.steps import RECOMMEND  # noqa: E402
from advisor.kb.cache import knowledge_base  # noqa: E402
from probes.runtime.registry import load_probes  # noqa: E402
from probes.runtime.runner import ProbeRun, run_probes  # noqa: E402
from rules.inference.engine import Engine  # noqa: E402
from rules.inference.facts import establish  # noqa: E402
from rules.model import KnowledgeBase  # noqa: E402

ROUNDS = 3
QUICK_ROUNDS = 15
SECONDS_AN_ANSWER = 2.0
EXAMPLES = ("android-app.yaml", "vision-server.yaml", "llm-research.yaml")

# Runs in the place of a worker: same package, same folders, no supervision.
FLOOR = """
import importlib.util, json, os, sys, tempfile
sys.path.insert(0, sys.argv[1])
from probes.runtime.registry import load_probes
from probes.runtime.execution import import_needs, run_check
known = load_probes()
chosen = [known[name] for name in sys.argv[2:]]
for probe in chosen:
    import_needs(probe.needs)
for probe in chosen:
    os.chdir(tempfile.mkdtemp())
    run_check(probe, control=False)
"""


def main(wanted: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = settings(Path(folder))
        if "suite" in wanted:
            suite_over_floor(environment)
        if "kept" in wanted:
            kept_over_startup(environment)
    if "wait" in wanted:
        for example in EXAMPLES:
            wait_after_last_answer(example)


def settings(folder: Path) -> dict[str, str]:
    """An environment whose caches and temporary files are this run's own."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")}


def suite_over_floor(environment: dict[str, str]) -> None:
    """Print the first ratio."""
    known = load_probes()
    fitting = [known[name] for name in known if "KERAS_BACKEND" not in known[name].environment]
    found = run_probes(fitting)  # warms the disk, too
    names = [probe.id for probe in fitting if found[probe.id].outcome.answered]
    settled = {key: value for probe in fitting for key, value in probe.environment.items()}
    suite: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        body = [sys.executable, "-c", FLOOR, str(ROOT), *names]
        floor.append(timed(body, {**environment, **settled}))
        command = [sys.executable, "-m", "advisor", "probe", *names, "--fresh", "--format", "json"]
        suite.append(timed(command, environment))
    report(f"{len(names)} probes in one process", floor, f"advisor probe, {len(names)}", suite)


def kept_over_startup(environment: dict[str, str]) -> None:
    """Print the second ratio."""
    command = [sys.executable, "-m", "advisor", "probe", "--all"]
    subprocess.run(command, env=environment, capture_output=True, check=False)
    bare = [sys.executable, "-m", "advisor", "--version"]
    kept: list[float] = []
    startup: list[float] = []
    for _ in range(QUICK_ROUNDS):
        startup.append(timed(bare, environment))
        kept.append(timed(command, environment))
    report("advisor --version", startup, "advisor probe --all, all kept", kept)


def wait_after_last_answer(example: str) -> None:
    """Print the third ratio for one example's answers."""
    kb = knowledge_base()
    answers = read_sheet(ROOT / "examples" / example, kb)

    def wait(run: ProbeRun, names: list[str]) -> dict[str, object]:
        return run.wait(names)

    with BackgroundProbes(kb, lambda: ProbeRun(fresh=True), wait) as evidence:
        asker = SlowAsker(kb, answers)
        sheet = interview(kb, Sheet(), asker, evidence.answered)
        last = time.perf_counter()
        fired = Engine(kb).infer(establish(kb, sheet.answers)).fired
        evidence.findings(probes_needed(kb, fired))
        waited = time.perf_counter() - last
    ratio = waited / SECONDS_AN_ANSWER
    print(f"{example:<22} {asker.given} answers, then waited {waited:.2f} s   {ratio:.2f}")


@dataclass
class SlowAsker:
    """Gives a sheet's answers, each after two seconds."""

    kb: KnowledgeBase
    sheet: Sheet
    given: int = 0

    def choose_one(self, prompt: Prompt) -> Reply:
        offers = {offer.id for offer in prompt.offers if isinstance(offer, Offer)}
        if RECOMMEND in offers:
            return Picked((RECOMMEND,))
        return self._answer(prompt, offers)

    def choose_many(self, prompt: Prompt) -> Reply:
        return self._answer(prompt, {o.id for o in prompt.offers if isinstance(o, Offer)})

    def write(self, prompt: TextPrompt) -> Reply:
        self._think()
        return Typed(self.sheet.title)

    def say(self, heading: str, lines: Sequence[str]) -> None:
        raise AssertionError(f"{heading}: {lines}")

    def _answer(self, prompt: Prompt, offers: set[str]) -> Reply:
        self._think()
        if not prompt.section or prompt.section == "What matters":
            left = [name for name in self.sheet.priorities if name in offers]
            return Picked((left[0],) if left else prompt.before)
        question = next(q.id for q in self.kb.questions.values() if q.ask == prompt.ask)
        given = self.sheet.answers.get(question)
        return Picked(given) if given and set(given) <= offers else Aside.UNKNOWN

    def _think(self) -> None:
        self.given += 1
        time.sleep(SECONDS_AN_ANSWER)


def timed(command: list[str], environment: dict[str, str]) -> float:
    """Seconds of wall time for the command in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "TMPDIR": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())
    return seconds


def report(base: str, floor: list[float], name: str, measured: list[float]) -> None:
    """The two medians and their ratio."""
    least, much = statistics.median(floor), statistics.median(measured)
    print(f"{base:<34} {least:7.2f} s   1.00")
    print(f"{name:<34} {much:7.2f} s   {much / least:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ("suite", "kept", "wait"))
