"""The claims of a record tried again: what holds, what has changed, what cannot be run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Prober, consult
from advisor.records.evidence.restore import restored_for
from advisor.records.parsing import read_document
from advisor.records.verification.rerun import ReasonOutcome, Rerun, rerun
from advisor.records.writing import write_record
from probes.api import Finding, Outcome

from ..recommendations import KB, TODAY, as_expected, found

# TensorFlow's converter decides between the two here; see the sabotaged one in tests/consultations.
ANSWERS = {"target": ("android",), "int8": ("required",)}
ON_THE_CONVERTER = ("tensorflow.converts_to_tflite", "tensorflow.quantises_to_int8")


def but(prober: Prober, outcome: Outcome, *probes: str, reason: str = "so it is now") -> Prober:
    """The same prober, by which these probes come out otherwise."""

    def changed(names: Sequence[str]) -> Mapping[str, Finding]:
        return {
            name: replace(f, outcome=outcome, reason=reason) if name in probes else f
            for name, f in prober(names).items()
        }

    return changed


@pytest.fixture
def again(tmp_path: Path) -> Callable[[Prober], Rerun]:
    """A record of a consultation in which all was confirmed, tried again by a prober."""
    recommendation = consult(KB, Sheet(answers=ANSWERS), as_expected)
    path = write_record(recommendation, tmp_path, today=TODAY)
    kept = restored_for(path, read_document(path), KB)

    def run(prober: Prober) -> Rerun:
        return rerun(kept, kept.consulted(), prober)

    return run


Again = Callable[[Prober], Rerun]


def fates(result: Rerun) -> dict[str, ReasonOutcome]:
    return {reason.rule.id: reason.outcome for reason in result.reasons}


def test_what_comes_out_the_same_holds(again: Again) -> None:
    result = again(as_expected)
    assert set(fates(result).values()) <= {ReasonOutcome.HOLDS, ReasonOutcome.NOT_TRIED}
    assert (result.changed, result.lost, result.flips) == ((), (), False)


def test_a_refuted_claim_changes_every_reason_that_rests_on_it(again: Again) -> None:
    result = again(but(as_expected, Outcome.NO, "tensorflow.converts_to_tflite"))
    resting = {r.id for r in KB.rules.values() if "tensorflow_converts_to_tflite" in r.claims}
    changed = {name for name, fate in fates(result).items() if fate is ReasonOutcome.CHANGED}
    assert changed == resting & set(fates(result))
    assert "android_tflite" in changed


def test_a_change_tells_both_findings(again: Again) -> None:
    newer = but(
        found(Outcome.YES, tensorflow="3.0.0"), Outcome.NO, *ON_THE_CONVERTER, reason="gone"
    )
    change = next(
        c for c in again(newer).changed if c.after.claim.id == "tensorflow_converts_to_tflite"
    )
    assert change.before.finding is not None
    assert change.after.finding is not None
    assert change.before.finding.versions["tensorflow"] == "2.21.0"
    assert change.after.finding.versions["tensorflow"] == "3.0.0"
    assert (change.before.status.value, change.after.status.value) == ("confirmed", "refuted")


def test_a_change_that_decides_flips_the_advice(again: Again) -> None:
    result = again(
        but(as_expected, Outcome.NO, *ON_THE_CONVERTER, "tensorflow.keras_exports_litert")
    )
    assert result.then.judgement.winner == "tensorflow"
    assert result.now.judgement.winner != "tensorflow"
    assert result.flips


def test_a_change_that_decides_nothing_does_not(again: Again) -> None:
    result = again(but(as_expected, Outcome.NO, "pytorch.converts_to_tflite"))
    assert result.changed
    assert not result.flips


def test_what_is_not_installed_cannot_be_run_and_says_why(again: Again) -> None:
    result = again(but(as_expected, Outcome.UNAVAILABLE, *ON_THE_CONVERTER, reason="no tensorflow"))
    assert fates(result)["android_tflite"] is ReasonOutcome.CANNOT_RUN
    lost = {claim.after.claim.id: claim.after.why for claim in result.lost}
    assert lost["tensorflow_converts_to_tflite"] == "unavailable: no tensorflow"


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.ERROR, Outcome.UNAVAILABLE])
def test_what_does_not_answer_is_never_called_changed(again: Again, outcome: Outcome) -> None:
    result = again(but(as_expected, outcome, *ON_THE_CONVERTER))
    assert result.changed == ()
    assert not result.flips  # the rule stands, as it would have in the first place


def test_what_was_not_verified_then_holds_once_it_is_confirmed(tmp_path: Path) -> None:
    untried = consult(KB, Sheet(answers=ANSWERS), found(Outcome.UNAVAILABLE))
    path = write_record(untried, tmp_path, today=TODAY)
    kept = restored_for(path, read_document(path), KB)
    assert (
        fates(rerun(kept, kept.consulted(), as_expected))["android_tflite"] is ReasonOutcome.HOLDS
    )


def test_what_was_not_verified_then_has_changed_once_it_is_refuted(tmp_path: Path) -> None:
    untried = consult(KB, Sheet(answers=ANSWERS), found(Outcome.UNAVAILABLE))
    path = write_record(untried, tmp_path, today=TODAY)
    kept = restored_for(path, read_document(path), KB)
    refuting = but(as_expected, Outcome.NO, *ON_THE_CONVERTER)
    assert fates(rerun(kept, kept.consulted(), refuting))["android_tflite"] is ReasonOutcome.CHANGED


def test_a_reason_that_fell_then_and_stands_now_has_changed(tmp_path: Path) -> None:
    fallen = consult(KB, Sheet(answers=ANSWERS), but(as_expected, Outcome.NO, *ON_THE_CONVERTER))
    path = write_record(fallen, tmp_path, today=TODAY)
    kept = restored_for(path, read_document(path), KB)
    assert (
        fates(rerun(kept, kept.consulted(), as_expected))["android_tflite"] is ReasonOutcome.CHANGED
    )


def test_a_reason_that_rests_on_answers_alone_is_not_to_be_tried(tmp_path: Path) -> None:
    recommendation = consult(KB, Sheet(answers={"team_knows": ("pytorch",)}), as_expected)
    path = write_record(recommendation, tmp_path, today=TODAY)
    kept = restored_for(path, read_document(path), KB)
    assert (
        fates(rerun(kept, kept.consulted(), as_expected))["team_pytorch"] is ReasonOutcome.NOT_TRIED
    )


def test_a_new_warning_of_the_end_is_told(again: Again) -> None:
    def warning(names: Sequence[str]) -> Mapping[str, Finding]:
        told = ("this is going away",)
        return {name: replace(f, deprecations=told) for name, f in as_expected(names).items()}

    claims = [claim for reason in again(warning).reasons for claim in reason.claims]
    assert any(claim.newly_deprecated for claim in claims)
    assert all(claim.outcome in (ReasonOutcome.HOLDS, ReasonOutcome.NOT_TRIED) for claim in claims)


def test_a_probe_that_is_another_by_now_is_told(again: Again) -> None:
    def rewritten(names: Sequence[str]) -> Mapping[str, Finding]:
        return {name: replace(f, source="0" * 16) for name, f in as_expected(names).items()}

    claims = [claim for reason in again(rewritten).reasons for claim in reason.claims]
    assert {claim.other_probe for claim in claims if claim.before.finding} == {True}


def test_each_probe_is_asked_once(again: Again) -> None:
    asked: list[str] = []

    def counting(names: Sequence[str]) -> Mapping[str, Finding]:
        asked.extend(names)
        return as_expected(names)

    again(counting)
    assert len(asked) == len(set(asked))
