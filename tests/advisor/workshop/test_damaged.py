"""Workshop files that are somebody else's work: read as strictly as answers files, or refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import struct
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.ballot import receipt
from advisor.answers.rounds import history_as_data
from advisor.cli.main import main
from advisor.errors import StorageError, WorkshopError
from advisor.workshop import database
from advisor.workshop.rows import ballot_from_json
from advisor.workshop.store import Workshop, create, open_workshop
from probes.api import Finding, Outcome
from rules.diagnostics import InputError
from rules.loading.layers import SHIPPED
from rules.loading.loader import load

from ..workshops import BALLOTS, EXAMPLE, KB, a_plan
from .mutants import DEEP, STEERING, workshop_mutants

CLAIM, PROBE = "tensorflow_converts_to_tflite", "tensorflow.converts_to_tflite"
MUTANTS = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workshop with something in every table: one round revealed, and one open."""
    path = tmp_path_factory.mktemp("made") / "team.workshop"
    with create(path, a_plan()) as workshop:
        people = {name: workshop.people.join(name).person.id for name in BALLOTS}
        for name, ballot in BALLOTS.items():
            workshop.submit(people[name], ballot, entered="page")
        workshop.reveal()
        workshop.doubt(people["Ana"], CLAIM)
        found = Finding(PROBE, Outcome.YES, "it was run", 1.0, {"x": 1}, {"tensorflow": "2.21.0"})
        workshop.save_findings([found], {"python": "3.11", "packages": {"tensorflow": "2.21.0"}})
        workshop.open_round()
        workshop.submit(people["Ana"], replace(BALLOTS["Ana"], reasons={}), entered="page")
        workshop.seal_doubts(people["Ana"], [CLAIM])
        workshop.people.new_facilitator_token()
    return path


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """The test's own."""
    path = tmp_path / "team.workshop"
    path.write_bytes(made.read_bytes())
    return path


def damage(path: Path, script: str, *values: object) -> None:
    """Change the file without regard to its rules: one statement with values, or a script."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        if values:
            connection.execute(script, values)
        else:
            connection.executescript(script)


def refused(path: Path) -> str:
    """What is said of the file, by which it is refused as a whole."""
    with pytest.raises(InputError) as error:
        open_workshop(path)
    (problem,) = error.value.problems
    assert problem.location.file == str(path)
    assert sorted(beside.name for beside in path.parent.iterdir()) == [path.name]
    return problem.message


# Rows


NO_JSON = ["5", "[]", "{", "null", '"x"', f'{{"x": {DEEP}}}', '{"x": NaN}', '{"x": 1e999}']
NO_JSON += [f'{{"x": {10**400}}}', '{"x": "\\ud800"}', ""]


@pytest.mark.parametrize("text", NO_JSON, ids=lambda text: text[:12] or "nothing")
@pytest.mark.parametrize("table", ["plan", "ballot", "finding", "surroundings"])
def test_json_of_another_kind_is_refused(file: Path, table: str, text: str) -> None:
    damage(file, f"UPDATE {table} SET text = ?", text)
    said = refused(file)
    assert said.startswith("is damaged: ")
    assert "expected a JSON object of texts, finite numbers, lists and objects" in said


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE plan SET text = json_set(text, '$.stop.spread', 99)", "a spread of points from 0"),
        ("UPDATE plan SET text = json_set(text, '$.stop.rounds', 1.5)", "rounds from 1 to 20"),
        ("UPDATE plan SET text = json_set(text, '$.people.Zoe', 'boss')", "in the roles driver"),
        ("UPDATE plan SET text = json_set(text, '$.known.task', 'x')", "a list of options"),
        ("UPDATE plan SET text = json_remove(text, '$.code')", "a plan with 'code'"),
        ("INSERT INTO plan SELECT text FROM plan", "expected one plan"),
        ("DELETE FROM plan", "expected one plan"),
        ("INSERT INTO finding (text) VALUES ('{}')", "a finding as a probe makes it"),
        ("UPDATE surroundings SET text = '{\"packages\": [1]}'", "versions of packages"),
        ("UPDATE person SET name = x'ff00'", "a name of 1 to 60 characters"),
        ("UPDATE person SET name = printf('%.*c', 10000, 'x')", "a name of 1 to 60 characters"),
        ("UPDATE person SET role = 'boss'", "expected one of the roles"),
        ("UPDATE person SET here = 'yes'", "whether they are here"),
        ("UPDATE person SET code = 'x' WHERE name = 'Ana'", "the hash of a code"),
        ("DELETE FROM person WHERE name = 'Ana'", "a ballot in it is of nobody"),
        ("UPDATE lead SET token = 'x'", "the hash of a token"),
        ("UPDATE round SET opened = x'00'", "a moment of 1 to 40 characters"),
        ("UPDATE round SET number = 7 WHERE number = 2", "numbered 1 and on without a gap"),
        ("DELETE FROM round WHERE number = 1", "numbered 1 and on without a gap"),
        ("UPDATE round SET revealed = NULL", "every round but the last to be revealed"),
        ("DELETE FROM ballot WHERE round = 1", "a ballot in every round that was revealed"),
        ("UPDATE ballot SET salt = x'00'", "a salt of 32 hexadecimal digits"),
        ("UPDATE ballot SET receipt = 'x' WHERE id = 1", "a receipt of 64 hexadecimal digits"),
        ("UPDATE ballot SET version = 'x' WHERE id = 1", "a version from 1 to"),
        ("UPDATE ballot SET entered = 'magic'", "one of the ways self, page, terminal"),
        ("UPDATE ballot SET text = json_set(text, '$.points.edge', 1e999)", "a JSON object of"),
        ("UPDATE ballot SET text = json_set(text, '$.points.edge', 10)", "points from 1 to 9"),
        (
            "UPDATE ballot SET text = json_set(text, '$.named', 'yes')",
            "a ballot of answers, points",
        ),
        ("UPDATE ballot SET text = json_set(text, '$.answers.beauty', json('[]'))", "nobody asked"),
        ("UPDATE ballot SET text = CAST(x'7bff7d' AS TEXT)", "it cannot be read"),
        ("UPDATE doubt SET claim = x'ff'", "a claim of 1 to 200 characters"),
        ("UPDATE doubt SET person = 99", "a doubt in it is of nobody who takes part"),
        ("UPDATE sealed_doubt SET round = 9", "a doubt in it is of no round"),
    ],
)
def test_a_row_that_advisor_never_writes_is_refused(
    file: Path, statement: str, complaint: str
) -> None:
    damage(file, f"PRAGMA foreign_keys = OFF; {statement}")
    said = refused(file)
    assert said.startswith("is damaged: ")
    assert complaint in said


# Tables


@pytest.mark.parametrize(
    "script",
    [
        "CREATE VIEW more AS SELECT hex(zeroblob(450000000))",
        "DROP TABLE finding; CREATE VIEW finding AS WITH RECURSIVE n(text) AS "
        "(SELECT 1 UNION ALL SELECT text + 1 FROM n) SELECT text FROM n",
        "CREATE TRIGGER more AFTER INSERT ON doubt BEGIN DELETE FROM person; END",
        "CREATE INDEX more ON person (hex(name))",
        "ALTER TABLE plan ADD COLUMN more TEXT AS (hex(zeroblob(450000000)))",
        "ALTER TABLE person DROP COLUMN here",
        "CREATE TABLE more (x)",
        "DROP TABLE ballot",
        "DROP TABLE doubt; CREATE TABLE doubt (person, claim)",
    ],
)
def test_tables_that_are_not_advisors_are_refused_before_they_are_read(
    file: Path, script: str
) -> None:
    damage(file, script)
    said = refused(file)
    assert said.startswith("is damaged: ")
    assert "expected the tables of a workshop alone" in said or "as advisor makes it" in said


@pytest.mark.parametrize("version", [0, 4, -1])
def test_a_version_that_is_not_known_is_refused(file: Path, version: int) -> None:
    damage(file, f"PRAGMA user_version = {version}")
    assert f"is of version {version}, expected 3 or an earlier one" in refused(file)


def test_a_file_that_is_too_large_is_refused(file: Path) -> None:
    os.truncate(file, database.LARGEST + 1)
    assert "too large: expected at most 64 MiB" in refused(file)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "team.workshop")
    with pytest.raises(InputError, match="is not a regular file, expected a workshop file"):
        open_workshop(tmp_path / "team.workshop")


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder, expected a workshop file"):
        open_workshop(tmp_path)


def super_journal(path: Path, target: Path) -> bytes:
    """A rollback journal for which SQLite deletes the file ``target`` as soon as it is opened."""
    magic, page, name = bytes.fromhex("d9d505f920a163d7"), 4096, os.fsencode(target)
    header = magic + struct.pack(">5I", 0, 0, path.stat().st_size // page, 512, page)
    lock_page = struct.pack(">I", 0x40000000 // page + 1)
    return header.ljust(512, b"\0") + (
        lock_page + name + struct.pack(">II", len(name), sum(name) & 0xFFFFFFFF) + magic
    )


def put_journal(kind: str, journal: Path, content: bytes) -> None:
    if kind == "pipe":
        os.mkfifo(journal)
    elif kind == "link to nothing":
        journal.symlink_to("nowhere")
    elif kind == "folder":
        journal.mkdir()
    else:
        journal.write_bytes(content)


JOURNALS = ["super-journal", "pipe", "link to nothing", "folder"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("kind", JOURNALS)
def test_a_journal_beside_a_file_is_not_played_back(
    kind: str, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that only looks at a workshop file deletes another file, or waits for a pipe."""
    monkeypatch.chdir(file.parent)
    other, journal = file.with_name("other"), file.with_name(f"{file.name}-journal")
    other.write_bytes(b"kept")
    link = file.with_name("linked")
    link.symlink_to(file)
    put_journal(kind, journal, super_journal(file, other))
    before = sorted(path.name for path in file.parent.iterdir())
    for path in (file, link):
        for action in ACTIONS:
            assert run(action, path) == 3
            said = capsys.readouterr().err
            assert said.startswith(f"advisor: {path}: is not opened: {journal} lies beside it")
        assert main(["workshop", "audit", str(path)]) == 3
        capsys.readouterr()
    assert sorted(path.name for path in file.parent.iterdir()) == before


def test_a_journal_that_comes_later_is_not_played_back_by_who_writes(file: Path) -> None:
    other, journal = file.with_name("other"), file.with_name(f"{file.name}-journal")
    other.write_bytes(b"kept")
    with open_workshop(file) as workshop:
        journal.write_bytes(super_journal(file, other))
        with pytest.raises(InputError, match="lies beside it, expected none"):
            workshop.doubt(1, CLAIM)
    assert other.exists()


def test_no_workshop_is_made_beside_a_journal(tmp_path: Path) -> None:
    (tmp_path / "new.workshop-journal").write_bytes(b"x")
    with pytest.raises(InputError, match="lies beside it, expected none"):
        create(tmp_path / "new.workshop", a_plan())
    assert [path.name for path in tmp_path.iterdir()] == ["new.workshop-journal"]


def test_a_query_without_end_is_ended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "MOST_STEPS", 200_000)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with (
        closing(database.open_database(file)) as opened,
        pytest.raises(InputError, match="is damaged: it cannot be read"),
    ):
        opened.fetch_all(endless)


def test_a_signal_ends_a_query_at_once(file: Path) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    try:
        with closing(database.open_database(file)) as opened:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt):
                opened.fetch_all(endless)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_file_of_the_first_version_is_read_and_becomes_todays_when_it_is_written(
    file: Path,
) -> None:
    damage(file, "DROP TABLE sealed_doubt; PRAGMA user_version = 1")
    with open_workshop(file) as workshop:
        assert len(workshop.history().rounds) == 1
        workshop.seal_doubts(1, [CLAIM])
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    with open_workshop(file) as workshop:
        assert workshop.reveal() == 2


# Seals


ACTIONS = {
    "show": ["workshop", "show"],
    "reveal": ["workshop", "reveal", "--now", "--no-probes"],
    "next": ["workshop", "next"],
    "merge": ["workshop", "merge"],
    "try": ["workshop", "try", "--list"],
    "record": ["workshop", "record", "--no-probes", "--dir", "decisions"],
    "explain": ["explain"],
    "report": ["report"],
    "whatif": ["whatif", "--set", "team_knows=keras"],
    "flips": ["flips"],
}


def run(action: str, file: Path) -> int:
    command, *rest = ACTIONS[action]
    first = [command, *rest[:1]] if command == "workshop" else [command]
    more = [str(EXAMPLE / "ana.yaml")] if action == "merge" else []
    return main([*first, str(file), *more, *[command, *rest][len(first) :]])


@pytest.mark.parametrize("action", ACTIONS)
def test_a_ballot_that_was_changed_after_it_was_sealed_counts_for_nothing(
    action: str,
    file: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It fits, and so do its points; only the receipt tells."""
    monkeypatch.chdir(file.parent)
    damage(
        file,
        "UPDATE ballot SET text = json_set(text, '$.points.edge', 1) WHERE round = 1 AND person = "
        "(SELECT id FROM person WHERE name = 'Dora')",
    )
    assert run(action, file) == 3
    said = capsys.readouterr()
    complaint = "is damaged: Dora's ballot of round 1 was changed after it was sealed"
    assert (said.out, said.err) == ("", f"advisor: {file}: {complaint}\n")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_ballot_that_is_sealed_still_is_held_against_its_receipt_too(file: Path) -> None:
    damage(file, "UPDATE ballot SET salt = ? WHERE round = 2", "0" * 32)
    assert "Ana's ballot of round 2 was changed after it was sealed" in refused(file)


MOVED = {
    "to another person": "UPDATE ballot SET person = (SELECT id FROM person WHERE name = 'Zoe') "
    "WHERE round = 1 AND id = 1",
    "between two people": "UPDATE person SET name = 'x' WHERE name = 'Ana'; UPDATE person SET "
    "name = 'Ana' WHERE name = 'Ben'; UPDATE person SET name = 'Ben' WHERE name = 'x'",
    "before its owner's last": "UPDATE ballot SET version = 9 WHERE id = 1",
    "to another round": "UPDATE ballot SET round = 2, version = 9 WHERE id = 1",
    "to another way": "UPDATE ballot SET entered = 'file' WHERE id = 1",
    "to an earlier kind": "UPDATE ballot SET salt = substr(salt, 1, 32) WHERE id = 1",
}


@pytest.mark.parametrize("where", MOVED)
def test_a_ballot_that_was_moved_is_not_the_one_that_was_sealed(
    where: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its text, salt and receipt stand there as they were sealed."""
    damage(file, f"PRAGMA foreign_keys = OFF; {MOVED[where]}")
    assert "was changed after it was sealed" in refused(file)
    if where != "to another round":  # of a round that is open an audit tells nothing
        assert main(["workshop", "audit", str(file)]) == 1
        assert "Not all is as it was sealed" in capsys.readouterr().out


def test_a_ballot_of_an_earlier_version_is_held_against_its_receipt_as_it_was_sealed(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its salt was drawn, and does not tell whose it is; the receipt that its owner has is good."""
    with closing(sqlite3.connect(file)) as connection:
        (text,) = connection.execute("SELECT text FROM ballot WHERE id = 1").fetchone()
    kept = receipt(ballot_from_json(text), "a" * 32, a_plan().id, 1)
    damage(file, "UPDATE ballot SET salt = ?, receipt = ? WHERE id = 1", "a" * 32, kept)
    damage(file, "PRAGMA user_version = 2")
    assert main(["workshop", "audit", str(file), "--receipt", kept]) == 0
    with open_workshop(file) as workshop:
        assert "a" * 32 in {ballot.salt for ballot in workshop.history().rounds[0].ballots}
        workshop.submit(2, BALLOTS["Ben"])
        assert workshop.reveal() == 2
    assert main(["workshop", "audit", str(file), "--receipt", kept]) == 0


def test_what_is_published_of_a_ballot_does_not_tell_its_owner(file: Path) -> None:
    """Who knows the people cannot try whose salt it is: that takes what only the file holds."""
    with closing(sqlite3.connect(file)) as connection:
        nonces = {nonce for (nonce,) in connection.execute("SELECT salt FROM ballot")}
    with open_workshop(file) as workshop:
        history = json.dumps(history_as_data(workshop.history()))
    assert len(nonces) == 6
    assert not [nonce for nonce in nonces if nonce in history]


# Knowledge


def test_knowledge_that_lacks_what_was_answered_is_told_from_damage(
    workshop: Workshop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = _with_other_option(tmp_path / "own")
    workshop.submit(1, BALLOTS["Dora"])
    path, other = str(workshop.path), ["--kb", str(own)]
    assert main(["workshop", "reveal", path, "--no-probes", "--now"]) == 4
    capsys.readouterr()
    for command in (["workshop", "show", path], ["report", path]):
        assert main([*command, *other]) == 3
        said = capsys.readouterr().err
        assert "does not go with this knowledge: round 1: 'team_knows' has no option" in said
        assert f"expected the one it was made with (--kb): that was {KB.digest[:19]}, and" in said
        assert "damaged" not in said


@pytest.mark.parametrize("ballot", ["Dora", "Ben"])
def test_other_knowledge_tells_nothing_of_ballots_that_are_sealed(
    ballot: str, workshop: Workshop, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The same is said of a ballot that goes with it and of one that does not, and nobody's name:
    else knowledge that lacks one option at a time would read them all.
    """
    own = _with_other_option(tmp_path / "own")
    workshop.submit(1, BALLOTS[ballot])
    path, digests = str(workshop.path), (KB.digest[:19], load(own).digest[:19])
    expected = (
        f"advisor: This workshop was begun with other knowledge ({digests[0]}) than this "
        f"({digests[1]}), and ballots are sealed and revealed with that one alone. Name it with "
        "--kb, or run the version of framework-advisor that the workshop was begun with.\n"
    )
    answers = str(EXAMPLE / "ana.yaml")
    for action, more in {"reveal": ["--now"], "merge": [answers], "serve": ["--port", "0"]}.items():
        assert main(["workshop", action, path, *more, "--kb", str(own)]) == 1
        assert capsys.readouterr() == ("", expected)
    with pytest.raises(WorkshopError, match="was begun with other knowledge"):
        workshop.reveal(load(own))
    assert not workshop.round_state().revealed


def _with_other_option(folder: Path) -> Path:
    """The shipped knowledge in which nobody can know Keras."""
    shutil.copytree(SHIPPED, folder)
    rules, questions = folder / "rules" / "team.yaml", folder / "questions.yaml"
    lines = rules.read_text("utf-8").splitlines()
    changed = [re.sub(r"\bkeras\b", "cobol", x) if "team_knows" in x else x for x in lines]
    rules.write_text("\n".join(changed), "utf-8")
    before, mark, after = questions.read_text("utf-8").partition("\n  team_knows:")
    questions.write_text(before + mark + after.replace("keras", "cobol", 1), "utf-8")
    return folder


# Where nothing can be written


@contextmanager
def nobody() -> Iterator[None]:
    """As somebody who owns nothing here: an administrator may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="folders cannot be kept from being written")
@pytest.mark.parametrize("mode", [0o444, 0o644])
def test_where_nothing_can_be_written_a_workshop_is_read_all_the_same(
    file: Path, mode: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(path: Path) -> None:
        for command in (["workshop", "show"], ["workshop", "audit"], ["explain"], ["report"]):
            assert main([*command, str(path)]) in (0, 4), capsys.readouterr().err

    look(file)  # what is imported lies where not everybody may look
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_CACHE_HOME", folder)
        path = Path(folder) / "team.workshop"
        path.write_bytes(file.read_bytes())
        path.chmod(mode)
        Path(folder).chmod(0o555)
        with nobody():
            look(path)
            assert main(["workshop", "reveal", str(path), "--now"]) == 1
        assert "it cannot be written, or read, where it lies" in capsys.readouterr().err
        assert path.read_bytes() == file.read_bytes()
        Path(folder).chmod(0o755)


def test_what_is_read_waits_for_nobody_who_writes(file: Path) -> None:
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        open_workshop(file) as workshop,
    ):
        workshop.wait_at_most(0)
        other.execute("BEGIN IMMEDIATE")
        assert len(workshop.history().rounds) == 1
        with pytest.raises(StorageError, match="another program is writing to it"):
            workshop.doubt(1, CLAIM)
        other.execute("ROLLBACK")
        workshop.doubt(1, CLAIM)


def test_what_a_probe_found_is_kept_only_if_it_can_be_read_again(workshop: Workshop) -> None:
    odd = [{"x": float("nan")}, {"x": 10**400}, {"x": "\ud800"}, {"x": "y" * 2**20}]
    for number, evidence in enumerate(odd):
        found = Finding(f"p{number}", Outcome.YES, "run", 1.0, evidence)
        workshop.save_findings([found], {})
    with open_workshop(workshop.path) as again:
        assert {f.outcome for f in again.findings().values()} == {Outcome.ERROR}
        assert len(again.findings()) == 4


# What is shown


def test_titles_names_and_reasons_steer_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "team.workshop"
    name = STEERING[:30]
    with create(path, a_plan(title=STEERING, people={name: "driver"})) as workshop:
        ballot = replace(BALLOTS["Dora"], reasons={"edge": STEERING}, named=True)
        workshop.submit(1, ballot)
        main(["workshop", "show", str(path)])
        workshop.reveal()
    for action in ACTIONS:
        if action != "record":
            run(action, path)
    main(["workshop", "audit", str(path)])
    said = "".join(capsys.readouterr())
    assert "\\x1b[31m" in said
    assert not [c for c in said if c in "\x1b\x07\u202e\u2028\u2066"]


# Anything


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_to_a_file_every_command_ends_in_a_sentence(
    seed: int,
    made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A damaged file is refused in one line, and nothing is left beside it."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.chdir(folder)
    mutants = workshop_mutants(seed, made, tmp_path)
    for number in range(MUTANTS // 4):
        mutant, file = next(mutants), folder / f"{number}.workshop"
        file.write_bytes(mutant.content)
        action = [*ACTIONS][(seed + number) % len(ACTIONS)]
        code = run(action, file)
        said = capsys.readouterr().err
        assert code in (0, 1, 3, 4), (mutant.what, action, said)
        assert code != 3 or said.count("advisor: ") == 1, (mutant.what, action, said)
        beside = {path.name for path in folder.iterdir()}
        assert not [name for name in beside if name.endswith(("-wal", "-shm"))], mutant.what
