"""What is seen of the machine: instructions, memory, a container's limit, room on disk."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from probes.runtime import processor
from probes.runtime.diagnosis import machine
from probes.runtime.diagnosis.machine import Machine, container_limit, look_at_machine, unseen

LIMIT = 2 * 1024**3
ALL_OF_X86 = ("AVX", "AVX2", "FMA", "AVX512F", "AMX")


@pytest.fixture
def cpuinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(processor, "_CPUINFO", path)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(machine, "look_at_nvidia", lambda: None)
    return path


@pytest.mark.parametrize(
    ("architecture", "text", "has", "lacks"),
    [
        ("x86_64", "flags\t\t: fpu avx fma", ("AVX", "FMA"), ("AVX2", "AVX512F", "AMX")),
        ("AMD64", "flags : avx avx2 fma avx512f amx_tile", ALL_OF_X86, ()),
        ("aarch64", "Features\t: fp asimd", ("NEON",), ("SVE",)),
        ("sparc", "flags : vis", (), ()),
    ],
)
def test_processor_has_some_instructions_and_lacks_others(
    cpuinfo: Path,
    monkeypatch: pytest.MonkeyPatch,
    architecture: str,
    text: str,
    has: tuple[str, ...],
    lacks: tuple[str, ...],
) -> None:
    monkeypatch.setattr("platform.machine", lambda: architecture)
    cpuinfo.write_text(f"processor : 0\n{text}\n\nprocessor : 1\n")
    seen = look_at_machine(cpuinfo.parent)
    assert seen.instructions == (
        has if has is not None else ("AVX", "AVX2", "FMA", "AVX512F", "AMX")
    )
    assert seen.lacking == lacks


def test_macos_lists_instructions_by_names_of_its_own() -> None:
    text = (
        "machdep.cpu.features: FPU FMA AVX1.0\nmachdep.cpu.leaf7_features: AVX512F\n"
        "hw.optional.avx2_0: 1\nhw.optional.AdvSIMD: 1\nhw.optional.arm.FEAT_SME: 0\n"
    )
    wanted = {"fpu", "fma", "avx", "avx512f", "avx2", "asimd"}
    assert processor.of_sysctl(text) == wanted


def test_instructions_that_nobody_lists_are_not_checked(cpuinfo: Path) -> None:
    seen = look_at_machine(cpuinfo.parent)
    assert (seen.instructions, seen.lacking) == ((), ())
    assert "the processor's instructions" in [one.what for one in unseen(seen)]


def test_room_on_disk_is_that_of_the_two_folders(cpuinfo: Path) -> None:
    seen = look_at_machine(cpuinfo.parent)
    assert set(seen.disk_free) == {"temporary", "environment"}
    assert set(look_at_machine(Path("/nowhere")).disk_free) == {"temporary"}


def test_memory_that_nobody_says_is_not_checked() -> None:
    seen = Machine("x86_64", instructions=("AVX",))
    assert [one.what for one in unseen(seen)] == ["memory"]


GROUPS: Mapping[str, tuple[dict[str, str], int | None]] = {
    "version 2": (
        {"proc/self/cgroup": "0::/a/b", "sys/fs/cgroup/a/b/memory.max": str(LIMIT)},
        LIMIT,
    ),
    "version 2, of the group above": (
        {
            "proc/self/cgroup": "0::/a/b",
            "sys/fs/cgroup/a/b/memory.max": "max",
            "sys/fs/cgroup/a/memory.max": str(LIMIT),
        },
        LIMIT,
    ),
    "version 2, seen from inside": (
        {"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": str(LIMIT)},
        LIMIT,
    ),
    "version 1": (
        {
            "proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/1",
            "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": str(LIMIT),
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        },
        LIMIT,
    ),
    "version 1, none": (
        {
            "proc/self/cgroup": "4:memory:/",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        },
        None,
    ),
    "none": ({}, None),
    "nonsense": ({"proc/self/cgroup": "x\n::\n0::/../..", "sys/fs/cgroup/memory.max": "?"}, None),
}


@pytest.mark.parametrize("name", GROUPS)
def test_container_may_use_what_its_control_groups_allow(tmp_path: Path, name: str) -> None:
    files, limit = GROUPS[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"{text}\n")
    assert container_limit(tmp_path) == limit
