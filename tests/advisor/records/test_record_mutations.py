"""Whatever is changed of a record or its evidence is named, and what is people's own is not."""

from __future__ import annotations

from ...conftest import mutants_noticed

MUTANTS = 60  # at least one of each class; bench/record_mutations goes through 3,000


def test_changes_of_records_and_evidence_are_named() -> None:
    right, report = mutants_noticed("record_mutations", MUTANTS)
    assert right == MUTANTS, report
