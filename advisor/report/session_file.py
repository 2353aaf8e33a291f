"""Writing the session file: after each answer, and once the consultation is over."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import __version__
from advisor.answers.sheet import Sheet, sheet_as_data
from advisor.files import check_folder, create_whole, write_whole
from rules.diagnostics import CONTROL, InputError, Problem, SourceLocation, shown
from rules.loading.input_file import given_descriptor, is_folder, read_bytes
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # the first question waits neither for YAML nor for a recommendation
    import yaml

    from advisor.consultation.consultation import Recommendation


STEM = "advisor-session"
SESSIONS = f"{STEM}*.yaml"  # what they are called where nobody named them


def new_session(folder: Path, sheet: Sheet, kb: KnowledgeBase) -> Path:
    """Create ``advisor-session.yaml``, or the first ``advisor-session-N.yaml`` that is free."""
    number = 1
    while True:
        path = folder / (f"{STEM}.yaml" if number == 1 else f"{STEM}-{number}.yaml")
        try:
            create_whole(path, _text(sheet, kb, None))
        except FileExistsError:
            number += 1
        else:
            return path


def newest_session(folder: Path) -> Path | None:
    """The session in ``folder`` that was written last."""
    sessions = [path for path in folder.glob(SESSIONS) if path.is_file()]
    sessions.sort(key=lambda path: path.stat().st_mtime_ns)
    return sessions[-1] if sessions else None


def save_answers(path: Path, sheet: Sheet, kb: KnowledgeBase) -> None:
    """Write a session that is still being answered."""
    write_whole(path, _text(sheet, kb, None))


def save_recommendation(path: Path, recommendation: Recommendation) -> None:
    """Write a finished session."""
    write_whole(path, finished_text(recommendation))


def finished_text(recommendation: Recommendation) -> str:
    """A finished session as it is written to a file."""
    return _text(recommendation.sheet, recommendation.kb, recommendation)


class SessionFile:
    """The session of one interview. It is created at the first answer.

    Where somebody else has changed or made the file meanwhile, theirs is left alone and this
    interview goes on in a new one: ``path`` says where.
    """

    def __init__(self, path: Path | None, kb: KnowledgeBase) -> None:
        self.path = path
        self._kb = kb
        self._content = _content(path)

    def save(self, sheet: Sheet) -> None:
        if self.path is None or _content(self.path) != self._content:
            folder = self.path.parent if self.path else Path()
            self.path = new_session(folder, sheet, self._kb)
        else:
            save_answers(self.path, sheet, self._kb)
        self._content = _content(self.path)


def _content(path: Path | None) -> bytes | None:
    """What the file holds; None where there is none that could be a session."""
    try:
        return read_bytes(path) if path else None
    except InputError:
        return None


def check_writable(path: Path) -> None:
    """Refuse, before anybody answers anything, a session file that cannot be written.

    A file that is no session is not written over.
    """
    if is_folder(path) or not is_folder(path.parent):
        message = "cannot be a session file: expected a file in a folder that exists"
        raise InputError([Problem(SourceLocation(str(path)), message)])
    check_folder(path.parent)
    if os.path.lexists(path) and not is_session(path):
        message = "is no session and would be written over: expected a new name, or a session"
        raise InputError([Problem(SourceLocation(str(path)), message)])


def is_session(path: Path) -> bool:
    """Whether advisor wrote the file; an answers file that somebody wrote is theirs."""
    return bool(_session(path))


def knowledge_of(path: Path) -> str:
    """The digest of the knowledge that a session was written with; "" where it says none, and for
    what is no session.
    """
    said = re.search(rb"^knowledge_base: '?([\w:]+)'?\r?$", _session(path), re.MULTILINE)
    return said[1].decode("ascii", "replace") if said else ""


def _session(path: Path) -> bytes:
    """What a file of advisor's holds; nothing of any other, nor of a pipe, which is read once."""
    content = b"" if given_descriptor(path) is not None else _content(path) or b""
    tool = re.search(rb"^tool: framework-advisor \d+\.\d+\.\d+\n", content, re.MULTILINE)
    return content if content.startswith(b"schema: ") and tool is not None else b""


def _text(sheet: Sheet, kb: KnowledgeBase, recommendation: Recommendation | None) -> str:
    import yaml

    data = sheet_as_data(sheet)
    data["tool"] = f"framework-advisor {__version__}"
    data["knowledge_base"] = kb.digest
    if sheet.workshop is not None:
        from advisor.answers.rounds import history_as_data

        data["workshop"] = _map_texts(history_as_data(sheet.workshop), _escaped)
    if recommendation is not None:
        from advisor.report.data import consultation_as_data

        # Frameworks print control characters, which the reader refuses.
        consultation = consultation_as_data(recommendation)
        data["consultation"] = _map_texts(consultation, shown, keys=True)
    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def _escaped(text: str) -> str:
    """``text`` so that reading a sheet gives back the very characters, also those that the reader
    refuses: ballots are sealed by their hashes.
    """
    return re.sub(CONTROL, lambda match: f"\\x{ord(match[0]):02x}", text.replace("\\", r"\\"))


def _map_texts(value: Any, change: Callable[[str], str], *, keys: bool = False) -> Any:
    """``value`` with each text in it changed, keys of mappings among them only with ``keys``."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {
                _map_texts(key, change) if keys else key: _map_texts(item, change, keys=keys)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_map_texts(item, change, keys=keys) for item in value]
        case _:
            return value


def _dumper() -> type[yaml.SafeDumper]:
    import yaml

    class PlainDumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True  # the reader refuses aliases, and equal values need none

    return PlainDumper
