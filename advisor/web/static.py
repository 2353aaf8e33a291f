"""The style sheet, the script and the icon, each under an address that changes with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """A file that all pages share; nothing in it is anybody's."""

    name: str
    content: bytes
    kind: str

    @property
    def address(self) -> str:
        return f"/static/{self.name}?{hashlib.sha256(self.content).hexdigest()[:8]}"


@cache
def asset(name: str) -> Asset:
    """Raises KeyError for what is none."""
    kind = KINDS[name]
    return Asset(name, files(__package__).joinpath("static", name).read_bytes(), kind)
