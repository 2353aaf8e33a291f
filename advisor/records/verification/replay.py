"""Whether the rules of then, replayed over what was answered and found, give what is written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from advisor.consultation import Recommendation
from advisor.records.bundle import Bundle
from advisor.records.contents import RULES, rules_as_data
from advisor.records.kept import Kept
from advisor.records.verification.text import shortened
from advisor.report.as_json import consultation_as_data
from rules.reading import quoted

TOLERANCE = 1e-9  # of scores, which lie in [-1, 1]
# What came of a consultation and depends on answers, rules and findings alone.
_COMPARED = ("recommendation", "deciding", "verified", "fired", "withdrawn", "advice", "claims")


def changed(kept: Kept, replayed: Recommendation) -> Iterator[str]:
    """Where the consultation written down is not the one that comes out again."""
    if kept.session.knowledge_base != kept.kb.digest:
        yield (
            f"the knowledge in it is {kept.kb.digest}, the session was reasoned with "
            f"{kept.session.knowledge_base}"
        )
    then, now = kept.session.consultation, consultation_as_data(replayed)
    for key in _COMPARED:
        yield from _differences(f"session.yaml: {key}", then.get(key), now[key])


def _differences(where: str, then: Any, now: Any) -> Iterator[str]:
    match then, now:
        case Mapping(), Mapping():
            for key in {**then, **now}:
                yield from _differences(f"{where}: {key}", then.get(key), now.get(key))
        case list(), list() if len(then) == len(now):
            for number, (one, other) in enumerate(zip(then, now, strict=True), start=1):
                yield from _differences(f"{where} {number}", one, other)
        case float() | int(), float() | int() if math.isclose(then, now, abs_tol=TOLERANCE):
            return
        case _ if then != now:
            yield f"{where}: is {_short(then)}, and comes out as {_short(now)}"


def _short(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else shortened(json.dumps(value, default=str))


def apart(kept: Kept, replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    """Where files of the bundle that tell the same thing do not."""
    for name, finding in kept.session.findings.items():
        file = f"probes/{name}/finding.json"
        if _parsed(bundle, file) != json.loads(json.dumps(finding.to_json())):
            yield f"{file}: is not the finding in session.yaml"
    then = {rule.get("id"): rule for rule in _listed(_parsed(bundle, RULES), "rules")}
    for rule in rules_as_data(replayed)["rules"]:
        told = then.get(rule["id"], {})
        for key in ("state", "compared"):
            yield from _differences(f"{RULES}: {rule['id']}: {key}", told.get(key), rule[key])


def _parsed(bundle: Bundle, name: str) -> Any:
    try:
        return json.loads(bundle.entries.get(name, b"null"))
    except (ValueError, RecursionError):
        return None


def _listed(data: Any, key: str) -> list[Mapping[str, Any]]:
    found = data.get(key) if isinstance(data, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
