"""The schema that editors use: it takes what the loader takes, and knows the ids there are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.loading import json_schema as schema
from rules.loading import yaml_nodes
from rules.loading.json_schema import as_text, json_schema
from rules.loading.layers import SHIPPED
from rules.loading.loader import load
from rules.loading.yaml_nodes import Node
from rules.model import KnowledgeBase

SMALL = Path(__file__).parents[1] / "small"
OUTDATED = "run: python -m rules.loading.json_schema"


def plain(node: Node) -> Any:
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, Mapping):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(item) for item in node.value]


def files_of(folder: Path) -> list[Path]:
    patterns = ("*.yaml", "claims/*.yaml", "rules/*.yaml")
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


def mistakes_in(document: object, base: KnowledgeBase | None = None) -> list[str]:
    validator = Draft202012Validator(json_schema(base))
    return [error.message for error in validator.iter_errors(document)]


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(SMALL)


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load()


def test_it_is_a_schema(base: KnowledgeBase) -> None:
    Draft202012Validator.check_schema(json_schema())
    Draft202012Validator.check_schema(json_schema(base))


@pytest.mark.parametrize(
    "path", files_of(SMALL), ids=lambda path: path.relative_to(SMALL).as_posix()
)
def test_it_takes_what_the_loader_takes(path: Path, base: KnowledgeBase) -> None:
    document = plain(yaml_nodes.read(path))
    assert mistakes_in(document) == []
    assert mistakes_in(document, base) == []


def test_it_takes_numbers_with_quotes_and_without(base: KnowledgeBase) -> None:
    assert mistakes_in(scales(acceptability="0.9", margin=0), base) == []
    assert mistakes_in(scales(reasons=2), base) == mistakes_in(scales(reasons="2"), base) == []


RULE = {
    "when": {"target": "ios"},
    "rule_out": "red",
    "because": "The store refuses it.",
    "source": "folklore",
    "as_of": "2026-01-31",
}
CLAIM = {
    "says": "Blue fits.",
    "probe": "blue.fits",
    "today": "new",
    "source": "folklore",
    "as_of": "2026-01-31",
}
STATEMENT = {"section": "folklore", "says": "Blue is best.", "claims": ["red_is_loved"]}
QUESTION = {
    "section": "goal",
    "ask": "Where?",
    "options": {"here": "Here", "there": {"label": "There"}},
    "source": "folklore",
    "as_of": "2026-01-31",
}


def rule(**changed: object) -> dict[str, Any]:
    return {"rules": {"a": {**RULE, **changed}}}


def opposing(**preference: str) -> dict[str, Any]:
    return lacking(rule(oppose=preference), "rule_out")


def claim(**changed: object) -> dict[str, Any]:
    return {"claims": {"a": {**CLAIM, **changed}}}


def statement(**changed: object) -> dict[str, Any]:
    return {"statements": {"a": {**STATEMENT, **changed}}}


def question(**changed: object) -> dict[str, Any]:
    return {"sections": {}, "questions": {"a": {**QUESTION, **changed}}}


def scales(**least: object) -> dict[str, Any]:
    threshold = {"acceptability": 0.9, "margin": 0.2, **least}
    return {"strengths": {}, "verdicts": {"clear": threshold, "leaning": threshold}}


def lacking(entries: dict[str, Any], key: str) -> dict[str, Any]:
    return {
        table: {name: {k: v for k, v in entry.items() if k != key} for name, entry in rows.items()}
        for table, rows in entries.items()
    }


def test_what_the_malformed_examples_are_made_of_is_well_formed(base: KnowledgeBase) -> None:
    entries = (rule, claim, statement, question)
    assert [mistakes_in(entry(), base) for entry in entries] == [[], [], [], []]


MALFORMED = {
    "an unknown table": {"rulez": {}},
    "no table": {},
    "two files in one": {"concepts": {}, "criteria": {}},
    "half a file": {"strengths": {"slight": 0.2}},
    "a list": [RULE],
    "an unknown field": rule(becuase="a"),
    "a missing field": lacking(rule(), "because"),
    "a blank text": rule(because=" "),
    "a list for a text": rule(because=["a"]),
    "no action": lacking(rule(), "rule_out"),
    "two actions": rule(conclude="on_phones"),
    "an action with a field missing": opposing(under="reach"),
    "an empty condition": rule(when={}),
    "a list for a condition": rule(when=[{"target": "ios"}]),
    "two keys in a condition": rule(when={"target": "ios", "memory": "little"}),
    "an empty list of conditions": rule(when={"any": []}),
    "a mapping under all": rule(when={"all": {"target": "ios"}}),
    "a mistake deep in a condition": rule(when={"all": [{"not": {"any": [{"target": ["ios"]}]}}]}),
    "several options of a question": rule(when={"target": ["ios", "android"]}),
    "a claim twice": rule(claims=["red_is_loved", "red_is_loved"]),
    "a claim without list": rule(claims="red_is_loved"),
    "a probe and a reason for none": claim(not_probed="We forgot."),
    "neither a probe nor a reason": lacking(claim(), "probe"),
    "a probe without folder": claim(probe="fits"),
    "an expectation without a probe": lacking(claim(expect="no", not_probed="a"), "probe"),
    "a machine's claim that counts nowhere": claim(scope="machine"),
    "a framework's claim that counts somewhere": claim(counts_when={"target": "ios"}),
    "a statement that no claim judges": statement(claims=[]),
    "an example without answers": rule(fires={}),
    "no example in a list of them": rule(silent=[]),
    "an example answered with unknown": rule(fires={"target": "unknown"}),
    "a condition for an answer in an example": rule(fires={"target": {"not": "ios"}}),
    "an answer twice in an example": rule(fires={"target": ["ios", "ios"]}),
    "an unknown word": claim(today="sometimes"),
    "a date in another order": claim(as_of="31.1.2026"),
    "a single option": question(options={"a": "A"}),
    "an option called unknown": question(options={"a": "A", "unknown": "B"}),
    "an option with an unknown field": question(options={"a": "A", "b": {"title": "B"}}),
    "a question called not": {"sections": {}, "questions": {"not": QUESTION}},
    "an id with a capital letter": {"claims": {"Blue": CLAIM}},
    "a verdict for no reason": scales(reasons=0),
    "a verdict for half a reason": scales(reasons=1.5),
    "a strength above one": {**question(), "strengths": {"strong": 1.5}},
}


@pytest.mark.parametrize("mistake", MALFORMED)
def test_it_refuses_what_is_wrong_in_structure(mistake: str) -> None:
    assert mistakes_in(MALFORMED[mistake])


UNKNOWN = {
    "alternative": rule(rule_out="green"),
    "claim": rule(claims=["blue_fit_phones"]),
    "concept": rule(when={"concept": "on_phone"}),
    "question": rule(when={"tarket": "ios"}),
    "option": rule(when={"not": {"target": "andriod"}}),
    "question of an example": rule(fires={"tarket": "ios"}),
    "option of an example": rule(silent={"target": ["ios", "andriod"]}),
    "source": rule(source="folclore"),
    "claim of a statement": statement(claims=["red_is_lovd"]),
    "source of a statement": statement(section="folclore"),
    "section": question(section="gaol"),
    "criterion": opposing(alternative="red", under="reech", strength="slight"),
    "strength": opposing(alternative="red", under="reach", strength="slightly"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_with_a_knowledge_base_it_refuses_ids_that_it_does_not_have(
    kind: str, base: KnowledgeBase
) -> None:
    assert mistakes_in(UNKNOWN[kind]) == []
    assert mistakes_in(UNKNOWN[kind], base)


def test_an_example_may_be_one_sheet_or_several_with_one_option_or_several(
    base: KnowledgeBase,
) -> None:
    several = rule(fires=[{"target": ["ios", "server"]}, {"memory": "little", "target": "ios"}])
    assert mistakes_in(several, base) == mistakes_in(several) == []
    assert mistakes_in(rule(silent={"memory": ["little"]}), base) == []


def test_an_editor_can_complete_each_question_with_its_options(base: KnowledgeBase) -> None:
    condition = json_schema(base)["$defs"]["condition"]["properties"]
    assert condition["target"] == {
        "description": "Where will it run?",
        "enum": ["server", "android", "ios"],
    }
    assert {"all", "any", "not", "concept"} < set(condition)


def test_every_field_says_what_it_is(base: KnowledgeBase) -> None:
    def fields(node: object) -> Iterator[Mapping[str, object]]:
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "properties":
                    yield from (field for field in value.values() if isinstance(field, dict))
                yield from fields(value)
        elif isinstance(node, list):
            for value in node:
                yield from fields(value)

    silent = [field for field in fields(json_schema(base)) if not field.get("description")]
    assert silent == [{"const": "machine"}]  # in an 'if', which no editor shows


def test_it_is_written_beside_the_knowledge_it_describes(tmp_path: Path) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(SMALL, folder)
    assert schema.main([str(folder)]) == 0
    written = (folder / "schema.json").read_text(encoding="utf-8")
    assert written == as_text(json_schema(load(folder)))
    assert json.loads(written) == json_schema(load(folder))


def test_it_is_not_written_from_broken_knowledge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kb"
    shutil.copytree(SMALL, folder)
    (folder / "scales.yaml").unlink()
    assert schema.main([str(folder)]) == 3
    assert "scales.yaml: there is no such file" in capsys.readouterr().err
    assert not (folder / "schema.json").exists()


# What is shipped


def test_the_shipped_schema_is_fresh(shipped: KnowledgeBase) -> None:
    written = (SHIPPED / "schema.json").read_text(encoding="utf-8")
    assert written == as_text(json_schema(shipped)), OUTDATED


@pytest.mark.parametrize(
    "path", files_of(SHIPPED), ids=lambda path: path.relative_to(SHIPPED).as_posix()
)
def test_every_shipped_file_follows_the_shipped_schema(path: Path) -> None:
    validator = Draft202012Validator(json.loads((SHIPPED / "schema.json").read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(plain(yaml_nodes.read(path)))] == []
