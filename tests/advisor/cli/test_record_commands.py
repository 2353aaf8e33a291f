"""``advisor record`` as people and build servers use it: what it prints, and its exit codes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import yaml

from advisor.consultation.consultation import Recommendation
from advisor.records.evidence.bundle import MANIFEST, packed, read_bundle
from advisor.report.session_file import save_recommendation

from ...conftest import Program, installed_libraries, interpreter_with
from ...consultations.test_sabotage import SABOTAGED_TENSORFLOW
from ..recommendations import EXAMPLES

ON_THE_CONVERTER = ("--set", "target=android", "--set", "int8=required")
SLUG = "framework-for-the-plant-recognition-app"


@pytest.fixture(scope="module")
def made(
    run_program: Program, android: Recommendation, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with a session, and a record in docs/decisions that the program wrote."""
    folder = tmp_path_factory.mktemp("made")
    save_recommendation(folder / "s.yaml", android)
    run_program("record", "new", "s.yaml", folder=folder)
    return folder


@pytest.fixture
def session(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made / "s.yaml", tmp_path))


@pytest.fixture
def written(made: Path, tmp_path: Path) -> Path:
    """The record, in a folder of the test's own."""
    shutil.copytree(made / "docs", tmp_path / "docs")
    (record,) = (tmp_path / "docs" / "decisions").glob("*.md")
    return record


# New


def test_new_prints_the_path_of_the_record_alone(program: Program, session: Path) -> None:
    run = program("record", "new", session)
    assert (run.code, run.out, run.err) == (0, f"docs/decisions/0001-{SLUG}.md\n", "")


def test_new_writes_the_evidence_beside_it(written: Path) -> None:
    assert sorted(path.name for path in written.parent.iterdir()) == [
        f"0001-{SLUG}.evidence.zip",
        f"0001-{SLUG}.md",
    ]


def test_new_takes_the_folder_and_the_day(program: Program, session: Path, tmp_path: Path) -> None:
    run = program("record", "new", session, "--dir", "adr", "--revisit", "2031-05-06")
    assert "again by 2031-05-06" in (tmp_path / run.out.strip()).read_text("utf-8")


def test_new_from_a_mere_answers_file_says_that_nothing_was_tried(program: Program) -> None:
    run = program("record", "new", EXAMPLES / "android-app.yaml")
    assert run.code == 4
    assert "from written knowledge only: nothing was tried for these answers" in run.err


def test_new_writes_what_was_decided_otherwise(program: Program, session: Path) -> None:
    run = program("record", "new", session, "--choose", "pytorch", "--because", "we have to")
    record = session.parent / run.out.strip()
    assert 'Chosen option: "PyTorch", because we have to.' in record.read_text("utf-8")
    assert program("record", "verify", record).code == 0


def test_what_was_decided_otherwise_cannot_be_changed_unseen(
    program: Program, session: Path
) -> None:
    run = program("record", "new", session, "--choose", "pytorch", "--because", "we have to")
    record = session.parent / run.out.strip()
    text = record.read_text("utf-8").replace('option: "PyTorch"', 'option: "TensorFlow"')
    record.write_text(text, "utf-8")
    assert program("record", "verify", record).code == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ("--choose", "pytorch"),
            2,
            "--choose pytorch is not what is advised (tensorflow): say why",
        ),
        (("--choose", "pytorch", "--because", "x\udcff"), 2, "expected a sentence in UTF-8"),
        (("--choose", "pytroch", "--because", "x"), 3, "no alternative 'pytroch'; did you mean"),
    ],
)
def test_a_decision_needs_an_alternative_and_a_reason(
    program: Program, session: Path, arguments: tuple[str, ...], code: int, told: str
) -> None:
    run = program("record", "new", session, *arguments)
    assert (run.code, told in run.err) == (code, True)


def test_answers_are_taken_from_a_record_to_decide_anew(
    program: Program, written: Path, tmp_path: Path
) -> None:
    arguments = ("--answers", written, "--no-probes", "--record", "docs/decisions")
    run = program("ask", *arguments, "--supersedes", "1", "--format", "json")
    program("record", "accept", "2")
    assert run.data["answers"]["target"] == ["android"]
    records = program("record", "list", "--format", "json").data["records"]
    assert [one["superseded_by"] for one in records] == [2, None]
    assert records[1]["decision_makers"] == ["Ada", "Grace"]


def test_a_record_that_cannot_be_superseded_leaves_nothing_behind(
    program: Program, session: Path, written: Path
) -> None:
    program("record", "new", session, "--supersedes", "1")
    program("record", "accept", "2")
    run = program("record", "new", session, "--supersedes", "1")
    assert (run.code, "is superseded by ADR-0002 already" in run.err) == (3, True)
    assert len(list(written.parent.iterdir())) == 4


@pytest.mark.parametrize("answers", ["nothing-known", "ruled-out"])
def test_new_without_an_outcome_writes_nothing(
    program: Program, tmp_path: Path, answers: str
) -> None:
    run = program("record", "new", EXAMPLES / f"{answers}.yaml")
    complaint = "no record was written: there is no outcome to record yet"
    assert (run.code, run.complaints, list(tmp_path.iterdir())) == (1, [complaint], [])


def test_what_is_superseded_stays_in_force_until_the_new_record_is_accepted(
    program: Program, session: Path, written: Path
) -> None:
    program("record", "accept", "1")
    new = f"docs/decisions/0002-{SLUG}.md"
    run = program("record", "new", session, "--supersedes", written)
    why = f"stays as it is until the new one is accepted: advisor record accept {new}"
    assert run.err == f"{written} {why}\n"
    assert f"Supersedes [ADR-0001](0001-{SLUG}.md)." in Path(
        written.with_name(Path(new).name)
    ).read_text("utf-8")
    statuses = [one["status"] for one in listed(program)]
    assert statuses == ["accepted", "proposed"]
    assert program("record", "lint", "docs/decisions").code == 0
    run = program("record", "accept", "2")
    assert run.out.splitlines() == [
        f"{new}: accepted (before: proposed), date {date.today()}",
        f"docs/decisions/0001-{SLUG}.md: superseded by ADR-0002 (before: accepted), "
        f"date {date.today()}",
    ]
    assert program("record", "lint", "docs/decisions").code == 0
    assert program("record", "accept", "2").out == f"{new}: is accepted already\n"


def listed(program: Program) -> list[dict[str, object]]:
    records: list[dict[str, object]] = program("record", "list", "--format", "json").data["records"]
    return records


def test_new_that_supersedes_what_is_not_there_writes_nothing(
    program: Program, session: Path, written: Path
) -> None:
    run = program("record", "new", session, "--supersedes", "7")
    assert (run.code, run.complaints) == (3, ["docs/decisions: has no record 7, only 0001"])
    assert len(list(written.parent.glob("*.md"))) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--revisit", "2026-02-30"), "expected a day as 2026-01-31, not '2026-02-30'"),
        (("--revisit", "2099-W01-1"), "expected a day as 2026-01-31, not '2099-W01-1'"),
        (("--revisit", "soon"), "expected a day as 2026-01-31, not 'soon'"),
        (("--revisit", "2020-01-01"), "expected a day to come, not '2020-01-01'"),
        (("--supersedes", "three"), "expected a record's number or file, not 'three'"),
    ],
)
def test_arguments_that_are_none_are_a_matter_of_usage(
    program: Program, session: Path, arguments: tuple[str, str], told: str
) -> None:
    run = program("record", "new", session, *arguments)
    assert (run.code, told in run.err) == (2, True)


def test_new_into_a_file_is_refused(program: Program, session: Path, tmp_path: Path) -> None:
    (tmp_path / "adr").write_text("a file")
    assert program("record", "new", session, "--dir", "adr").code == 3


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no folder without files")
@pytest.mark.parametrize("option", [("--record", "/proc/x"), ("--session", "/proc/x.yaml")])
def test_a_folder_that_takes_no_files_is_refused_before_anything_is_tried(
    program: Program, option: Sequence[str]
) -> None:
    run = program("ask", "--answers", EXAMPLES / "android-app.yaml", "--no-probes", *option)
    assert (run.code, run.out, "/proc may not be written to" in run.err) == (3, "", True)


def test_ask_writes_the_same_record(program: Program, tmp_path: Path) -> None:
    arguments = ("--answers", EXAMPLES / "android-app.yaml", "--no-probes")
    program("ask", *arguments, "--record", "one", "--session", "s.yaml")
    program("record", "new", "s.yaml", "--dir", "two")
    texts = {path.read_text("utf-8") for path in tmp_path.glob("*/0001*.md")}
    assert len(texts) == 1


# Accept, supersede, list


def test_accept_and_supersede_say_what_they_changed(
    program: Program, session: Path, written: Path
) -> None:
    run = program("record", "accept", "1")
    file, today = f"docs/decisions/0001-{SLUG}.md", f"date {date.today()}"
    assert run.out == f"{file}: accepted (before: proposed), {today}\n"
    program("record", "new", session)
    run = program("record", "supersede", "ADR-0001", "--by", "2")
    assert run.out.splitlines() == [
        f"{file}: superseded by ADR-0002 (before: accepted), {today}",
        f"docs/decisions/0002-{SLUG}.md: says Supersedes [ADR-0001](0001-{SLUG}.md).",
    ]


def test_accept_says_no_date_where_it_wrote_none(program: Program, tmp_path: Path) -> None:
    (tmp_path / "0001-a.md").write_text("# A\n\nDate: 2024-03-05\n\n## Status\n\nProposed\n")
    run = program("record", "accept", "1", "--dir", ".")
    assert run.out == "0001-a.md: accepted (before: Proposed)\n"


NO_RECORDS = {
    "s.yaml": "schema: 1\ntitle: A session\nanswers: {}\n",
    "./s.yaml": "schema: 1\ntitle: A session\nanswers: {}\n",
    "README.md": "# Ours\n\n## Context\n\nx\n\n## Decision\n\ny\n",
    "notes.md": "# Notes\n",
    "x.evidence.zip": "none",
}


@pytest.mark.parametrize("file", NO_RECORDS)
@pytest.mark.parametrize(
    "command",
    [
        ("record", "accept", "{}"),
        ("record", "supersede", "{}", "--by", "1"),
        ("record", "supersede", "1", "--by", "{}"),
        ("record", "new", EXAMPLES / "android-app.yaml", "--supersedes", "{}"),
        ("record", "verify", "{}"),
    ],
)
def test_what_is_no_record_is_refused_and_left_alone(
    program: Program, written: Path, tmp_path: Path, file: str, command: Sequence[str | Path]
) -> None:
    (tmp_path / file).write_text(NO_RECORDS[file])
    run = program(*(str(part).format(file) for part in command))
    (complaint,) = run.complaints
    assert (run.code, complaint.split(";")[0]) == (3, f"{Path(file)}: is no decision record")
    assert (tmp_path / file).read_text() == NO_RECORDS[file]
    assert len(list(written.parent.glob("*.md"))) == 1


@pytest.mark.parametrize("command", [("explain",), ("ask", "--answers"), ("record", "verify")])
def test_a_record_without_evidence_is_none_of_advisors(
    program: Program, tmp_path: Path, command: Sequence[str]
) -> None:
    (tmp_path / "ADR-0001-x.md").write_text("# Use it\n")
    run = program(*command, "ADR-0001-x.md")
    why = "names no evidence, and there is none beside it: expected a record of advisor's"
    assert (run.code, run.complaints) == (3, [f"ADR-0001-x.md: {why}"])


def test_of_evidence_the_record_is_named(program: Program, written: Path) -> None:
    run = program("record", "verify", written.with_suffix(".evidence.zip"))
    assert (run.code, f"name the record, {written.name}" in run.err) == (3, True)


@pytest.mark.parametrize("option", [("--python", "python3"), ("--timeout", "9"), ("--provision",)])
def test_verify_refuses_what_only_a_run_needs(
    program: Program, written: Path, option: Sequence[str]
) -> None:
    run = program("record", "verify", "1", *option)
    assert (run.code, f"{option[0]} needs --rerun" in run.err) == (2, True)


def test_list_shows_each_record_on_a_row(program: Program, written: Path) -> None:
    out = program("record", "list").out
    assert "0001  proposed" in out
    assert "TensorFlow" in out


def test_list_as_data(program: Program, written: Path) -> None:
    (record,) = program("record", "list", "--format", "json").data["records"]
    assert (record["number"], record["status"], record["chosen"]) == (1, "proposed", "TensorFlow")
    assert record["decision_makers"] == ["Ada", "Grace"]


def test_list_of_a_folder_that_is_not_there_is_refused(program: Program) -> None:
    run = program("record", "list")
    assert (run.code, run.complaints) == (3, ["docs/decisions: there is no such folder"])


def test_of_what_is_no_folder_it_is_said_what_it_is(program: Program, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    os.mkfifo(tmp_path / "pipe")
    for name, kind in (("a.md", "a file"), ("pipe", "neither a file nor a folder")):
        run = program("record", "list", name)
        assert (run.code, run.complaints) == (3, [f"{name}: is {kind}, expected a folder"])


def test_a_record_may_be_named_by_its_file(program: Program, written: Path) -> None:
    run = program("record", "accept", f"docs/decisions/{written.name}")
    assert run.out.startswith(f"docs/decisions/{written.name}: accepted (before: proposed)")
    assert "is accepted already" in program("record", "accept", "1").out


# Due


def test_due_exits_with_one_from_the_day_on(program: Program, written: Path) -> None:
    assert program("record", "due", "--on", "2026-08-01").code == 0
    run = program("record", "due", "--on", "2026-09-01")
    assert (run.code, "the day to look at it again, 2026-09-01, is today" in run.out) == (1, True)


def test_due_as_data(program: Program, written: Path) -> None:
    (record,) = program("record", "due", "--on", "2027-01-01", "--format", "json").data["records"]
    assert record["revisit"] == "2026-09-01"
    assert [one["trigger"] for one in record["reminders"]] == ["date", "evidence"]


# Verify


def test_verify_passes_a_record_as_it_was_written(program: Program, written: Path) -> None:
    run = program("record", "verify", written)
    assert run.code == 0
    assert "Unaltered, and reasoned right" in run.out


def test_verify_names_the_record_that_says_otherwise(program: Program, written: Path) -> None:
    text = written.read_text("utf-8").replace('option: "TensorFlow"', 'option: "PyTorch"')
    written.write_text(text, "utf-8")
    run = program("record", "verify", written)
    assert run.code == 1
    told = " ".join(run.out.split())
    assert "the chosen option is 'PyTorch', the evidence says 'TensorFlow'" in told


def test_verify_takes_a_folder_and_passes_over_what_it_cannot_verify(
    program: Program, session: Path, written: Path
) -> None:
    program("record", "new", session, "--supersedes", "1")
    program("record", "accept", "2")
    (written.parent / "0003-theirs.md").write_text("---\nstatus: accepted\n---\n# Theirs\n")
    run = program("record", "verify", "docs/decisions", "--format", "json")
    assert [Path(one["file"]).name[:4] for one in run.data["records"]] == ["0002"]
    told = "2 of 3 records passed over: no evidence, or no longer in force"
    assert told in run.err


def test_verify_of_a_folder_without_such_records_is_refused(
    program: Program, tmp_path: Path
) -> None:
    (tmp_path / "0001-theirs.md").write_text("# Theirs\n")
    run = program("record", "verify", ".")
    told = ".: has no record that stands and has evidence, expected one to verify"
    assert (run.code, told in run.err) == (3, True)


def test_verify_as_data_holds_every_check(program: Program, written: Path) -> None:
    (record,) = program("record", "verify", written, "--format", "json").data["records"]
    assert {name: check["result"] for name, check in record["checks"].items()} == {
        "whole": "passed",
        "text": "passed",
        "replay": "passed",
    }
    assert record["then"]["alternative"] == "tensorflow"
    assert record["rerun"] is None


def test_verify_where_nothing_is_installed_cannot_run(
    program: Program, written: Path, tmp_path: Path
) -> None:
    empty = interpreter_with(tmp_path / "empty", [])
    run = program("record", "verify", written, "--rerun", "--python", empty)
    assert run.code == 4
    assert "Nothing speaks against it, not all could be run" in run.out


def test_verify_says_so_where_a_probe_is_no_more(
    program: Program, written: Path, tmp_path: Path
) -> None:
    def renamed(data: bytes) -> bytes:
        return data.replace(b"tensorflow.converts_to_tflite", b"tensorflow.converts_to_nothing")

    bundle = read_bundle(written.with_suffix(".evidence.zip"))
    entries = {name: renamed(data) for name, data in bundle.entries.items() if name != MANIFEST}
    written.with_suffix(".evidence.zip").write_bytes(packed(entries))
    empty = interpreter_with(tmp_path / "empty", [])
    run = program("record", "verify", written, "--rerun", "--python", empty)
    told = "this advisor has no such probe; its source is in the evidence"
    assert told in " ".join(run.out.split())


# The question put to sessions is put to records as well


@pytest.mark.parametrize("command", ["explain", "flips", "report"])
@pytest.mark.parametrize("suffix", [".md", ".evidence.zip"])
def test_a_record_can_be_questioned_as_a_session_can(
    program: Program, written: Path, command: str, suffix: str
) -> None:
    run = program(command, written.with_suffix(suffix))
    assert run.code == 0
    assert "TensorFlow, clearly" in run.out


def test_a_record_that_was_altered_is_told_to_be(program: Program, written: Path) -> None:
    assert program("explain", written).err == ""
    text = written.read_text("utf-8").replace('option: "TensorFlow"', 'option: "PyTorch"')
    written.write_text(text, "utf-8")
    run = program("explain", written)
    assert run.code == 0
    assert "is not as it was written: what follows is its evidence's" in run.err


def test_a_record_is_questioned_by_the_knowledge_it_was_written_by(
    program: Program, tmp_path: Path
) -> None:
    folder = EXAMPLES / "with-jax"
    answers = folder / "answers" / "jax-on-tpus.yaml"
    made = program("ask", "--kb", folder, "--answers", answers, "--no-probes", "--record", "adr")
    (record,) = (tmp_path / "adr").glob("*.md")
    assert made.code == 4
    assert "JAX" in program("explain", record).out


# On frameworks that have changed


@pytest.fixture(scope="module")
def older_and_newer(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two interpreters: one with the real TensorFlow, one whose TFLite converter writes garbage."""
    folder = tmp_path_factory.mktemp("interpreters")
    package = folder / "first" / "tensorflow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(SABOTAGED_TENSORFLOW)
    libraries = installed_libraries()
    older = interpreter_with(folder / "older", [libraries])
    return older, interpreter_with(folder / "newer", [folder / "first", libraries])


@pytest.fixture(scope="module")
def tried_on_older(
    run_program: Program,
    older_and_newer: tuple[Path, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A record whose claims were tried on the older one."""
    folder = tmp_path_factory.mktemp("tried")
    options = (*ON_THE_CONVERTER, "--python", older_and_newer[0], "--record", "adr")
    run_program("ask", *options, folder=folder)
    (record,) = (folder / "adr").glob("*.md")
    return record


def test_a_claim_that_another_framework_refutes_has_changed_and_flips_the_advice(
    program: Program, tried_on_older: Path, older_and_newer: tuple[Path, Path]
) -> None:
    record, newer = tried_on_older, older_and_newer[1]
    assert program("kb", "new", "ours").code == 0
    run = program("record", "verify", record, "--rerun", "--python", newer, "--kb", "ours")
    assert run.code == 6
    told = " ".join(run.out.split())
    assert "The advice would be another today" in told
    assert "confirmed -> refuted: Keras models convert to TFLite with TensorFlow's own" in told
    assert "--supersedes 1 --kb ours" in told


def test_the_same_frameworks_prove_it_again(
    program: Program, tried_on_older: Path, older_and_newer: tuple[Path, Path]
) -> None:
    record, older = tried_on_older, older_and_newer[0]
    run = program("record", "verify", record, "--rerun", "--python", older, "--format", "json")
    assert run.code == 0
    assert not run.data["records"][0]["rerun"]["flips"]


# Texts that steer terminals


def test_nothing_that_steers_a_terminal_reaches_it(
    program: Program, written: Path, tmp_path: Path
) -> None:
    text = written.read_text("utf-8").replace("# Framework", "# \x1b[31mFramework \x9b\u202e")
    text = text.replace('option: "TensorFlow"', 'option: "\x1b]0;x\x07TensorFlow"')
    odd = written.with_name("0002-\x1b[31m.md")
    odd.write_text(text, "utf-8")
    shutil.copy(written.with_suffix(".evidence.zip"), odd.with_suffix(".evidence.zip"))
    runs = [
        program("record", "list"),
        program("record", "due", "--on", "2027-01-01"),
        program("record", "verify", odd),
        program("record", "lint", odd),
        program("record", "accept", "2"),
        program("record", "export", "--as", "nygard", "--to", "out"),
        program("record", "verify", "nowhere\x1b.md"),
    ]
    shown = "".join(run.out + run.err for run in runs)
    assert [c for c in "\x1b\x07\x9b\u202e" if c in shown] == []


# Texts of people


HOSTILE = {
    "quotes": "Say \"it\", 'it' and `it`",
    "colon": "Choose: # this, --- and that",
    "newline": "Two\nlines",
    "markdown": "*bold* [link](https://x.example) # heading | cell",
    "html": "<script>alert(1)</script> <!-- &lt;b&gt; -->",
    "long": "a title of three hundred characters " * 8 + "and a few mo",
    "right to left": "right to left אבג أحمد",
    "emoji": "🦀👩‍🔬 e\u0301",
    "yaml": "- null, {no}, *no, &no, !no, %no, @no",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_whatever_people_write_comes_through_as_text(
    program: Program, android: Recommendation, tmp_path: Path, text: str
) -> None:
    answers = {
        "title": text,
        "answers": {name: list(given) for name, given in android.sheet.answers.items()},
        "people": {"decision_makers": [text, "Ada"]},
    }
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(answers, allow_unicode=True), "utf-8")
    record = program("record", "new", "a.yaml").out.strip()
    (listed,) = program("record", "list", "--format", "json").data["records"]
    assert listed["title"] == " ".join(text.split())
    assert listed["decision_makers"] == [" ".join(text.split()), "Ada"]
    assert program("record", "verify", record).code == 0
    assert program("record", "lint", record, "--level", "error").code == 0
