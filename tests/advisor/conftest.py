"""A recommendation, a record of it and a workshop, as the tests of several packages share them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.writing import write_record
from advisor.workshop.plan import Plan
from advisor.workshop.store import Workshop, create

from .recommendations import EVEN, KB, TODAY, as_expected, example
from .workshops import NewWorkshop, a_plan


@pytest.fixture(autouse=True)
def _own_cache(shared_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies in the cache of whoever runs the tests, and what is said of it, is no matter."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_folder))


@pytest.fixture(scope="session")
def android() -> Recommendation:
    return example("android-app")


@pytest.fixture(scope="session")
def either() -> Recommendation:
    return consult(KB, Sheet(answers=EVEN), as_expected)


@pytest.fixture(scope="session")
def _written(android: Recommendation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_record(android, tmp_path_factory.mktemp("decisions"), today=TODAY)


@pytest.fixture
def record(_written: Path, tmp_path: Path) -> Path:
    """A record with its evidence beside it, the test's own."""
    return shutil.copytree(_written.parent, tmp_path / "decisions") / _written.name


@pytest.fixture
def new_workshop(tmp_path: Path) -> Iterator[NewWorkshop]:
    """Makes workshop files, the example's unless told otherwise; closes them at the end."""
    opened: list[Workshop] = []

    def made(plan: Plan | None = None, name: str = "team.workshop") -> Workshop:
        opened.append(create(tmp_path / name, plan or a_plan()))
        return opened[-1]

    yield made
    for workshop in opened:
        workshop.close()


@pytest.fixture
def workshop(new_workshop: NewWorkshop) -> Workshop:
    """The example's workshop, with its first round open and nobody's answers."""
    return new_workshop()
