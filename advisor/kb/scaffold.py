"""Writes a new folder of knowledge: all of it, or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from advisor.files import check_folder
from advisor.kb.case_runner import accept
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.json_schema import FILE_NAME, as_text, schema_of
from rules.loading.loader import load

FILES = Path(__file__).parent


class Start(str, Enum):
    """What the folder is to be; the value is the folder here that holds its files."""

    OVERLAY = "overlay"  # it lies over the shipped knowledge
    WHOLE = "whole"  # it holds everything


def start(folder: Path, kind: Start) -> Sequence[str]:
    """Write the files of that kind into ``folder``, which is made; their names within it.

    The case is accepted as it comes out with the knowledge shipped here, and the schema for editors
    lies beside the files. Raises InputError where the folder holds something, or OSError; then
    nothing is left behind.
    """
    _check_empty(folder)
    check_folder(folder)
    # '.' has no name, and a link to a folder is that folder.
    folder = Path(os.path.realpath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".advisor-", dir=folder.parent))
    try:
        content = draft / folder.name
        shutil.copytree(FILES / kind.value, content, copy_function=shutil.copyfile)
        accept(load(content), content)
        (content / FILE_NAME).write_text(as_text(schema_of(content)), encoding="utf-8")
        names = sorted(path.relative_to(content).as_posix() for path in content.rglob("*.*"))
        if folder.exists():  # it may be somebody's current folder, so it stays the same one
            for part in content.iterdir():
                part.rename(folder / part.name)
        else:
            content.rename(folder)
        return names
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _check_empty(folder: Path) -> None:
    location = SourceLocation(str(folder))
    if os.path.lexists(folder) and not folder.is_dir():
        raise InputError([Problem(location, "is there already, and is no folder")])
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError([Problem(location, "is not empty, expected a new or an empty folder")])
