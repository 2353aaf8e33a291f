"""The shipped base notices mistakes in its rules: one dropped, one inverted, sides swapped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import rules

ROOT = Path(rules.__file__).parents[1]
MUTANTS = 35  # five of each kind; bench/mutations.py goes through 200
LEAST = 0.95


def test_mistakes_in_rules_are_noticed() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "mutations.py"), str(MUTANTS)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    told = re.search(r"^all +(\d+) of +(\d+)", done.stdout, re.MULTILINE)
    assert told is not None, done.stderr
    noticed, made = map(int, told.groups())
    assert made == MUTANTS
    assert noticed >= LEAST * made, done.stdout
