"""The projection for log4brains, read by log4brains: it builds its site, which takes a minute.

Its exit code says nothing, it is 0 as well where no site comes out; so only files are looked at.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ..advisor.records.outside import CLIENTS, Records, clients_in, export, make_records, run_client
from ..conftest import Program

SETTINGS = "project:\n  name: records\n  tz: Etc/UTC\n  adrFolder: ./docs/adr\n"
# It exports the pages of its last build, were they of other records.
BUILT_LAST = CLIENTS / "log4brains/node_modules/@log4brains/web/nextjs/.next-export"
ORPHAN = "0099-orphan.md"
ORPHAN_TEXT = """\
---
status: superseded by ADR-0777
date: 2020-02-29
---
# Superseded by a record that is nowhere

## Context and Problem Statement

What log4brains does not survive.
"""


@pytest.fixture(scope="module")
def log4brains() -> Path:
    return clients_in(CLIENTS / "log4brains") / "node_modules" / ".bin" / "log4brains"


@pytest.fixture(scope="module")
def records(run_program: Program, tmp_path_factory: pytest.TempPathFactory) -> Records:
    """The records as they are made, and one whose successor is missing."""
    made = make_records(run_program, tmp_path_factory.mktemp("records"))
    (made.folder / ORPHAN).write_text(ORPHAN_TEXT)
    return made


def repository(folder: Path) -> Path:
    """The folder with its settings, as a repository of what is in it."""
    (folder / ".log4brains.yml").write_text(SETTINGS)
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "records")):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def pages(
    log4brains: Path,
    run_program: Program,
    records: Records,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Any]:
    """What the pages of its site are made of, by the names of the records."""
    folder = tmp_path_factory.mktemp("projected")
    export(run_program, records, "log4brains", folder / "docs" / "adr")
    shutil.rmtree(BUILT_LAST, ignore_errors=True)
    done = run_client(log4brains, "build", "--out", "site", folder=repository(folder))
    found = {path.stem: path for path in folder.glob("site/_next/data/*/adr/*.json")}
    assert found, done.stdout + done.stderr
    return {
        f"{stem}.md": json.loads(path.read_text("utf-8"))["pageProps"]["currentAdr"]
        for stem, path in found.items()
    }


def listed(log4brains: Path, folder: Path) -> Mapping[str, str]:
    """The status of each record as its list says, by the names of the files."""
    done = run_client(log4brains, "adr", "list", "--raw", folder=repository(folder))
    rows = (line.split(",") for line in done.stdout.splitlines())
    return {f"{row[0]}.md": row[1] for row in rows if len(row) > 1}


def test_it_makes_a_page_of_every_record(pages: Mapping[str, Any], records: Records) -> None:
    assert set(pages) == {*records.expected, ORPHAN}


def test_it_reads_the_status_of_each(pages: Mapping[str, Any], records: Records) -> None:
    stated = {name: one.status for name, one in records.expected.items()}
    assert {name: page["status"] for name, page in pages.items() if name != ORPHAN} == stated


def test_it_knows_what_took_the_place_of_which(pages: Mapping[str, Any], records: Records) -> None:
    successors = {name: page["supersededBy"] for name, page in pages.items()}
    assert successors.pop(records.superseded)["slug"] == Path(records.successor).stem
    assert set(successors.values()) == {None}


def test_it_shows_in_the_new_record_what_that_took_the_place_of(
    pages: Mapping[str, Any], records: Records
) -> None:
    slug = Path(records.superseded).stem
    assert (
        f'* Supersedes <AdrLink slug="{slug}" ' in pages[records.successor]["body"]["enhancedMdx"]
    )


def test_it_reads_who_decided(pages: Mapping[str, Any], records: Records) -> None:
    decided = {name: one.decision_makers for name, one in records.expected.items()}
    assert {n: page["deciders"] for n, page in pages.items() if n != ORPHAN} == decided


def test_it_reads_the_date_of_each(pages: Mapping[str, Any], records: Records) -> None:
    dates = {name: page["publicationDate"][:10] for name, page in pages.items()}
    for name, day in dates.items():
        assert f"\ndate: {day}\n" in (records.folder / name).read_text("utf-8")


def test_it_reads_the_title_of_each(pages: Mapping[str, Any], records: Records) -> None:
    titles = {name: one.title.strip() for name, one in records.expected.items()}
    assert {name: page["title"] for name, page in pages.items() if name != ORPHAN} == titles


def test_a_record_whose_successor_is_missing_does_not_stand(pages: Mapping[str, Any]) -> None:
    assert pages[ORPHAN]["status"] == "deprecated"


def test_it_takes_every_record_for_accepted_that_is_not_projected(
    log4brains: Path, records: Records, tmp_path: Path
) -> None:
    shutil.copytree(records.folder, tmp_path / "docs" / "adr")
    read = listed(log4brains, tmp_path)
    assert read == dict.fromkeys([*records.expected, ORPHAN], "ACCEPTED")


def test_it_lists_the_projections_by_their_status(
    log4brains: Path, run_program: Program, records: Records, tmp_path: Path
) -> None:
    export(run_program, records, "log4brains", tmp_path / "docs" / "adr")
    stated = {name: one.status.upper() for name, one in records.expected.items()}
    assert listed(log4brains, tmp_path) == {**stated, ORPHAN: "DEPRECATED"}
