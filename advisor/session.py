"""The session file: an answer sheet and, once the consultation is over, all that came of it.

It is YAML with the keys of an answers file, so that a session can be used wherever an answers
file can: resumed, changed by hand, asked again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from advisor import __version__
from advisor.files import create_whole, write_whole
from advisor.sheet import Sheet, sheet_as_data
from rules.model import KnowledgeBase
from rules.problems import BadInput, Place, Problem

if TYPE_CHECKING:  # an interview saves long before there is anything to recommend
    from advisor.consultation import Recommendation

STEM = "advisor-session"


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
    sessions = sorted(folder.glob(f"{STEM}*.yaml"), key=lambda path: path.stat().st_mtime_ns)
    return sessions[-1] if sessions else None


def save_answers(path: Path, sheet: Sheet, kb: KnowledgeBase) -> None:
    """Write a session that is still being answered."""
    write_whole(path, _text(sheet, kb, None))


def save_recommendation(path: Path, recommendation: Recommendation) -> None:
    """Write a finished session."""
    write_whole(path, _text(recommendation.sheet, recommendation.kb, recommendation))


def check_writable(path: Path) -> None:
    """Refuse, before anybody answers anything, a session file that cannot be written."""
    if path.is_dir() or not path.parent.is_dir():
        message = "cannot be a session file: expected a file in a folder that exists"
        raise BadInput([Problem(Place(str(path)), message)])


def _text(sheet: Sheet, kb: KnowledgeBase, recommendation: Recommendation | None) -> str:
    data = sheet_as_data(sheet)
    data["tool"] = f"framework-advisor {__version__}"
    data["knowledge_base"] = kb.digest
    if recommendation is not None:
        from advisor.report.as_json import consultation_as_data

        data["consultation"] = consultation_as_data(recommendation)
    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def _dumper() -> type[yaml.SafeDumper]:
    class PlainDumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True  # the reader refuses aliases, and equal values need none

    return PlainDumper
