"""Projects that lie over one another: two that brought the same package into one folder.

Whichever was installed last wrote over the other's files, and removing either takes files of both.
What installers noted of files (RECORD) shows that for any two projects; where nothing is noted, the
projects known to bring the same are named in ALTERNATIVES.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import PurePosixPath

from probes.runtime.diagnosis.alternatives import ALTERNATIVES
from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.statements import Conflict, Unchecked, listed
from probes.runtime.installed import InstalledProject, normalised_name
from probes.runtime.installer import install_command, uninstall_command

# Top-level folders that many projects bring by mistake, and that nobody imports.
_STRAY = frozenset({"test", "tests", "doc", "docs", "example", "examples", "benchmarks", "scripts"})
_MOST_NAMED = 5  # projects in one statement
_SOURCES = (".py", ".so", ".pyd", ".dll", ".dylib")


def overlays(seen: Examined) -> Iterator[Conflict | Unchecked]:
    """Each set of projects that brought the same package, and those that may have."""
    pairs = {**_by_name(seen.projects), **_by_files(seen.projects.values())}
    groups: dict[str, set[str]] = defaultdict(set)
    for pair, module in pairs.items():
        groups[module] |= pair
    for module, names in groups.items():
        projects = [seen.projects[name] for name in sorted(names)]
        labels = listed([project.label for project in projects])
        both = "both" if len(projects) == 2 else "all"
        remove = uninstall_command(seen.target, *sorted(names))
        install = install_command(seen.target, projects[0].name)
        yield Conflict(
            f"{labels} are {both} installed, and each brings {module}",
            "they share their files: the one installed last overwrote the other",
            f"uninstall {both}, then install one: {remove}; {install}",
        )
    yield from _unknown(seen.projects.values())


def _unknown(projects: Iterable[InstalledProject]) -> Iterator[Unchecked]:
    """The projects of which nothing tells what they brought, by the reason."""
    silent: dict[str, list[str]] = defaultdict(list)
    for project in projects:
        if project.record.flaw:
            silent[project.record.flaw].append(project.label)
    for flaw, labels in silent.items():
        names = labels[:_MOST_NAMED]
        if rest := len(labels) - len(names):
            names.append(f"{rest} more")
        verb = "overwrites" if len(labels) == 1 else "overwrite"
        yield Unchecked(f"whether {listed(names)} {verb} others", f"RECORD {flaw}")


def _by_name(projects: Mapping[str, InstalledProject]) -> dict[frozenset[str], str]:
    """Pairs known to bring the same, where one has no note of files that would tell."""
    found = {}
    for module, names in ALTERNATIVES.items():
        there = [projects[name] for name in names if name in projects]
        for one, other in combinations(there, 2):
            silent = one.record.flaw or other.record.flaw
            if silent and not (_requires(one, other) or _requires(other, one)):
                found[frozenset((one.name, other.name))] = module
    return found


def _requires(one: InstalledProject, other: InstalledProject) -> bool:
    """Whether one is made of the other, as TensorFlow for Windows was of tensorflow-intel."""
    heads = (line.split(";")[0] for line in one.requires)
    return other.name in {normalised_name(_name(head)) for head in heads}


def _name(requirement: str) -> str:
    match = re.search(r"[\w.-]+", requirement)
    return match[0] if match else ""


def _by_files(projects: Iterable[InstalledProject]) -> dict[frozenset[str], str]:
    """Pairs that both noted a file, of other content, of one package in one folder."""
    owners: dict[tuple[str, str], list[tuple[InstalledProject, str]]] = defaultdict(list)
    packages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for project in projects:
        folder = str(project.note.parent)
        for file, digest in project.record.files.items():
            top = file.split("/")[0]
            if file.endswith(_SOURCES) and top.removesuffix(".py") not in _STRAY:
                owners[folder, file].append((project, digest))
                packages[project.name, top].add(file)
    found: dict[frozenset[str], str] = {}
    for (_, file), owning in owners.items():
        for (one, digest), (other, other_digest) in combinations(owning, 2):
            top = file.split("/")[0]
            if digest == other_digest and digest:
                continue  # the same to the byte, as in namespaces that each part brings along
            shared = packages[one.name, top] & packages[other.name, top]
            if PurePosixPath(file).name != "__init__.py" or shared in (
                packages[one.name, top],
                packages[other.name, top],
            ):
                found[frozenset((one.name, other.name))] = PurePosixPath(top).stem.split(".")[0]
    return found
