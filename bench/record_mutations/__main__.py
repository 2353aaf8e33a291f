"""Whether ``advisor record verify`` names every change of a record and its evidence.

Changes records in random ways, class by class, seals the evidence anew where somebody would, and
verifies each. Prints by class how many were named, and those that were not; for the few classes of
what is people's own, how many were let pass. Aim: all of both.

``python bench/record_mutations [HOW MANY] [SEED]``
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from record_mutants import EVIDENCE, Forgery, MutationClass
from record_own_mutants import OWN
from record_text_mutants import TEXT

from advisor.answers.sheet import read_sheet
from advisor.cli.main import main as advisor
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.evidence.bundle import MANIFEST, Bundle, read_bundle
from advisor.records.evidence.restore import RestoredConsultation
from advisor.records.verification import verify as verification
from advisor.records.writing import write_record
from probes.api import Finding, Outcome
from probes.runtime.registry import load_probes
from rules.diagnostics import InputError
from rules.loading.loader import load
from rules.model import KnowledgeBase

MANY = 3_000
SEED = 20261201
EXAMPLES = Path(__file__).parents[2] / "examples"
CLASSES = (*EVIDENCE, *TEXT, *OWN)
MACHINE = {
    "python": "3.11.7",
    "system": "Linux",
    "packages": {"keras": "3.15.1", "tensorflow": "2.21.0", "torch": "2.13.0"},
}


def main(arguments: Sequence[str]) -> int:
    """Print the report; 1 where a change went unnamed, or one's own words did not pass."""
    many, seed = (*map(int, arguments), *(MANY, SEED)[len(arguments) :])
    _replay_each_once()
    kb = load()
    with tempfile.TemporaryDirectory() as folder:
        originals = [_original(path) for path in _records(Path(folder), kb)]
        return _report(originals, kb, many, seed, Path(folder) / "changed")


def _report(
    originals: Sequence[Forgery], kb: KnowledgeBase, many: int, seed: int, folder: Path
) -> int:
    made, right = Counter[str](), Counter[str]()
    told: dict[str, Counter[str]] = {one.title: Counter() for one in CLASSES}
    slowest, wrong = 0.0, []
    for kind, forgery, change in _mutants(originals, many, seed):
        start = time.process_time()
        sentence = _told(forgery, kb, folder)
        slowest = max(slowest, time.process_time() - start)
        made[kind.title] += 1
        told[kind.title][_where(sentence)] += 1
        if bool(sentence) is not bool(kind.harmless):
            right[kind.title] += 1
        else:
            wrong.append(f"{kind.title}: {change}: {sentence or 'nothing is said'}")
    width = max(map(len, made))
    for kind in CLASSES:
        count = made[kind.title]
        ways = ", ".join(f"{n} {way}" for way, n in told[kind.title].most_common() if way)
        passed = f"pass: {kind.harmless}" if kind.harmless else f"named: {ways}"
        print(f"{kind.title:<{width}}  {right[kind.title]:4} of {count:4}  {passed}")
    print(f"{'all':<{width}}  {right.total():4} of {made.total():4}  (slowest {slowest:.1f} s)")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def _where(sentence: str) -> str:
    return sentence.split(":", 1)[0]


def _mutants(
    originals: Sequence[Forgery], many: int, seed: int
) -> Iterator[tuple[MutationClass, Forgery, str]]:
    """``many`` changes, the classes in turn."""
    generator = random.Random(seed)
    made = 0
    while made < many:
        kind = CLASSES[made % len(CLASSES)]
        original = generator.choice(originals)
        forgery = replace(original, entries=dict(original.entries))
        change = kind.mutate(forgery, generator)
        if change and forgery != original:
            made += 1
            yield kind, forgery, change


def _told(forgery: Forgery, kb: KnowledgeBase, folder: Path) -> str:
    """What verify says first, after the check that says it; empty where it proves the record."""
    folder.mkdir(exist_ok=True)
    for name, data in forgery.files().items():
        (folder / name).write_bytes(data)
    try:
        found = verification.verify(folder / forgery.name, kb)
    except InputError as error:
        return f"refused: {error.problems[0].message}"
    for name, check in found.checks.items():
        if check.problems:
            return f"{name}: {check.problems[0]}"
    return "" if found.complete else "not checked: its wording"


# What is changed


def _records(folder: Path, kb: KnowledgeBase) -> Iterator[Path]:
    """A record of one person and one of a group."""
    sheet = read_sheet(EXAMPLES / "android-app.yaml", kb)
    one = replace(consult(kb, sheet, _as_expected(kb)), machine=MACHINE)
    yield write_record(one, folder / "one", today=date(2026, 3, 9))
    voters = sorted(map(str, (EXAMPLES / "workshop").glob("*.yaml")))
    here = Path.cwd()
    try:
        os.chdir(folder)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for command in (
                ("new", "t.workshop", "--title", "The camera", "--driver", "Zoe"),
                ("merge", "t.workshop", *voters),
                ("reveal", "t.workshop", "--now", "--no-probes"),
                ("record", "t.workshop", "--no-probes", "--dir", "group"),
            ):
                advisor(["workshop", *command])
    finally:
        os.chdir(here)
    yield from (folder / "group").glob("*.md")


def _as_expected(kb: KnowledgeBase):  # type: ignore[no-untyped-def]
    """A prober that confirms what claims say, and refutes every seventh."""
    expected = {claim.probe: claim.expect for claim in kb.claims.values() if claim.probe}
    known = load_probes()

    def prober(names: Sequence[str]) -> Mapping[str, Finding]:
        return {
            name: Finding(
                probe=name,
                outcome=Outcome(expected[name]),
                reason="it was run",
                seconds=1.0,
                evidence={"difference": 1e-7},
                versions={"python": "3.11.7", "torch": "2.13.0", "tensorflow": "2.21.0"},
                taken="2026-03-01T10:00:00Z",
                source=known[name].source_hash,
            )
            for name in names
        }

    return prober


def _original(path: Path) -> Forgery:
    bundle = read_bundle(path.with_suffix(".evidence.zip"))
    entries = {name: data for name, data in bundle.entries.items() if name != MANIFEST}
    name = Path(bundle.file).name
    return Forgery(path.name, path.read_text("utf-8"), entries, bundle.sha256, name)


def _replay_each_once() -> None:
    """The same session and knowledge are reasoned with once: most changes are elsewhere."""
    restore, consulted = verification.restored_from_bundle, RestoredConsultation.consulted
    restored: dict[int, RestoredConsultation] = {}
    replayed: dict[int, Recommendation] = {}

    def restored_once(bundle: Bundle) -> RestoredConsultation:
        read = [
            (n, d) for n, d in bundle.entries.items() if n.startswith(("knowledge/", "session"))
        ]
        key = hash(frozenset(read))
        if key not in restored:
            restored[key] = restore(bundle)
        return replace(restored[key], bundle=bundle)

    def consulted_once(one: RestoredConsultation) -> Recommendation:
        return replayed.setdefault(id(one.session), replayed.get(id(one.session)) or consulted(one))

    verification.restored_from_bundle = restored_once
    RestoredConsultation.consulted = consulted_once  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
