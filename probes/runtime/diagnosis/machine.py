"""What the machine has that frameworks compute with: instructions, memory, room on disk, GPUs."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from probes.runtime.diagnosis.gpus import NvidiaDriver, look_at_nvidia
from probes.runtime.diagnosis.statements import Unchecked
from probes.runtime.processor import instructions

# What wheels are built for, by architecture: each a name and how Linux calls it.
INSTRUCTION_SETS: Mapping[str, Mapping[str, str]] = {
    "x86_64": {
        "AVX": "avx",
        "AVX2": "avx2",
        "FMA": "fma",
        "AVX512F": "avx512f",
        "AMX": "amx_tile",
    },
    "aarch64": {"NEON": "asimd", "SVE": "sve"},
}
_ALIASES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True)
class Machine:
    """What computes here. Sizes are in bytes; None is what could not be seen.

    ``instructions`` are those of INSTRUCTION_SETS that the processor has, ``lacking`` those that it
    lacks. ``memory_limit`` is what a container may use, None also where it may use all.
    ``disk_free`` maps ``temporary`` (where probes work) and ``environment`` to what is free there.
    """

    architecture: str
    instructions: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    memory: int | None = None
    memory_limit: int | None = None
    disk_free: Mapping[str, int] = field(default_factory=dict)
    nvidia: NvidiaDriver | None = None


def look_at_machine(prefix: Path) -> Machine:
    """Look at this machine, and at the disk that the folder ``prefix`` is on."""
    architecture = platform.machine()
    present = instructions()
    names = INSTRUCTION_SETS.get(_ALIASES.get(architecture.lower(), architecture), {})
    if present is None:
        names = {}
    folders = {"temporary": Path(tempfile.gettempdir()), "environment": prefix}
    free = {name: _free(folder) for name, folder in folders.items()}
    return Machine(
        architecture=architecture,
        instructions=tuple(name for name, flag in names.items() if flag in (present or ())),
        lacking=tuple(name for name, flag in names.items() if flag not in (present or ())),
        memory=_memory(),
        memory_limit=container_limit(),
        disk_free={name: size for name, size in free.items() if size is not None},
        nvidia=look_at_nvidia(),
    )


def unseen(machine: Machine) -> Iterator[Unchecked]:
    """What of the machine could not be seen."""
    if not machine.instructions and not machine.lacking:
        yield Unchecked("the processor's instructions", "this system does not list them")
    if machine.memory is None:
        yield Unchecked("memory", "this system does not say how much there is")
    if machine.nvidia is not None and machine.nvidia.error:
        yield Unchecked("NVIDIA GPUs", machine.nvidia.error)
    elif machine.nvidia is None and _has_nvidia():
        yield Unchecked("NVIDIA GPUs", "there is one, and no nvidia-smi on the PATH to ask")
    if Path("/dev/kfd").exists():
        yield Unchecked("AMD GPUs", "what is looked at here is NVIDIA's alone")


def _has_nvidia() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*"))


def _free(folder: Path) -> int | None:
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free
    return None


def _memory() -> int | None:
    with contextlib.suppress(OSError, ValueError, AttributeError):  # Windows has no sysconf
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def container_limit(root: Path = Path("/")) -> int | None:
    """The memory that this process's control groups allow, in bytes; None where all of it.

    A limit holds for all that lies below it, so the smallest on the way up counts. In a container
    the way that the kernel names is often not to be seen: the groups' own folder is its last step.
    """
    limits = []
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, place = (*line.split(":", 2), "", "")[:3]
        if controllers not in ("", "memory"):
            continue
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        groups = root / "sys/fs/cgroup" / controllers
        way = PurePosixPath(place.lstrip("/"))
        if ".." not in way.parts:
            limits += [_text(groups / step / name) for step in (way, *way.parents)]
    sizes = [int(limit) for limit in limits if re.fullmatch(r"\d{1,20}", limit)]
    # Version 1 writes "no limit" as the largest number of pages there can be.
    return min((size for size in sizes if size < 1 << 60), default=None)


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="ascii", errors="replace").strip()
    return ""
