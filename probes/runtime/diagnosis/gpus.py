"""NVIDIA's GPUs and their driver, as ``nvidia-smi`` tells of them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from probes.programs import find_program
from probes.runtime.foreign_output import Ran, run_bounded
from probes.runtime.redaction import redact

_TIMEOUT = 30.0  # seconds; a machine with eight of them takes ten
_MOST = 64  # GPUs that are told of


@dataclass(frozen=True)
class Gpu:
    """``capability`` is its compute capability (``9.0``), ``memory`` in MiB; empty if not said."""

    name: str
    capability: str
    memory: str


@dataclass(frozen=True)
class NvidiaDriver:
    """The driver: its version, the newest CUDA it runs (``12.8``), and the GPUs it sees.

    ``error`` says why nothing is known of them.
    """

    version: str = ""
    cuda: str = ""
    gpus: tuple[Gpu, ...] = ()
    error: str = ""


def look_at_nvidia() -> NvidiaDriver | None:
    """What ``nvidia-smi`` says; None where there is none on the PATH."""
    program = find_program("nvidia-smi")
    if program is None:
        return None
    try:
        asked = _ask(program, "name,driver_version,memory.total,compute_cap")
        if asked.code != 0 and b"not a valid field" in asked.out:  # drivers before 510
            asked = _ask(program, "name,driver_version,memory.total")
        if asked.code != 0:
            return NvidiaDriver(error=_complaint(asked))
        overview = run_bounded([program], folder=Path(os.sep), variables=os.environ, timeout=30.0)
    except OSError as error:
        return NvidiaDriver(error=f"nvidia-smi does not start: {error.strerror or error}")
    rows = [[cell.strip() for cell in line.split(",")] for line in _lines(asked.out)[:_MOST]]
    gpus = tuple(
        Gpu(row[0], row[3] if len(row) > 3 else "", row[2]) for row in rows if len(row) >= 3
    )
    newest = re.search(
        r"CUDA (?:UMD )?Version\s*:\s*(\d+\.\d+)", overview.out.decode("utf-8", "replace")
    )
    return NvidiaDriver(
        version=rows[0][1] if gpus else "", cuda=newest[1] if newest else "", gpus=gpus
    )


def _ask(program: str, fields: str) -> Ran:
    command = [program, f"--query-gpu={fields}", "--format=csv,noheader,nounits"]
    return run_bounded(command, folder=Path(os.sep), variables=os.environ, timeout=_TIMEOUT)


def _complaint(ran: Ran) -> str:
    said = (_lines(ran.out) or _lines(ran.err) or [ran.broken_off or "it said nothing"])[0]
    return f"nvidia-smi: {said}"


def _lines(printed: bytes) -> list[str]:
    lines = printed[:100_000].decode("utf-8", "replace").splitlines()
    return [redact(line.strip())[:200] for line in lines if line.strip()]
