"""What a crash leaves behind: a log for whoever mends it, and a sentence that says where it is."""

from __future__ import annotations

import contextlib
import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

from advisor import __version__
from advisor.cache_folder import cache_folder
from probes.runtime.redaction import redact
from rules.diagnostics import printable

PACKAGES = ("torch", "tensorflow", "keras", "numpy")  # by the names they are imported by
NOTE = "Read it before you send it: the command and the error may quote what you wrote."


def report_crash(error: Exception, arguments: Sequence[str]) -> str:
    """Write the log; returns what to say. Where no file can be written, stderr has the log."""
    log = crash_log(error, arguments)
    path = _written(log)
    if path is None:
        print(log, file=sys.stderr)
    where, after = ("this file", f": {path}") if path else ("the text above", "")
    return printable(
        f"stopped by an error in the program itself ({type(error).__name__}); report it with "
        f"{where} to whoever maintains framework-advisor{after}"
    )


def crash_log(error: Exception, arguments: Sequence[str]) -> str:
    """The traceback and what it depends on, without names of people, folders and computers."""
    lines = [
        f"framework-advisor {__version__} stopped by an error in the program itself.",
        NOTE,
        "",
        f"command: advisor {shlex.join(arguments)}",
        f"python: {platform.python_implementation()} {platform.python_version()}",
        f"platform: {platform.platform()}",
        *_versions(),
        "",
        *traceback.format_exception(error),
    ]
    return redact("\n".join(line.rstrip("\n") for line in lines)) + "\n"


def _versions() -> Iterator[str]:
    """What is installed of PACKAGES: TensorFlow comes as projects of several names."""
    from probes.runtime.installed import in_effect, installed_projects, providers

    projects = in_effect(installed_projects(sys.path))
    brought = providers(projects)
    for package in PACKAGES:
        named = [projects[package]] if package in projects else []
        versions = [
            project.version if project.name == package else f"{project.version} ({project.name})"
            for project in brought.get(package, named)
        ]
        yield f"{package}: {', '.join(versions) or 'not installed'}"


def _written(log: str) -> Path | None:
    """The new file that holds the log, readable by its owner alone; None where there is none."""
    name = f"crash-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}-"
    for folder in _folders():
        with contextlib.suppress(OSError):
            descriptor, path = tempfile.mkstemp(".log", name, folder)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(log)
            return Path(path)
    return None


def _folders() -> Iterator[Path]:
    """Where the log may go, the best place first."""
    folder = cache_folder()
    if folder is not None:
        yield folder
    with contextlib.suppress(OSError):  # none that can be written to
        yield Path(tempfile.gettempdir())
