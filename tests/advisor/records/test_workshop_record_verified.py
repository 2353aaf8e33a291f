"""A workshop's record held against its evidence: whatever was forged of the vote is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.answers.ballot import ballot_from_data, receipt
from advisor.answers.rounds import history_as_data, history_from_data
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.evidence.bundle import Bundle, read_bundle
from advisor.records.evidence.restore import RestoredConsultation, restored_from_bundle
from advisor.records.lint.checking import lint, select
from advisor.records.parsing import read_document
from advisor.records.verification.ballots import history_problems
from advisor.records.verification.replay import session_differences
from advisor.records.verification.rerun import rerun
from advisor.records.verification.verify import verify
from advisor.records.writing import write_record

from ..recommendations import as_expected
from ..recorded_workshops import Recorded, consulted, recorded
from ..workshops import BALLOTS, KB
from .test_verify import forged, in_json, in_yaml, results


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def kept(made: Recorded) -> RestoredConsultation:
    return restored_from_bundle(read_bundle(made.bundle))


@pytest.fixture(scope="module")
def replayed(kept: RestoredConsultation) -> Recommendation:
    return kept.consulted()


@pytest.fixture
def record(made: Recorded, tmp_path: Path) -> Path:
    """The record with its evidence, the test's own."""
    return shutil.copytree(made.record.parent, tmp_path / "own") / made.record.name


def voice(minutes: Any, receipt: str) -> Any:
    voices = [one for held in minutes["rounds"] for one in held["voices"]]
    return next(one for one in voices if one["receipt"] == receipt)


def bundle_of(kept: RestoredConsultation) -> Bundle:
    assert kept.bundle is not None
    return kept.bundle


def said_of(kept: RestoredConsultation, change: Callable[[Any], object]) -> list[str]:
    """What is said of the session's minutes after a change, the other evidence left as it is."""
    assert kept.session.sheet.workshop is not None
    data = history_as_data(kept.session.sheet.workshop)
    change(data)
    sheet = replace(kept.session.sheet, workshop=history_from_data(data))
    other = replace(kept, session=replace(kept.session, sheet=sheet))
    return list(history_problems(other, bundle_of(kept)))


def has(wrong: list[str], sentence: str) -> bool:
    return any(sentence in one for one in wrong)


# As it was written


def test_record_as_it_was_written_passes(record: Path) -> None:
    verification = verify(record, KB)
    assert results(verification) == ("passed", "passed", "passed")
    assert verification.reasoning.summary.endswith("rules of then give the same advice")


def test_linter_has_nothing_to_remark_on(record: Path) -> None:
    assert lint(select([record])) == []


def test_claims_behind_it_can_be_tried_again(record: Path) -> None:
    found = verify(record, KB)
    assert found.restored is not None
    assert found.replayed is not None
    again = rerun(found.restored, found.replayed, as_expected)
    assert (again.flips, again.changed, again.lost) == (False, (), ())


def test_todays_knowledge_may_lack_what_was_voted_on(record: Path) -> None:
    questions = {name: q for name, q in KB.questions.items() if name != "team_knows"}
    criteria = {name: c for name, c in KB.criteria.items() if name != "api"}
    other = replace(KB, questions=questions, criteria=criteria, rules={}, digest="sha256:new")
    today = verify(record, other).today
    assert today is not None
    assert "team_knows" not in today.sheet.answers


def test_a_dissent_taken_out_of_the_text_is_named(record: Path) -> None:
    text = record.read_text("utf-8")
    lines = [line for line in text.split("\n") if "TensorFlow wins, by other answers" not in line]
    record.write_text("\n".join(lines), "utf-8")
    (told,) = verify(record, KB).text.problems
    assert "under “Dissent” there is no more “For 1 of 5 TensorFlow" in told


# Forged in the evidence, and sealed anew


def test_a_ballot_forged_in_the_session_is_named(record: Path, made: Recorded) -> None:
    receipt = made.receipts[0]["Ana"]

    def change(session: Any) -> None:
        voice(session["workshop"], receipt)["points"]["edge"] = 1

    replay = forged(record, "session.yaml", in_yaml(change)).reasoning
    said = f"session.yaml: round 1: the ballot with the receipt {receipt[:12]}... is not what was"
    assert has(list(replay.problems), said)


def test_minutes_forged_beside_the_session_are_named(record: Path) -> None:
    def change(data: Any) -> None:
        data["rounds"][0]["voices"][0]["points"]["edge"] = 2

    (wrong,) = forged(record, "workshop.json", in_json(change)).reasoning.problems
    assert "workshop.json: round 1: voices 1: points: edge: is 2, and comes out as " in wrong


def test_forged_statistics_are_named(record: Path) -> None:
    def change(data: Any) -> None:
        data["rounds"][0]["shown"]["agreement"]["kendalls_w"] = 0.99

    (wrong,) = forged(record, "workshop.json", in_json(change)).reasoning.problems
    assert "workshop.json: is not what follows from the session and the knowledge" in wrong


def test_a_seal_forged_in_text_and_evidence_alike_is_named(
    record: Path, kept: RestoredConsultation
) -> None:
    assert kept.session.sheet.workshop is not None
    before, after = kept.session.sheet.workshop.last.seal, "0" * 64
    forged(record, "record.md", lambda data: data.replace(before.encode(), after.encode()))
    record.write_text(record.read_text("utf-8").replace(before, after), "utf-8")
    replay = verify(record, KB).reasoning
    said = f"session.yaml: round 2: its seal is {before[:12]}..., and 000000000000... was told"
    assert has(list(replay.problems), said)


# Forged in what came of it


def test_an_answer_that_the_group_did_not_give_is_named(kept: RestoredConsultation) -> None:
    sheet = kept.session.sheet.with_answer("team_knows", ("keras",))
    other = replace(kept, session=replace(kept.session, sheet=sheet))
    (wrong,) = history_problems(other, bundle_of(kept))
    assert wrong == "session.yaml: answers: team_knows: is 'keras', and the group said 'pytorch'"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda c: c["recommendation"]["weights"].update(edge=0.9),
            "session.yaml: recommendation: weights: edge: is 0.9, and comes out as 0.2",
        ),
        (
            lambda c: c["workshop"].update(same_by_their_own=5),
            "session.yaml: workshop: same_by_their_own: is 5, and comes out as 3",
        ),
        (
            lambda c: c["workshop"]["dissents"].clear(),
            "session.yaml: workshop: dissents: is [], and comes out as [{",
        ),
    ],
)
def test_what_came_of_it_is_named_where_it_is_forged(
    kept: RestoredConsultation, replayed: Recommendation, change: Callable[[Any], None], said: str
) -> None:
    consultation = deepcopy(dict(kept.session.consultation))
    change(consultation)
    other = replace(kept, session=replace(kept.session, consultation=consultation))
    (wrong,) = session_differences(other, replayed)
    assert wrong.startswith(said)


# Forged in the minutes, one by one


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("points", "edge", 1),
        ("answers", "team_knows", ["keras"]),
        ("reasons", "research", "We like it."),
    ],
)
def test_whatever_is_changed_of_a_ballot_is_named(
    kept: RestoredConsultation, made: Recorded, part: str, name: str, value: Any
) -> None:
    receipt = made.receipts[0]["Ana"]

    def change(minutes: Any) -> None:
        voice(minutes, receipt)[part][name] = value

    said = f"session.yaml: round 1: the ballot with the receipt {receipt[:12]}... is not what was"
    assert has(said_of(kept, change), said)


def test_a_changed_ballot_with_a_new_receipt_breaks_the_seal_of_its_round(
    kept: RestoredConsultation, made: Recorded
) -> None:
    def change(minutes: Any) -> None:
        one = voice(minutes, made.receipts[1]["Ana"])
        one["points"]["edge"] = 1
        one["receipt"] = receipt(ballot_from_data(one), one["salt"], minutes["workshop"], 2)

    wrong = said_of(kept, change)
    assert has(wrong, "session.yaml: round 2: its seal is ")
    assert not has(wrong, "is not what was sealed")


def test_a_ballot_that_was_left_out_is_named(kept: RestoredConsultation) -> None:
    wrong = said_of(kept, lambda minutes: minutes["rounds"][0]["voices"].pop())
    assert has(wrong, "session.yaml: round 1: its seal is ")


def test_a_ballot_that_is_counted_twice_is_named(
    kept: RestoredConsultation, made: Recorded
) -> None:
    def change(minutes: Any) -> None:
        minutes["rounds"][1]["voices"].append(voice(minutes, made.receipts[1]["Ben"]))

    said = f"round 2: the receipt {made.receipts[1]['Ben'][:12]}... stands there 2 times"
    assert has(said_of(kept, change), said)


def test_a_round_that_was_never_held_is_named(kept: RestoredConsultation) -> None:
    wrong = said_of(kept, lambda m: m["rounds"].append({**m["rounds"][0], "round": 3}))
    assert has(wrong, "session.yaml: round 3: its seal was not told")
    assert has(wrong, "workshop.json: round 3: is not there, and is in session.yaml")


def test_a_round_that_was_left_out_is_named(kept: RestoredConsultation) -> None:
    wrong = said_of(kept, lambda minutes: minutes["rounds"].pop())
    assert has(wrong, "session.yaml: the seal of a round 2 was told, and there is no such round")
    assert has(wrong, "workshop.json: round 2: is not in session.yaml")


def test_a_name_beside_a_ballot_that_wanted_none_is_named(
    kept: RestoredConsultation, made: Recorded
) -> None:
    receipt = made.receipts[0]["Ana"]
    wrong = said_of(kept, lambda minutes: voice(minutes, receipt).update(name="Ana"))
    assert has(wrong, f"round 1: a name stands beside the ballot with the receipt {receipt[:12]}")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["stop"].update(share=0.5), "stop: share: is 0.66, and comes out as 0.5"),
        (lambda m: m["doubts"].clear(), "doubts: is [{"),
        (lambda m: m["known"].update(gpu=["none"]), "known: gpu 1: is 'nvidia', and comes out as"),
        (lambda m: m["criteria"].pop(), "criteria: is ["),
        (lambda m: m.update(workshop="0" * 16), "workshop: is '0123456789abcdef', and comes out"),
    ],
)
def test_what_was_fixed_beforehand_is_named_where_it_is_forged(
    kept: RestoredConsultation, change: Callable[[Any], None], said: str
) -> None:
    assert has(said_of(kept, change), f"workshop.json: {said}")


@pytest.mark.parametrize("data", [b"[]", b"{", b"null", b"{}"])
def test_a_file_that_holds_no_minutes_is_named(kept: RestoredConsultation, data: bytes) -> None:
    bundle = bundle_of(kept)
    other = replace(bundle, entries={**bundle.entries, "workshop.json": data})
    assert list(history_problems(kept, other)) == ["workshop.json: holds no minutes"]


@pytest.mark.parametrize("rounds", [3, None, [1], [{}], [{"round": "1"}]])
def test_rounds_that_are_none_are_named(kept: RestoredConsultation, rounds: Any) -> None:
    bundle = bundle_of(kept)
    data = in_json(lambda told: told.update(rounds=rounds))(bundle.entries["workshop.json"])
    other = replace(bundle, entries={**bundle.entries, "workshop.json": data})
    wrong = list(history_problems(kept, other))
    assert has(wrong, "workshop.json: round 1: is not there, and is in session.yaml")


def test_a_workshop_that_the_session_knows_nothing_of_is_named(kept: RestoredConsultation) -> None:
    sheet = replace(kept.session.sheet, workshop=None)
    other = replace(kept, session=replace(kept.session, sheet=sheet))
    (wrong,) = history_problems(other, bundle_of(kept))
    assert wrong == "workshop.json: tells of a workshop, and session.yaml of none"


# Answers changed afterwards


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Recommendation:
    """The example after one round."""
    return consulted(tmp_path_factory.mktemp("once"), BALLOTS)


@pytest.fixture(scope="module")
def changed(once: Recommendation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of the example decided by another answer than the group's."""
    sheet = once.sheet.with_answer("team_knows", ("keras",))
    sheet = sheet.with_answer("training_loop", ("fit",))
    return write_record(consult(KB, sheet, as_expected), tmp_path_factory.mktemp("changed"))


def test_answers_that_were_changed_afterwards_are_told(changed: Path) -> None:
    section = read_document(changed).section("Decision Outcome")
    assert section is not None
    said = section.blocks[-1].text
    assert (
        "Changed after the workshop: What does the team know well? “TensorFlow or Keras”; the "
        "group said “PyTorch”."
    ) in said
    assert "How do you want to write training? “Call fit()”; the group had no answer." in said
    assert "The group's own answers come to something else: Leaning to PyTorch." in said


def test_answers_that_were_changed_afterwards_are_no_forgery(changed: Path) -> None:
    replay = verify(changed, KB).reasoning
    assert (replay.status.value, replay.problems) == ("passed", ())
    assert replay.summary.endswith(
        "; not the group's answers, as is told: training_loop, team_knows"
    )
