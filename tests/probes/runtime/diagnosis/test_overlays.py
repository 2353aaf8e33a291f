"""Projects that lie over one another, and notes of installers that are broken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import Examine, only_conflict, put_note


def brings(libraries: Path, project: str, *files: str) -> None:
    """Note a project with these files; the same file of two projects has other content."""
    name, version = project.split("==")
    put_note(libraries, name, version, files=tuple(f"{file},sha256={name},1" for file in files))


def forget_files(libraries: Path) -> None:
    """Leave no note of which files were brought, as the packages of Debian do."""
    for record in libraries.glob("*.dist-info/RECORD"):
        record.unlink()


def test_two_that_brought_other_files_of_one_name_are_a_conflict(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        brings(libraries, "some_alpha==1.0", "alpha/__init__.py", "alpha/core.so", "alpha/a.py")
        brings(libraries, "some_alpha_gpu==2.0", "alpha/__init__.py", "alpha/core.so")

    conflict = only_conflict(examine(prepare=put))
    assert conflict.what == (
        "some-alpha 1.0 and some-alpha-gpu 2.0 are both installed, and each brings alpha"
    )
    assert "some-alpha some-alpha-gpu; " in conflict.cure


def test_two_packages_of_one_file_are_a_conflict(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        brings(libraries, "alpha==1.0", "alpha/__init__.py")
        brings(libraries, "alpha_nightly==2.0", "alpha/__init__.py")

    assert only_conflict(examine(prepare=put)).what.endswith("each brings alpha")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("space/__init__.py", "space/a/lib.so"), ("space/__init__.py", "space/b/lib.so")),
        (("alpha/a.py", "tests/__init__.py"), ("beta/a.py", "tests/__init__.py")),
        (("alpha/a.py", "LICENSE"), ("beta/a.py", "LICENSE")),
        (("alpha/a.py", "../../../bin/run.py"), ("beta/a.py", "../../../bin/run.py")),
    ],
    ids=["a namespace", "tests", "a licence", "programs"],
)
def test_what_may_be_shared_is_no_conflict(
    examine: Examine, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    def put(libraries: Path) -> None:
        brings(libraries, "one==1.0", *one)
        brings(libraries, "other==1.0", *other)

    assert examine(prepare=put).conflicts == ()


@pytest.mark.parametrize("spelt", ["./alpha/a.py", "../site-packages/alpha/a.py", "alpha//a.py"])
def test_file_is_the_same_however_its_path_is_written(examine: Examine, spelt: str) -> None:
    def put(libraries: Path) -> None:
        brings(libraries, "one==1.0", "alpha/a.py")
        brings(libraries, "other==1.0", spelt)

    assert only_conflict(examine(prepare=put)).what.endswith("each brings alpha")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "RECORD is missing"),
        ("", "RECORD lists no files"),
        ('"alpha/a.py,sha256=x,1\n', "RECORD cannot be read: unexpected end of data"),
        ('"alpha/a.py\nalpha/b.py",,\n', "RECORD cannot be read: no file is called"),
        (f"{'x' * 140_000},,\nalpha/a.py,,\n", "RECORD cannot be read: field larger than"),
    ],
    ids=["missing", "empty", "open quote", "two lines", "long"],
)
def test_files_that_are_not_known_are_not_checked(
    examine: Examine, text: str | None, why: str
) -> None:
    def put(libraries: Path) -> None:
        brings(libraries, "one==1.0", "alpha/a.py")
        record = put_note(libraries, "other", "1.0") / "RECORD"
        record.unlink() if text is None else record.write_text(text)

    seen = examine(prepare=put)
    assert seen.conflicts == ()
    (unchecked,) = seen.unchecked
    assert unchecked.what == "whether other 1.0 overwrites others"
    assert unchecked.why.startswith(why)


def test_files_of_many_that_are_not_known_are_one_statement(examine: Examine) -> None:
    projects = tuple(f"p{number}==1.0" for number in range(8))
    (unchecked,) = examine(projects=projects, prepare=forget_files).unchecked
    assert unchecked.what.endswith(" and 3 more overwrite others")


def test_file_that_is_the_same_in_both_is_no_conflict(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        for name in ("one", "other"):
            put_note(libraries, name, "1.0", files=("nvidia/same.py,sha256=x,1",))

    assert examine(prepare=put).conflicts == ()


@pytest.mark.parametrize(
    "projects",
    [
        ("tensorflow==2.21.0", "tensorflow_cpu==2.20.0"),
        ("tf_nightly==2.22.0", "tensorflow==2.21.0"),
        ("onnxruntime==1.20", "onnxruntime-directml==1.20"),
        ("opencv-python==4.10", "opencv-contrib-python-headless==4.10"),
        ("keras==2.15", "keras-nightly==3.16"),
    ],
)
def test_known_alternatives_are_a_conflict_where_files_are_not_noted(
    examine: Examine, projects: tuple[str, ...]
) -> None:
    conflict = only_conflict(examine(projects=projects, prepare=forget_files))
    assert " are both installed, and each brings " in conflict.what


def test_alternative_that_the_other_is_made_of_is_no_conflict(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        put_note(libraries, "tensorflow", "2.15.0", "Requires-Dist: tensorflow-intel==2.15.0")
        forget_files(libraries)

    assert examine(projects=("tensorflow_intel==2.15.0",), prepare=put).conflicts == ()


def test_many_in_one_place_are_one_conflict(examine: Examine) -> None:
    names = ("opencv-python", "opencv-python-headless", "opencv-contrib-python")
    projects = tuple(f"{name}==4.10" for name in names)
    conflict = only_conflict(examine(projects=projects, prepare=forget_files))
    assert "are all installed" in conflict.what


# Notes


def test_note_that_is_not_utf8_is_named_and_read_as_far_as_it_goes(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        note = put_note(libraries, "alpha", "1.0")
        (note / "METADATA").write_bytes(b"Name: alpha\nVersion: 1.0\nAuthor: Jos\xe9\n")

    seen = examine(prepare=put, projects=("beta==2.0",))
    assert seen.packages == {"alpha": "1.0", "beta": "2.0"}
    assert only_conflict(seen).what == "alpha-1.0.dist-info has METADATA that is not in UTF-8"


@pytest.mark.parametrize("name", ["alpha-1.0.dist-info", "~lpha-1.0.dist-info"])
def test_note_without_metadata_is_named(examine: Examine, name: str) -> None:
    seen = examine(prepare=lambda libraries: (libraries / name).mkdir(), projects=("beta==2.0",))
    assert seen.packages == {"beta": "2.0"}
    conflict = only_conflict(seen)
    assert conflict.what == f"{name} has no METADATA"
    assert conflict.cure.startswith("delete it")


def test_note_that_is_a_pipe_is_not_waited_for(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        (libraries / "alpha-1.0.dist-info").mkdir()
        os.mkfifo(libraries / "alpha-1.0.dist-info" / "METADATA")

    assert only_conflict(examine(prepare=put)).what.endswith("has no METADATA")


def test_note_that_names_nothing_is_named(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        (put_note(libraries, "alpha", "1.0") / "METADATA").write_text("Summary: nothing\n")

    assert only_conflict(examine(prepare=put)).what.endswith("does not state name and version")


@pytest.mark.parametrize("name", ["--index-url=x", "$(touch gone)", "a b", "é"])
def test_name_that_no_project_may_have_gets_into_no_command(examine: Examine, name: str) -> None:
    def put(libraries: Path) -> None:
        (put_note(libraries, "alpha", "1.0") / "METADATA").write_text(f"Name: {name}\nVersion: 1\n")

    conflict = only_conflict(examine(prepare=put))
    assert conflict.what == "alpha-1.0.dist-info does not state name and version"
    assert name not in conflict.cure


def test_two_versions_in_one_folder_are_a_conflict(examine: Examine) -> None:
    conflict = only_conflict(examine(projects=("alpha==1.0", "alpha==2.0")))
    assert conflict.what.startswith("alpha is noted twice in one folder, as ")
