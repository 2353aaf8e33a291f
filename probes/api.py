"""The probe contract: what a probe module states and what a finding holds.

A probe is one module. Its docstring's first line is the yes/no question it puts to the
installed frameworks; the function under ``@probe`` answers it by running the real thing and
comparing numbers. Every probe brings a *control*: the same check on a subject sabotaged so that
the honest answer is ``no``. A probe whose control does not come out ``no`` proves nothing.

This package runs inside other people's interpreters: it imports the standard library alone,
and probe modules import frameworks inside their functions, never at module level.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Union

from probes.capabilities import Capability

FRAMEWORKS = ("pytorch", "tensorflow")
UNKNOWN = "unknown"  # a version that nobody states
MOMENT = "%Y-%m-%dT%H:%M:%SZ"  # how a finding states when it was made, in UTC

Json = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]


class Outcome(str, Enum):
    """What became of one probe. Only ``YES`` and ``NO`` speak about the frameworks."""

    YES = "yes"
    NO = "no"
    UNAVAILABLE = "unavailable"  # could not be tried here; the reason says what is missing
    TIMEOUT = "timeout"  # did not answer in the time it was given
    ERROR = "error"  # the probe or the framework broke before an answer

    @property
    def answered(self) -> bool:
        return self in (Outcome.YES, Outcome.NO)


class Scope(str, Enum):
    """How far a probe's answer reaches."""

    FRAMEWORK = "framework"  # true wherever these versions run
    MACHINE = "machine"  # true of this machine only


@dataclass(frozen=True)
class Need:
    """An importable module that a probe uses, and what to ask pip for when it is missing.

    ``mark`` is an attribute that every version of it has: a module without it is something else
    under that name, or the remains of it, and what it lacks says nothing about the real one.
    What is not ``imported`` has to be there and is left to the check, or to a program it starts.
    """

    module: str
    install: str
    mark: str = ""
    imported: bool = True


def projects(install: str) -> tuple[str, ...]:
    """The projects that bring what ``install`` does: TensorFlow comes under several names."""
    return (install, f"{install}-cpu") if install == "tensorflow" else (install,)


@dataclass(frozen=True)
class Command:
    """A program on the PATH that a probe starts, and where to get it."""

    name: str
    hint: str


NODE = Command("node", "https://nodejs.org")


@dataclass(frozen=True)
class Provision:
    """What makes a probe testable in an environment of its own, where the target lacks it.

    ``requirements`` are for pip, pinned: the newest set that was seen to work. ``npm`` packages go
    beside the interpreter. ``megabytes`` is the size of the finished environment, measured on
    Linux x86_64 with PyTorch's CPU build where PyTorch is in it; it is told before asking.
    """

    requirements: tuple[str, ...]
    megabytes: int
    npm: tuple[str, ...] = ()


TORCH = Need("torch", "torch", mark="Tensor")
TENSORFLOW = Need("tensorflow", "tensorflow", mark="Tensor")
KERAS = Need("keras", "keras", mark="Model")


@dataclass(frozen=True)
class Answer:
    """What a check returns: yes or no, one sentence why, and the numbers behind it.

    ``deprecations`` are for what a program that the check started said of itself; warnings raised
    in the check's own process are collected without its help.
    """

    outcome: Outcome
    reason: str
    evidence: Mapping[str, Json] = field(default_factory=dict)
    deprecations: tuple[str, ...] = ()


def yes(reason: str, **evidence: Json) -> Answer:
    return Answer(Outcome.YES, reason, evidence)


def no(reason: str, **evidence: Json) -> Answer:
    return Answer(Outcome.NO, reason, evidence)


def describe(error: BaseException) -> str:
    """The error's type and the first line of its message, for a reason."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


class Unavailable(Exception):  # noqa: N818 - an outcome, not an error
    """Raised by a check that this machine cannot try. The message says what is missing."""


class PassingError(Unavailable):
    """Raised where the obstacle may be gone at the next try: a full disk, a failed import."""


@dataclass(frozen=True)
class Probe:
    """A probe as its module states it.

    ``check(subject())`` gives the answer; ``check(control())`` must give ``no``.
    ``environment`` is set before the interpreter starts, for what must be decided before import.
    ``timeout`` is in seconds and counts from the moment the frameworks are imported. ``node`` names
    the npm packages it needs. ``capability`` and ``framework`` place it in the table that compares
    the frameworks; a probe that compares nothing has no capability.
    """

    id: str
    question: str
    needs: tuple[Need, ...]
    check: Callable[[Any], Answer]
    subject: Callable[[], Any]
    control: Callable[[], Any]
    scope: Scope
    environment: Mapping[str, str]
    timeout: float
    source: Path
    commands: tuple[Command, ...] = ()
    node: tuple[str, ...] = ()
    provision: Provision | None = None
    capability: Capability | None = None
    framework: str = ""

    @property
    def source_hash(self) -> str:
        """A short hash of the module's text: other text, other probe."""
        return hashlib.sha256(self.source.read_bytes()).hexdigest()[:16]

    @property
    def group(self) -> str:
        """The folder the probe lives in: ``pytorch``, ``tensorflow``, ``both`` or ``ecosystem``."""
        return self.id.split(".", 1)[0]


def probe(
    *,
    needs: tuple[Need, ...],
    subject: Callable[[], Any],
    control: Callable[[], Any],
    scope: Scope = Scope.FRAMEWORK,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120.0,
    commands: tuple[Command, ...] = (),
    node: tuple[str, ...] = (),
    provision: Provision | None = None,
    capability: Capability | None = None,
    framework: str = "",
) -> Callable[[Callable[[Any], Answer]], Probe]:
    """Make the decorated check into the module's probe.

    The id is the module's path below ``probes`` (``tensorflow.converts_to_tflite``); the
    question is the first line of the module's docstring. ``framework`` is the one whose capability
    it shows, and need be said only outside of the folders ``pytorch`` and ``tensorflow``.
    """

    def declare(check: Callable[[Any], Answer]) -> Probe:
        module = sys.modules[check.__module__]
        id = check.__module__.split(".", 1)[1]
        folder = id.split(".", 1)[0]
        return Probe(
            id=id,
            question=_docstring(module).strip().splitlines()[0],
            needs=needs,
            check=check,
            subject=subject,
            control=control,
            scope=scope,
            environment=dict(environment or {}),
            timeout=timeout,
            source=Path(str(module.__file__)),
            commands=commands,
            node=node,
            provision=provision,
            capability=capability,
            framework=framework or (folder if folder in FRAMEWORKS else ""),
        )

    return declare


def _docstring(module: ModuleType) -> str:
    """The module's docstring, read from its source where the interpreter was told to drop it."""
    if module.__doc__ is not None:
        return module.__doc__
    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)) or ""


@dataclass(frozen=True)
class Finding:
    """A probe's outcome with its evidence. ``seconds`` is the check's wall time, imports apart.

    ``taken`` is the moment it was found (ISO 8601, UTC), ``source`` the hash of the probe's text
    then, ``environment`` what was installed for it where it ran in an environment of its own.
    ``passing`` says that what it lacked may be there at the next try.
    """

    probe: str
    outcome: Outcome
    reason: str
    seconds: float
    evidence: Mapping[str, Json] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    deprecations: tuple[str, ...] = ()
    output: str = ""  # the end of what the framework printed while the probe ran
    taken: str = ""
    source: str = ""
    environment: str = ""
    passing: bool = False

    def to_json(self) -> dict[str, Json]:
        return {
            "probe": self.probe,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "seconds": self.seconds,
            "evidence": dict(self.evidence),
            "versions": dict(self.versions),
            "deprecations": list(self.deprecations),
            "output": self.output,
            "taken": self.taken,
            "source": self.source,
            "environment": self.environment,
            "passing": self.passing,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that :meth:`to_json` gave.

        Raises KeyError, TypeError or ValueError for anything else.
        """
        for name, wanted in _TYPES.items():
            if name in data and not isinstance(data[name], wanted):
                raise TypeError(f"{name} of a finding is {type(data[name]).__name__}")
        texts = (*data.get("deprecations", ()), *data.get("versions", {}).values())
        if not all(isinstance(text, str) for text in texts):
            raise TypeError("a version or deprecation of a finding is no text")
        if not 0.0 <= data["seconds"] < LONGEST:
            raise ValueError(f"a finding cannot have taken {data['seconds']} s")
        return cls(
            probe=data["probe"],
            outcome=Outcome(data["outcome"]),
            reason=data["reason"],
            seconds=data["seconds"],
            evidence=data.get("evidence", {}),
            versions=data.get("versions", {}),
            deprecations=tuple(data.get("deprecations", ())),
            output=data.get("output", ""),
            taken=data.get("taken", ""),
            source=data.get("source", ""),
            environment=data.get("environment", ""),
            passing=data.get("passing", False),
        )


LONGEST = 1e6  # seconds; what says more is not to be believed

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "probe": str,
    "reason": str,
    "seconds": (int, float),
    "evidence": dict,
    "versions": dict,
    "deprecations": (list, tuple),
    "output": str,
    "taken": str,
    "source": str,
    "environment": str,
    "passing": bool,
}
