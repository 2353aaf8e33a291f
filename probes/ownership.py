"""Files that nobody else can have written: what is believed or run is read from no others.

Whoever may write to a folder can replace everything in it, so every folder on the way counts, and
every symbolic link with where it leads. Root can do anything anyway, and counts as the user. On
Windows the folders of a user's profile are closed to others by their access lists: nothing is
looked at there.
"""

from __future__ import annotations

import os
import stat
import struct
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_MOST_LINKS = 40  # as many as Linux follows


def foreign(path: Path) -> str:
    """Why somebody else can decide what is at ``path``, in words; empty where nobody else can.

    What does not exist is not foreign, if nobody else can make it. Raises OSError where a folder on
    the way cannot be looked at.
    """
    if not path.is_absolute():
        return f"'{path}' is relative to the folder that the program is started in"
    if sys.platform == "win32":
        return ""
    closed: list[Path] = []  # what lies in them, others cannot reach
    try:
        for step, is_last in _steps(path):
            state = step.lstat()
            if state.st_uid not in (0, os.geteuid()):
                return f"{step} belongs to another user"
            if stat.S_ISLNK(state.st_mode):
                continue
            if not _others_may_enter(state, step):
                closed.append(step)
            shielded = state.st_mode & stat.S_ISVTX and not is_last  # as /tmp: own entries are safe
            shielded = shielded or any(folder in step.parents for folder in closed)
            if _others_may_write(state, step) and not shielded:
                return f"others may write to {step} (chmod go-w keeps them out)"
    except (FileNotFoundError, NotADirectoryError):
        pass
    return ""


def _steps(path: Path) -> Iterator[tuple[Path, bool]]:
    """Every folder and link that the system passes on its way to ``path``, and whether it ends
    there. Raises OSError for links without an end.
    """
    here, names, links = Path(path.anchor), list(reversed(path.parts[1:])), 0
    yield here, not names
    while names:
        name = names.pop()
        step = here.parent if name == ".." else here / name
        yield step, not names
        if not step.is_symlink():
            here = step
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(f"{path} has too many links")
        target = Path(os.readlink(step))  # noqa: PTH115 - a path of its own keeps no trailing dots
        names += reversed(target.parts[1:] if target.is_absolute() else target.parts)
        here = Path(target.anchor) if target.is_absolute() else here


def _others_may_write(state: os.stat_result, where: Path | int) -> bool:
    return _others_have(state, where, stat.S_IWOTH, stat.S_IWGRP)


def _others_may_enter(state: os.stat_result, where: Path | int) -> bool:
    return _others_have(state, where, stat.S_IXOTH, stat.S_IXGRP)


def _others_have(state: os.stat_result, where: Path | int, everybody: int, group: int) -> bool:
    if state.st_mode & everybody:
        return True
    if not state.st_mode & group:  # nor does an access list give anybody more than this
        return False
    return not _is_private_group(state.st_gid) or _others_are_listed(where, everybody)


def _others_are_listed(where: Path | int, right: int) -> bool:
    """Whether an access list (POSIX.1e) gives other users or their groups the right, by name."""
    if sys.platform != "linux":
        return False
    try:
        listed = os.getxattr(where, "system.posix_acl_access")[4:]  # after its version
        entries = list(struct.iter_unpack("<HHI", listed))
    except OSError:  # no list, or a file system without any
        return False
    except struct.error:  # of another kind
        return True
    return any(
        (tag == _LISTED_USER and name not in (0, os.geteuid()))
        or (tag == _LISTED_GROUP and not _is_private_group(name))
        for tag, rights, name in entries
        if rights & right
    )


# Tags of entries, in linux/posix_acl.h.
_LISTED_USER, _LISTED_GROUP = 2, 8


def _is_private_group(group_id: int) -> bool:
    """Whether the group is the user's own, or root's: many systems give each user one, and have
    new files writable by it.
    """
    if sys.platform == "win32":
        return True
    import grp
    import pwd

    try:
        user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group_id)
    except KeyError:
        return False
    return group.gr_name in {user, "root"} and {*group.gr_mem} <= {user, "root"}


def is_own_folder(path: Path) -> bool:
    """Whether it is a folder, no link to one, that nobody else may write to."""
    try:
        state = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and _is_own(state, path)


def _is_own(state: os.stat_result, where: Path | int) -> bool:
    if sys.platform == "win32":
        return True
    return state.st_uid in (0, os.geteuid()) and not _others_may_write(state, where)


def read_own(path: Path, most: int) -> bytes:
    """The content of a file of at most ``most`` bytes that nobody else may write to.

    Raises OSError for another one, and for a link, a pipe or a device.
    """
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # a pipe would be waited for
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        state = os.fstat(file.fileno())
        if (
            not stat.S_ISREG(state.st_mode)
            or not _is_own(state, file.fileno())
            or state.st_size > most
        ):
            raise PermissionError(f"{path} is not read")
        return file.read(most)


def make_own_folder(path: Path) -> None:
    """Make the folder, and those above it that are missing, for their owner alone.

    Raises OSError.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)


def write_own(path: Path, content: bytes) -> None:
    """Write the file whole, for its owner alone, into a folder that is made so. Raises OSError."""
    make_own_folder(path.parent)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
