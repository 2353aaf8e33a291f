"""Remarks about a knowledge base as code hosts show them beside its files: SARIF 2.1.0.

The format is that of OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0";
what GitHub needs of it is under "SARIF support for code scanning" in its documentation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from advisor import __version__
from advisor.report.remarks import answers_in_short, witness_as_data
from rules.problems import Place
from rules.verification.remarks import Kind, Remark

VERSION = "2.1.0"
SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(remarks: Iterable[Remark]) -> str:
    """One run with every kind of remark as a rule, and each remark as a result.

    The ``properties`` of a result hold its ``subject`` and, where answers show it, a ``witness``.
    """
    kinds = list(Kind)
    driver = {
        "name": "advisor kb check",
        "version": __version__,
        "rules": [_rule(kind) for kind in kinds],
    }
    results = [_result(remark, kinds.index(remark.kind)) for remark in remarks]
    log = {
        "$schema": SCHEMA_URI,
        "version": VERSION,
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _rule(kind: Kind) -> dict[str, object]:
    return {
        "id": kind.id,
        "name": kind.id.title().replace("_", ""),
        "shortDescription": {"text": kind.definition},
        "fullDescription": {"text": kind.definition},
        "help": {"text": kind.definition},
        "defaultConfiguration": {"level": kind.level.value},
    }


def _result(remark: Remark, rule_index: int) -> dict[str, object]:
    properties: dict[str, object] = {"subject": remark.subject}
    text = remark.message
    if remark.witness is not None:
        properties["witness"] = witness_as_data(remark.witness)
        text = f"{text} (with {answers_in_short(remark.witness)})"
    return {
        "ruleId": remark.kind.id,
        "ruleIndex": rule_index,
        "level": remark.level.value,
        "message": {"text": text},
        "locations": [_location(remark.place)],
        "relatedLocations": [
            {"id": number, **_location(place)} for number, place in enumerate(remark.related)
        ],
        # the same remark keeps its identity while lines move
        "partialFingerprints": {"kindAndSubject/v1": f"{remark.kind.id}:{remark.subject}"},
        "properties": properties,
    }


def _location(place: Place) -> dict[str, object]:
    """Of a file as a whole, its first line: a result without a line is shown nowhere."""
    path = Path(place.file)
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    region = {"startLine": place.line or 1}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
