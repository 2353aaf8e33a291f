"""The session file: an answer sheet and, once the consultation is over, all that came of it.

It is YAML with the keys of an answers file, so that a session can be used wherever an answers
file can: resumed, changed by hand, asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import __version__
from advisor.answers.sheet import Sheet, read_sheet, sheet_as_data
from advisor.files import check_folder, create_whole, write_whole
from rules.diagnostics import BadInput, Place, Problem
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # the first question waits neither for YAML nor for a recommendation
    import yaml

    from advisor.consultation.consultation import Recommendation
    from probes.api import Finding, Json

STEM = "advisor-session"
_SCALARS = {  # 12e3 is a text: so it is written
    "null": r"(?:null|~|)\Z",
    "bool": r"(?:true|false)\Z",
    "int": r"-?(?:0|[1-9][0-9]*)\Z",
    "float": r"-?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+][0-9]+)?\Z|-?\.(?:inf|nan)\Z",
}
MOST = 1e300  # of a number in a session; what is larger was never measured
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Session:
    """What a session file holds. An answers file, or a session that was not finished, has no
    findings; ``knowledge_base`` is the digest of the knowledge it was reasoned with, or "".
    ``surroundings`` tell where the findings were made, ``tool`` what wrote it, and ``consultation``
    all that came of it then, as data.
    """

    sheet: Sheet
    findings: Mapping[str, Finding] = field(default_factory=dict)
    strict: bool = False
    knowledge_base: str = ""
    surroundings: Mapping[str, Json] = field(default_factory=dict)
    tool: str = ""
    consultation: Mapping[str, Any] = field(default_factory=dict)


def read_session(path: Path, kb: KnowledgeBase, *, shown_as: str | None = None) -> Session:
    """The session in ``path``; an answers file is one without findings. Its places name it
    ``shown_as``, or as given.

    Raises BadInput with every mistake in the answers, or with what is wrong with the rest.
    """
    import yaml

    sheet = read_sheet(path, kb, shown_as=shown_as)  # refuses aliases, tags and what is too large
    file = str(path) if shown_as is None else shown_as
    try:
        data = yaml.load(path.read_bytes(), Loader=_loader())
    except (yaml.YAMLError, ValueError) as error:  # such as a number with no end
        raise _broken(file, f"a value cannot be read ({str(error).splitlines()[0]})") from None
    consultation = data.get("consultation") or {}
    if not isinstance(consultation, Mapping):
        raise _broken(file, "'consultation' is no mapping")
    findings = _findings(file, consultation.get("findings") or ())
    if not _is_json(consultation):
        raise _broken(file, "'consultation' holds something else than texts and numbers")
    return Session(
        sheet,
        findings,
        strict=consultation.get("strict") is True,
        knowledge_base=str(data.get("knowledge_base") or ""),
        surroundings=_surroundings(file, consultation.get("environment") or {}),
        tool=str(data.get("tool") or ""),
        consultation=consultation,
    )


def _surroundings(file: str, told: Any) -> dict[str, Json]:
    if not isinstance(told, Mapping) or not all(isinstance(name, str) for name in told):
        raise _broken(file, "'environment' is no mapping")
    return dict(told)


def _loader() -> type[yaml.SafeLoader]:
    """A loader that takes for numbers and the like what JSON does, and leaves the rest text."""
    import yaml

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: type[yaml.SafeLoader] = type("JsonLoader", (base,), {"yaml_implicit_resolvers": {}})
    for name, pattern in _SCALARS.items():
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{name}", re.compile(pattern), None)
    return loader


def _is_json(value: Any) -> bool:
    """Whether it is made of what JSON has, numbers that are some included."""
    match value:
        case None | bool() | str():
            return True
        case int() | float():
            return abs(value) <= MOST and isfinite(value)
        case Mapping():
            return all(isinstance(key, str) for key in value) and all(map(_is_json, value.values()))
        case list():
            return all(map(_is_json, value))
        case _:
            return False


def _findings(file: str, listed: Any) -> dict[str, Finding]:
    from probes.api import Finding

    try:
        if not all(map(_is_json, listed)):
            raise ValueError("it holds a number that is none, or no text")
        found = [Finding.from_json(one) for one in listed]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _broken(file, f"a finding cannot be read ({error})") from None
    return {finding.probe: finding for finding in found}


def _broken(file: str, what: str) -> BadInput:
    advice = "expected the session as advisor wrote it; without its consultation it is an answers"
    return BadInput([Problem(Place(file), f"{what}: {advice} file")])


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
        self._known = _content(path)

    def save(self, sheet: Sheet) -> None:
        if self.path is None or _content(self.path) != self._known:
            folder = self.path.parent if self.path else Path()
            self.path = new_session(folder, sheet, self._kb)
        else:
            save_answers(self.path, sheet, self._kb)
        self._known = _content(self.path)


def _content(path: Path | None) -> bytes | None:
    try:
        return path.read_bytes() if path else None
    except FileNotFoundError:
        return None


def check_writable(path: Path) -> None:
    """Refuse, before anybody answers anything, a session file that cannot be written.

    A file that is no session is not written over.
    """
    if path.is_dir() or not path.parent.is_dir():
        message = "cannot be a session file: expected a file in a folder that exists"
        raise BadInput([Problem(Place(str(path)), message)])
    check_folder(path.parent)
    if path.exists() and not is_session(path):
        message = "is no session and would be written over: expected a new name, or a session"
        raise BadInput([Problem(Place(str(path)), message)])


def is_session(path: Path) -> bool:
    """Whether advisor wrote the file; an answers file that somebody wrote is theirs."""
    content = path.read_bytes() if path.is_file() else b""
    written = re.search(rb"^tool: framework-advisor \d+\.\d+\.\d+\n", content, re.MULTILINE)
    return content.startswith(b"schema: ") and written is not None


def _text(sheet: Sheet, kb: KnowledgeBase, recommendation: Recommendation | None) -> str:
    import yaml

    data = sheet_as_data(sheet)
    data["tool"] = f"framework-advisor {__version__}"
    data["knowledge_base"] = kb.digest
    if sheet.workshop is not None:
        from advisor.answers.rounds import minutes_as_data

        data["workshop"] = _escaped(minutes_as_data(sheet.workshop))
    if recommendation is not None:
        from advisor.report.as_json import consultation_as_data

        data["consultation"] = _readable(consultation_as_data(recommendation))
    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=100)


def _escaped(value: Any) -> Any:
    """``value`` with what the reader refuses written out, so that :mod:`advisor.answers.sheet` reads
    back the very characters: ballots are sealed by their hashes.
    """
    match value:
        case str():
            return CONTROL.sub(_written_out, value.replace("\\", r"\\"))
        case Mapping():
            return {key: _escaped(item) for key, item in value.items()}
        case list() | tuple():
            return [_escaped(item) for item in value]
        case _:
            return value


def _written_out(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _readable(value: Any) -> Any:
    """``value`` with control characters, which frameworks print and the reader refuses, escaped."""
    match value:
        case str():
            return CONTROL.sub(lambda found: ascii(found[0])[1:-1], value)
        case Mapping():
            return {_readable(key): _readable(item) for key, item in value.items()}
        case list() | tuple():
            return [_readable(item) for item in value]
        case _:
            return value


def _dumper() -> type[yaml.SafeDumper]:
    import yaml

    class PlainDumper(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True  # the reader refuses aliases, and equal values need none

    return PlainDumper
