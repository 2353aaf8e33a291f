"""Whatever is changed of a record or its evidence is named, and what is people's own is not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import rules

ROOT = Path(rules.__file__).parents[1]
MUTANTS = 60  # at least one of each class; bench/record_mutations goes through 3,000


def test_changes_of_records_and_evidence_are_named() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "record_mutations"), str(MUTANTS)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    told = re.search(r"^all +(\d+) of +(\d+)", done.stdout, re.MULTILINE)
    assert told is not None, done.stderr
    right, made = map(int, told.groups())
    assert made == MUTANTS
    assert right == made, done.stdout
