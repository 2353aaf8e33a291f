"""The folder of a user's caches on this system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "framework-advisor"


def cache_folder() -> Path | None:
    """The folder for what can be made again; None for a user without a home. It may not exist."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if configured.is_absolute() and sys.platform not in ("win32", "darwin"):
        return configured / NAME  # a relative one is to be ignored, so the XDG specification
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / NAME
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / NAME
    return home / ".cache" / NAME
