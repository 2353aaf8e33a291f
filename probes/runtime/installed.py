"""What installers noted of the projects in an interpreter's library folders.

The notes (``torch-2.13.0.dist-info/METADATA``, ``RECORD``) are read here and not by the
interpreter, which may be of any version and in any state. One note that cannot be read never stops
anything: it is a project with a flaw.
"""

from __future__ import annotations

import contextlib
import csv
import io
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.parser import HeaderParser
from functools import cached_property
from importlib import metadata
from pathlib import Path

LARGEST_NOTE = 32_000_000  # bytes; TensorFlow's RECORD has 3 million
_LARGEST_METADATA = 1_000_000  # bytes that are read of it; the longest descriptions have a tenth
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")  # what a project may be called
_METADATA = ("METADATA", "PKG-INFO", "")  # "": the note is itself a file, as distutils wrote them
_LONGEST_NAME = 200  # characters of a name or a version
_IMPORTED = re.compile(r"\.(py|so|pyd|pyi)$")


@dataclass(frozen=True)
class InstalledFiles:
    """What an installer brought into the library folder: each file below it, with its hash.

    ``flaw`` says why that is not known, with RECORD as subject.
    """

    files: Mapping[str, str]
    flaw: str = ""


@dataclass(frozen=True)
class InstalledProject:
    """One project as its installer noted it, in the folder ``note``.

    ``name`` is normalised; ``requires`` holds the lines of Requires-Dist, ``requires_python`` what
    it says of Python. ``flaw`` says what is wrong with the note, with the note as subject. Where
    the note does not say so much, the name is the folder's, if any, and there is no version.
    """

    name: str
    version: str
    note: Path
    requires: tuple[str, ...] = ()
    requires_python: str = ""
    flaw: str = ""

    @property
    def label(self) -> str:
        """``torch 2.13.0``"""
        return f"{self.name} {self.version}".strip()

    def text(self, name: str) -> str:
        """A file of the note, empty where there is none that can be read."""
        with contextlib.suppress(OSError, ValueError):
            path = self.note / name
            if path.is_file() and path.stat().st_size <= LARGEST_NOTE:
                return path.read_text(encoding="utf-8", errors="replace")
        return ""

    @cached_property
    def record(self) -> InstalledFiles:
        """The files that it brought, by its RECORD."""
        path = self.note / "RECORD"
        try:
            if not path.is_file():
                return InstalledFiles({}, "is missing")
            if path.stat().st_size > LARGEST_NOTE:
                return InstalledFiles({}, f"is larger than {LARGEST_NOTE // 1_000_000} MB")
            return _record(path.read_text(encoding="utf-8", errors="replace"), self.note.parent)
        except OSError as error:
            return InstalledFiles({}, f"cannot be read: {error.strerror or error}")
        except (csv.Error, ValueError) as error:
            return InstalledFiles({}, f"cannot be read: {error}")

    def modules(self) -> frozenset[str]:
        """The top-level names by which what it brought is imported."""
        named = self.text("top_level.txt").split()
        found = (file.split("/") for file in self.record.files if _IMPORTED.search(file))
        return frozenset([*named, *(parts[0].split(".")[0] for parts in found)])


def _record(text: str, libraries: Path) -> InstalledFiles:
    """What stands in a RECORD. Raises ValueError or csv.Error where it is broken."""
    root = posixpath.normpath(libraries.as_posix())
    files = {}
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        if row and ("\n" in row[0] or "\0" in row[0]):
            raise ValueError(f"no file is called {row[0][:40]!r}")
        if row:
            # Some write ./alpha/a.py, or a path through another folder: it is the same file.
            path = posixpath.normpath(posixpath.join(root, row[0].replace("\\", "/")))
            if path.startswith(f"{root}/"):
                files[path[len(root) + 1 :]] = row[1] if len(row) > 1 else ""
    return InstalledFiles(files, "" if files else "lists no files")


def normalised_name(project: str) -> str:
    """The project's name in the one spelling that all others mean (PEP 503)."""
    return re.sub(r"[-_.]+", "-", project).lower()


def installed_projects(path: Iterable[str]) -> tuple[InstalledProject, ...]:
    """Every project noted on ``path``, in its order: what comes first hides others of its name."""
    context = metadata.DistributionFinder.Context(path=list(path))
    found = metadata.MetadataPathFinder.find_distributions(context)
    return tuple(_project(note) for note in _notes(found))


def _notes(found: Iterable[metadata.Distribution]) -> Iterator[Path]:
    for distribution in found:
        note = getattr(distribution, "_path", None)
        if isinstance(note, Path):  # not what lies in an archive
            yield note


def _project(note: Path) -> InstalledProject:
    noted = note.stem.split("-")[0]
    unread = InstalledProject(normalised_name(noted) if _NAME.fullmatch(noted) else "", "", note)
    try:
        data = _metadata(note)
    except OSError as error:
        return replace(unread, flaw=f"cannot be read: {error.strerror or error}")
    if data is None:
        return replace(unread, flaw="has no METADATA")
    try:
        text, flaw = data.decode("utf-8"), ""
    except UnicodeDecodeError:
        text, flaw = data.decode("utf-8", "replace"), "has METADATA that is not in UTF-8"
    headers = HeaderParser().parsestr(text)
    name, version = ((headers[key] or "").strip() for key in ("Name", "Version"))
    if not _NAME.fullmatch(name) or not version:
        return replace(unread, flaw=flaw or "does not state name and version")
    if max(len(name), len(version)) > _LONGEST_NAME:
        longest = f"a name and a version of up to {_LONGEST_NAME} characters"
        return replace(unread, flaw=flaw or f"does not state {longest}")
    return InstalledProject(
        name=normalised_name(name),
        version=version,
        note=note,
        requires=tuple(headers.get_all("Requires-Dist", ())),
        requires_python=headers.get("Requires-Python", ""),
        flaw=flaw,
    )


def _metadata(note: Path) -> bytes | None:
    """What the note says of its project; None where nothing does. Raises OSError."""
    for name in _METADATA:
        path = note / name if name else note
        if path.is_file():  # a pipe would be waited for
            with path.open("rb") as file:
                return file.read(_LARGEST_METADATA)
    return None


def in_effect(projects: Iterable[InstalledProject]) -> dict[str, InstalledProject]:
    """The projects by name, without those that others hide or that state no version."""
    visible: dict[str, InstalledProject] = {}
    for project in projects:
        if project.version:
            visible.setdefault(project.name, project)
    return dict(sorted(visible.items()))


def providers(projects: Mapping[str, InstalledProject]) -> dict[str, list[InstalledProject]]:
    """Which projects bring what is imported under a name: ``tensorflow`` comes as several."""
    found: dict[str, list[InstalledProject]] = {}
    for project in projects.values():
        for module in project.modules():
            found.setdefault(module, []).append(project)
    return found
