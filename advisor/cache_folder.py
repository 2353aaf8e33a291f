"""The folder for what can be made again: knowledge, findings, environments, logs of crashes.

What lies there is believed, and interpreters in it are started. It is therefore used only where
nobody else can write to it, and where this program made it on this computer: a checkout or an
archive can bring a folder of that name along, with findings in it that nobody made. Without it
everything works, only slower.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from probes.ownership import foreign, make_own_folder, read_own, write_own

CACHE_NAME = "framework-advisor"

# A new, empty file, and the moment at which the system says that it was made. Nobody can set that
# moment (``st_ctime``): it differs for whatever was copied, unpacked or checked out.
SEAL = "seal"
SEALED_AT = "seal.time"

# What says where the folder is to be.
_VARIABLE = {"win32": "LOCALAPPDATA", "darwin": "HOME"}.get(sys.platform, "XDG_CACHE_HOME")


def cache_folder() -> Path | None:
    """The folder, made where there is none yet; None where there is none to be used.

    Where it cannot be made, as in a read-only home, reading and writing in it raise OSError.
    """
    folder = _configured()
    if folder is None or cache_refusal():
        return None
    if not _is_sealed(folder):
        with contextlib.suppress(OSError):
            _make(folder)
    return folder


def prepare_cache() -> str:
    """Put a folder of unknown origin aside, so that a new one is made; returns what to tell about
    the cache, or nothing.
    """
    folder, reason = _configured(), cache_refusal()
    if folder is None or not reason:
        return ""
    aside = folder.with_name(f"{folder.name}.old")
    if reason == _unsealed(folder):
        with contextlib.suppress(OSError):
            if not os.path.lexists(aside):
                folder.rename(aside)
                return f"the cache is made anew: {reason}. It is {aside} now, and can be deleted"
        reason += ": delete it, and it is made anew"
    return f"the cache is not used: {reason}"


def cache_refusal() -> str:
    """Why the cache folder is not used although there is one, and what to do; empty otherwise."""
    folder = _configured()
    if folder is None:
        return ""
    try:
        reason = foreign(folder)
    except OSError as error:
        reason = f"{folder} cannot be looked at ({error.strerror or error})"
    if reason:
        return f"{reason}; set {_VARIABLE} to a folder that only you can write to"
    if _is_sealed(folder) or not _has_entries(folder):
        return ""
    return _unsealed(folder)


def _unsealed(folder: Path) -> str:
    return f"{folder} was copied here, or made by an earlier version"


def _configured() -> Path | None:
    """Where the folder is to be; None for a user without a home."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if configured.is_absolute() and _VARIABLE == "XDG_CACHE_HOME":
        return configured / CACHE_NAME  # a relative one is to be ignored, so the XDG specification
    try:
        home = Path.home() if os.environ.get("HOME") != "" else Path()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / CACHE_NAME
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / CACHE_NAME
    return home / ".cache" / CACHE_NAME


def _has_entries(folder: Path) -> bool:
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:  # none, or a file: nothing to be believed
        return False


def _is_sealed(folder: Path) -> bool:
    try:
        return read_own(folder / SEALED_AT, 100) == _seal_time(folder)
    except OSError:
        return False


def _seal_time(folder: Path) -> bytes:
    return str((folder / SEAL).lstat().st_ctime_ns).encode()


def _make(folder: Path) -> None:
    """Put a sealed folder in the place of none, or of an empty one. Raises OSError."""
    folder = Path(os.path.realpath(folder))
    make_own_folder(folder.parent)
    draft = Path(tempfile.mkdtemp(prefix=f".{CACHE_NAME}-", dir=folder.parent))
    try:
        (draft / SEAL).touch(mode=0o600)
        write_own(draft / SEALED_AT, _seal_time(draft))
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
        draft.rename(folder)  # refused where another process was faster
    finally:
        shutil.rmtree(draft, ignore_errors=True)
