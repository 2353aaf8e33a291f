"""The files of a bundle agree with one another, however it was sealed; what does not is named, and
no command reasons with it.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.records.evidence.bundle import MANIFEST, json_bytes, packed, read_bundle, sha256
from advisor.records.evidence.strict_json import strict_json
from advisor.records.verification.verify import CheckStatus, Verification, verify
from advisor.records.writing import write_record
from rules.diagnostics import InputError

from ...conftest import Program
from ..recommendations import KB, TODAY
from .test_verify import EARLIER, bundle_of, edited, forged, in_json, in_yaml, results

TOOL = f"framework-advisor {__version__}"
MACHINE = {"python": "3.11.7", "packages": {"torch": "2.13.0", "tensorflow": "2.21.0"}}
PROBE = "probes/tensorflow.converts_to_tflite"


def resealed(record: Path, change: Callable[[dict[str, bytes]], None]) -> Verification:
    """The verification after the files of the evidence were changed and sealed anew."""
    path = bundle_of(record)
    bundle = read_bundle(path)
    entries = {name: data for name, data in bundle.entries.items() if name != MANIFEST}
    change(entries)
    data = packed(entries)
    path.write_bytes(data)
    return edited(record, (bundle.sha256, sha256(data)))


def of_version(version: str, record: Path, *pairs: tuple[str, str]) -> Verification:
    """The same after it was claimed everywhere that another version wrote it, and texts in the
    record and in its evidence alike were replaced.
    """

    def change(entries: dict[str, bytes]) -> None:
        for name, data in entries.items():
            entries[name] = data.replace(TOOL.encode(), version.encode())
        for before, after in pairs:
            assert before.encode() in entries["record.md"]
            entries["record.md"] = entries["record.md"].replace(before.encode(), after.encode())

    text = record.read_text("utf-8").replace(TOOL, version)
    for before, after in pairs:
        text = text.replace(before, after)
    record.write_text(text, "utf-8")
    return resealed(record, change)


# Files


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("knowledge/readme.txt", "is no part of the knowledge"),
        ("knowledge/shipped/rules/a.txt", "is no part of the knowledge"),
        ("probes/pytorch.runs_eagerly/probe.py", "belongs to no finding"),
        (f"{PROBE}/notes.txt", "belongs to no finding"),
        ("extra.txt", "is not what follows from"),
    ],
)
def test_a_file_that_nothing_reads_is_named(record: Path, name: str, said: str) -> None:
    wrong = resealed(record, lambda entries: entries.update({name: b"{}\n"})).reasoning.problems
    assert any(f"{name}: {said}" in sentence for sentence in wrong), wrong


@pytest.mark.parametrize(
    "name", [f"{PROBE}/probe.py", f"{PROBE}/finding.json", "bom.cdx.json", "decision.json"]
)
def test_a_file_that_is_left_out_is_named(record: Path, name: str) -> None:
    wrong = resealed(record, lambda entries: entries.pop(name) and None).reasoning.problems
    assert any(f"{name}: is " in sentence for sentence in wrong), wrong


def test_a_source_must_have_the_whole_hash_of_its_finding(record: Path) -> None:
    def change(entries: dict[str, bytes]) -> None:
        finding = json.loads(entries[f"{PROBE}/finding.json"])
        entries[f"{PROBE}/finding.json"] = json_bytes({**finding, "source": ""})
        before = rf"source: '?{finding['source']}'?".encode()
        entries["session.yaml"] = re.sub(before, b"source: ''", entries["session.yaml"])

    wrong = resealed(record, change).reasoning.problems
    assert any(f"{PROBE}/probe.py: is not the probe that found it" in one for one in wrong)


def test_versions_of_findings_are_held_against_the_environment(
    android: Recommendation, tmp_path: Path
) -> None:
    record = write_record(replace(android, machine=MACHINE), tmp_path, today=TODAY)
    assert results(verify(record, KB)) == ("passed", "passed", "passed")

    def change(entries: dict[str, bytes]) -> None:
        for name in ("environment.json", "bom.cdx.json"):
            entries[name] = entries[name].replace(b'"2.21.0"', b'"2.99.0"')
        start, environment = entries["session.yaml"].split(b"\n  environment:", 1)
        environment = environment.replace(b"2.21.0", b"2.99.0")
        entries["session.yaml"] = start + b"\n  environment:" + environment

    wrong = resealed(record, change).reasoning.problems
    said = "versions: tensorflow: is '2.21.0', and environment.json says '2.99.0'"
    assert any(said in sentence for sentence in wrong), wrong


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (f'"odd": 1{"0" * 400}', "a number of 401 digits"),
        ('"odd": 1e999', "a number beyond all numbers"),
        ('"odd": NaN', "NaN is no JSON"),
        ('"schema": 1', "the key 'schema' stands there twice"),
        (f'"odd": {"[" * 200}{"]" * 200}', "nested deeper than 100"),
        (f'"odd": {"[" * 99_999}{"]" * 99_999}', "nested deeper than 100"),
        ('"odd": "\\ud800"', "half of a surrogate pair"),
    ],
)
@pytest.mark.parametrize("version", [TOOL, "framework-advisor 0.1.9"])
def test_json_of_two_meanings_is_named(record: Path, odd: str, said: str, version: str) -> None:
    if version != TOOL:
        of_version(version, record)

    def change(data: bytes) -> bytes:
        return data.replace(b"{", f"{{{odd},".encode(), 1)

    wrong = forged(record, "rules.json", change).reasoning.problems
    assert any("rules.json: is no JSON" in one and said in one for one in wrong), wrong


@pytest.mark.parametrize("data", [b"\xff", b"", b'{"a": 1} x'])
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever
        strict_json(data)


def test_a_pair_of_surrogates_is_a_character() -> None:
    assert strict_json(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_no_file_is_read_past_its_bound(record: Path) -> None:
    text = forged(record, "record.md", lambda data: data + b"\n* a" * 60_000).text
    assert "record.md is longer than 200,000 characters" in text.problems[0]
    big = forged(record, "knowledge/shipped/rules/edge.yaml", lambda _: b"#" * 1_500_000)
    assert "bytes of knowledge, 1,500,000 at most are read" in big.reasoning.problems[0]


def test_a_record_past_its_bound_is_refused(record: Path) -> None:
    record.write_bytes(record.read_bytes() + b"a" * 500_000)
    with pytest.raises(InputError, match="is larger than 500,000 characters"):
        verify(record, KB)


def test_as_much_is_verified_as_is_read_of_any_record(record: Path) -> None:
    record.write_bytes(record.read_bytes() + b"\n## Our own\n\n" + b"What we saw. " * 25_000)
    assert verify(record, KB).complete


def test_more_than_can_be_read_is_counted_no_further(record: Path) -> None:
    lines = "".join(f"* {number} a b c\n" for number in range(5_000))
    record.write_text(
        record.read_text("utf-8").replace(
            "## Considered Options\n\n", f"## Considered Options\n\n{lines}"
        )
    )
    problems = verify(record, KB).text.problems
    assert (len(problems), problems[-1]) == (101, "and more")


# Other versions


@pytest.mark.parametrize("version", ["framework-advisor 0.1.9", "framework-advisor 9.0.0", "x"])
def test_wording_of_another_version_is_not_said_to_be_checked(record: Path, version: str) -> None:
    verification = of_version(version, record, ("steps", "leaps"))
    assert results(verification)[1:] in (("not checked", "passed"), ("not checked", "failed"))
    assert version in verification.text.summary


def test_a_build_server_notices_what_was_not_checked(program: Program, record: Path) -> None:
    of_version("framework-advisor 0.1.9", record)
    run = program("record", "verify", record)
    assert run.code == 4
    assert "Nothing speaks against it, not all could be checked" in run.out
    assert "Unaltered" not in run.out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('option: "TensorFlow"', 'option: "PyTorch"', "chooses 'PyTorch', decided was 'TensorF"),
        ("* TensorFlow\n", "* TensorFlow\n* JAX\n", "Considered Options: are"),
        ("run? Android", "run? iOS", "and it comes out as “Android"),
        ("weight 46 %", "weight 64 %", "and it comes out as “46 %"),
        ("(rule `android_tflite`", "(rule `android_executorch`", "does not come out"),
        ("* Good, because ExecuTorch", "* Bad, because ExecuTorch", "does not come out"),
        ("confirmed (`tensorflow.converts", "refuted (`tensorflow.converts", "comes out as"),
        ("* PyTorch quantises to int8", "* PyTorch fails at int8", "does not come out"),
        ("Written by framework-advisor 0.1.9", "Written by nobody", "is not by"),
    ],
)
def test_what_the_text_of_another_version_must_say_is_compared(
    record: Path, before: str, after: str, said: str
) -> None:
    of_version("framework-advisor 0.1.9", record)
    if before.startswith("* PyTorch q"):
        before, after = before.replace("* ", ""), after.replace("* ", "")
    wrong = of_version("framework-advisor 0.1.9", record, (before, after)).reasoning.problems
    assert any(said in sentence for sentence in wrong), wrong


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("claims.json", in_json(lambda data: data["claims"].pop())),
        ("answers.json", in_json(lambda data: data["questions"][0].update(ask="What?"))),
        ("decision.json", in_json(lambda data: data.update(advised="pytorch"))),
        ("rules.json", in_json(lambda data: data.update(tool="framework-advisor 0.1.0"))),
        ("rules.json", in_json(lambda data: data["rules"][0].update(because="So."))),
        ("session.yaml", in_yaml(lambda data: data["consultation"]["fired"].pop())),
    ],
)
def test_data_of_another_version_is_compared(
    record: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    of_version("framework-advisor 0.1.9", record)
    wrong = forged(record, name, change).reasoning.problems
    assert any(f"{name}: " in sentence for sentence in wrong), wrong


def test_files_of_a_record_of_an_earlier_version_are_compared(tmp_path: Path) -> None:
    folder = shutil.copytree(EARLIER / "0.1.0", tmp_path / "copy")
    (path,) = folder.glob("*.md")

    def change(data: bytes) -> bytes:
        return data.replace(b'"keras": "3.15.1"', b'"keras": "3.99.0"')

    wrong = forged(path, "environment.json", change).reasoning.problems
    assert any("environment.json: packages: keras: is '3.99.0'" in one for one in wrong), wrong


# What was changed is evidence of nothing


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"yes"', b'"not"', 1))


QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "explain": (),
    "report": ("--format", "html"),
    "whatif": ("--set", "target=ios"),
    "flips": (),
}


@pytest.mark.parametrize("suffix", [".md", ".evidence.zip"])
@pytest.mark.parametrize("command", QUESTIONS)
def test_no_command_reasons_with_damaged_evidence(
    program: Program, record: Path, command: str, suffix: str
) -> None:
    damaged(bundle_of(record))
    run = program(command, record.with_suffix(suffix), *QUESTIONS[command])
    assert (run.code, run.out) == (3, "")
    (told,) = run.complaints
    assert "is not the evidence that was sealed: " in told
    assert "claims.json was changed: its checksum is another" in told


@pytest.mark.parametrize("suffix", [".md", ".evidence.zip"])
def test_answers_are_not_taken_from_damaged_evidence(
    program: Program, record: Path, suffix: str
) -> None:
    damaged(bundle_of(record))
    run = program("ask", "--answers", record.with_suffix(suffix), "--no-probes")
    assert (run.code, run.out) == (3, "")
    assert "is not the evidence that was sealed" in run.err


def test_evidence_of_another_record_is_not_taken(
    program: Program, record: Path, either: Recommendation, tmp_path: Path
) -> None:
    shutil.copy(bundle_of(write_record(either, tmp_path / "other", today=TODAY)), bundle_of(record))
    run = program("explain", record)
    assert run.code == 3
    assert "the record was sealed with " in run.err


@pytest.mark.parametrize("suffix", [".md", ".evidence.zip"])
def test_no_command_reasons_with_evidence_that_contradicts_itself(
    program: Program, record: Path, suffix: str
) -> None:
    def silence(data: dict[str, list[dict[str, str]]]) -> None:
        next(one for one in data["rules"] if one["id"] == "android_tflite")["state"] = "silent"

    forged(record, "rules.json", in_json(silence))
    run = program("explain", record.with_suffix(suffix))
    assert (run.code, run.out) == (3, "")
    assert "does not agree with itself: rules.json: android_tflite: state" in run.err


def test_links_in_a_circle_are_told(program: Program, record: Path) -> None:
    bundle_of(record).unlink()
    bundle_of(record).symlink_to(bundle_of(record).name)
    verification = verify(record, KB)
    assert verification.integrity.status is CheckStatus.FAILED
    record.unlink()
    record.symlink_to(record.name)
    assert program("record", "verify", record).code == 3
