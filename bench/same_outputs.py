"""What two checkouts print and write over all examples, compared byte by byte.

``python bench/same_outputs.py OLD NEW`` runs every command of both on the same sessions, which OLD
makes once with the frameworks of the running interpreter, and prints each difference. Exit code 1
where there is one. ``--drawings`` compares the drawings (``<svg>``) of HTML too.

For whoever changes how the program is built and not what it does.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

AGE = re.compile(r", \d+\s+(minute|hour|day)s?\s+ago")  # of a finding, which grows meanwhile
MOST_LINES = 12  # of one difference that are shown
CHANGES = ("target=ios", "team_knows=keras", "lifetime=decade")
WRONG = (
    ("ask", "--answers", "nowhere.yaml"),
    ("ask", "--set", "targt=android"),
    ("ask", "--set", "target=andriod", "--format", "json"),
    ("ask", "--resume"),
    ("ask", "--no-such-option"),
    ("explain", "wrong.yaml"),
    ("record", "verify", "wrong.yaml"),
    ("workshop", "show", "wrong.yaml"),
    ("kb", "check", "--kb", "nowhere"),
)
COMMANDS = [
    "ask",
    "report",
    "explain",
    "whatif",
    "flips",
    "workshop",
    "record",
    "probe",
    "doctor",
    "kb",
]
ACTIONS = {
    "workshop": [
        "new",
        "serve",
        "sit",
        "merge",
        "reveal",
        "next",
        "show",
        "try",
        "record",
        "audit",
    ],
    "record": ["new", "verify", "due", "list", "accept", "supersede", "lint", "export"],
    "kb": ["check", "test", "new", "coverage", "questions", "schema"],
}


DRIVER = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from advisor.cli.main import main

told = []
for arguments in json.load(open(sys.argv[1])):
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(arguments)
        except SystemExit as end:
            code = end.code
        except BaseException as error:
            code = repr(error)
    printed = [stream.buffer.getvalue().decode() for stream in (out, err)]
    told.append(f"exit {code}\\n{printed[0]}\\n--- stderr\\n{printed[1]}")
json.dump(told, open(sys.argv[2], "w"))
"""


@dataclass(frozen=True)
class Checkout:
    """A checkout, and the folder it works in; both checkouts call theirs the same."""

    source: Path
    work: Path

    def run(self, commands: Sequence[Sequence[str]]) -> list[str]:
        """Of each command its exit code, stdout and stderr, without what names the checkout.

        All run in one process: starting one takes longer than most of them.
        """
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.source),
            "XDG_CACHE_HOME": str(self.work.parent / "cache"),
            "COLUMNS": "100",
            "PYTHONIOENCODING": "utf-8",
        }
        given, told = self.work.parent / "commands.json", self.work.parent / "told.json"
        given.write_text(json.dumps(commands))
        command = [sys.executable, "-c", DRIVER, str(given), str(told)]
        subprocess.run(
            command, cwd=self.work, env=environment, stdin=subprocess.DEVNULL, check=True
        )
        names = {str(self.source): "<checkout>", str(self.work): "<work>"}
        return [
            AGE.sub("", reduce(lambda text, name: text.replace(name, names[name]), names, one))
            for one in json.loads(told.read_text())
        ]

    def files(self, folder: str) -> Mapping[str, bytes]:
        """What lies in a folder, bundles entry by entry."""
        found = {}
        for path in sorted((self.work / folder).rglob("*")):
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as bundle:
                    found |= {f"{path.name}:{n}": bundle.read(n) for n in bundle.namelist()}
            if path.is_file():
                found[str(path.relative_to(self.work))] = path.read_bytes()
        return found


def sessions(old: Checkout, examples: Path) -> Mapping[str, tuple[Path, tuple[str, ...]]]:
    """Session files of all examples, with real findings; each with the options of its knowledge."""
    made: dict[str, tuple[Path, tuple[str, ...]]] = {}
    with_jax = examples / "with-jax"
    kb = ("--kb", "examples/with-jax")
    every = [(path, ()) for path in sorted(examples.glob("*.yaml"))]
    every += [(path, kb) for path in sorted((with_jax / "answers").glob("*.yaml"))]
    named = [(path, options, f"{'jax-' if options else ''}{path.stem}") for path, options in every]
    for _, options, name in named:
        session = old.work / f"{name}.session.yaml"
        made[name] = (session, options)
    old.run(
        [
            ("ask", "--answers", str(path), "--session", str(made[name][0]), *options)
            for path, options, name in named
        ]
    )
    return made


def commands(name: str, options: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Everything that is asked of a session."""
    session = f"{name}.session.yaml"
    for form in ("text", "json", "html"):
        yield "ask", "--answers", session, "--no-probes", "--format", form, *options
    yield "ask", "--answers", session, "--no-probes", "--strict", *options
    yield from (("report", session, "--format", form, *options) for form in ("text", "html"))
    for form in ("text", "json"):
        yield "explain", session, "--format", form, *options
        yield "explain", session, "--format", form, "--depth", "9", *options
        yield "flips", session, "--format", form, *options
        for change in CHANGES:
            yield "whatif", session, "--set", change, "--format", form, *options
    records = f"decisions-{name}"
    yield "record", "new", session, "--dir", records, *options
    yield "record", "verify", records
    yield "record", "verify", records, "--format", "json"
    for action in ("list", "lint", "due"):
        yield "record", action, "--dir", records


def same(what: str, before: str, after: str) -> bool:
    if before == after:
        return True
    print(f"DIFFERS: {what}")
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "old", "new", "", "", 0)
    for line in list(lines)[2 : 2 + MOST_LINES]:
        print(f"    {line[:300]}")
    return False


def workshops(old: Checkout, new: Checkout, examples: Path) -> Iterator[tuple[str, ...]]:
    """Commands about the example's workshop, which OLD makes, with two rounds and a doubt."""
    team = examples / "workshop"
    people = [str(team / f"{name}.yaml") for name in ("ana", "ben", "chi", "dora", "emil")]
    questions = "model_source,training_loop,debugging,static_graph,team_knows,lifetime"
    known = ("--answers", str(team / "beforehand" / "known.yaml"))
    file, reveal = "team.workshop", ("workshop", "reveal", "team.workshop")
    old.run(
        [
            ("workshop", "new", file, *known, "--questions", questions),
            ("workshop", "merge", file, *people),
            reveal,
            ("workshop", "next", file),
            ("workshop", "merge", file, *people[:4]),
            (*reveal, "--yes"),
        ]
    )
    shutil.copy(old.work / "team.workshop", new.work)
    for form in ("text", "json"):
        yield "workshop", "show", "team.workshop", "--format", form
        yield "explain", "team.workshop", "--format", form
        yield "flips", "team.workshop", "--format", form
        yield "whatif", "team.workshop", "--set", "target=ios", "--format", form
    yield from (("report", "team.workshop", "--format", form) for form in ("text", "html"))
    yield "workshop", "audit", "team.workshop"
    yield "ask", "--answers", "team.workshop", "--no-probes", "--format", "json"
    yield "workshop", "record", "team.workshop", "--dir", "decisions-team"
    yield "record", "verify", "decisions-team"


def general() -> Iterator[tuple[str, ...]]:
    """Commands about no session."""
    yield ("--version",)
    yield ("--help",)
    for command in COMMANDS:
        yield command, "--help"
        for action in ACTIONS.get(command, ()):
            yield command, action, "--help"
    yield "kb", "check"
    for form in ("json", "sarif"):
        yield "kb", "check", "--format", form
    yield from (("kb", action) for action in ("test", "coverage", "questions", "schema"))
    yield from (("probe", "--list", "--format", form) for form in ("text", "json"))
    yield from WRONG


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--drawings", action="store_true")
    parser.add_argument("--sessions", type=Path, help="sessions of an earlier run, to save time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        old, new = (
            Checkout(getattr(options, name).resolve(), Path(folder, name, "work"))
            for name in ("old", "new")
        )
        for side in (old, new):
            side.work.mkdir(parents=True)
            (side.work / "wrong.yaml").write_text("answers: [")
        return differences(old, new, options)


def differences(old: Checkout, new: Checkout, options: argparse.Namespace) -> int:
    examples = old.source / "examples"
    for side in (old, new):
        shutil.copytree(examples, side.work / "examples")
    kept = options.sessions
    if kept and kept.is_dir():
        for path in kept.glob("*.session.yaml"):
            shutil.copy(path, old.work)
        kb = ("--kb", "examples/with-jax")
        made = {
            path.name.removesuffix(".session.yaml"): (path, kb if "jax-" in path.name else ())
            for path in sorted(old.work.glob("*.session.yaml"))
        }
    else:
        made = dict(sessions(old, examples))
        if kept:
            kept.mkdir()
            for path, _ in made.values():
                shutil.copy(path, kept)
    for path, _ in made.values():
        shutil.copy(old.work / path.name, new.work)
    every = [*general(), *(c for name, (_, kb) in made.items() for c in commands(name, kb))]
    every += workshops(old, new, examples)
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda side: side.run(every), (old, new)))
    if not options.drawings:
        told = [[re.sub(r"(?s)<svg.*?</svg>", "<svg/>", one) for one in side] for side in told]
    wrong = sum(not same(" ".join(one), *each) for one, *each in zip(every, *told, strict=True))
    before, after = old.files("."), new.files(".")
    for name in sorted({*before, *after}):
        if name.endswith((".zip", ".workshop")):
            continue
        told = [side.get(name, b"(missing)").decode("utf-8", "replace") for side in (before, after)]
        wrong += not same(name, *told)
    print(f"{len(every)} commands and {len(before)} files compared: {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
