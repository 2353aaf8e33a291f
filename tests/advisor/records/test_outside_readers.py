"""Records and their projections, read by the programs that other people read records with."""

from __future__ import annotations

import html
import json
import re
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ...conftest import Program
from .outside import CLIENTS, Records, clients_in, export, lacking, make_records, run_client

# The configuration that MADR itself is checked with.
MARKDOWNLINT = {"default": True, "MD013": False, "MD024": False}


@pytest.fixture(scope="module")
def clients() -> Path:
    return clients_in(CLIENTS)


@pytest.fixture(scope="module")
def records(run_program: Program, tmp_path_factory: pytest.TempPathFactory) -> Records:
    return make_records(run_program, tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def nygard(
    run_program: Program, records: Records, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    return export(run_program, records, "nygard", tmp_path_factory.mktemp("nygard"))


def folder_with(folder: Path, texts: Mapping[str, str]) -> Path:
    """A new folder of files of these names and texts."""
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def without_escapes(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


# markdownlint: the only check that MADR's own documents name


def lint(clients: Path, folder: Path, tmp_path: Path) -> tuple[int, int, str]:
    """How many files were read, how many issues found, and all it said."""
    config = tmp_path / "config.markdownlint.json"
    config.write_text(json.dumps(MARKDOWNLINT))
    program = clients / "node_modules" / ".bin" / "markdownlint-cli2"
    done = run_client(program, "--config", config, "*.md", folder=folder)
    files = re.search(r"^Linting: (\d+) file", done.stdout, re.MULTILINE)
    issues = re.search(r"^Summary: (\d+) issue", done.stdout, re.MULTILINE)
    assert files is not None, done.stderr
    assert issues is not None, done.stderr
    return int(files[1]), int(issues[1]), done.stderr


def test_markdownlint_finds_nothing_in_records(
    clients: Path, records: Records, tmp_path: Path
) -> None:
    assert lint(clients, records.folder, tmp_path) == (len(records.expected), 0, "")


def test_markdownlint_finds_nothing_in_projections(
    clients: Path, records: Records, nygard: Path, tmp_path: Path
) -> None:
    assert lint(clients, nygard, tmp_path) == (len(records.expected), 0, "")


def test_markdownlint_finds_something_where_there_is_something(
    clients: Path, records: Records, tmp_path: Path
) -> None:
    text = (records.folder / records.superseded).read_text("utf-8")
    crowded = text.replace("\n\n## Decision Drivers\n\n", "\n## Decision Drivers\n")
    folder = folder_with(tmp_path / "crowded", {"0001-a.md": crowded})
    files, issues, told = lint(clients, folder, tmp_path)
    assert (files, issues > 0) == (1, True)
    assert "MD022/blanks-around-headings" in told


# Backstage: reads MADR 4 itself

BACKSTAGE = """
const {parseMadrWithFrontmatter, madrFilePathFilter} = require("@backstage/plugin-adr-common");
const fs = require("fs"), path = require("path");
const read = {};
for (const file of fs.readdirSync(process.argv[1]).filter(madrFilePathFilter))
  read[file] = parseMadrWithFrontmatter(fs.readFileSync(path.join(process.argv[1], file), "utf8"));
console.log(JSON.stringify(read));
"""


def by_backstage(clients: Path, folder: Path) -> Mapping[str, Any]:
    done = run_client("node", "-e", BACKSTAGE, folder, folder=clients)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def backstage(clients: Path, records: Records) -> Mapping[str, Any]:
    return by_backstage(clients, records.folder)


def test_backstage_takes_every_record_for_one(
    backstage: Mapping[str, Any], records: Records
) -> None:
    assert sorted(backstage) == sorted(records.expected)


def test_backstage_reads_the_status(backstage: Mapping[str, Any], records: Records) -> None:
    words = {"superseded": "superseded by ADR-0002"}
    stated = {name: words.get(e.status, e.status) for name, e in records.expected.items()}
    assert {name: read["status"] for name, read in backstage.items()} == stated


def test_backstage_reads_the_date(backstage: Mapping[str, Any], records: Records) -> None:
    for name, read in backstage.items():
        assert f"\ndate: {read['date']}\n" in (records.folder / name).read_text("utf-8")


def test_backstage_reads_the_people(backstage: Mapping[str, Any], records: Records) -> None:
    roles = ("decision-makers", "consulted", "informed")
    read = {
        name: [found["attributes"].get(role, []) for role in roles]
        for name, found in backstage.items()
    }
    assert read == {
        name: [one.decision_makers, one.consulted, one.informed]
        for name, one in records.expected.items()
    }


def test_backstage_reads_no_status_where_it_is_not_in_front(clients: Path, nygard: Path) -> None:
    assert {read.get("status") for read in by_backstage(clients, nygard).values()} == {None}


# adr-log: an index of titles


def by_adr_log(clients: Path, folder: Path, tmp_path: Path) -> Mapping[str, str]:
    """The title of each record in the index it makes, Markdown and all."""
    place = shutil.copytree(folder, tmp_path / "indexed")
    done = run_client(clients / "node_modules" / ".bin" / "adr-log", "-d", ".", "-i", folder=place)
    assert done.returncode == 0, done.stderr
    index = (place / "index.md").read_text("utf-8")
    return dict(re.findall(r"^\* \[ADR-\d+\]\((.*?\.md)\) - ?(.*)$", index, re.MULTILINE))


def test_adr_log_lists_every_title(clients: Path, records: Records, tmp_path: Path) -> None:
    read = by_adr_log(clients, records.folder, tmp_path)
    titles = {name: without_escapes(title) for name, title in read.items()}
    assert titles == {name: one.title.strip() for name, one in records.expected.items()}


def test_adr_log_lists_no_title_below_a_blank_line(
    clients: Path, records: Records, tmp_path: Path
) -> None:
    text = (records.folder / records.superseded).read_text("utf-8")
    apart = text.replace("\n---\n# ", "\n---\n\n# ")
    folder = folder_with(tmp_path / "apart", {"0001-a.md": apart})
    assert by_adr_log(clients, folder, tmp_path) == {"0001-a.md": ""}


# adr-viewer: one page, coloured by status


def by_adr_viewer(folder: Path, tmp_path: Path) -> list[tuple[str, str]]:
    """The class and the title of each record on the page it makes, in its order."""
    if find_spec("adr_viewer") is None:
        lacking("adr-viewer is not installed here")
    page = tmp_path / "page.html"
    program = Path(sys.executable).with_name("adr-viewer")
    done = run_client(program, "--adr-path", folder, "--output", page, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    found = re.findall(
        r'<div class="panel-heading adr-(\w+)">.*?<a data-toggle="collapse"[^>]*>(.*?)</a>',
        page.read_text("utf-8"),
        re.DOTALL,
    )
    return [(status, html.unescape(title)) for status, title in found]


def test_adr_viewer_shows_status_and_title_of_each_projection(
    nygard: Path, records: Records, tmp_path: Path
) -> None:
    classes = {"proposed": "pending"}
    expected = [
        (classes.get(one.status, one.status), f"{int(name[:4])}. {one.title.strip()}")
        for name, one in sorted(records.expected.items())
    ]
    assert by_adr_viewer(nygard, tmp_path) == expected


def test_adr_viewer_shows_no_status_of_the_records_themselves(
    records: Records, tmp_path: Path
) -> None:
    assert {status for status, _ in by_adr_viewer(records.folder, tmp_path)} == {"unknown"}


def test_adr_viewer_does_not_know_the_spelling_of_adr_tools(tmp_path: Path) -> None:
    text = "# 1. A\n\n## Status\n\n{} [2. B](0002-b.md)\n\n## Context\n\nx\n"
    words = {"0001-a.md": "Superseded by", "0002-b.md": "Superceded by"}
    texts = {name: text.format(word) for name, word in words.items()}
    shown = by_adr_viewer(folder_with(tmp_path / "spelt", texts), tmp_path)
    assert [status for status, _ in shown] == ["superseded", "unknown"]


# adr-tools: a program for a shell, by the patterns that it reads with


def titles_by_adr_tools(folder: Path) -> Mapping[str, str]:
    """It shows the first line of a file from its third character on."""
    files = sorted(folder.glob("[0-9]*-*.md"))
    return {path.name: path.read_text("utf-8").split("\n")[0][2:] for path in files}


def edges_by_adr_tools(folder: Path) -> set[tuple[int, str, int]]:
    """What it draws between records: lines with a link under the status, but for those "by"."""
    edges = set()
    for path in folder.glob("[0-9]*-*.md"):
        below = re.split(r"^## Status.*$", path.read_text("utf-8"), maxsplit=1, flags=re.M)[1]
        lines = re.split(r"^#", below, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
        links = [re.match(r"(.+) \[.*\]\(0*([1-9][0-9]*).*\)", line) for line in lines]
        number = int(path.name.split("-")[0])
        edges |= {
            (number, link[1], int(link[2]))
            for link in links
            if link and not link[1].endswith(" by")
        }
    return edges


def test_adr_tools_find_the_title_of_each_projection(nygard: Path, records: Records) -> None:
    read = {name: without_escapes(title) for name, title in titles_by_adr_tools(nygard).items()}
    assert read == {
        name: f"{int(name[:4])}. {one.title.strip()}" for name, one in records.expected.items()
    }


def test_adr_tools_find_which_record_took_whose_place(nygard: Path) -> None:
    assert edges_by_adr_tools(nygard) == {(2, "Supersedes", 1)}


def test_adr_tools_find_no_title_in_the_records_themselves(records: Records) -> None:
    assert set(titles_by_adr_tools(records.folder).values()) == {"-"}
