"""The one way in which a file that somebody named is read: whole, up to a limit, without a hang."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.diagnostics import InputError, printable

MAX_BYTES = 1_000_000
SOON = 1.0  # seconds after which a pipe that has sent nothing is said to be waited for
_CHUNK = 1 << 20

# What names a descriptor that this process was given: "<(...)" of a shell is /dev/fd/N.
_DESCRIPTOR = r"-|/dev/stdin|(?:/dev|/proc/self)/fd/(?P<number>[0-9]{1,6})"


def read_bytes(
    path: Path,
    *,
    limit: int = MAX_BYTES,
    expected: str = "a YAML file",
    shown_as: str | None = None,
) -> bytes:
    """The bytes of a regular file of at most ``limit``; messages name it ``shown_as``, or as given.

    A pipe or terminal is read only where its path names a descriptor of this process: ``-``,
    ``/dev/stdin``, ``/dev/fd/N``. Any other could be waited for without end. Raises InputError,
    which says what was ``expected``.
    """
    file = str(path) if shown_as is None else shown_as
    try:
        status = _status(path)
        _check_kind(status, file, expected, is_given=given_descriptor(path) is not None)
        has_size = stat.S_ISREG(status.st_mode)
        with _opened(path) as descriptor:
            if not has_size:
                _say_if_waiting(descriptor, file)
            too_large = has_size and status.st_size > limit
            data = b"" if too_large else _up_to(limit + 1, descriptor)
    except FileNotFoundError:
        raise InputError.at(file, "there is no such file") from None
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else str(error)
        raise InputError.at(file, f"cannot be read: {reason}") from None
    except ValueError:  # a NUL in the path
        raise InputError.at(file, "is not a possible file name") from None
    if too_large or len(data) > limit:
        raise InputError.at(file, f"is larger than {limit:,} bytes, the most that is read")
    return data


def begins_with(path: Path, beginning: bytes) -> bool:
    """Whether it is a regular file that begins so. Of a pipe nothing is taken, and what cannot be
    read begins with nothing: the next reader says why.
    """
    if given_descriptor(path) is not None:
        return False
    try:
        if not stat.S_ISREG(_status(path).st_mode):
            return False
        with _opened(path) as descriptor:
            return _up_to(len(beginning), descriptor) == beginning
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; also of names that cannot be, where pathlib fails."""
    return os.path.isdir(path)  # noqa: PTH112


def check_is_folder(path: Path) -> None:
    """Raise InputError where there is no such folder, saying what there is in its place."""
    if not is_folder(path):
        if not os.path.lexists(path):
            raise InputError.at(path, "there is no such folder")
        kind = "a file" if is_regular(path) else "neither a file nor a folder"
        raise InputError.at(path, f"is {kind}, expected a folder")


def is_regular(path: Path) -> bool:
    """Whether there is such a file, and nothing that would be waited for; as `is_folder`."""
    return os.path.isfile(path)  # noqa: PTH113


def given_descriptor(path: Path) -> int | None:
    """The descriptor of this process that the path names; None where it names a file."""
    match = re.fullmatch(_DESCRIPTOR, path.as_posix())
    return None if match is None else int(match["number"] or 0)


def _status(path: Path) -> os.stat_result:
    given = given_descriptor(path)
    return path.stat() if given is None else os.fstat(given)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A descriptor to read from."""
    given = given_descriptor(path)
    if given is None:  # should it have become a pipe meanwhile, nobody is waited for
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
    else:
        descriptor = os.dup(given)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _check_kind(status: os.stat_result, file: str, expected: str, *, is_given: bool) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise InputError.at(file, f"is a folder, expected {expected}")
    if not stat.S_ISREG(status.st_mode) and not is_given:  # a pipe would block, a device never end
        raise InputError.at(file, f"is not a regular file, expected {expected}")


def _say_if_waiting(descriptor: int, file: str) -> None:
    """Tell somebody who wonders why nothing happens."""
    if os.isatty(descriptor):
        print(f"reading {printable(file)} from this terminal; Ctrl-D ends it", file=sys.stderr)
    elif not _is_ready(descriptor, SOON):
        print(f"waiting for {printable(file)}", file=sys.stderr)


def _is_ready(descriptor: int, seconds: float | None) -> bool:
    """Whether there is something to read, or the end, within that time; None waits for it."""
    if sys.platform == "win32":
        return True  # there is no such question
    import select

    return bool(select.select([descriptor], [], [], seconds)[0])


def _up_to(most: int, descriptor: int) -> bytes:
    data = bytearray()
    while len(data) < most and _is_ready(descriptor, None):  # who shares it may have made it lazy
        chunk = os.read(descriptor, min(most - len(data), _CHUNK))
        if not chunk:
            break
        data += chunk
    return bytes(data)
