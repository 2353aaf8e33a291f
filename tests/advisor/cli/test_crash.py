"""A mistake in the program: one sentence, a log without names, and an exit code of its own."""

from __future__ import annotations

import argparse
import platform
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

import pytest

from advisor import __version__
from advisor.cache_folder import CACHE_NAME
from advisor.cli.command import CRASHED, INTERRUPTED, USAGE, WRONG
from advisor.cli.main import main
from advisor.errors import CommandError, WorkshopError

Crash: TypeAlias = Callable[..., tuple[int, str, str]]

PRIVATE = ("somebody", "their-computer", "home-of")


def secret() -> None:
    raise LookupError("nothing of the kind in /home-of/somebody/team.yaml\x1b[2J")


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The handlers of signals as they were."""
    ends = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in ends.items():
        signal.signal(number, handler)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / CACHE_NAME


@pytest.fixture
def crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cache: Path
) -> Crash:
    """Run a command that raises; returns the exit code, stdout and stderr."""
    monkeypatch.setattr(Path, "home", lambda: Path("/home-of/somebody"))
    monkeypatch.setattr(socket, "gethostname", lambda: "their-computer.example")
    monkeypatch.setenv("LOGNAME", "somebody")
    monkeypatch.setenv("SOME_TOKEN", "t0p-s3cret")

    def run(raising: Callable[[], None], *arguments: str) -> tuple[int, str, str]:
        def fail(_: argparse.Namespace) -> int:
            print("printed before")
            raising()
            return 0

        monkeypatch.setattr("advisor.cli.report.run", fail)
        code = main(["report", *(arguments or ("team.yaml",))])
        return code, *capsys.readouterr()

    return run


def raise_(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def the_log(folder: Path) -> str:
    (path,) = folder.glob("crash-*.log")
    return path.read_text(encoding="utf-8")


def test_a_crash_is_one_sentence_with_a_code_of_its_own(crash: Crash, cache: Path) -> None:
    code, out, err = crash(secret)
    (path,) = cache.glob("crash-*.log")
    assert (code, CRASHED, out) == (70, 70, "printed before\n")
    assert err == (
        "advisor: stopped by an error in the program itself (LookupError); report it with this"
        f" file to whoever maintains framework-advisor: {path}\n"
    )


def test_the_log_says_what_whoever_mends_it_needs(crash: Crash, cache: Path) -> None:
    crash(secret, "/home-of/somebody/our team.yaml")
    log = the_log(cache)
    assert f"framework-advisor {__version__} " in log
    assert f" {platform.python_version()}\n" in log
    assert f"platform: {platform.platform()}\n" in log
    assert "command: advisor report '~/our team.yaml'\n" in log
    assert f"numpy: {version('numpy')}\n" in log
    assert "Traceback (most recent call last):" in log
    assert "in secret" in log
    assert log.endswith("\nLookupError: nothing of the kind in ~/team.yaml\\x1b[2J\n")


def test_a_framework_that_is_not_installed_is_said_to_be_so(
    crash: Crash, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("advisor.cli.crash.PACKAGES", ("no-such-project",))
    crash(secret)
    assert "no-such-project: not installed\n" in the_log(cache)


def test_a_framework_is_known_by_whatever_project_brought_it(
    crash: Crash, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "tensorflow_cpu-2.21.0.dist-info"
    note.mkdir()
    (note / "METADATA").write_text("Name: tensorflow_cpu\nVersion: 2.21.0\n")
    (note / "RECORD").write_text("tensorflow/__init__.py,,\n")
    monkeypatch.setattr("sys.path", [str(tmp_path), *sys.path])
    monkeypatch.setattr("advisor.cli.crash.PACKAGES", ("tensorflow",))
    crash(secret)
    assert "\ntensorflow: 2.21.0 (tensorflow-cpu)\n" in the_log(cache)


def test_nothing_private_is_in_the_log(crash: Crash, cache: Path) -> None:
    crash(secret, "/home-of/somebody/team.yaml", "--kb", "somebody")
    log = the_log(cache)
    assert [name for name in (*PRIVATE, "t0p-s3cret", "SOME_TOKEN") if name in log] == []


def test_the_log_is_for_its_owner_alone(crash: Crash, cache: Path) -> None:
    crash(secret)
    (path,) = cache.glob("crash-*.log")
    assert (path.stat().st_mode & 0o777, cache.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_second_crash_leaves_the_first_log(crash: Crash, cache: Path) -> None:
    crash(secret)
    crash(secret)
    assert len(list(cache.glob("crash-*.log"))) == 2


def test_what_led_to_the_error_is_in_the_log(crash: Crash, cache: Path) -> None:
    def twice() -> None:
        try:
            secret()
        except LookupError as error:
            raise RuntimeError("the second") from error

    crash(twice)
    assert the_log(cache).index("LookupError: ") < the_log(cache).index("RuntimeError: the second")


def test_the_log_goes_into_a_temporary_file_where_there_is_no_cache(
    crash: Crash, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cache.touch()  # a file, where the folder should be
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, _, err = crash(secret)
    (path,) = tmp_path.glob("crash-*.log")
    assert (code, str(path) in err) == (CRASHED, True)
    assert "LookupError: nothing of the kind" in path.read_text(encoding="utf-8")


def test_the_log_goes_to_stderr_where_no_file_can_be_written(
    crash: Crash, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.touch()
    monkeypatch.setattr(tempfile, "tempdir", str(cache))
    code, _, err = crash(secret)
    assert code == CRASHED
    assert "LookupError: nothing of the kind in ~/team.yaml" in err
    assert err.splitlines()[-1] == (
        "advisor: stopped by an error in the program itself (LookupError); report it with the text"
        " above to whoever maintains framework-advisor"
    )


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), INTERRUPTED, "interrupted"),
        (OSError(28, "No space left on device", "a.md"), WRONG, "a.md: No space left on device"),
        (CommandError("not so", USAGE), USAGE, "not so"),
        (WorkshopError("Not now."), WRONG, "Not now."),
    ],
)
def test_what_is_expected_is_no_crash(
    crash: Crash, cache: Path, error: BaseException, code: int, sentence: str
) -> None:
    assert crash(raise_(error)) == (code, "printed before\n", f"advisor: {sentence}\n")
    assert not cache.exists()


def test_an_exit_passes_through(crash: Crash, cache: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        crash(raise_(SystemExit(2)))
    assert (ended.value.code, cache.exists()) == (2, False)
