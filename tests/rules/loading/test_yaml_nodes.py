"""Strict YAML: every value keeps its word and its line, and whatever is odd is refused in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading import yaml_nodes
from rules.loading.input_file import MAX_BYTES
from rules.loading.yaml_nodes import MAX_DEPTH, Node, parse, read

PARSERS = [yaml.BaseLoader] + ([yaml.CBaseLoader] if yaml.__with_libyaml__ else [])


@pytest.fixture(params=PARSERS, ids=lambda parser: parser.__name__)
def _each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is promised holds with libyaml and without."""
    monkeypatch.setattr(yaml_nodes, "_Parser", request.param)


pytestmark = pytest.mark.usefixtures("_each_parser")


def plain(node: Node) -> Any:
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, Mapping):
        return {key: plain(value) for key, value in node.value.items()}
    return [plain(item) for item in node.value]


def problems_of(text: str | bytes) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(text, "f.yaml")
    return [str(problem) for problem in caught.value.problems]


# What comes out


@pytest.mark.parametrize("word", ["no", "yes", "1.10", "2026-01-01", "0o17", "1e3", "true", "<<"])
def test_a_word_stays_the_word_it_is(word: str) -> None:
    assert plain(parse(f"key: {word}", "f")) == {"key": word}
    assert plain(parse(f"{word}: 'quoted'", "f")) == {word: "quoted"}


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL"])
def test_a_null_is_the_empty_text(null: str) -> None:
    assert plain(parse(f"a: 1\nb: {null}\nc: 2", "f")) == {"a": "1", "b": "", "c": "2"}


def test_a_quoted_null_and_a_null_as_key_are_words() -> None:
    assert plain(parse("a: 'null'\nnull: b", "f")) == {"a": "null", "null": "b"}


def test_every_value_and_key_knows_its_line() -> None:
    root: Any = parse("# remark\na:\n  - x\n  - {b: y,\n     c:\n     }\nd:\n", "f.yaml")
    assert root.keys == {"a": SourceLocation("f.yaml", 2), "d": SourceLocation("f.yaml", 7)}
    first, second = root.value["a"].value
    assert (first.value, first.location) == ("x", SourceLocation("f.yaml", 3))
    assert second.keys["c"] == SourceLocation("f.yaml", 5)
    assert root.value["d"] == Node("", SourceLocation("f.yaml", 7))


def test_lists_and_mappings_keep_their_order() -> None:
    assert list(plain(parse("z: 1\na: 2\nm: [3, 1, 2]", "f")).items()) == [
        ("z", "1"),
        ("a", "2"),
        ("m", ["3", "1", "2"]),
    ]


def test_json_is_read_too() -> None:
    text = '{"schema": 1, "answers": {"target": ["ios", "android"]}, "note": null}'
    expected = {"schema": "1", "answers": {"target": ["ios", "android"]}, "note": ""}
    assert plain(parse(text, "f")) == expected


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake() -> None:
    assert plain(parse("\ufeffa: ä\r\nb: >\r\n  c\r\n  d\r\n".encode(), "f")) == {
        "a": "ä",
        "b": "c d\n",
    }


# What is refused


def test_a_key_twice_is_refused_with_both_lines() -> None:
    assert problems_of("a: 1\nb: 2\na: 3\n") == [
        "f.yaml:3: 'a' is already written on line 1, expected each key once"
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &x b", 1, "'&x' is an anchor, expected the value alone"),
        ("a:\n  - *x", 2, "'*x' is an alias, expected the value itself"),
        ("a: !!int 3", 1, "'tag:yaml.org,2002:int' is a tag"),
        ("a: 1\nb: !secret x", 2, "'!secret' is a tag"),
        ("a: !!python/object/apply:os.system [ls]", 1, "is a tag"),
        ("a: b\n---\nc: d", 2, "a second document begins"),
        ("? [a, b]\n: c", 1, "stands as a key, expected a word"),
        ("a: {{ name }}", 1, "stands as a key, expected a word"),
        ("a: b: c", 1, "a text that holds ': ' needs quotes"),
        ("a:\n\tb: c", 2, "indent with spaces, not tabs"),
        ("a: `b`", 1, "quote a text that begins so"),
        ("a: 1\nb: 'c", 2, "is its closing quote missing?"),
        ("a: [b\nc: d", 2, "is a ',' or a closing bracket missing?"),
        ("a:\n  b: c\n d: e", 3, "indented alike?"),
        ("a: *", 1, "quote a text that begins with '*'"),
        ("%YAML 9.0\n---\na: b", 1, "not valid YAML"),
        ('a: 1\nb: "\\e[31m"', 2, "the text holds the control character '\\x1b'"),
        ("a: 1\nb: \x07", 2, "holds the character '\\x07'"),
        ("a: 1\nb: \ud800", 2, "holds the character '\\ud800'"),
    ],
)
def test_what_is_not_needed_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    [problem] = problems_of(text)
    assert problem.startswith(f"f.yaml:{line}: ")
    assert words in problem
    assert "\n" not in problem


@pytest.mark.parametrize("text", ["", "# a remark\n", "---\n", "~", "''", "\ufeff"])
def test_a_file_with_nothing_in_it_is_refused(text: str) -> None:
    assert problems_of(text) == ["f.yaml: is empty, expected a YAML document"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a: 1\nb: \xff", "f.yaml:2: holds the byte 0xff, expected text in UTF-8"),
        ("a: b".encode("utf-16"), "expected text in UTF-8"),
        (b"a: 1\nb\x00", "f.yaml:2: holds the character '\\x00', expected printable text"),
        (b"\x89PNG\r\n\x1a\n", "expected text in UTF-8"),
        (b"\x7fELF", "f.yaml:1: holds the character '\\x7f'"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, words: str) -> None:
    [problem] = problems_of(data)
    assert words in problem


def test_nesting_is_read_up_to_a_depth_and_refused_beyond() -> None:
    parse("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f")
    for deep in ("[" * 5_000, "{a: " * 5_000, "- " * 5_000 + "a", "? " * 5_000 + "a"):
        assert problems_of(deep)[-1] == f"f.yaml:1: is nested deeper than {MAX_DEPTH}"


def test_everything_wrong_is_reported_at_once_even_before_a_syntax_error() -> None:
    places = [problem.split(" ")[0] for problem in problems_of("a: &x 1\na: !t 2\nb: *x\nc: d: e")]
    assert places == ["f.yaml:1:", "f.yaml:2:", "f.yaml:2:", "f.yaml:3:", "f.yaml:4:"]


def test_aliases_cannot_make_a_small_file_large() -> None:
    laughs = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert all("anchor" in problem or "alias" in problem for problem in problems_of(laughs))


# Reading files


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(InputError) as caught:
        read(path, **options)
    [problem] = caught.value.problems
    return str(problem)


def test_a_file_is_shown_as_it_was_given_or_as_one_likes(tmp_path: Path) -> None:
    path = tmp_path / "team.yaml"
    path.write_text("a: b")
    assert read(path).location == SourceLocation(str(path), 1)
    assert read(path, shown_as="team.yaml").location == SourceLocation("team.yaml", 1)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.yaml", shown_as="a.yaml") == "a.yaml: there is no such file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert refusal(tmp_path, shown_as="a") == "a: is a folder, expected a YAML file"


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    assert refusal(tmp_path / "a" / "b", shown_as="a/b").startswith("a/b: ")


def test_a_name_that_cannot_be_is_refused() -> None:
    assert "is not a possible file name" in refusal(Path("a\0b"))


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_without_end_is_refused() -> None:
    assert refusal(Path("/dev/zero")).endswith("is not a regular file, expected a YAML file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_nobody_writes_to_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a regular file" in refusal(tmp_path / "pipe")


@pytest.fixture
def unreadable(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "secret.yaml"
    path.write_text("a: b")
    path.chmod(0)
    with suppress(OSError), path.open():
        pytest.skip("whoever runs this may read everything")
    yield path
    path.chmod(0o600)


def test_a_file_that_may_not_be_read_is_refused(unreadable: Path) -> None:
    assert refusal(unreadable, shown_as="s").startswith("s: cannot be read: permission denied")


def test_a_file_that_fails_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "a.yaml"
    path.write_text("a: b")
    monkeypatch.setattr("os.read", denied)
    assert refusal(path, shown_as="a.yaml") == "a.yaml: cannot be read: permission denied"


def test_a_file_is_read_up_to_a_size_and_refused_beyond(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_text("#" * (MAX_BYTES - 5) + "\na: b")
    assert plain(read(path)) == {"a": "b"}
    path.write_text("#" * MAX_BYTES + "\na: b")
    assert "is larger than 1,000,000 bytes" in refusal(path)


def test_a_sparse_file_of_great_size_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 32 if sys.platform == "linux" else MAX_BYTES + 1)
    assert "is larger than" in refusal(path)


# Anything at all

YAMLISH = st.text(alphabet="ab:-?,[]{}&*!|>'\"%@`#~ \n\t\\x0\x85\u2028\ufeff", max_size=60)


@given(st.one_of(YAMLISH, st.text(), st.binary()))
def test_nothing_raises_anything_but_bad_input_of_printable_lines(text: str | bytes) -> None:
    problems: Sequence[Problem] = ()
    try:
        parse(text, "f")
    except InputError as error:
        problems = error.problems
    assert all(problem.message.isprintable() for problem in problems)


WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_categories=["Cc"]))
VALUES = st.recursive(
    WORDS, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=20
)


@given(st.dictionaries(WORDS, VALUES, min_size=1))
def test_what_was_written_out_is_read_back(value: Any) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, default_style="'")
    assert plain(parse(text, "f")) == value
