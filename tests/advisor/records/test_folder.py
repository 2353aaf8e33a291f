"""A folder of records: numbers, names, and several that want the next number at once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from advisor.records.folder import create, read_records, record_numbered, slug
from advisor.records.names import name_of
from rules.diagnostics import InputError


def new(folder: Path, title: str = "Use it") -> str:
    """The name of the record that is created next."""
    return create(folder, title, lambda stem: {".md": f"# {stem}\n"})[-1].name


def numbered(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text("mine\n")
    return folder


def test_first_record_makes_the_folder(tmp_path: Path) -> None:
    assert new(tmp_path / "docs" / "decisions") == "0001-use-it.md"


@pytest.mark.parametrize(
    ("there", "number"),
    [
        (["0001-a.md", "0007-b.md", "README.md", "12-c.md", "adr-template.md"], "0008"),
        (["0000-use-madr.md"], "0001"),
        (["9999-z.md"], "10000"),
        (["10000-z.md", "0001-a.md"], "10001"),
        (["001-a.md", "002-b.md"], "003"),
        (["2024-05-06-notes.md", "20240506-log.md"], "0001"),
        (["0004-gone.evidence.zip"], "0005"),
    ],
)
def test_number_follows_the_highest_of_the_folder(
    tmp_path: Path, there: list[str], number: str
) -> None:
    assert new(numbered(tmp_path, *there)) == f"{number}-use-it.md"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("", "choose-a-framework"),
        ("Für Füchse: 100 %?", "fur-fuchse-100"),
        ("../../etc/passwd", "etc-passwd"),
        ("中文 🦀", "choose-a-framework"),
        ("word " * 60, "word-word-word-word-word-word-word-word-word-word-word-word"),
    ],
)
def test_file_name_is_made_of_plain_letters(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_after_the_last_number_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="after which there is no number left"):
        new(numbered(tmp_path, "9999999-z.md"))


def test_names_are_taken_apart(tmp_path: Path) -> None:
    name = name_of(tmp_path / "0012-use-it.md")
    assert name is not None
    assert (name.number, name.width) == (12, 4)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("0001.md", 1),
        ("12-a.md", 12),
        ("0003-a.MD", 3),
        ("0003_use_it.markdown", 3),
        ("ADR-0003-use-it.md", 3),
        ("adr_0003.md", 3),
        ("adr003-use-it.md", 3),
        ("AD0003-use-it.md", 3),
        ("TEAM-ADR-API-0003-use-it.md", 3),
        ("billing-0003-use-it.md", 3),
        ("2026-01-31_003-use-it.md", 3),
        ("2026-01-31-use-it.md", None),
        ("20260131-use-it.md", None),
        ("0003-use-it/README.md", 3),
        ("2026-01-31-use-it/index.md", None),
    ],
)
def test_projects_name_their_records_in_many_ways(name: str, number: int | None) -> None:
    found = name_of(Path(name))
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "name",
    ["README.md", "0001-a.yaml", "use-http-404.md", "use-php-8.md", "notes.md", "use/README.md"],
)
def test_other_files_are_not_named_as_records(name: str) -> None:
    assert name_of(Path(name)) is None


def test_records_are_listed_by_number(tmp_path: Path) -> None:
    numbered(tmp_path, "0010-b.md", "0002-a.md", "README.md")
    assert [record.name.number for record in read_records(tmp_path).records] == [2, 10]


def test_records_are_found_in_the_folders_below(tmp_path: Path) -> None:
    for inner in ("web", "billing/api", ".hidden", "node_modules/x"):
        (tmp_path / inner).mkdir(parents=True)
        numbered(tmp_path / inner, "0001-a.md")
    numbered(tmp_path, "0001-a.md")
    labels = [record.label for record in read_records(tmp_path).records]
    assert labels == ["0001", "billing/api/0001", "web/0001"]


def test_a_record_is_known_by_its_headings_and_the_rest_is_named(tmp_path: Path) -> None:
    (tmp_path / "use-it.md").write_text("# Use it\n\n## Context\n\nA.\n\n## Decision\n\nB.\n")
    numbered(tmp_path, "guide.md", "README.md", "adr-template.md", "0000-template.md")
    found = read_records(tmp_path)
    assert [record.label for record in found.records] == ["use-it"]
    assert found.not_looked_at.endswith("not looked at: guide.md")


def test_what_cannot_be_read_stops_none_of_the_others(tmp_path: Path) -> None:
    numbered(tmp_path, "0001-a.md")
    (tmp_path / "0002-no-text.md").write_bytes(b"\xff")
    (tmp_path / "0003-folder.md").mkdir()
    (tmp_path / "0004-loop.md").symlink_to("0004-loop.md")
    os.mkfifo(tmp_path / "0005-pipe.md")
    (tmp_path / "0006-large.md").write_bytes(b"x" * 600_000)
    found = read_records(tmp_path)
    assert [record.label for record in found.records] == ["0001"]
    assert [Path(p.location.file).name[:4] for p in found.problems] == [
        *("0002", "0003", "0004", "0005", "0006"),
    ]


def test_a_number_that_no_record_has_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no record 3, only 0001, 0002"):
        record_numbered(numbered(tmp_path, "0001-a.md", "0002-b.md"), 3)


def test_a_number_that_two_records_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"0001-a\.md and 0001-b\.md have the number 1"):
        record_numbered(numbered(tmp_path, "0001-a.md", "0001-b.md"), 1)


def test_a_number_in_two_folders_is_refused_with_both(tmp_path: Path) -> None:
    for inner in ("web", "billing"):
        (tmp_path / inner).mkdir()
        numbered(tmp_path / inner, "0003-a.md")
    with pytest.raises(
        InputError, match=r"billing/0003-a\.md and web/0003-a\.md have the number 3"
    ):
        record_numbered(tmp_path, 3)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        read_records(tmp_path / "nowhere")


# At once, and interrupted


def _create_several(folder: Path, title: str, count: int) -> None:
    for _ in range(count):
        new(folder, title)


def test_processes_that_number_at_once_get_numbers_of_their_own(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    arguments = [(tmp_path, f"Title {number}", 8) for number in range(4)]
    processes = [context.Process(target=_create_several, args=one) for one in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    numbers = sorted(path.name[:4] for path in tmp_path.glob("*.md"))
    assert numbers == [f"{number:04d}" for number in range(1, 33)]


def test_what_cannot_be_written_whole_leaves_nothing(tmp_path: Path) -> None:
    def half(stem: str) -> Mapping[str, str | bytes]:
        return {".evidence.zip": b"evidence", "/nowhere/x.md": "never"}

    with pytest.raises(OSError, match="nowhere"):
        create(tmp_path, "Use it", half)
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
import advisor.files
from advisor.records.folder import create

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may ignore it
link, linked = os.link, []

def kill_at_the_last(source, target):
    if linked:
        os.kill(os.getpid(), {signal})
    linked.append(target)
    link(source, target)

os.link = kill_at_the_last
files = {{".evidence.zip": b"e" * 100_000, ".md": "x" * 100_000}}
create(Path(sys.argv[1]), "Use it", lambda stem: files)
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_between_its_two_files_there_is_no_half_record(
    tmp_path: Path, environment: Mapping[str, str], sent: signal.Signals
) -> None:
    code = KILLED.format(signal=int(sent))
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True
    )
    assert done.returncode != 0
    assert list(tmp_path.glob("*.md")) == []
    assert new(tmp_path)  # and the next one finds its way


def test_the_lock_is_gone_with_the_process(tmp_path: Path, environment: Mapping[str, str]) -> None:
    code = KILLED.format(signal=int(signal.SIGKILL))
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=environment, capture_output=True
    )
    before = [path.name for path in tmp_path.iterdir()]
    assert new(tmp_path) not in before
