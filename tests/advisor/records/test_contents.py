"""What is in the evidence of a record, and what is not."""

from __future__ import annotations

import getpass
import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.decision import as_advised
from advisor.records.evidence.bom import bill_of_materials
from advisor.records.evidence.bundle import packed
from advisor.records.evidence.contents import contents
from advisor.records.evidence.rules_data import rules_as_data
from probes.api import Outcome
from probes.runtime.registry import load_probes
from rules.diagnostics import InputError
from rules.loading.layers import knowledge_files
from rules.loading.loader import load

from ...conftest import Frameworks, Program
from ..recommendations import EXAMPLES, KB, as_expected, example, found

PROBES = load_probes()
Entries = Mapping[str, bytes]


@pytest.fixture(scope="module")
def entries(android: Recommendation) -> Entries:
    return sealed(android, None)


def sealed(recommendation: Recommendation, knowledge: Path | None) -> Entries:
    return contents(recommendation, as_advised(recommendation), knowledge)


def data(entries: Entries, name: str) -> Any:
    return json.loads(entries[name])


# What is in it


def test_every_question_stands_there_with_its_wording_and_its_answer(
    entries: Entries, android: Recommendation
) -> None:
    told = {one["question"]: one for one in data(entries, "answers.json")["questions"]}
    assert list(told) == list(KB.questions)
    assert told["target"]["ask"] == KB.questions["target"].ask
    assert told["target"]["answer"] == ["android"]


def test_every_rule_stands_there_whether_it_fired_or_not(
    entries: Entries, android: Recommendation
) -> None:
    states = {rule["id"]: rule["state"] for rule in data(entries, "rules.json")["rules"]}
    assert list(states) == list(KB.rules)
    fired = [name for name, state in states.items() if state == "fired"]
    assert fired == [rule.id for rule in android.fired]
    assert set(states.values()) >= {"fired", "silent"}


def test_a_rule_tells_what_it_compared(entries: Entries) -> None:
    rules = {rule["id"]: rule for rule in data(entries, "rules.json")["rules"]}
    assert rules["android_tflite"]["compared"] == [
        {"target": "android", "holds": True, "answered": ["android"]}
    ]
    assert rules["ios_coreml"]["compared"] == [
        {"target": "ios", "holds": False, "answered": ["android"]}
    ]


def test_a_rule_that_nobody_can_judge_is_open() -> None:
    recommendation = consult(KB, Sheet(answers={"target": ("android",)}), as_expected)
    rules = {rule["id"]: rule for rule in data(sealed(recommendation, None), "rules.json")["rules"]}
    assert rules["int8_models"]["state"] == "open"
    assert {"int8": "required", "holds": None, "answered": None} in rules["int8_models"]["compared"]


def test_a_rule_that_fell_tells_with_which_claims() -> None:
    refuted = consult(KB, Sheet(answers={"target": ("android",)}), found(Outcome.NO))
    rules = {rule["id"]: rule for rule in rules_as_data(refuted)["rules"]}
    assert rules["android_tflite"]["state"] == "withdrawn"
    assert rules["android_tflite"]["fell_with"] == ["tensorflow_converts_to_tflite"]


def test_every_finding_stands_beside_the_source_of_its_probe(
    entries: Entries, android: Recommendation
) -> None:
    for name, finding in android.findings.items():
        assert data(entries, f"probes/{name}/finding.json") == finding.to_json()
        assert entries[f"probes/{name}/probe.py"] == PROBES[name].source.read_bytes()


def test_a_source_that_has_changed_since_is_left_out(android: Recommendation) -> None:
    name = "tensorflow.converts_to_tflite"
    older = replace(android.findings[name], source="0" * 16)
    changed = sealed(replace(android, findings={**android.findings, name: older}), None)
    assert f"probes/{name}/finding.json" in changed
    assert f"probes/{name}/probe.py" not in changed


def test_knowledge_is_in_it_to_the_byte(entries: Entries) -> None:
    kept = {
        name.removeprefix("knowledge/"): d for name, d in entries.items() if "knowledge/" in name
    }
    assert kept == knowledge_files()


def test_knowledge_that_lies_over_the_shipped_is_in_it_too() -> None:
    folder = EXAMPLES / "with-jax"
    recommendation = consult(load(folder), Sheet(answers={"target": ("android",)}), as_expected)
    entries = sealed(recommendation, folder)
    assert entries["knowledge/own/rules/jax.yaml"] == (folder / "rules" / "jax.yaml").read_bytes()
    assert "knowledge/shipped/questions.yaml" in entries


def test_knowledge_that_has_changed_meanwhile_is_refused(android: Recommendation) -> None:
    other = replace(android, kb=replace(android.kb, digest="sha256:other"))
    with pytest.raises(InputError, match="has changed meanwhile"):
        sealed(other, None)


def test_where_it_was_tried_is_in_it(android: Recommendation) -> None:
    there = replace(android, machine={"python": "3.11.7", "packages": {"torch": "2.13.0"}})
    assert data(sealed(there, None), "environment.json")["packages"] == {"torch": "2.13.0"}


def test_every_file_is_told_of_in_about(entries: Entries) -> None:
    about = entries["about.txt"].decode()
    for name in entries:
        first = name.split("/")[0]
        assert f"{first}/" in about or f"{first} " in about or name == "about.txt"


# What is not


def test_people_are_not_in_it(entries: Entries, android: Recommendation) -> None:
    assert android.sheet.people["decision_makers"] == ("Ada", "Grace")
    assert not any(b"Grace" in data for data in entries.values())


@pytest.mark.parametrize(
    "answers", [["target=android"], ["target=browser", "trains_on_target=infers"]]
)
def test_a_real_run_names_neither_account_nor_computer_nor_folder(
    program: Program, tmp_path: Path, answers: list[str]
) -> None:
    options = [part for answer in answers for part in ("--set", answer)]
    folders = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    program("ask", *options, "--record", "decisions", **folders)
    (bundle,) = (tmp_path / "decisions").glob("*.zip")
    text = bundle.read_bytes()
    private = [str(tmp_path), sys.prefix, socket.gethostname()]
    account = getpass.getuser()
    private += [] if account in ("root", "runner", "user") else [account]  # words of their own
    assert [name for name in private if name.encode() in text] == []


# The same bytes


SEALED = """
import sys
from pathlib import Path
from advisor.records.evidence.bundle import packed, sha256
from advisor.records.evidence.contents import contents
from advisor.records.decision import as_advised
from advisor.sources import open_source
from rules.loading.loader import load

recommendation = open_source(Path(sys.argv[1]), load()).recommendation
print(sha256(packed(contents(recommendation, as_advised(recommendation), None))))
"""


@pytest.fixture(scope="module")
def session(
    run_program: Program,
    frameworks: Frameworks,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("session")
    answers = EXAMPLES / "keras-product.yaml"
    with frameworks():
        run_program("ask", "--answers", answers, "--session", "s.yaml", folder=folder)
    return folder / "s.yaml"


def test_same_session_gives_the_same_bytes_in_every_process(
    session: Path, environment: Mapping[str, str]
) -> None:
    sums = {
        subprocess.run(
            [sys.executable, "-c", SEALED, str(session)],
            env={**environment, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(sums) == 1


def test_number_and_day_of_the_record_make_no_difference(
    program: Program, session: Path, tmp_path: Path
) -> None:
    for _ in range(2):
        program("record", "new", session, "--dir", "decisions")
    sums = {hashlib.sha256(p.read_bytes()).hexdigest() for p in tmp_path.glob("decisions/*.zip")}
    assert (len(list(tmp_path.glob("decisions/*.zip"))), len(sums)) == (2, 1)


def test_whoever_runs_the_tool_and_whoever_tried_give_the_same_bytes(
    session: Path, program: Program, tmp_path: Path
) -> None:
    once = program("record", "new", session, "--dir", "one").out.strip()
    again = program("record", "new", session, "--dir", "two").out.strip()
    bundles = [tmp_path / Path(path).with_suffix(".evidence.zip") for path in (once, again)]
    assert bundles[0].read_bytes() == bundles[1].read_bytes()


# The bill of materials


def mistake_in(bom: str) -> object | None:
    """What CycloneDX's own validator says against it. Its import takes a second."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    return JsonStrictValidator(SchemaVersion.V1_6).validate_str(bom)


def references(value: Any) -> set[str]:
    """Everything that refers to something by its ``bom-ref``."""
    keys = ("claims", "counterClaims", "evidence", "counterEvidence")
    found: set[str] = set()
    match value:
        case dict():
            for key, inner in value.items():
                if key in ("requirement", "target", "assessor"):
                    found.add(inner)
                elif key in keys and isinstance(inner, list):
                    found |= {one for one in inner if isinstance(one, str)}
                found |= references(inner)
        case list():
            for inner in value:
                found |= references(inner)
    return found


def named(value: Any) -> list[str]:
    match value:
        case dict():
            own = [value["bom-ref"]] if "bom-ref" in value else []
            return own + [name for inner in value.values() for name in named(inner)]
        case list():
            return [name for inner in value for name in named(inner)]
        case _:
            return []


RECORDED = ["android-app", "llm-research", "vision-server", "climate-model", "wake-word"]


@pytest.mark.parametrize("name", RECORDED)
def test_bill_of_materials_is_valid_cyclonedx(name: str) -> None:
    text = json.dumps(bill_of_materials(example(name)))
    assert mistake_in(text) is None


def test_a_wrong_bill_of_materials_is_not_valid(android: Recommendation) -> None:
    bom = bill_of_materials(android)
    bom["declarations"]["attestations"][0]["map"][0]["conformance"]["score"] = 1.5
    assert mistake_in(json.dumps(bom)) is not None


@pytest.mark.parametrize("name", RECORDED)
def test_whatever_it_refers_to_is_there_once(name: str) -> None:
    bom = bill_of_materials(example(name))
    assert references(bom) <= set(named(bom))
    assert len(named(bom)) == len(set(named(bom)))


def test_evidence_against_a_claim_is_counter_evidence() -> None:
    refuted = consult(KB, Sheet(answers={"target": ("android",)}), found(Outcome.NO))
    declared = bill_of_materials(refuted)["declarations"]
    claims = {claim["bom-ref"]: claim for claim in declared["claims"]}
    claim = claims["claim:tensorflow_converts_to_tflite"]
    assert claim["counterEvidence"] == ["evidence:tensorflow.converts_to_tflite"]
    mapped = {one["requirement"]: one for one in declared["attestations"][0]["map"]}
    assert mapped["rule:android_tflite"]["conformance"]["score"] == 0


def test_what_was_not_verified_has_no_score(android: Recommendation) -> None:
    untried = replace(android, claims=consult(KB, android.sheet, found(Outcome.ERROR)).claims)
    mapped = bill_of_materials(untried)["declarations"]["attestations"][0]["map"]
    assert not any("score" in one["conformance"] for one in mapped)


def test_evidence_expires_half_a_year_after_it_was_found(android: Recommendation) -> None:
    evidence = bill_of_materials(android)["declarations"]["evidence"]
    assert {one["created"] for one in evidence} == {"2026-03-01T10:00:00Z"}
    assert {one["expires"] for one in evidence} == {"2026-09-01T00:00:00Z"}


def test_a_local_version_is_spelled_as_a_package_url_demands(android: Recommendation) -> None:
    there = replace(android, machine={"packages": {"torch": "2.13.0+cpu"}})
    (component,) = bill_of_materials(there)["components"]
    assert component["purl"] == "pkg:pypi/torch@2.13.0%2Bcpu"


def test_bundle_of_an_overlay_is_as_deterministic() -> None:
    folder = EXAMPLES / "with-jax"
    recommendation = consult(load(folder), Sheet(answers={"target": ("android",)}), as_expected)
    assert packed(sealed(recommendation, folder)) == packed(sealed(recommendation, folder))
