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

from advisor.answers.sheet import Sheet, parse_sheet
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import read_bytes
from rules.model import KnowledgeBase

if TYPE_CHECKING:  # the first question waits neither for YAML nor for a recommendation
    import yaml

    from probes.api import Finding, Json

_SCALARS = {  # 12e3 is a text: so it is written
    "null": r"(?:null|~|)\Z",
    "bool": r"(?:true|false)\Z",
    "int": r"-?(?:0|[1-9][0-9]*)\Z",
    "float": r"-?(?:0|[1-9][0-9]*)\.[0-9]*(?:[eE][-+][0-9]+)?\Z|-?\.(?:inf|nan)\Z",
}
MOST = 1e300  # of a number in a session; what is larger was never measured


@dataclass(frozen=True)
class Session:
    """What a session file holds. An answers file, or a session that was not finished, has no
    findings; ``knowledge_base`` is the digest of the knowledge it was reasoned with, or "".
    ``machine`` tell where the findings were made, ``tool`` what wrote it, and ``consultation``
    all that came of it then, as data.
    """

    sheet: Sheet
    findings: Mapping[str, Finding] = field(default_factory=dict)
    strict: bool = False
    knowledge_base: str = ""
    machine: Mapping[str, Json] = field(default_factory=dict)
    tool: str = ""
    consultation: Mapping[str, Any] = field(default_factory=dict)


def read_session(path: Path, kb: KnowledgeBase, *, shown_as: str | None = None) -> Session:
    """The session in ``path``; an answers file is one without findings. Its places name it
    ``shown_as``, or as given.

    Raises InputError with every mistake in the answers, or with what is wrong with the rest.
    """
    import yaml

    file = str(path) if shown_as is None else shown_as
    content = read_bytes(path, shown_as=file)
    sheet = parse_sheet(content, kb, file)  # refuses aliases and tags
    try:
        data = yaml.load(content, Loader=_loader())
    except (yaml.YAMLError, ValueError) as error:  # such as a number with no end
        raise _broken(file, f"a value cannot be read ({str(error).splitlines()[0]})") from None
    consultation = data.get("consultation") or {}
    if not isinstance(consultation, Mapping):
        raise _broken(file, "'consultation' is no mapping")
    findings = _findings(file, consultation.get("findings") or ())
    if not _is_json(consultation):
        raise _broken(file, "'consultation' holds something else than texts and numbers")
    machine = consultation.get("environment") or {}
    if not isinstance(machine, Mapping):
        raise _broken(file, "'environment' is no mapping")
    return Session(
        sheet,
        findings,
        strict=consultation.get("strict") is True,
        knowledge_base=str(data.get("knowledge_base") or ""),
        machine=dict(machine),
        tool=str(data.get("tool") or ""),
        consultation=consultation,
    )


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
        findings = [Finding.from_json(item) for item in listed]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _broken(file, f"a finding cannot be read ({error})") from None
    return {finding.probe: finding for finding in findings}


def _broken(file: str, fault: str) -> InputError:
    advice = "expected the session as advisor wrote it; without its consultation it is an answers"
    return InputError([Problem(SourceLocation(file), f"{fault}: {advice} file")])
