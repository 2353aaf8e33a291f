"""An audit: every ballot is the one that was sealed, and receipts lead to their ballots."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.rounds import WorkshopHistory
from advisor.records.evidence.bundle import MANIFEST, packed, read_bundle
from advisor.records.writing import write_record
from advisor.workshop.audit import ReceiptState, audit, sealed_in, tidy_receipt
from advisor.workshop.store import Workshop, create, open_workshop

from ..recommendations import example
from ..recorded_workshops import HOSTILE, Recorded, command, recorded, round_of, saying
from ..workshops import BALLOTS, a_plan


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def minutes(made: Recorded) -> WorkshopHistory:
    with open_workshop(made.workshop) as workshop:
        return workshop.history()


def with_round(minutes: WorkshopHistory, at: int, **changes: object) -> WorkshopHistory:
    """The minutes with something else in one round."""
    rounds = list(minutes.rounds)
    rounds[at] = replace(rounds[at], **changes)  # type: ignore[arg-type]
    return replace(minutes, rounds=tuple(rounds))


# Ballots and rounds


def test_all_is_true_of_what_nobody_changed(minutes: WorkshopHistory) -> None:
    found = audit(minutes)
    assert (found.is_true, found.mistakes) == (True, ())
    assert [one.revealed.seal for one in found.rounds] == [held.seal for held in minutes.rounds]


def test_a_ballot_that_is_not_what_was_sealed_is_named_by_its_receipt(
    minutes: WorkshopHistory,
) -> None:
    first, *others = minutes.rounds[1].ballots
    other = replace(first, ballot=replace(first.ballot, points={"edge": 1}))
    (said,) = audit(with_round(minutes, 1, ballots=(other, *others))).mistakes
    expected = f"the ballot with the receipt {first.receipt[:12]}... is not what was sealed"
    assert said == f"round 2: {expected}"


def test_another_salt_is_another_ballot(minutes: WorkshopHistory) -> None:
    first, *others = minutes.rounds[0].ballots
    other = replace(first, salt="0" * 32)
    assert not audit(with_round(minutes, 0, ballots=(other, *others))).is_true


def test_a_ballot_moved_to_another_round_is_not_what_was_sealed(minutes: WorkshopHistory) -> None:
    first = minutes.rounds[0].ballots[0]
    moved = with_round(minutes, 1, ballots=(first, *minutes.rounds[1].ballots[1:]))
    assert any("is not what was sealed" in said for said in audit(moved).mistakes)


def test_a_seal_that_was_told_otherwise_is_named(minutes: WorkshopHistory) -> None:
    first, second = minutes.rounds
    seals = {1: first.seal, 2: "0" * 64}
    (said,) = audit(minutes, seals=seals).mistakes
    assert said == f"round 2: its seal is {second.seal[:12]}..., and 000000000000... was told"


def test_a_round_of_which_no_seal_was_told_is_named(minutes: WorkshopHistory) -> None:
    assert audit(minutes, seals={1: minutes.rounds[0].seal}).mistakes == (
        "round 2: its seal was not told",
    )


def test_a_seal_of_a_round_that_is_not_there_is_named(minutes: WorkshopHistory) -> None:
    seals = {held.number: held.seal for held in minutes.rounds}
    (said,) = audit(minutes, seals={**seals, 3: "0" * 64}).mistakes
    assert said == "the seal of a round 3 was told, and there is no such round"


def test_rounds_out_of_order_are_named(minutes: WorkshopHistory) -> None:
    turned = replace(minutes, rounds=tuple(reversed(minutes.rounds)))
    assert "the rounds are numbered 2, 1, expected 1 and on" in audit(turned).wrong[0]


def test_more_rounds_than_were_agreed_are_named(minutes: WorkshopHistory) -> None:
    short = replace(minutes, stop=replace(minutes.stop, rounds=1))
    assert audit(short).wrong == ("2 rounds were held, and 1 agreed as the most",)


def test_a_receipt_that_stands_for_two_ballots_is_named(minutes: WorkshopHistory) -> None:
    first = minutes.rounds[0].ballots[0]
    twice = with_round(minutes, 0, replaced=(first.receipt,))
    said = f"round 1: the receipt {first.receipt[:12]}... stands there 2 times"
    assert audit(twice).mistakes == (said,)


def test_a_receipt_that_would_steer_a_terminal_does_not(minutes: WorkshopHistory) -> None:
    first, *others = minutes.rounds[0].ballots
    other = replace(first, receipt="\x1b[2J\x07")
    said = " ".join(audit(with_round(minutes, 0, ballots=(other, *others))).mistakes)
    assert said.isprintable()


def test_before_any_round_there_is_nothing_to_be_wrong(minutes: WorkshopHistory) -> None:
    assert audit(replace(minutes, rounds=())).is_true


# Receipts


def test_a_receipt_leads_to_the_ballot_that_was_counted(
    minutes: WorkshopHistory, made: Recorded
) -> None:
    (found,) = audit(minutes, [made.receipts[0]["Ana"]]).traced
    assert (found.state, found.number) == (ReceiptState.COUNTED, 1)
    assert found.ballot is not None
    assert found.ballot.ballot == BALLOTS["Ana"]


def test_every_receipt_leads_to_its_own_round(minutes: WorkshopHistory, made: Recorded) -> None:
    for number, receipts in enumerate(made.receipts, start=1):
        traced = audit(minutes, receipts.values()).traced
        assert [(one.state, one.number) for one in traced] == [(ReceiptState.COUNTED, number)] * 5


def test_the_beginning_of_a_receipt_is_enough(minutes: WorkshopHistory, made: Recorded) -> None:
    (found,) = audit(minutes, [made.receipts[1]["Dora"][:12]]).traced
    assert (found.state, found.number) == (ReceiptState.COUNTED, 2)


def test_of_a_ballot_that_was_replaced_no_more_is_told(
    minutes: WorkshopHistory, made: Recorded
) -> None:
    (found,) = audit(minutes, made.replaced).traced
    assert (found.state, found.number, found.ballot) == (ReceiptState.REPLACED, 1, None)


def test_a_receipt_of_nothing_is_unknown(minutes: WorkshopHistory) -> None:
    found = audit(minutes, ["0" * 64])
    assert [one.state for one in found.traced] == [ReceiptState.UNKNOWN]
    assert (found.is_true, found.mistakes) == (False, ())


def test_a_receipt_of_the_open_round_is_sealed(workshop: Workshop) -> None:
    receipt = workshop.submit(workshop.people.include("Ana").id, BALLOTS["Ana"]).receipt
    found = audit(workshop.history(), [receipt], sealed=sealed_in(workshop.path))
    assert [(one.state, one.number, one.ballot) for one in found.traced] == [
        (ReceiptState.SEALED, 0, None)
    ]
    assert found.is_true


def test_once_revealed_nothing_is_sealed_any_more(made: Recorded) -> None:
    assert sealed_in(made.workshop) == frozenset()


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0123456789ab", "0123456789ab"),
        ("0123 4567-89AB", "0123456789ab"),
        (" 0123\t4567\n89ab cdef ", "0123456789abcdef"),
        ("F" * 64, "f" * 64),
    ],
)
def test_a_receipt_may_be_written_in_many_ways(text: str, digits: str) -> None:
    assert tidy_receipt(text) == digits


@pytest.mark.parametrize("text", ["", "0123456789a", "0123456789ag", "0" * 65, "０" * 12, "0x" * 9])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a receipt: 64 hexadecimal digits, or the first"):
        tidy_receipt(text)


# The command


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What was printed, on one line."""
    monkeypatch.setenv("COLUMNS", "200")
    return lambda: " ".join(capsys.readouterr().out.split())


@contextmanager
def tampered(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as somebody opens it who does not care for its rules."""
    connection = sqlite3.connect(path)
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in connection.execute(triggers).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    yield connection
    connection.commit()
    connection.close()


@pytest.fixture
def file(made: Recorded, tmp_path: Path) -> Path:
    """The workshop file, the test's own."""
    return Path(shutil.copy(made.workshop, tmp_path))


def test_audit_of_a_file_says_that_all_is_true(file: Path, shown: Callable[[], str]) -> None:
    assert command("audit", file) == 0
    said = shown()
    assert "Every ballot is the one that was sealed" in said
    assert "round 1 yes 5 ballots, each held against its receipt; 1 more was replaced by " in said


def test_audit_shows_a_receipts_owner_their_ballot(
    file: Path, made: Recorded, shown: Callable[[], str]
) -> None:
    receipt = made.receipts[0]["Dora"]
    assert command("audit", file, "--receipt", f"{receipt[:4]} {receipt[4:8]}-{receipt[8:12]}") == 0
    said = shown()
    assert "(by its first 12 digits): counted in round 1, as this ballot" in said
    assert "What does the team know well? TensorFlow or Keras" in said
    assert "Devices and browsers: 9 points “If it does not run on the board there is no" in said
    assert "Its owner wants their name beside it: Dora." in said


@pytest.mark.parametrize("suffix", [".md", ".evidence.zip"])
def test_audit_takes_a_record_and_its_evidence(
    made: Recorded, shown: Callable[[], str], suffix: str
) -> None:
    path = made.record.with_suffix(suffix)
    assert command("audit", path, "--receipt", made.receipts[1]["Ana"]) == 0
    said = shown()
    assert "Every ballot is the one that was sealed" in said
    assert "counted in round 2, as this ballot" in said
    assert "No name stands beside it." in said


def test_audit_tells_of_a_replaced_ballot_that_it_was(
    file: Path, made: Recorded, shown: Callable[[], str]
) -> None:
    assert command("audit", file, "--receipt", made.replaced[0]) == 0
    assert "replaced by its owner in round 1, before the reveal" in shown()


def test_audit_of_an_unknown_receipt_is_not_all_true(file: Path, shown: Callable[[], str]) -> None:
    assert command("audit", file, "--receipt", "0" * 12) == 1
    assert "Receipt 000000000000 (by its first 12 digits): no ballot here has it" in shown()


def test_audit_shows_nothing_of_an_open_round(workshop: Workshop, shown: Callable[[], str]) -> None:
    mine = workshop.submit(workshop.people.include("Ana").id, BALLOTS["Ana"]).receipt
    others = workshop.submit(workshop.people.include("Dora").id, BALLOTS["Dora"]).receipt
    assert command("audit", workshop.path, "--receipt", mine) == 0
    assert shown() == (
        f"{workshop.path} Nothing is published yet: no round was revealed round 1 - is open: "
        f"nothing of it is published before its reveal Receipt {mine}: sealed, not revealed yet"
    )
    assert command("audit", workshop.path, "--receipt", "0" * 64) == 1
    assert others not in shown()


def test_audit_of_a_changed_file_names_the_ballot(
    file: Path, made: Recorded, shown: Callable[[], str]
) -> None:
    receipt = made.receipts[0]["Ana"]
    text = json.dumps({**BALLOTS["Ana"].as_data(), "points": {"edge": 9}})
    with tampered(file) as connection:
        connection.execute("UPDATE ballot SET text = ? WHERE receipt = ?", (text, receipt))
    assert command("audit", file) == 1
    said = shown()
    assert "Not all is as it was sealed" in said
    assert "round 1 NO 5 ballots" in said
    assert f"the ballot with the receipt {receipt[:12]}... is not what was sealed" in said


def test_audit_of_a_record_holds_the_rounds_against_the_seals_in_its_text(
    made: Recorded, tmp_path: Path, shown: Callable[[], str]
) -> None:
    record = shutil.copytree(made.record.parent, tmp_path / "own") / made.record.name
    text = record.read_text("utf-8")
    record.write_text(re.sub(r"Seal `[0-9a-f]{64}`", f"Seal `{'0' * 64}`", text), "utf-8")
    assert command("audit", record) == 1
    assert "and 000000000000... was told" in shown()


def test_audit_of_evidence_that_was_changed_says_so(
    made: Recorded, tmp_path: Path, shown: Callable[[], str]
) -> None:
    record = shutil.copytree(made.record.parent, tmp_path / "own") / made.record.name
    path = record.with_suffix(".evidence.zip")
    entries = {n: data for n, data in read_bundle(path).entries.items() if n != MANIFEST}
    path.write_bytes(packed({**entries, "about.txt": b"nothing"}))
    assert command("audit", record) == 1
    assert "the evidence: its SHA-256 is " in shown()


def test_audit_prints_nothing_that_steers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with create(tmp_path / "team.workshop", a_plan()) as workshop:
        receipts = round_of(workshop, saying(edge=HOSTILE, team=HOSTILE))
    command("audit", workshop.path, "--receipt", receipts["Ana"])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", capsys.readouterr().out)


def test_audit_of_a_ballot_that_is_none_is_bad_input(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tampered(file) as connection:
        connection.execute("UPDATE ballot SET text = '{}'")
    assert command("audit", file) == 3
    said = "is damaged: a ballot in it: expected a ballot of answers, points, reasons"
    assert said in capsys.readouterr().err


def test_audit_of_one_persons_record_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_record(example("android-app"), tmp_path)
    assert command("audit", path) == 3
    said = "is the evidence of no workshop: there are no ballots in it"
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.workshop", "missing.md", "missing.zip"])
def test_audit_of_nothing_is_bad_input(tmp_path: Path, name: str) -> None:
    assert command("audit", tmp_path / name) == 3


def test_audit_refuses_what_is_no_receipt(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command("audit", file, "--receipt", "my receipt")
    assert "expected a receipt: 64 hexadecimal digits" in capsys.readouterr().err
