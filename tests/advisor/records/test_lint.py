"""What is remarked on decision records, and what is not."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.records.lint.checking import lint, lint_document, select
from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import alike, likeliest, same
from advisor.records.parsing import parse_document
from rules.diagnostics import InputError, printable

from . import test_lint_evidence

MALFORMED = Path(__file__).parent / "malformed"
NAME = "0001-keep-the-journal-in-one-file.md"
SOUND = (MALFORMED / NAME).read_text(encoding="utf-8")
TODAY = date(2026, 2, 1)
MISTAKES: Mapping[str, dict[str, Any]] = yaml.load(
    (MALFORMED / "mistakes.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
)["mistakes"]  # dates stay as they are written
NEAR = {name: mistake for name, mistake in MISTAKES.items() if "near" in mistake}


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, f"{old!r} does not stand in the record"
    return text.replace(old, new, 1)


def write(folder: Path, change: Mapping[str, Any]) -> None:
    """A sound record with a mistake, or one near it, and what stands beside."""
    (folder / "notes.txt").touch()
    text = SOUND
    if "old" in change:
        text = replaced(text, str(change["old"]), str(change["new"]))
    elif "new" in change:
        text = change["new"]
    (folder / change.get("named", NAME)).write_bytes(text.encode())
    for name, edits in change.get("beside", {}).items():
        other = SOUND
        for old, new in edits:
            other = replaced(other, old, new)
        (folder / name).write_bytes(other.encode())


def kinds(remarks: Iterable[LintRemark]) -> list[str]:
    return [remark.kind.id for remark in remarks]


def remarks_on(folder: Path, text: str, name: str = NAME) -> Sequence[LintRemark]:
    (folder / "notes.txt").touch()
    (folder / name).write_bytes(text.encode())
    return lint(select([folder / name]), today=TODAY)


def test_a_sound_record_gives_no_cause_for_remarks(tmp_path: Path) -> None:
    assert remarks_on(tmp_path, SOUND) == []


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_remarked_on_at_its_place(tmp_path: Path, mistake: dict[str, Any]) -> None:
    write(tmp_path, mistake)
    remarks = lint(select([tmp_path]), today=TODAY)
    of_kind = [remark for remark in remarks if remark.kind.id == mistake["kind"]]
    assert of_kind, kinds(remarks)
    first = of_kind[0]
    assert Path(first.location.file).name == mistake.get("at", mistake.get("named", NAME))
    assert first.location.line == int(mistake["line"]), first.message
    assert [words for words in mistake["says"] if words not in first.message] == [], first.message


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_remarked_on_once(tmp_path: Path, mistake: dict[str, Any]) -> None:
    write(tmp_path, mistake)
    expected = Counter([mistake["kind"], *mistake.get("also", [])])
    assert Counter(kinds(lint(select([tmp_path]), today=TODAY))) == expected


@pytest.mark.parametrize("mistake", NEAR.values(), ids=NEAR)
def test_a_near_miss_is_not_remarked_on(tmp_path: Path, mistake: dict[str, Any]) -> None:
    write(tmp_path, mistake["near"])
    assert mistake["kind"] not in kinds(lint(select([tmp_path]), today=TODAY))


@pytest.mark.parametrize("kind", LintKind, ids=lambda kind: kind.id)
def test_every_kind_is_tried_with_a_mistake_and_a_near_miss(kind: LintKind) -> None:
    assert kind.id in {mistake["kind"] for mistake in NEAR.values()} | set(test_lint_evidence.TRIED)


@pytest.mark.parametrize("kind", LintKind, ids=lambda kind: kind.id)
def test_every_kind_is_defined_in_one_sentence(kind: LintKind) -> None:
    assert kind.definition.endswith(".")
    assert ". " not in kind.definition.replace("... ", "")


def test_the_unfilled_template_is_full_of_placeholders(tmp_path: Path) -> None:
    text = (
        "---\nstatus: {proposed | rejected}\ndecision-makers: {list everyone involved}\n---\n"
        "# {short title, representative of solved problem}\n\n"
        "## Context and Problem Statement\n\n{Describe the context and problem statement.}\n\n"
        "## Considered Options\n\n* {title of option 1}\n* {title of option 2}\n* …\n\n"
        "## Decision Outcome\n\n"
        'Chosen option: "{title of option 1}", because {justification. e.g., it is best}.\n'
    )
    remarks = remarks_on(tmp_path, text)
    assert set(kinds(remarks)) == {"placeholder"}
    assert [remark.location.line for remark in remarks] == [2, 3, 5, 9, 13, 19]


@pytest.mark.parametrize(
    "sentence",
    [
        'Chosen option: "One file", because it is one.',
        "Chosen option: “One file”, because it is one.",
        "Chosen option: One file because it is one.",
        "**Chosen option:** `One file`, because it is one.",
        "Chosen option: [One file](notes.txt), because it is one.",
        'Chosen option: "One file" (for now), because it is one.',
        'Chosen options: "One file" and "A database", because it is one.',
        "Chosen option: Option 1, because it is one.",
        'Chosen option: "the one file", because it is one.',
    ],
)
def test_a_choice_is_recognised_however_it_is_written(tmp_path: Path, sentence: str) -> None:
    old = 'Chosen option: "One file", because nothing else has to run.'
    assert kinds(remarks_on(tmp_path, replaced(SOUND, old, sentence))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("One file", "  one   FILE. "),
        ("“One file”", "One file"),
        ("Option A: One file", "One file"),
        ("Option A", "Option A – one file"),
        ("MADR 4.0.0", "MADR 4.0.0 – The records"),
        ("Redis (managed)", "redis"),
    ],
)
def test_texts_that_name_one_option(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Use PostgreSQL as database", "Use MySQL as database"), ("Go", "Golang"), ("A", "A team")],
)
def test_texts_that_name_two_options(one: str, other: str) -> None:
    assert not same(one, other)
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Migrate to Picocli", "Picocli"),
        ("The PreviewPanel", "The Preview panel"),
        ("Keep state in a map of the main file", "Keep state in the main file"),
    ],
)
def test_texts_that_a_reader_may_take_for_one_option(one: str, other: str) -> None:
    assert not same(one, other)
    assert alike(one, other)


def test_a_heading_is_taken_for_the_option_that_names_it_and_no_other_heading_has() -> None:
    options = ["Paddle-VL model over HTTP", "Paddle HTTP API", "Tess"]
    assert likeliest("Paddle", options) == "Paddle HTTP API"
    listed = "".join(f"* {option}, free\n" for option in options)
    argued = "".join(
        f"### {name}\n\n* Good, because it is\n\n" for name in (*options[:1], "Paddle")
    )
    text = f"# T\n\n## Considered Options\n\n{listed}\n## Pros and Cons of the Options\n\n{argued}"
    found = lint_document(parse_document(text, NAME), today=TODAY)
    (reworded,) = [remark for remark in found if remark.kind is LintKind.OPTION_REWORDED]
    assert "'Paddle' is listed as 'Paddle HTTP API, free'" in reworded.message


@pytest.mark.parametrize("choice", ["2", "Option 2", "#2"])
def test_a_choice_may_be_the_number_of_an_option(tmp_path: Path, choice: str) -> None:
    text = replaced(SOUND, 'option: "One file", because', f"option: {choice}, because")
    assert kinds(remarks_on(tmp_path, text)) == []


def test_options_may_be_headings_though_that_is_remarked_on(tmp_path: Path) -> None:
    listed = "* One file\n* A database\n"
    headed = "### One file\n\nIt is one.\n\n### A database\n\nIt is two.\n"
    assert kinds(remarks_on(tmp_path, replaced(SOUND, listed, headed))) == ["options_no_list"]


def test_a_footnote_is_no_link(tmp_path: Path) -> None:
    text = replaced(SOUND, "See [the notes](notes.txt).", "See this[^1].\n\n[^1]: notes")
    assert remarks_on(tmp_path, text) == []


@pytest.mark.parametrize(
    "link",
    [
        "notes.txt#part",
        "./notes.txt?raw=true",
        "<my notes.txt>",
        "my%20notes.txt",
        "other",
        "other.html",
        "/docs/elsewhere.md",
        "#anchor",
        "mailto:ada@a.test",
        "//a.test/notes",
        "..",
    ],
)
def test_a_link_that_leads_somewhere_or_may_do_so_is_left_alone(tmp_path: Path, link: str) -> None:
    for name in ("my notes.txt", "other.md"):
        (tmp_path / name).touch()
    assert remarks_on(tmp_path, replaced(SOUND, "(notes.txt)", f"({link})")) == []


@pytest.mark.parametrize("link", ["missing.md", "a" * 5000, "../../x/%00", "missing.png"])
def test_a_link_to_nowhere_is_remarked_on_at_most(tmp_path: Path, link: str) -> None:
    remarks = remarks_on(tmp_path, replaced(SOUND, "(notes.txt)", f"({link})"))
    assert set(kinds(remarks)) <= {"link_broken"}


def test_an_image_that_is_missing_is_a_broken_link(tmp_path: Path) -> None:
    text = replaced(SOUND, "See [the notes](notes.txt)", "![a sketch](sketch.png)")
    assert kinds(remarks_on(tmp_path, text)) == ["link_broken"]


# which files


@pytest.mark.parametrize(
    "name",
    ["README.md", "index.md", "adr-template.md", "0000-template.md", "template.md", "_index.md"],
)
def test_what_is_no_record_is_passed_over_in_a_folder(tmp_path: Path, name: str) -> None:
    write(tmp_path, {})
    (tmp_path / name).write_text("# Decisions\n", encoding="utf-8")
    assert lint(select([tmp_path]), today=TODAY) == []


def test_what_is_no_record_is_looked_at_where_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Decisions\n", encoding="utf-8")
    assert "no_madr" in kinds(lint(select([tmp_path / "README.md"]), today=TODAY))


def test_a_record_about_templates_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "0001-template-engine.md").write_text("# Choose\n", encoding="utf-8")
    assert kinds(lint(select([tmp_path]), today=TODAY)) == ["no_madr"]


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "0001-x.md").write_text("", encoding="utf-8")
    assert lint(select([tmp_path]), today=TODAY) == []


def test_each_folder_counts_for_itself(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "backend"):
        folder.mkdir(exist_ok=True)
        write(folder, {})
    assert lint(select([tmp_path]), today=TODAY) == []


def test_a_file_named_twice_is_looked_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"old": "accepted", "new": "draft"})
    again = tmp_path / "." / ".." / tmp_path.name / NAME
    selection = select([tmp_path / NAME, tmp_path, again])
    assert kinds(lint(selection, today=TODAY)) == ["status_unknown"]


def test_records_that_are_folders_are_numbered_together(tmp_path: Path) -> None:
    status = "status: superseded by ADR-0003"
    for name, text in {
        "0001-a": SOUND.replace("status: accepted", status),
        "0003-c": SOUND.replace("# Keep", "# Compress").replace("See [", "Supersedes ADR-1. See ["),
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "notes.txt").touch()
        (tmp_path / name / "README.md").write_text(text, encoding="utf-8")
    remarks = lint(select([tmp_path]), today=TODAY)
    assert Counter(kinds(remarks)) == Counter({"file_name": 2, "number_gap": 1})


def test_a_number_that_cannot_be_read_is_not_missing(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "0002-picture.md").write_bytes(b"\xff")
    (tmp_path / "0003-b.md").write_text(SOUND.replace("# Keep", "# Compress"), encoding="utf-8")
    assert kinds(lint(select([tmp_path]), today=TODAY)) == ["unreadable"]


def test_a_file_that_is_no_text_is_remarked_on_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path, {"old": "accepted", "new": "draft"})
    (tmp_path / "0002-picture.md").write_bytes(b"# A\n\xff\xfe")
    unknown, unreadable = lint(select([tmp_path]), today=TODAY)
    assert (unknown.kind, unreadable.kind) == (LintKind.STATUS_UNKNOWN, LintKind.UNREADABLE)
    assert (Path(unreadable.location.file).name, unreadable.location.line) == ("0002-picture.md", 2)


def test_a_folder_without_records_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "README.md").touch()
    with pytest.raises(InputError, match="holds no record"):
        lint(select([tmp_path]))


def test_every_path_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        lint(select([tmp_path / "0001-a.md", tmp_path / "docs"]))
    assert len(error.value.problems) == 2


@pytest.mark.parametrize("name", ["0001-a.md", "b.md"])
def test_a_folder_named_as_a_record_is_remarked_on(tmp_path: Path, name: str) -> None:
    write(tmp_path, {})
    (tmp_path / name).mkdir()
    assert kinds(lint(select([tmp_path]), today=TODAY)) == ["unreadable"]


def test_a_single_record_is_seen_among_its_neighbours(tmp_path: Path) -> None:
    shutil.copy(MALFORMED / NAME, tmp_path / "0003-copy.md")
    text = replaced(SOUND, "status: accepted", "status: superseded by ADR-0009")
    assert kinds(remarks_on(tmp_path, text)) == ["superseder_missing"]


def test_of_a_single_record_gaps_beside_it_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "0009-x.md").write_text(SOUND.replace("# Keep", "# Do not keep"), encoding="utf-8")
    assert remarks_on(tmp_path, SOUND) == []


def test_a_record_that_supersedes_itself_goes_in_a_circle(tmp_path: Path) -> None:
    text = replaced(SOUND, "status: accepted", "status: superseded by ADR-0001")
    (remark,) = remarks_on(tmp_path, text)
    assert (remark.kind, "0001 -> 0001" in remark.message) == (LintKind.SUPERSEDED_IN_CIRCLE, True)


def test_a_record_superseded_by_a_circle_is_not_in_it(tmp_path: Path) -> None:
    edits = {
        "0001-a.md": [["status: accepted", "status: superseded by ADR-0002"]],
        "0002-b.md": [["status: accepted", "status: superseded by ADR-0003"], ["See", "ADR-1"]],
        "0003-c.md": [["status: accepted", "status: superseded by ADR-0002"]],
    }
    write(tmp_path, {"beside": edits, "named": "0004-d.md"})
    remarks = lint(select([tmp_path]), today=TODAY)
    assert [Path(one.location.file).name for one in remarks] == ["0002-b.md", "0003-c.md"]
    assert set(kinds(remarks)) == {"superseded_in_circle"}


def test_remarks_come_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    spoilt = SOUND.replace("accepted", "draft").replace("A test opens it.", "TBD")
    for name in ("0001-a.md", "0002-b.md"):
        (tmp_path / name).write_text(spoilt.replace("# Keep", f"# {name}"), encoding="utf-8")
    (tmp_path / "notes.txt").touch()
    remarks = lint(select([tmp_path / "0002-b.md", tmp_path / "0001-a.md"]), today=TODAY)
    assert remarks == sorted(remarks, key=lambda one: one.location)
    assert kinds(remarks) == ["status_unknown", "unfinished"] * 2


def test_a_link_of_a_file_to_itself_is_remarked_on(tmp_path: Path) -> None:
    (tmp_path / NAME).symlink_to(NAME)
    assert kinds(lint(select([tmp_path]), today=TODAY)) == ["unreadable"]


def test_a_path_that_is_too_long_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        lint(select([tmp_path / ("a" * 5000)]))


def test_what_no_terminal_should_be_sent_is_written_out(tmp_path: Path) -> None:
    (remark,) = remarks_on(tmp_path, replaced(SOUND, "accepted", '"\\x1b[31mred"'))
    assert remark.kind is LintKind.FRONT_MATTER_UNREADABLE
    (remark,) = remarks_on(tmp_path, replaced(SOUND, "notes.txt", "%1b[31mred"))
    assert "'\\x1b[31mred'" in remark.message


# whatever is in a file


lines_of_sound = st.lists(st.sampled_from(SOUND.split("\n")), max_size=60)
odd = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "\r\n\t\0\ufeff\u2028\u2029\x85\x0b\x0c\u202e#*-`[](){}<>!:&|\"'\\_~=+.1a "
        ),
        st.characters(codec="utf-8"),
    ),
    max_size=200,
)


@st.composite
def spoilt_records(draw: st.DrawFn) -> str:
    """The sound record with lines taken away, repeated, swapped, cut short or spoilt."""
    lines = SOUND.split("\n")
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "repeat", "swap", "cut", "odd"])):
            case "drop" if len(lines) > 1:
                del lines[place]
            case "repeat":
                lines.insert(place, lines[draw(st.integers(0, len(lines) - 1))])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], lines[place]
            case "cut":
                lines[place] = lines[place][: draw(st.integers(0, len(lines[place])))]
            case _:
                lines[place] += draw(odd)
    return draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)


def assert_remarks_lie_in(text: str) -> None:
    document = parse_document(text, NAME)
    last = document.text.count("\n") + 1
    for remark in lint_document(document, today=TODAY):
        assert 0 <= remark.location.line <= last, remark
        assert remark.message
        assert printable(remark.message) == remark.message, remark


@given(st.one_of(odd, lines_of_sound.map("\n".join)))
@settings(deadline=None)
def test_any_text_can_be_linted(text: str) -> None:
    assert_remarks_lie_in(text)


@given(spoilt_records())
@settings(deadline=None)
def test_any_spoilt_record_can_be_linted(text: str) -> None:
    assert_remarks_lie_in(text)


@given(st.binary(max_size=300))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
def test_any_bytes_are_remarked_on_or_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / NAME).write_bytes(data)
    assert {one.location.file for one in lint(select([tmp_path]))} <= {str(tmp_path / NAME)}


@given(st.sampled_from(["\r\n", "\r"]), st.booleans())
@settings(deadline=None)
def test_line_ends_and_byte_order_marks_change_nothing(end: str, mark: bool) -> None:
    from rules.loading.yaml_nodes import decoded

    data = ("\ufeff" * mark + SOUND.replace("\n", end)).encode()
    document = parse_document(decoded(data, NAME), str(MALFORMED / NAME))
    assert kinds(lint_document(document, today=TODAY)) == ["link_broken"]  # notes are not there
