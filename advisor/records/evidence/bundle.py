"""The evidence bundle as a file: a zip archive that is the same bytes for the same contents.

Entries are stored, not compressed, in the order of their names, and dated 1980. So no archive
holds more than its own size, and no version of a compressor changes a byte. ``manifest.json``
names every other entry with its SHA-256. Nothing is ever unpacked to where an entry says.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.records.evidence.strict_json import strict_json
from rules.diagnostics import InputError
from rules.loading.input_file import read_bytes

SUFFIX = ".evidence.zip"
MANIFEST = "manifest.json"
SCHEMA = 1
LARGEST = 20_000_000  # bytes; a bundle has about half a million
LARGEST_ENTRY = 4_000_000  # bytes; the rules of a consultation have about a hundred thousand
LARGEST_TEXT = 200_000  # bytes of a sealed record; one has about 20,000, a group's twice that
MOST_ENTRIES = 2_000
MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can state
_PART = r"(?!\.)[^/\\:\x00-\x1f\x7f]+"
_NAME = re.compile(rf"{_PART}(/{_PART})*")


@dataclass(frozen=True)
class Bundle:
    """The contents of an archive. ``sha256`` is that of the whole file; ``damage`` has a sentence
    for everything that is not as its manifest says.
    """

    file: str
    entries: Mapping[str, bytes]
    sha256: str
    damage: tuple[str, ...]

    def text(self, name: str) -> str:
        """The text of an entry. Raises InputError where it is missing or no text."""
        if name not in self.entries:
            raise InputError.at(self.file, f"lacks {name}")
        try:
            return self.entries[name].decode("utf-8")
        except UnicodeDecodeError:
            raise InputError.at(self.file, f"{name} is no text in UTF-8") from None

    def data(self, name: str) -> Any:
        """The JSON in an entry; None where it is missing or no JSON that reads one way alone."""
        try:
            return strict_json(self.entries.get(name, b"null"))
        except ValueError:
            return None

    def mapping(self, name: str) -> Mapping[str, Any]:
        """The same; empty where it is no mapping."""
        data = self.data(name)
        return data if isinstance(data, Mapping) else {}


def packed(contents: Mapping[str, bytes]) -> bytes:
    """The archive with these entries and their manifest."""
    sums = {name: sha256(contents[name]) for name in sorted(contents)}
    return _archive({**contents, MANIFEST: _manifest(sums)})


def _manifest(sums: Mapping[str, str]) -> bytes:
    return json_bytes({"schema": SCHEMA, "sha256": sums})


def json_bytes(data: Mapping[str, Any]) -> bytes:
    """An entry that is JSON. Raises ValueError for a number that JSON does not have."""
    return (json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_bundle(path: Path) -> Bundle:
    """The bundle in ``path``, whole or not.

    Raises InputError for what cannot be read as one at all, or may not be: compressed or encrypted
    entries, names that lead elsewhere, more than there is room for.
    """
    return unpacked(read_bytes(path, limit=LARGEST, expected="an evidence bundle"), str(path))


def unpacked(data: bytes, file: str) -> Bundle:
    """The same for an archive that was read; messages name it ``file``."""
    broken: dict[str, str] = {}  # the entries that do not agree with themselves
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_tricks(archive.infolist(), len(data), file)
            entries = dict(_entries(archive, broken))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError) as error:
        raise InputError.at(file, f"is no zip archive that can be read ({error})") from None
    damage = [*broken.values(), *_against_manifest(entries, set(broken))]
    if not damage and (canonical := _archive(entries)) != data:
        pairs = zip(canonical, data, strict=False)
        shorter = min(len(canonical), len(data))
        position = next((index for index, (a, b) in enumerate(pairs) if a != b), shorter)
        damage.append(f"the archive itself was changed, first at byte {position}")
    return Bundle(file, entries, sha256(data), tuple(damage))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _archive(entries: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            info = zipfile.ZipInfo(name, MOMENT)
            info.create_system = 3  # whatever system this is
            info.external_attr = 0o644 << 16
            archive.writestr(info, entries[name])
    return buffer.getvalue()


def _refuse_tricks(infos: list[zipfile.ZipInfo], size: int, file: str) -> None:
    if len(infos) > MOST_ENTRIES:
        raise InputError.at(
            file, f"holds {len(infos):,} entries, expected {MOST_ENTRIES:,} at most"
        )
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        if not _NAME.fullmatch(info.orig_filename) or name != info.orig_filename:
            raise InputError.at(file, f"holds an entry named {name!a}, which leads elsewhere")
        if name in seen:
            raise InputError.at(file, f"holds {name} twice")
        seen.add(name)
        if info.flag_bits & 0x1:
            raise InputError.at(file, f"{name} is encrypted, expected it as it is")
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise InputError.at(file, f"{name} is compressed, expected it stored as it is")
        if info.file_size > LARGEST_ENTRY:
            raise InputError.at(file, f"{name} is larger than {LARGEST_ENTRY:,} bytes")
    if sum(info.file_size for info in infos) > size:
        raise InputError.at(file, "says to hold more than its own size")


def _entries(archive: zipfile.ZipFile, broken: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    for info in archive.infolist():
        try:
            yield info.filename, archive.read(info)
        except (zipfile.BadZipFile, EOFError) as error:
            what = "its checksum is another" if "CRC" in str(error) else str(error)
            broken[info.filename] = f"{info.filename} was changed: {what}"


def _against_manifest(entries: Mapping[str, bytes], known: set[str]) -> Iterator[str]:
    """What the manifest says otherwise; of what is ``known`` to be changed, nothing more."""
    if MANIFEST in known:
        return
    if MANIFEST not in entries:
        yield f"{MANIFEST} is missing"
        return
    try:
        expected = dict(strict_json(entries[MANIFEST])["sha256"])
    except (ValueError, TypeError, KeyError):
        yield f"{MANIFEST} is none"
        return
    if entries[MANIFEST] != _manifest(expected):
        yield f"{MANIFEST} says something else than the SHA-256 of each file"
    for name in sorted({*expected, *entries} - {MANIFEST} - known):
        if name not in entries:
            yield f"{name} is missing, and the manifest names it"
        elif name not in expected:
            yield f"{name} is in no line of the manifest"
        elif sha256(entries[name]) != expected[name]:
            yield f"{name} was changed: its SHA-256 is not the one in the manifest"
