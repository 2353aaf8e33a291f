"""Which warnings, raised while a probe ran, say that what the probe asks about is deprecated.

A framework run raises many warnings that are about its own insides: NumPy inside Keras, ``ast``
inside AutoGraph. A warning is relevant when it is about deprecation (by its category, or by the
word), **and** a person who wrote the probe's lines would have to act on it, which is so when

- it is attributed to a line of the probe itself, or
- the first API it names (``torch.jit.script``, ``tf.lite.Interpreter``) is named by the probe's
  source. The first, because what follows is mostly what to use instead.

Warnings that frameworks print or log, and do not raise, stay in the probe's output.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from warnings import WarningMessage

_CATEGORIES = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
_API_NAME = re.compile(r"\b[A-Za-z]\w*(?:\.[A-Za-z_]\w*)+")


def deprecations(caught: Iterable[WarningMessage], source: Path) -> tuple[str, ...]:
    """One line for each relevant warning of ``caught``, without repeats, in the order raised."""
    text = source.read_text(encoding="utf-8")
    messages = (
        " ".join(str(warning.message).split())
        for warning in caught
        if _is_deprecation(warning) and _concerns(warning, source, text)
    )
    return tuple(dict.fromkeys(messages))


def _is_deprecation(warning: WarningMessage) -> bool:
    return issubclass(warning.category, _CATEGORIES) or "deprecated" in str(warning.message).lower()


def _concerns(warning: WarningMessage, source: Path, text: str) -> bool:
    if warning.filename == str(source):
        return True
    api = _API_NAME.search(str(warning.message))
    return api is not None and re.search(rf"\b{re.escape(api[0])}\b", text) is not None
