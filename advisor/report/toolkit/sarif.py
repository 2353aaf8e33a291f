"""Remarks as code hosts show them beside the files they are about: SARIF 2.1.0.

The format is that of OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0";
what GitHub needs of it is under "SARIF support for code scanning" in its documentation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from advisor import __version__
from rules.diagnostics import RemarkKind, SourceLocation

VERSION = "2.1.0"
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class SarifResult:
    """One remark: what of, in which words, where. ``properties`` go along, its ``subject`` among
    them.
    """

    kind: RemarkKind
    subject: str
    text: str
    location: SourceLocation
    related: tuple[SourceLocation, ...] = ()
    properties: Mapping[str, object] = field(default_factory=dict)


def sarif_log(tool: str, kinds: Iterable[RemarkKind], results: Iterable[SarifResult]) -> str:
    """One run with each of ``kinds`` as a rule, and each result."""
    rules = list(kinds)
    driver = {"name": tool, "version": __version__, "rules": [_rule(kind) for kind in rules]}
    log = {
        "$schema": SCHEMA_URI,
        "version": VERSION,
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "results": [_result(result, rules.index(result.kind)) for result in results],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(kind: RemarkKind) -> dict[str, object]:
    return {
        "id": kind.id,
        "name": kind.id.title().replace("_", ""),
        "shortDescription": {"text": kind.definition},
        "fullDescription": {"text": kind.definition},
        "help": {"text": kind.definition},
        "defaultConfiguration": {"level": kind.level.value},
    }


def _result(result: SarifResult, rule_index: int) -> dict[str, object]:
    return {
        "ruleId": result.kind.id,
        "ruleIndex": rule_index,
        "level": result.kind.level.value,
        "message": {"text": result.text},
        "locations": [_location(result.location)],
        "relatedLocations": [
            {"id": number, **_location(place)} for number, place in enumerate(result.related)
        ],
        # the same remark keeps its identity while lines move
        "partialFingerprints": {"kindAndSubject/v1": f"{result.kind.id}:{result.subject}"},
        "properties": {"subject": result.subject, **result.properties},
    }


def _location(place: SourceLocation) -> dict[str, object]:
    """Of a file as a whole, its first line: a result without a line is shown nowhere."""
    path = Path(place.file)
    uri = path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
    region = {"startLine": place.line or 1}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
