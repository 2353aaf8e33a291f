"""The workshop file: rounds are append-only, ballots are sealed until the reveal."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.ballot import Ballot, receipt
from advisor.answers.rounds import StopRule
from advisor.errors import WorkshopError
from advisor.workshop.store import Workshop, create, open_workshop
from probes.api import Finding, Outcome
from rules.diagnostics import InputError

from ..workshops import BALLOTS, NewWorkshop, a_plan, voted

ANA = BALLOTS["Ana"]
OTHER = replace(ANA, points={**ANA.points, "edge": 9})


def finding(outcome: Outcome) -> Finding:
    return Finding(
        probe="tensorflow.converts_to_tflite", outcome=outcome, reason="run", seconds=1.0
    )


def raw(workshop: Workshop) -> sqlite3.Connection:
    """The file as anybody with SQLite opens it."""
    return sqlite3.connect(workshop.path)


# The file


def test_a_workshop_is_found_again_as_it_was_planned(workshop: Workshop) -> None:
    with open_workshop(workshop.path) as again:
        assert again.plan == workshop.plan
        assert [(p.name, p.role) for p in again.people.all()] == [
            ("Zoe", "driver"),
            ("Yan", "approver"),
            ("Ivo", "informed"),
        ]
        assert (again.round_state().number, again.round_state().revealed) == (1, False)


def test_only_its_owner_may_read_the_file(workshop: Workshop) -> None:
    assert workshop.path.stat().st_mode & 0o077 == 0


def test_a_file_that_is_there_is_never_written_over(workshop: Workshop) -> None:
    with pytest.raises(InputError, match="is there already"):
        create(workshop.path, a_plan())


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be made: no such file or directory"):
        create(tmp_path / "missing" / "team.workshop", a_plan())


@pytest.mark.parametrize("content", [b"", b"answers:\n", b"SQLite format 3\0" + b"\0" * 100])
def test_another_file_is_no_workshop(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no workshop file"):
        open_workshop(path)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else_is_no_workshop(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "other")
    database.execute("CREATE TABLE plan (text TEXT)")
    database.close()
    with pytest.raises(InputError, match="expected one of advisor's"):
        open_workshop(tmp_path / "other")


def test_the_file_of_a_newer_version_is_refused(workshop: Workshop) -> None:
    raw(workshop).execute("PRAGMA user_version = 4")
    with pytest.raises(InputError, match="written by a newer advisor"):
        open_workshop(workshop.path)


def test_a_missing_file_names_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="advisor workshop new makes one"):
        open_workshop(tmp_path / "missing")


def test_a_damaged_plan_is_one_clear_error(workshop: Workshop) -> None:
    database = raw(workshop)
    database.execute("UPDATE plan SET text = '{'")
    database.commit()
    with pytest.raises(InputError, match="is damaged: its plan: expected a JSON object"):
        open_workshop(workshop.path)


# Sealed ballots


def test_a_ballot_gives_a_receipt_that_anybody_can_work_out_after_the_reveal(
    workshop: Workshop,
) -> None:
    told = workshop.submit(workshop.people.include("Ana").id, ANA)
    workshop.reveal()
    voice = workshop.history().last.ballots[0]
    assert voice.receipt == told.receipt == receipt(ANA, voice.salt, workshop.plan.id, 1)


def test_before_the_reveal_the_minutes_hold_nothing(workshop: Workshop) -> None:
    workshop.submit(workshop.people.include("Ana").id, ANA)
    assert workshop.history().rounds == ()


def test_who_has_answered_is_known_before_the_reveal_but_not_what(workshop: Workshop) -> None:
    ana = workshop.people.include("Ana")
    workshop.submit(ana.id, ANA)
    assert workshop.answered() == {ana.id}
    assert [person.name for person in workshop.not_answered()] == ["Yan"]


def test_the_same_ballot_again_is_the_same_receipt(workshop: Workshop) -> None:
    ana = workshop.people.include("Ana").id
    first, again = workshop.submit(ana, ANA), workshop.submit(ana, ANA)
    assert first == again
    assert raw(workshop).execute("SELECT count(*) FROM ballot").fetchone() == (1,)


def test_a_ballot_can_be_replaced_until_the_reveal(workshop: Workshop) -> None:
    ana = workshop.people.include("Ana").id
    first, second = workshop.submit(ana, ANA), workshop.submit(ana, OTHER)
    workshop.reveal()
    held = workshop.history().last
    assert [voice.ballot for voice in held.ballots] == [OTHER]
    assert [voice.receipt for voice in held.ballots] == [second.receipt]
    assert held.replaced == (first.receipt,)


def test_no_ballot_is_taken_after_the_reveal(workshop: Workshop) -> None:
    voted(workshop, {"Ana": ANA})
    with pytest.raises(WorkshopError, match="Round 1 was revealed"):
        workshop.submit(workshop.people.include("Ben").id, BALLOTS["Ben"])


@pytest.mark.parametrize("ballot", [Ballot({"task": ("vision",)}), Ballot(points={"nothing": 3})])
def test_what_is_not_voted_on_is_not_taken(workshop: Workshop, ballot: Ballot) -> None:
    with pytest.raises(WorkshopError, match="Nobody asked for"):
        workshop.submit(workshop.people.include("Ana").id, ballot)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ballot SET text = '{}'",
        "DELETE FROM ballot",
        "DELETE FROM round",
        "UPDATE round SET revealed = NULL",
        "INSERT INTO ballot VALUES (99, 1, 1, 9, '{}', 's', 'r', 'self')",
    ],
)
def test_the_file_itself_refuses_to_change_what_was_revealed(
    workshop: Workshop, statement: str
) -> None:
    voted(workshop, {"Ana": ANA})
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw(workshop).execute(statement)


def test_a_name_stands_by_a_ballot_only_where_its_owner_wants_it(workshop: Workshop) -> None:
    minutes = voted(workshop, BALLOTS)
    assert {voice.name for voice in minutes.last.ballots} == {"", "Dora"}


def test_voices_stand_in_the_order_of_chance(workshop: Workshop) -> None:
    receipts = [voice.receipt for voice in voted(workshop, BALLOTS).last.ballots]
    assert receipts == sorted(receipts)


# Rounds


def test_the_next_round_begins_after_the_reveal(workshop: Workshop) -> None:
    with pytest.raises(WorkshopError, match="Round 1 is open already"):
        workshop.open_round()
    voted(workshop, {"Ana": ANA})
    assert workshop.open_round() == 2
    assert workshop.answered() == frozenset()


def test_what_was_said_last_round_is_there_to_start_from(workshop: Workshop) -> None:
    voted(workshop, {"Ana": ANA})
    workshop.open_round()
    own = workshop.own_ballot(workshop.people.include("Ana").id)
    assert own is not None
    assert (own.number, own.ballot) == (1, ANA)


def test_there_are_no_more_rounds_than_were_agreed_on(new_workshop: NewWorkshop) -> None:
    workshop = new_workshop(a_plan(stop=StopRule(rounds=1)))
    voted(workshop, {"Ana": ANA})
    with pytest.raises(WorkshopError, match="Round 1 was the last"):
        workshop.open_round()


def test_nothing_is_revealed_twice_or_without_answers(workshop: Workshop) -> None:
    with pytest.raises(WorkshopError, match="Nobody has answered yet"):
        workshop.reveal()
    voted(workshop, {"Ana": ANA})
    with pytest.raises(WorkshopError, match="was revealed already"):
        workshop.reveal()


# People


def test_who_joins_gets_a_token_and_a_code_for_coming_back(workshop: Workshop) -> None:
    joined = workshop.people.join("Ana")
    assert workshop.people.by_token(joined.token) == joined.person
    back = workshop.people.rejoin(joined.code.lower())
    assert back is not None
    assert back.person == joined.person


def test_an_old_token_and_an_old_code_are_worth_nothing_after_coming_back(
    workshop: Workshop,
) -> None:
    joined = workshop.people.join("Ana")
    assert workshop.people.rejoin(joined.code) is not None
    assert workshop.people.by_token(joined.token) is None
    assert workshop.people.rejoin(joined.code) is None


def test_nobody_joins_by_the_name_of_somebody_who_is_here(workshop: Workshop) -> None:
    workshop.people.join("Ana")
    with pytest.raises(WorkshopError, match="ANA is here already"):
        workshop.people.join("ANA")


def test_nobody_joins_by_the_name_of_somebody_who_has_answered(workshop: Workshop) -> None:
    """A name is no proof, and with the seat would come the ballot."""
    workshop.submit(workshop.people.include("Ana").id, ANA, entered="file")
    with pytest.raises(WorkshopError, match="ana is here already"):
        workshop.people.join("ana")


@pytest.mark.parametrize("name", ["\u0410na", "An\u0430", "\u0391na"])
def test_nobody_joins_by_a_name_that_looks_like_anothers(workshop: Workshop, name: str) -> None:
    """Cyrillic or Greek letters that pass for Latin ones."""
    workshop.people.join("Ana")
    with pytest.raises(WorkshopError, match=f"{name} looks like Ana, who takes part"):
        workshop.people.join(name)


def test_names_that_readers_tell_apart_are_two_people(workshop: Workshop) -> None:
    names = ["Ana", "An\u00e1", "\u0410\u043d\u043d\u0430", "Anna", "\u30cf\u30ca", "\u30d0\u30ca"]
    assert len({workshop.people.join(name).person.id for name in names}) == len(names)


def test_a_new_code_is_for_who_lost_theirs(workshop: Workshop) -> None:
    joined = workshop.people.join("Ana")
    code = workshop.people.new_code(joined.person.id)
    assert workshop.people.by_token(joined.token) is None
    assert workshop.people.rejoin(joined.code) is None
    back = workshop.people.rejoin(code)
    assert back is not None
    assert back.person == joined.person


def test_who_was_named_beforehand_joins_in_that_role(workshop: Workshop) -> None:
    assert workshop.people.join("yan").person.role == "approver"


def test_who_was_to_be_informed_and_answers_contributes(workshop: Workshop) -> None:
    ivo = workshop.people.join("Ivo").person
    assert ivo.role == "informed"
    workshop.submit(ivo.id, ANA)
    assert workshop.people.by_id(ivo.id).role == "contributor"


def test_who_leaves_is_not_waited_for_and_what_they_gave_stays(workshop: Workshop) -> None:
    joined = workshop.people.join("Ana")
    workshop.submit(joined.person.id, ANA)
    workshop.people.leave(joined.person.id)
    assert workshop.people.by_token(joined.token) is None
    workshop.reveal()
    assert len(workshop.history().last.ballots) == 1
    workshop.open_round()
    assert "Ana" not in [person.name for person in workshop.not_answered()]


def test_secrets_are_kept_as_hashes(workshop: Workshop) -> None:
    joined, lead = workshop.people.join("Ana"), workshop.people.new_facilitator_token()
    assert workshop.people.is_facilitator_token(lead)
    content = "\n".join(raw(workshop).iterdump())
    assert not any(secret in content for secret in (joined.token, joined.code, lead))


def test_the_record_names_who_decides_who_advised_and_who_is_told(workshop: Workshop) -> None:
    workshop.submit(workshop.people.join("Ana").person.id, ANA)
    workshop.people.join("Somebody at the door")
    assert workshop.people_of_record() == {
        "decision_makers": ("Yan",),
        "consulted": ("Zoe", "Ana"),
        "informed": ("Ivo",),
    }


def test_without_an_approver_the_driver_decides(new_workshop: NewWorkshop) -> None:
    workshop = new_workshop(a_plan(people={"Zoe": "driver", "Ana": "contributor"}))
    workshop.submit(workshop.people.include("Ana").id, ANA)
    assert workshop.people_of_record() == {"decision_makers": ("Zoe",), "consulted": ("Ana",)}


def test_who_was_to_contribute_and_never_answered_is_informed(new_workshop: NewWorkshop) -> None:
    workshop = new_workshop(a_plan(people={"Zoe": "driver", "Ana": "contributor"}))
    assert workshop.people_of_record() == {"decision_makers": ("Zoe",), "informed": ("Ana",)}


# Facts


def test_of_two_findings_the_newer_counts(workshop: Workshop) -> None:
    workshop.save_findings([finding(Outcome.NO)], {})
    workshop.save_findings([finding(Outcome.YES)], {"python": "3.11"})
    assert workshop.findings()["tensorflow.converts_to_tflite"].outcome is Outcome.YES
    assert workshop.machine() == {"python": "3.11"}


def test_a_doubt_counts_once_a_person(workshop: Workshop) -> None:
    for name in ("Ana", "Ben", "Ana"):
        workshop.doubt(workshop.people.include(name).id, "tensorflow_converts_to_tflite")
    assert [(d.claim, d.people) for d in workshop.doubts()] == [
        ("tensorflow_converts_to_tflite", 2)
    ]


# Many at once


def test_many_threads_and_connections_lose_nothing(workshop: Workshop) -> None:
    receipts: list[str] = []

    def answers(name: str) -> None:
        with open_workshop(workshop.path) as own:
            receipts.append(own.submit(own.people.join(name).person.id, ANA).receipt)

    threads = [threading.Thread(target=answers, args=[f"P{n}"]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    workshop.reveal()
    assert sorted(receipts) == [voice.receipt for voice in workshop.history().last.ballots]
    assert len(set(receipts)) == 20


def test_what_fails_half_way_leaves_nothing_behind(workshop: Workshop) -> None:
    def both() -> None:
        with workshop.transaction():
            workshop.submit(workshop.people.include("Ana").id, ANA)
            workshop.submit(workshop.people.include("Ben").id, Ballot(points={"nothing": 3}))

    with pytest.raises(WorkshopError):
        both()
    assert workshop.answered() == frozenset()
    assert "Ana" not in [person.name for person in workshop.people.all()]
