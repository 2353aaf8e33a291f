"""A record held against its evidence: what is changed is named, what people add is theirs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.answers.sheet import read_sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.records.evidence.bundle import MANIFEST, packed, read_bundle, sha256
from advisor.records.verification.rerun import rerun
from advisor.records.verification.verify import CheckStatus, Verification, verify
from advisor.records.writing import write_record
from rules.diagnostics import InputError
from rules.loading.loader import load

from ..recommendations import EXAMPLES, KB, TODAY, as_expected

EARLIER = Path(__file__).parent / "earlier"


def results(verification: Verification) -> tuple[str, str, str]:
    checks = (verification.integrity, verification.text, verification.reasoning)
    return tuple(check.status.value for check in checks)  # type: ignore[return-value]


def edited(record: Path, *pairs: tuple[str, str]) -> Verification:
    """The record's verification after texts in it were replaced by others."""
    text = record.read_text("utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    record.write_text(text, "utf-8")
    return verify(record, KB)


def bundle_of(record: Path) -> Path:
    return record.with_suffix(".evidence.zip")


def forged(record: Path, name: str, change: Callable[[Any], Any]) -> Verification:
    """The verification after one file of the evidence was changed and all was sealed anew: the
    archive, its manifest, and the hash in the record.
    """
    path = bundle_of(record)
    bundle = read_bundle(path)
    entries = {name: data for name, data in bundle.entries.items() if name != MANIFEST}
    entries[name] = change(entries[name])
    data = packed(entries)
    path.write_bytes(data)
    return edited(record, (bundle.sha256, sha256(data)))


def in_json(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return json.dumps(value).encode()

    return changed


def in_yaml(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        value = yaml.safe_load(data)
        change(value)
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()

    return changed


def test_record_as_it_was_written_passes(record: Path) -> None:
    assert results(verify(record, KB)) == ("passed", "passed", "passed")


def test_record_by_knowledge_that_lies_over_the_shipped_passes(tmp_path: Path) -> None:
    folder = EXAMPLES / "with-jax"
    kb = load(folder)
    sheet = read_sheet(folder / "answers" / "jax-on-tpus.yaml", kb)
    path = write_record(consult(kb, sheet, lambda _: {}), tmp_path, knowledge=folder, today=TODAY)
    assert results(verify(path, KB)) == ("passed", "passed", "passed")


# The evidence


@pytest.mark.parametrize("place", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9999])
def test_a_changed_byte_of_the_evidence_is_noticed(record: Path, place: float) -> None:
    data = bytearray(bundle_of(record).read_bytes())
    data[int(place * len(data))] ^= 0x01
    bundle_of(record).write_bytes(data)
    assert verify(record, KB).integrity.status is CheckStatus.FAILED


def test_a_changed_finding_is_named(record: Path) -> None:
    path, name = bundle_of(record), "probes/tensorflow.converts_to_tflite/finding.json"
    whole = path.read_bytes()
    finding = read_bundle(path).entries[name]
    path.write_bytes(whole.replace(finding, finding.replace(b'"yes"', b'"not"')))
    wrong = verify(record, KB).integrity.problems
    assert f"{path.name}: {name} was changed: its checksum is another" in wrong


def test_another_whole_bundle_in_its_place_is_noticed(
    record: Path, either: Recommendation, tmp_path: Path
) -> None:
    other = write_record(either, tmp_path / "other", today=TODAY)
    shutil.copy(bundle_of(other), bundle_of(record))
    (told,) = verify(record, KB).integrity.problems
    assert "the record was sealed with " in told


def test_a_record_that_names_no_hash_is_not_whole(record: Path) -> None:
    verification = edited(record, ("SHA-256", "Hash"))
    assert "the record gives no SHA-256 for it" in verification.integrity.problems[0]


def test_evidence_that_is_gone_is_named(record: Path) -> None:
    bundle_of(record).unlink()
    verification = verify(record, KB)
    assert results(verification) == ("failed", "not checked", "not checked")
    assert verification.integrity.problems == ("there is no such file",)


def test_evidence_outside_of_the_folder_is_not_followed(record: Path, tmp_path: Path) -> None:
    shutil.move(bundle_of(record), tmp_path / "elsewhere.evidence.zip")
    name = bundle_of(record).name
    verification = edited(record, (f"({name})", "(../elsewhere.evidence.zip)"))
    assert verification.integrity.problems == ("there is no such file",)


def test_a_renamed_record_still_finds_its_evidence(record: Path) -> None:
    moved = record.rename(record.with_name("0042-new-name.md"))
    assert results(verify(moved, KB)) == ("passed", "passed", "passed")


# Forged, and sealed anew


def finding_of(session: Any) -> Any:
    findings = session["consultation"]["findings"]
    return next(one for one in findings if one["probe"] == "tensorflow.converts_to_tflite")


def test_a_finding_forged_in_the_session_gives_other_advice_and_is_named(record: Path) -> None:
    def refute(session: Any) -> None:
        finding_of(session)["outcome"] = "no"

    wrong = forged(record, "session.yaml", in_yaml(refute)).reasoning.problems
    told = "probes/tensorflow.converts_to_tflite/finding.json: is not the finding in session.yaml"
    assert any(told in sentence for sentence in wrong)
    assert any("session.yaml: verified" in sentence for sentence in wrong)


def test_a_finding_forged_beside_the_session_is_named(record: Path) -> None:
    name = "probes/tensorflow.converts_to_tflite/finding.json"
    verification = forged(record, name, lambda data: data.replace(b"it was run", b"it was fun"))
    assert any(f"{name}: is not the finding" in one for one in verification.reasoning.problems)


def test_a_forged_recommendation_is_named_with_what_comes_out(record: Path) -> None:
    def turn(session: Any) -> None:
        session["consultation"]["recommendation"]["alternative"] = "pytorch"

    wrong = forged(record, "session.yaml", in_yaml(turn)).reasoning.problems
    expected = "recommendation: alternative: is 'pytorch', and comes out as 'tensorflow'"
    assert any(expected in sentence for sentence in wrong)


def test_a_forged_answer_is_named(record: Path) -> None:
    def move(session: Any) -> None:
        session["answers"]["target"] = "server"

    assert forged(record, "session.yaml", in_yaml(move)).reasoning.status is CheckStatus.FAILED


def test_a_forged_rule_state_is_named(record: Path) -> None:
    def silence(data: Any) -> None:
        next(one for one in data["rules"] if one["id"] == "android_tflite")["state"] = "silent"

    (told,) = forged(record, "rules.json", in_json(silence)).reasoning.problems
    assert "rules.json: android_tflite: state: is 'silent', and comes out as 'fired'" in told


def test_forged_knowledge_is_named(record: Path) -> None:
    def weaken(data: bytes) -> bytes:
        return data.replace(b"strength: strong", b"strength: slight", 1)

    verification = forged(record, "knowledge/shipped/rules/edge.yaml", weaken)
    assert "the session was reasoned with" in verification.reasoning.problems[0]


def test_knowledge_that_cannot_be_read_is_named_by_its_place(record: Path) -> None:
    verification = forged(record, "knowledge/shipped/rules/edge.yaml", lambda _: b"rules: [\n")
    (told,) = verification.reasoning.problems
    assert "evidence.zip:/knowledge/shipped/" in told or "rules/knowledge/rules/edge.yaml" in told


@pytest.mark.parametrize(
    "trick",
    [
        b"a: &a [x]\nb: *a\n",
        b"!!python/object/apply:os.system ['true']\n",
        b"schema: 99\n",
        b"\x00",
    ],
)
def test_yaml_tricks_in_the_evidence_are_refused(record: Path, trick: bytes) -> None:
    verification = forged(record, "session.yaml", lambda _: trick)
    assert verification.reasoning.status is CheckStatus.FAILED


def test_a_choice_forged_in_text_and_evidence_alike_is_named(record: Path) -> None:
    before, after = b'option: "TensorFlow"', b'option: "PyTorch"'
    forged(record, "record.md", lambda data: data.replace(before, after))
    verification = edited(record, (before.decode(), after.decode()))
    assert verification.text.status is CheckStatus.PASSED
    told = "record.md: chooses 'PyTorch', decided was 'TensorFlow'"
    assert any(told in sentence for sentence in verification.reasoning.problems)


def test_a_decision_forged_without_a_reason_is_named(record: Path) -> None:
    def choose(data: Any) -> None:
        data["choice"] = "pytorch"

    wrong = forged(record, "decision.json", in_json(choose)).reasoning.problems
    assert any("is 'pytorch' without a reason, and 'tensorflow' is advised" in one for one in wrong)


def test_a_probe_that_is_not_the_one_that_found_it_is_named(record: Path) -> None:
    name = "probes/tensorflow.converts_to_tflite/probe.py"
    (told,) = forged(record, name, lambda data: data + b"# changed\n").reasoning.problems
    assert f"{name}: is not the probe that found it" in told


@pytest.mark.parametrize(
    "name",
    ["answers.json", "claims.json", "environment.json", "bom.cdx.json", "about.txt", "record.md"],
)
def test_whatever_else_is_forged_is_named(record: Path, name: str) -> None:
    (told,) = forged(record, name, lambda data: data[:-1] + b" \n").reasoning.problems
    assert f"{name}: is not what follows from the session and the knowledge" in told


def test_what_does_not_belong_there_is_named(record: Path) -> None:
    path = bundle_of(record)
    bundle = read_bundle(path)
    entries = {name: data for name, data in bundle.entries.items() if name != MANIFEST}
    data = packed({**entries, "extra.txt": b"x"})
    path.write_bytes(data)
    verification = edited(record, (bundle.sha256, sha256(data)))
    assert any("extra.txt: " in sentence for sentence in verification.reasoning.problems)


def test_what_cannot_be_laid_out_is_told_of_the_record(record: Path) -> None:
    path = bundle_of(record)
    bundle = read_bundle(path)
    entries = {name: data for name, data in bundle.entries.items() if name != MANIFEST}
    path.write_bytes(packed({**entries, "knowledge/shipped/claims": b"x"}))
    assert "cannot be laid out" in " ".join(verify(record, KB).reasoning.problems)


# The text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Chosen option: ", "<del>Chosen option: "),
        ("## Decision Outcome\n", "## Decision Outcome\n\n<div hidden>\n"),
        ("* TensorFlow\n", "* ![TensorFlow](pytorch.png)\n"),
        ("## Pros and Cons", "## Decision Outcome\n\nPyTorch after all.\n\n## Pros and Cons"),
        ("### Confirmation", "~~~\n### Confirmation"),
        ("### Consequences", "<!--\n### Consequences"),
    ],
)
def test_what_hides_or_doubles_what_was_written_is_named(
    record: Path, before: str, after: str
) -> None:
    assert edited(record, (before, after)).text.status is CheckStatus.FAILED


def test_a_comment_is_peoples_own(record: Path) -> None:
    verification = edited(record, ("## Decision Outcome\n", "## Decision Outcome\n\n<!-- x -->\n"))
    assert verification.text.status is CheckStatus.PASSED


def test_another_chosen_option_is_named(record: Path) -> None:
    verification = edited(record, ('Chosen option: "TensorFlow"', 'Chosen option: "PyTorch"'))
    (told,) = verification.text.problems
    assert re.search(r"\.md:\d+: the chosen option is 'PyTorch', the evidence says 'TensorF", told)


def test_a_second_choice_put_first_is_named(record: Path) -> None:
    first = 'Chosen option: "PyTorch", because we like it.\n\nChosen option: "TensorFlow"'
    verification = edited(record, ('Chosen option: "TensorFlow"', first))
    assert "the chosen option is 'PyTorch'" in verification.text.problems[0]


def test_a_second_choice_put_last_is_named(record: Path) -> None:
    later = 'Chosen option: "PyTorch", because the boss said so.\n\n### Consequences'
    (told,) = edited(record, ("### Consequences", later)).text.problems
    assert "the chosen option is 'PyTorch'" in told


def test_a_changed_number_is_named_at_its_line(record: Path) -> None:
    line = record.read_text("utf-8").split("Devices and browsers, weight", 1)[0].count("\n") + 1
    (told,) = edited(record, ("weight 46 %", "weight 64 %")).text.problems
    assert told.startswith(f"{record}:{line}: it says “")


def test_a_changed_verdict_of_a_claim_is_named(record: Path) -> None:
    verdict = "(`tensorflow.converts_to_tflite`: it was run)"
    verification = edited(record, (f"confirmed {verdict}", f"refuted {verdict}"))
    assert "refuted (tensorflow.converts_to" in verification.text.problems[0]


def test_a_reason_that_was_taken_out_is_named(record: Path) -> None:
    lines = record.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "rule `android_executorch`" not in line]
    record.write_text("".join(kept), "utf-8")
    (told,) = verify(record, KB).text.problems
    assert "under “PyTorch” there is no more “Good, because ExecuTorch" in told


def test_a_section_that_is_gone_is_named(record: Path) -> None:
    verification = edited(record, ("### Consequences", "### Remarks"))
    assert f"{record}: the section “Consequences” is gone" in verification.text.problems


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("status: proposed", "status: accepted"),
        ("- Grace\n", "- Grace\n- Hedy\n"),
        ("# Framework for the plant-recognition app", "# The framework of our app"),
        ("again by 2026-09-01", "again by 2027-01-01"),
        ("## Decision Drivers\n\n", "## Decision Drivers\n\n* Our own driver\n"),
        ("## More Information\n\n", "## More Information\n\nSee also the minutes.\n\n"),
    ],
)
def test_what_people_may_change_is_no_difference(record: Path, before: str, after: str) -> None:
    assert edited(record, (before, after)).text.status is CheckStatus.PASSED


def test_a_formatter_makes_no_difference(record: Path) -> None:
    text = record.read_text("utf-8")
    text = re.sub(r"^\* ", "- ", text, flags=re.MULTILINE).replace("\\_", "_")
    record.write_text(text.replace("\n", "\r\n"), "utf-8", newline="")
    assert verify(record, KB).text.problems == ()


# By other versions


def test_todays_knowledge_is_told_apart_where_it_is_another(record: Path) -> None:
    other = load(EXAMPLES / "with-jax")
    verification = verify(record, other)
    assert verification.today is not None
    assert results(verification) == ("passed", "passed", "passed")


def test_todays_knowledge_that_is_the_same_is_not_told(record: Path) -> None:
    assert verify(record, KB).today is None


def test_answers_that_todays_knowledge_does_not_know_are_passed_over(record: Path) -> None:
    without = {name: question for name, question in KB.questions.items() if name != "gpu"}
    today = verify(record, replace(KB, questions=without, rules={}, digest="sha256:new")).today
    assert today is not None
    assert "gpu" not in today.sheet.answers


@pytest.mark.parametrize(
    "path", sorted(EARLIER.glob("0.*/*.md")), ids=lambda path: f"{path.parent.name}-{path.stem[:4]}"
)
def test_wording_of_an_earlier_version_is_not_said_to_be_checked(path: Path) -> None:
    assert results(verify(path, KB)) == ("passed", "not checked", "passed")


def test_record_of_an_earlier_version_is_reasoned_with_by_the_knowledge_of_then() -> None:
    (path,) = (EARLIER / "0.1.0").glob("*.md")
    verification = verify(path, KB)
    assert verification.restored is not None
    assert verification.restored.session.tool == "framework-advisor 0.1.0"
    assert verification.restored.kb.digest in path.read_text("utf-8")


def test_claims_of_an_earlier_version_can_be_tried_again() -> None:
    (path,) = (EARLIER / "0.1.0").glob("*.md")
    verification = verify(path, KB)
    assert verification.restored is not None
    assert verification.replayed is not None
    again = rerun(verification.restored, verification.replayed, as_expected)
    assert again.flips  # Transformers had models for TensorFlow then; see its finding
    assert [c.after.claim.id for c in again.changed] == ["transformers_left_tensorflow"]


def test_record_from_before_there_was_evidence_is_verified_as_far_as_it_goes() -> None:
    (path,) = (EARLIER / "before-bundles").glob("*.md")
    verification = verify(path, KB)
    assert verification.integrity.status is CheckStatus.NOT_CHECKED
    assert verification.text.status is CheckStatus.PASSED
    assert verification.reasoning.status is not CheckStatus.FAILED


def test_other_choice_in_a_record_from_before_there_was_evidence_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(EARLIER / "before-bundles", tmp_path / "copy")
    (path,) = folder.glob("*.md")
    verification = edited(path, ('Chosen option: "TensorFlow"', 'Chosen option: "PyTorch"'))
    assert "the chosen option is 'PyTorch'" in verification.text.problems[0]


# No record at all


def test_a_record_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "0001-theirs.md"
    path.write_text("# Theirs\n\n## Decision Outcome\n\nChosen option: A\n")
    with pytest.raises(InputError, match="names no evidence, and there is none beside it"):
        verify(path, KB)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"---\nstatus: &a x\n---\n# T\n"])
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "0001-broken.md"
    path.write_bytes(content)
    with pytest.raises(InputError):
        verify(path, KB)
