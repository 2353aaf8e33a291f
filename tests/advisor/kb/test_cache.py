"""The shipped knowledge base is kept ready, and what is kept is never believed too much."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from advisor.kb import cache as knowledge
from advisor.kb.cache import knowledge_base
from advisor.kb.plain import from_plain, to_plain
from rules.diagnostics import InputError
from rules.loading.loader import load


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder for each test."""
    monkeypatch.setattr(knowledge, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def kept(cache: Path) -> Path:
    (file,) = cache.iterdir()
    return file


def reading_is_forbidden(folder: Path | None) -> None:
    raise AssertionError(f"{folder} was read again")


def test_it_is_what_the_files_say() -> None:
    assert knowledge_base() == load()


def test_the_second_time_the_files_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first = knowledge_base()
    monkeypatch.setattr(knowledge, "_read", reading_is_forbidden)
    assert knowledge_base() == first


def test_files_that_have_changed_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge_base()
    monkeypatch.setattr(knowledge, "_stamp", lambda: ("other files",))
    monkeypatch.setattr(knowledge, "_read", reading_is_forbidden)
    with pytest.raises(AssertionError, match="was read again"):
        knowledge_base()


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", b"[" * 100_000, b"[1, 2]", b'["stamp", "no knowledge"]', b"\x80\x04N."],
)
def test_a_spoilt_file_is_passed_over(cache: Path, content: bytes) -> None:
    first = knowledge_base()
    kept(cache).write_bytes(content)
    assert knowledge_base() == first


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_file_that_others_may_write_is_passed_over(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge_base()
    kept(cache).chmod(0o666)
    monkeypatch.setattr(knowledge, "_read", reading_is_forbidden)
    with pytest.raises(AssertionError, match="was read again"):
        knowledge_base()


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(knowledge, "cache_folder", lambda: tmp_path / "file" / "cache")
    assert knowledge_base().rules


def test_a_knowledge_base_of_ones_own_is_always_read(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(InputError):
        knowledge_base(tmp_path)
    assert not os.path.lexists(cache)


# As plain data


def test_it_comes_back_as_it_was() -> None:
    kb = load()
    back = from_plain(json.loads(json.dumps(to_plain(kb))))
    assert back == kb
    assert repr(back) == repr(kb)  # an atom equals a plain pair of words


@pytest.mark.parametrize(
    "plain", [["os.system", "true"], ["Path", "/"], ["__class__"], [], [["Rule"]], ["Rule", 1]]
)
def test_nothing_but_the_classes_of_a_knowledge_base_is_made(plain: list[object]) -> None:
    with pytest.raises((KeyError, TypeError, IndexError)):
        from_plain(plain)
