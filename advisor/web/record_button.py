"""The button that writes the record: once for what there is to write, however often it is hit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from advisor.errors import WorkshopError
from rules.diagnostics import InputError

Write = Callable[[], Path]


class RecordButton:
    """``write`` writes the record and says where; None where the program was told of none."""

    def __init__(self, write: Write | None) -> None:
        self.offers = write is not None
        self.written: Path | None = None
        self._write = write
        self._about: object = None
        self._lock = threading.Lock()

    def record(self, about: object) -> Path:
        """Where the record is. ``about`` is what it would tell; the same is written once.

        Raises WorkshopError, with the sentence to say, where it cannot be written.
        """
        if self._write is None:
            raise WorkshopError(
                "No record can be written here: the program was started without a folder."
            )
        with self._lock:
            if self.written is None or self._about != about:
                self.written, self._about = _write_record(self._write), about
            return self.written


def _write_record(write: Write) -> Path:
    try:
        return write()
    except InputError as error:
        raise WorkshopError(f"No record was written: {error.problems[0]}.") from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise WorkshopError(f"No record was written: {why}.") from None
