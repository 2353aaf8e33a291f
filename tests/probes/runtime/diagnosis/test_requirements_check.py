"""Requirements of what is installed, read from the metadata: no pip is needed for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.runtime.diagnosis.doctor import DoctorReport

from .conftest import Examine, only_conflict, put_note


@pytest.fixture
def requiring(examine: Examine) -> Callable[..., DoctorReport]:
    """Look at an interpreter in which ``alpha 1.0`` has these headers in its note."""

    def run(*headers: str, projects: tuple[str, ...] = (), pip: bool = False) -> DoctorReport:
        return examine(
            {"pip": "raise SystemExit(1)"} if pip else {},
            projects=projects,
            prepare=lambda libraries: put_note(libraries, "alpha", "1.0", *headers) and None,
        )

    return run


@pytest.mark.parametrize("pip", [True, False], ids=["with pip", "without"])
def test_version_that_does_not_fit_is_a_conflict(
    requiring: Callable[..., DoctorReport], pip: bool
) -> None:
    seen = requiring("Requires-Dist: beta<2,>=1", projects=("beta==2.5",), pip=pip)
    conflict = only_conflict(seen)
    assert conflict.what == "alpha 1.0 has requirement beta<2,>=1, but beta 2.5 is installed"
    assert conflict.cure.endswith(" install 'beta<2,>=1'" if pip else " 'beta<2,>=1'")


def test_what_is_missing_is_a_conflict(requiring: Callable[..., DoctorReport]) -> None:
    conflict = only_conflict(requiring("Requires-Dist: Some_Beta>=1 ; python_version > '3'"))
    assert conflict.what == "alpha 1.0 requires some-beta>=1, which is not installed"


@pytest.mark.parametrize(
    "line",
    [
        "beta",
        "Beta (>=1.0)",
        "beta~=2.1",
        "beta[more]>=2",
        "beta @ https://example.org/beta.whl",
        "beta>=2.0a1",
        "gamma; python_version < '3'",
        "gamma; sys_platform == 'amiga'",
        "gamma; extra == 'all'",
    ],
)
def test_requirement_that_is_met_or_does_not_count_here_is_none(
    requiring: Callable[..., DoctorReport], line: str
) -> None:
    seen = requiring(f"Requires-Dist: {line}", projects=("beta==2.5+cpu",))
    assert (seen.conflicts, seen.unchecked) == ((), ())


@pytest.mark.parametrize(("version", "fits"), [("2.21.0", True), ("2.20.0", False)])
def test_project_that_brings_the_same_will_do(
    requiring: Callable[..., DoctorReport], version: str, fits: bool
) -> None:
    seen = requiring("Requires-Dist: tensorflow>=2.21", projects=(f"tensorflow-cpu=={version}",))
    cures = [conflict.cure for conflict in seen.conflicts]
    assert [cure.endswith(" 'tensorflow-cpu>=2.21'") for cure in cures] == [True] * (not fits)


def test_extra_that_somebody_asks_for_counts(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        put_note(libraries, "alpha", "1.0", "Requires-Dist: beta[Fast]")
        put_note(libraries, "beta", "2.0", "Requires-Dist: gamma>=1; extra == 'fast'")

    conflict = only_conflict(examine(prepare=put))
    assert conflict.what.endswith("requires gamma>=1, which is not installed")
    assert conflict.what.startswith("beta 2.0 with its extra ")


def test_extras_that_ask_for_one_another_come_to_an_end(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        put_note(libraries, "alpha", "1.0", "Requires-Dist: beta[x]")
        put_note(libraries, "beta", "2.0", "Requires-Dist: beta[y,x]; extra == 'x'")

    assert examine(prepare=put).conflicts == ()


def test_cure_is_one_version_for_all_who_ask(examine: Examine) -> None:
    def put(libraries: Path) -> None:
        put_note(libraries, "alpha", "1.0", "Requires-Dist: gamma>=1")
        put_note(libraries, "beta", "2.0", "Requires-Dist: gamma<3")

    cures = {conflict.cure for conflict in examine(prepare=put).conflicts}
    assert len(cures) == 1
    assert cures.pop().endswith("'gamma<3,>=1'")


@pytest.mark.parametrize("line", ["!!!", "beta; nonsense == 3", "beta>=one"])
def test_requirement_that_is_none_is_not_checked(
    requiring: Callable[..., DoctorReport], line: str
) -> None:
    seen = requiring(f"Requires-Dist: {line}", projects=("beta==2.5",))
    assert seen.conflicts == ()
    assert [one.what for one in seen.unchecked] == ["a requirement of alpha 1.0"]


def test_version_that_is_none_is_not_checked(requiring: Callable[..., DoctorReport]) -> None:
    seen = requiring("Requires-Dist: beta>=1", projects=("beta==newest",))
    assert seen.conflicts == ()
    assert [one.why for one in seen.unchecked] == ["'newest' is no version"]


def test_project_for_another_python_is_a_conflict(requiring: Callable[..., DoctorReport]) -> None:
    conflict = only_conflict(requiring("Requires-Python: <3"))
    assert conflict.what.startswith("alpha 1.0 is for Python <3, this is 3.")


OWN = f"cp3{sys.version_info.minor}"


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("py3-none-any", True),
        ("py2.py3-none-any", True),
        (f"{OWN}-{OWN}-linux_x86_64", True),
        ("cp38-abi3-linux_x86_64", True),
        ("pp310-pypy310_pp73-linux_x86_64", True),
        ("cp36-cp36m-linux_x86_64", False),
        ("cp399-abi3-linux_x86_64", False),
        ("py2-none-any", False),
    ],
)
def test_project_built_for_another_python_is_a_conflict(
    examine: Examine, tag: str, fits: bool
) -> None:
    def put(libraries: Path) -> None:
        note = put_note(libraries, "alpha", "1.0")
        (note / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")

    built = [one.what for one in examine(prepare=put).conflicts]
    assert [what.startswith("alpha 1.0 was built for") for what in built] == [True] * (not fits)


DIGITS = "9" * 5000


@pytest.mark.parametrize(
    "line",
    [
        f"beta=={DIGITS}",
        f"beta; python_version > '{DIGITS}'",
        "beta; " + "(" * 5000 + "python_version > '3'" + ")" * 5000,
        "beta; " + "(" * 900 + "python_version > '3'" + ")" * 900,
    ],
    ids=["digits", "digits in a marker", "long and deep", "deep"],
)
def test_requirement_beyond_all_bounds_is_not_checked(
    requiring: Callable[..., DoctorReport], line: str
) -> None:
    seen = requiring(f"Requires-Dist: {line}", projects=("beta==1.0",))
    assert seen.conflicts == ()
    assert [one.what for one in seen.unchecked] == ["a requirement of alpha 1.0"]
    assert len(seen.unchecked[0].why) < 500


def test_requirements_beyond_all_bounds_are_not_checked(
    requiring: Callable[..., DoctorReport],
) -> None:
    seen = requiring(*(f"Requires-Dist: beta>{number}" for number in range(20_000)))
    assert seen.conflicts == ()
    (unchecked,) = seen.unchecked
    assert unchecked.what == "the requirements of alpha 1.0"
    assert unchecked.why == "there are more than 10,000"


def test_python_asked_for_beyond_all_bounds_is_not_checked(
    requiring: Callable[..., DoctorReport],
) -> None:
    seen = requiring(f"Requires-Python: >={DIGITS}")
    assert seen.conflicts == ()
    assert [one.what for one in seen.unchecked] == ["which Python alpha 1.0 is for"]


@pytest.mark.parametrize("header", ["Name", "Version"])
def test_name_or_version_beyond_all_bounds_is_a_flaw_of_the_note(
    examine: Examine, header: str
) -> None:
    def put(libraries: Path) -> None:
        stated = {"Name": "alpha", "Version": "1.0", header: DIGITS}
        lines = "".join(f"{name}: {value}\n" for name, value in stated.items())
        (put_note(libraries, "alpha", "1.0") / "METADATA").write_text(lines)

    what = "alpha-1.0.dist-info does not state a name and a version of up to 200 characters"
    assert only_conflict(examine(prepare=put)).what == what


@pytest.mark.parametrize(
    "tag",
    [
        f"cp3{DIGITS}-none-any",
        "-".join(".".join(f"{part}{number}" for number in range(100)) for part in "abc"),
    ],
    ids=["digits", "product"],
)
def test_tag_beyond_all_bounds_is_not_checked(examine: Examine, tag: str) -> None:
    def put(libraries: Path) -> None:
        (put_note(libraries, "alpha", "1.0") / "WHEEL").write_text(f"Tag: {tag}\n")

    seen = examine(prepare=put)
    assert seen.conflicts == ()
    assert [one.what for one in seen.unchecked] == ["which Python alpha 1.0 was built for"]
