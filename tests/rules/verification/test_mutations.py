"""The shipped base notices mistakes in its rules: one dropped, one inverted, sides swapped."""

from __future__ import annotations

from ...conftest import mutants_noticed

MUTANTS = 35  # five of each kind; bench/mutations.py goes through 200
LEAST = 0.95


def test_mistakes_in_rules_are_noticed() -> None:
    noticed, report = mutants_noticed("mutations.py", MUTANTS)
    assert noticed >= LEAST * MUTANTS, report
