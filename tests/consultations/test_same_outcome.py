"""The same answers come to the same outcome, whatever is left to chance when the program runs."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

import rules

from ..conftest import Program, Run

KNOWLEDGE = Path(rules.__file__).parent / "knowledge"
EXAMPLES = Path(rules.__file__).parents[1] / "examples"
SHEETS = ("android-app.yaml", "llm-research.yaml", "vision-server.yaml")
HASH_SEEDS = ("0", "1", "2", "31337")
UNPROVEN = 4


def asked(program: Program, sheet: Path, *options: str | Path, **settings: str) -> Run:
    """What a consultation from written knowledge alone prints."""
    arguments = ["ask", "--no-probes", "--format", "json", "--answers", sheet, *options]
    run = program(*arguments, **settings)
    assert run.code == UNPROVEN, run.err
    return run


@pytest.mark.parametrize("sheet", SHEETS)
def test_hash_seed_and_processes_beside_it_change_no_byte(run_process: Program, sheet: str) -> None:
    alone = asked(run_process, EXAMPLES / sheet, PYTHONHASHSEED="random").out
    with ThreadPoolExecutor() as pool:
        beside = pool.map(
            lambda seed: asked(run_process, EXAMPLES / sheet, PYTHONHASHSEED=seed).out, HASH_SEEDS
        )
        assert set(beside) == {alone}


@pytest.mark.parametrize("sheet", SHEETS)
def test_order_of_answers_in_the_file_changes_nothing(
    program: Program, tmp_path: Path, sheet: str
) -> None:
    data = yaml.load((EXAMPLES / sheet).read_text(encoding="utf-8"), yaml.BaseLoader)
    answers = {
        question: given if isinstance(given, str) else given[::-1]
        for question, given in reversed(data["answers"].items())
    }
    turned = written(tmp_path / "turned.yaml", {**data, "answers": answers})
    one, other = (asked(program, path).data for path in (EXAMPLES / sheet, turned))
    assert without(one, "answers") == without(other, "answers")


@pytest.fixture(scope="module")
def turned_knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped knowledge with each file's rules, and the files, in another order."""
    folder = tmp_path_factory.mktemp("turned") / "knowledge"
    shutil.copytree(KNOWLEDGE, folder)
    generator = random.Random(4)
    files = sorted((folder / "rules").glob("*.yaml"))
    for number, path in enumerate(generator.sample(files, len(files))):
        made = list(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)["rules"].items())
        path.unlink()
        written(folder / "rules" / f"part{number:02}.yaml", {"rules": dict(shuffled(made))})
    return folder


def shuffled(items: Sequence[Any]) -> list[Any]:
    return random.Random(len(items)).sample(items, len(items))


def written(path: Path, data: Any) -> Path:
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize("sheet", SHEETS)
def test_order_in_which_rules_are_written_changes_no_recommendation(
    program: Program, turned_knowledge: Path, sheet: str
) -> None:
    as_written = asked(program, EXAMPLES / sheet).data
    turned = asked(program, EXAMPLES / sheet, "--kb", turned_knowledge).data
    assert turned["fired"] != as_written["fired"]
    one, other = (in_no_order(without(data, "knowledge_base")) for data in (as_written, turned))
    assert one == other


def in_no_order(data: Any) -> Any:
    """The data with what it lists sorted: rules are listed in the order they are written."""
    if isinstance(data, dict):
        return {key: in_no_order(value) for key, value in data.items()}
    if isinstance(data, list):
        return sorted((in_no_order(value) for value in data), key=json.dumps)
    return data


def without(data: Any, key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}
