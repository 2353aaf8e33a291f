"""Whether what is installed gets what it requires, by the metadata alone, as ``pip check`` does.

Read here, and not by the target's pip: many environments have none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Protocol

from probes.runtime.diagnosis.alternatives import stand_ins
from probes.runtime.diagnosis.bounded_terms import bounded_terms
from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.statements import Conflict, Unchecked
from probes.runtime.installed import InstalledProject, normalised_name
from probes.runtime.installer import install_command

_MOST_EXTRAS = 1000  # extras that are followed
_MOST_WISHES = 10_000  # requirements that count; a full environment has some hundreds
_MOST_IN_CURE = 20  # different versions asked for that one command is to meet
_MOST_TAGS = 1000  # of one wheel, with all that its compressed tags stand for


@dataclass(frozen=True)
class _Wish:
    """What a project requires: another one, by its normalised name, in versions of ``specifier``.

    ``extra`` is the one of its own for which it does, else empty.
    """

    project: InstalledProject
    extra: str
    name: str
    specifier: str

    @property
    def who(self) -> str:
        return self.project.label + (f" with its extra {self.extra}" if self.extra else "")


def unmet_requirements(seen: Examined) -> Iterator[Conflict | Unchecked]:
    """What is required and is missing or of another version, and what could not be compared."""
    from packaging.specifiers import SpecifierSet

    wishes, unread = _wishes(seen)
    yield from unread
    everybodys: dict[str, set[str]] = defaultdict(set)  # what all ask of one project
    for wish in wishes:
        everybodys[wish.name].add(wish.specifier)
    for wish in wishes:
        # tensorflow-cpu will do where tensorflow is required: both together break each other.
        there = (seen.projects.get(name) for name in stand_ins(wish.name))
        found = next((project for project in there if project is not None), None)
        wanted = f"{wish.name}{wish.specifier}"
        bringing = wish.name if found is None else found.name
        asked = everybodys[wish.name]
        asked = asked if len(asked) <= _MOST_IN_CURE else {wish.specifier}
        together = SpecifierSet(",".join(sorted(filter(None, asked))))
        cure = install_command(seen.target, f"{bringing}{together}")
        if found is None:
            what = f"{wish.who} requires {wanted}, which is not installed"
            yield Conflict(what, "it may fail where it needs that", cure)
            continue
        try:
            fits = _is_met(wish.specifier, found.version)
        except ValueError:
            why = f"{found.version[:60]!r} is no version"
            yield Unchecked(f"whether {found.name} is what {wish.who} requires", why)
            continue
        if not fits:
            what = f"{wish.who} has requirement {wanted}, but {found.label} is installed"
            yield Conflict(what, "it may fail where the two meet", cure)


def _wishes(seen: Examined) -> tuple[list[_Wish], list[Unchecked]]:
    """What is required here, by what is installed and by the extras that are asked for."""
    from packaging.requirements import Requirement

    wishes: list[_Wish] = []
    unread: list[Unchecked] = []
    pending = [(project, "") for project in seen.projects.values()]
    asked = set(pending)
    while pending:
        if len(asked) > len(seen.projects) + _MOST_EXTRAS:
            unread.append(Unchecked("all requirements", "they ask for extras without end"))
            break
        project, extra = pending.pop(0)
        if len(project.requires) + len(wishes) > _MOST_WISHES:
            why = f"there are more than {_MOST_WISHES:,}"
            unread.append(Unchecked(f"the requirements of {project.label}", why))
            continue
        for line in project.requires:
            try:
                with bounded_terms(line):
                    requirement = Requirement(line)
                    applies = _applies(requirement.marker, extra, seen.target.markers)
            except ValueError as error:
                if not extra:
                    why = f"{line[:80]!r}: {error}"
                    unread.append(Unchecked(f"a requirement of {project.label}", why))
                continue
            if not applies:
                continue
            name = normalised_name(requirement.name)
            wishes.append(_Wish(project, extra, name, str(requirement.specifier)))
            wanted = seen.projects.get(name)
            more = [(wanted, one) for one in sorted(requirement.extras) if wanted is not None]
            pending += [one for one in more if one not in asked]
            asked.update(more)
    return wishes, unread


class _Marker(Protocol):
    def evaluate(self, environment: dict[str, str]) -> bool: ...


def _applies(marker: _Marker | None, extra: str, variables: Mapping[str, str]) -> bool:
    """Whether a requirement counts in this interpreter; for an extra, because of it alone."""
    if marker is None:
        return not extra
    holds = marker.evaluate({**variables, "extra": extra})
    return holds and not (extra and marker.evaluate({**variables, "extra": ""}))


def unfit_pythons(seen: Examined) -> Iterator[Conflict | Unchecked]:
    """Projects that say they are not for this Python, or that were built for another one."""
    version = seen.target.version
    for project in seen.projects.values():
        asked = project.requires_python
        try:
            if not _is_met(asked, version):
                what = f"{project.label} is for Python {asked}, this is {version}"
                cure = install_command(seen.target, "--upgrade", project.name)
                yield Conflict(what, _UNFIT, f"{cure}, or a Python that it is for")
                continue
        except ValueError:
            why = f"it says {asked[:60]!r}, which is no version"
            yield Unchecked(f"which Python {project.label} is for", why)
        try:
            built_for = _other_python(project, version)
        except ValueError as error:
            yield Unchecked(f"which Python {project.label} was built for", f"its tag: {error}")
            continue
        if built_for:
            what = f"{project.label} was built for {built_for}, this is Python {version}"
            cure = install_command(seen.target, "--force-reinstall", project.name)
            yield Conflict(what, "its compiled modules are not found", cure)


_UNFIT = "it may fail, at once or later"


def _is_met(specifier: str, version: str) -> bool:
    """Whether the version is one of those asked for. Raises ValueError."""
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    with bounded_terms(specifier, version):
        found = Version(version.rstrip("+"))  # a Python between two releases: 3.15.0a1+
        return SpecifierSet(specifier).contains(found, prereleases=True)


def _other_python(project: InstalledProject, version: str) -> str:
    """The Python that the wheel was built for, where that is none like this; else empty.

    Raises ValueError where its tags are beyond what any wheel has.
    """
    from packaging.tags import parse_tag

    lines = project.text("WHEEL").splitlines()
    texts = [line.partition(":")[2].strip() for line in lines if line.startswith("Tag:")]
    texts = [text for text in texts if text.count("-") == 2]
    if sum(prod(part.count(".") + 1 for part in text.split("-")) for text in texts) > _MOST_TAGS:
        raise ValueError(f"it stands for more than {_MOST_TAGS:,}")
    with bounded_terms(*texts):
        tags = [tag for text in texts for tag in parse_tag(text)]
        minor = int(version.split(".")[1])
        if not tags or any(_is_for(tag.interpreter, tag.abi, minor) for tag in tags):
            return ""
    return ", ".join(sorted({tag.interpreter for tag in tags}))


def _is_for(interpreter: str, abi: str, minor: int) -> bool:
    """Whether what has this tag runs on CPython 3.``minor``; other implementations are let be."""
    known = re.fullmatch(r"(?:cp|py)(\d)(\d*)", interpreter)
    if known is None:
        return True
    built_for = int(known[2] or 0)
    stable = abi in ("abi3", "none")
    return known[1] == "3" and (built_for == minor or (stable and built_for <= minor))
