"""The evidence bundle as a file: the same bytes for the same contents, and nothing unseen."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.records.evidence.bundle import LARGEST, MANIFEST, packed, read_bundle, unpacked
from rules.diagnostics import InputError

CONTENTS = {
    "about.txt": b"what this is\n",
    "probes/pytorch.runs_eagerly/finding.json": b'{"outcome": "yes"}\n',
    "knowledge/own/rules/für uns.yaml": b"x: 1\n",
    "session.yaml": b"schema: 1\n" * 50,
}


def archive(entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive as any tool writes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return buffer.getvalue()


def is_noticed(data: bytes) -> bool:
    """Whether these bytes are refused, or told to be damaged."""
    try:
        return bool(unpacked(data, "x").damage)
    except InputError:
        return True


def refusal(data: bytes) -> str:
    with pytest.raises(InputError) as refused:
        unpacked(data, "0001.evidence.zip")
    (problem,) = refused.value.problems
    assert problem.location.file == "0001.evidence.zip"
    return problem.message


def test_what_is_packed_is_unpacked() -> None:
    bundle = unpacked(packed(CONTENTS), "x")
    assert {name: bundle.entries[name] for name in CONTENTS} == CONTENTS


def test_order_of_the_contents_makes_no_difference() -> None:
    assert packed(dict(reversed(CONTENTS.items()))) == packed(CONTENTS)


def test_whole_bundle_has_no_damage() -> None:
    assert unpacked(packed(CONTENTS), "x").damage == ()


def test_manifest_names_every_other_entry() -> None:
    manifest = json.loads(unpacked(packed(CONTENTS), "x").entries[MANIFEST])
    assert sorted(manifest["sha256"]) == sorted(CONTENTS)


@given(st.data())
def test_no_changed_byte_goes_unseen(data: st.DataObject) -> None:
    whole = packed(CONTENTS)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(1, 255))
    changed = bytearray(whole)
    changed[place] ^= other
    assert is_noticed(bytes(changed))


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_changed_entry_is_named(name: str) -> None:
    whole = packed(CONTENTS)
    place = whole.index(CONTENTS[name])
    changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    assert unpacked(changed, "x").damage == (f"{name} was changed: its checksum is another",)


def test_entry_changed_with_its_checksum_is_named_by_the_manifest() -> None:
    entries = dict(unpacked(packed(CONTENTS), "x").entries)
    entries["about.txt"] = b"something else\n"
    damage = unpacked(archive(entries), "x").damage
    assert damage == ("about.txt was changed: its SHA-256 is not the one in the manifest",)


def test_entry_that_is_gone_is_named() -> None:
    entries = dict(unpacked(packed(CONTENTS), "x").entries)
    del entries["about.txt"]
    assert unpacked(archive(entries), "x").damage == (
        "about.txt is missing, and the manifest names it",
    )


def test_entry_that_was_added_is_named() -> None:
    entries = {**unpacked(packed(CONTENTS), "x").entries, "more.txt": b"x"}
    assert unpacked(archive(entries), "x").damage == ("more.txt is in no line of the manifest",)


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (None, "manifest.json is missing"),
        (b"[]", "manifest.json is none"),
        (b"{", "manifest.json is none"),
    ],
)
def test_bundle_without_a_manifest_is_not_whole(manifest: bytes | None, told: str) -> None:
    entries = dict(CONTENTS) if manifest is None else {**CONTENTS, MANIFEST: manifest}
    assert told in unpacked(archive(entries), "x").damage


def test_archive_that_was_written_anew_is_not_the_sealed_one() -> None:
    entries = dict(unpacked(packed(CONTENTS), "x").entries)
    (told,) = unpacked(archive(entries), "x").damage
    assert told.startswith("the archive itself was changed, first at byte ")


# Tricks


def test_zip_bomb_is_refused() -> None:
    bomb = archive({"session.yaml": b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert refusal(bomb) == "session.yaml is compressed, expected it stored as it is"


def test_entries_that_share_their_bytes_are_refused() -> None:
    whole = archive({"a.txt": b"x" * 1000})
    directory = whole.index(b"PK\x01\x02")
    header = whole[directory : whole.index(b"PK\x05\x06")]
    headers = b"".join(header.replace(b"a.txt", f"{n}.txt".encode()) for n in range(10))
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(headers), directory, 0)
    assert refusal(whole[:directory] + headers + end) == "says to hold more than its own size"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/etc/passwd",
        "a/../../x",
        "a//b",
        "C:\\x",
        "c:x",
        ".hidden",
        "a/.git/x",
        "x\\y",
        "a/",
        "a\ny",
    ],
)
def test_name_that_leads_elsewhere_is_refused(name: str) -> None:
    assert refusal(archive({name: b"x"})).endswith("which leads elsewhere")


def test_entry_that_stands_there_twice_is_refused() -> None:
    twice = archive({"a.txt": b"one", "b.txt": b"two"}).replace(b"b.txt", b"a.txt")
    assert refusal(twice) == "holds a.txt twice"


def test_too_many_entries_are_refused() -> None:
    assert refusal(archive({f"{n}.txt": b"" for n in range(2_001)})).startswith(
        "holds 2,001 entries"
    )


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert refusal(data).startswith("is no zip archive that can be read")


@given(st.binary(max_size=300))
def test_whatever_bytes_there_are_nothing_but_a_refusal_is_raised(data: bytes) -> None:
    assert is_noticed(data)


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "0001.evidence.zip"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="is larger than 20,000,000 bytes"):
        read_bundle(path)


def test_bundle_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_bundle(tmp_path / "0001.evidence.zip")
