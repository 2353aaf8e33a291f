"""Private names taken out of texts: findings travel into decision records.

Whatever names a person or a computer is replaced by a stand-in, and control characters are escaped.
"""

from __future__ import annotations

import contextlib
import getpass
import re
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

from probes.api import Json

# Account and computer names that identify nobody, and are words that frameworks use.
ANONYMOUS = frozenset({"", "root", "user", "admin", "runner", "ubuntu", "localhost"})

# What may not be shown, as `rules.diagnostics` has it: a test holds the two together.
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    r"\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)


def private_names(work: Path | None = None, libraries: Iterable[str] = ()) -> dict[str, str]:
    """The names that are taken out of texts, each with its stand-in."""
    names = {str(Path(__file__).parents[1]): "<probes>"}
    with contextlib.suppress(RuntimeError):  # no home
        names[str(Path.home())] = "~"
    with contextlib.suppress(KeyError, OSError, ImportError):  # an account without a name
        names[getpass.getuser()] = "<user>"
    names[socket.gethostname()] = "<host>"
    names[socket.gethostname().split(".")[0]] = "<host>"
    for library in libraries:
        names[library] = "<site-packages>"
    if work is not None:
        # Where the temporary folder is itself a link (macOS), programs print either name.
        names[str(work)] = names[str(work.resolve())] = "<work>"
    return {
        name: stand_in
        for name, stand_in in names.items()
        if name not in ANONYMOUS and name != Path(name).anchor
    }


def redact(text: str, names: Mapping[str, str] | None = None) -> str:
    """``text`` with each private name replaced, the longest first, and controls escaped.

    What frameworks print may steer a terminal or, with half a character, fit into no file.
    """
    stand_ins = private_names() if names is None else names
    for name in sorted(stand_ins, key=len, reverse=True):
        # Whole names alone: a person called "al" must not take the "al" out of "equal".
        stand_in = stand_ins[name]
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stand_in, text)
    return HIDDEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def redact_json(value: Json, names: Mapping[str, str] | None = None) -> Json:
    """``value`` with :func:`redact` applied to every text in it, keys too."""
    if isinstance(value, str):
        return redact(value, names)
    if isinstance(value, list):
        return [redact_json(item, names) for item in value]
    if isinstance(value, dict):
        return {redact(key, names): redact_json(item, names) for key, item in value.items()}
    return value
