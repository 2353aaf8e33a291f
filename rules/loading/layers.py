"""Which folders a knowledge base is read from, and the files in each.

Shipped knowledge, or a folder that holds every file, is one layer. A folder with a ``base.yaml``
that says ``extends: shipped`` is a second one over the shipped, and holds what it changes.
:mod:`rules.loading.overlay` makes one of the two.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from rules.diagnostics import InputError, Problem, SourceLocation, hint, printable
from rules.loading import yaml_nodes
from rules.loading.fields import Record
from rules.loading.file_schemas import BASE, BASE_FILE, FILES, FOLDERS, OPTIONAL
from rules.loading.input_file import read_bytes
from rules.loading.yaml_nodes import Node

SHIPPED = Path(__file__).parents[1] / "knowledge"
SHIPPED_AS = "rules/knowledge"  # in messages, wherever it is installed
CASES = "cases"  # the folder of answer sheets that the knowledge is tested by


@dataclass(frozen=True)
class Layer:
    """A folder of knowledge, named ``shown`` in messages. A ``whole`` one lies over no other."""

    home: Path
    shown: str
    whole: bool

    @property
    def shapes(self) -> Mapping[str, Record]:
        """The files that may lie beside its folders."""
        return FILES if self.whole else {BASE_FILE: BASE, **FILES}

    def may_lack(self, name: str) -> bool:
        return name in OPTIONAL if self.whole else name != BASE_FILE


@dataclass(frozen=True)
class File:
    """A file to read; ``root`` is None where it is missing or no YAML."""

    name: str  # relative to the folder, with '/'
    shape: Record
    data: bytes = b""
    root: Node | None = None


def layers(folder: Path | None = None, *, shipped: Path = SHIPPED) -> tuple[Layer, ...]:
    """The layers of the knowledge in ``folder``, by default the shipped one, the lowest first.

    ``shipped`` is another copy of what is shipped, such as that of an earlier version.
    """
    lowest = Layer(shipped, SHIPPED_AS, whole=True)
    if folder is None:
        return (lowest,)
    try:  # as somebody in the working directory would write it; else as it was given
        shown = Path(os.path.realpath(folder)).relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        shown = folder.as_posix()
    try:
        lies_over = (folder / BASE_FILE).exists()
    except (OSError, ValueError):  # no folder at all, which context it will say
        lies_over = False
    own = Layer(folder, shown, whole=not lies_over)
    return (lowest, own) if lies_over else (own,)


def knowledge_files(folder: Path | None = None) -> Mapping[str, bytes]:
    """The files of the knowledge in ``folder`` with their bytes, each named as read from
    ``shipped/`` or ``own/``. Raises InputError.
    """
    problems: list[Problem] = []
    files = {}
    for layer in layers(folder):
        path = "shipped" if layer.home == SHIPPED else "own"
        for file in parsed(layer, problems):
            if (layer.home / file.name).is_file():  # some may be missing
                files[f"{path}/{file.name}"] = file.data
    if problems:
        raise InputError(problems)
    return files


def parsed(layer: Layer, problems: list[Problem]) -> Sequence[File]:
    """Every file there should be, in the order in which they are read."""
    there = yaml_names(layer.home, layer.shown, problems)
    missing = [name for name in layer.shapes if name not in there]
    misnamed: set[str] = set()
    for name in there:
        if name not in layer.shapes:
            known = hint(name, missing) or f"; known: {', '.join(layer.shapes)}"
            message = f"is none of the files that are read{known}"
            problems.append(Problem(SourceLocation(f"{layer.shown}/{name}"), message))
            misnamed.update(get_close_matches(name, missing, n=1))
    files = []
    for name, shape in layer.shapes.items():
        if name in misnamed:
            files.append(File(name, shape))
        elif name in there or not layer.may_lack(name):
            files.append(_parsed_file(name, shape, layer, problems))
    for name, shape in FOLDERS.items():
        files += _parsed_folder(name, shape, layer, problems)
    return files


def yaml_names(folder: Path, shown: str, problems: list[Problem]) -> Sequence[str]:
    """The names of the YAML files in ``folder``, sorted. Raises InputError where it is none."""
    try:
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        raise InputError([Problem(SourceLocation(shown), "there is no such folder")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read as a folder: {reason.lower()}"
        raise InputError([Problem(SourceLocation(shown), message)]) from None
    for name in names:
        if name.endswith(".yml"):
            problems.append(
                Problem(SourceLocation(f"{shown}/{name}"), "ends in .yml, expected .yaml")
            )
        if printable(name) != name:
            message = f"holds a file whose name cannot be shown: {name!a}"
            problems.append(Problem(SourceLocation(shown), message))
    return [name for name in names if name.endswith(".yaml") and printable(name) == name]


def _parsed_folder(
    name: str, shape: Record, layer: Layer, problems: list[Problem]
) -> Sequence[File]:
    if not layer.whole and not (layer.home / name).exists():
        return []
    try:
        inner = yaml_names(layer.home / name, f"{layer.shown}/{name}", problems)
    except InputError as error:
        problems.extend(error.problems)
        return [File(name, shape)]
    return [_parsed_file(f"{name}/{file}", shape, layer, problems) for file in inner]


def _parsed_file(name: str, shape: Record, layer: Layer, problems: list[Problem]) -> File:
    try:
        data = read_bytes(layer.home / name, shown_as=f"{layer.shown}/{name}")
        return File(name, shape, data, yaml_nodes.parse(data, f"{layer.shown}/{name}"))
    except InputError as error:
        problems.extend(error.problems)
        return File(name, shape)
