"""Whether the rules of then, replayed over what was answered and found, give what is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import MANIFEST, Bundle, sha256
from advisor.records.evidence.contents import (
    DECISION,
    KNOWLEDGE,
    RECORD,
    RULES,
    derived,
    rules_as_data,
)
from advisor.records.evidence.restore import RestoredConsultation
from advisor.records.madr.document_text import OPEN
from advisor.records.parsed_record import parse_document
from advisor.records.verification.ballots import forged
from advisor.records.verification.text import differences
from advisor.report.data import consultation_as_data
from rules.diagnostics import quoted

# What came of a consultation and depends on answers, rules and findings alone.
_COMPARED = (
    *("recommendation", "deciding", "verified", "fired", "withdrawn", "advice", "claims"),
    "workshop",
)


def changed(kept: RestoredConsultation, replayed: Recommendation) -> Iterator[str]:
    """Where the consultation written down is not the one that comes out again."""
    if kept.session.knowledge_base != kept.kb.digest:
        yield (
            f"the knowledge in it is {kept.kb.digest}, the session was reasoned with "
            f"{kept.session.knowledge_base}"
        )
    then, now = kept.session.consultation, consultation_as_data(replayed)
    for key in _COMPARED:
        yield from differences(f"session.yaml: {key}", then.get(key), now.get(key))


def apart(kept: RestoredConsultation, replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    """Where files of the bundle say otherwise than its session and its knowledge.

    What this version of advisor wrote is written once more and must be the same to the byte; of
    another version's files, what is decided on is compared.
    """
    yield from _decided(replayed, bundle)
    yield from _sources(kept, bundle)
    told = [*forged(kept, bundle), *_compared(kept, replayed, bundle)]
    yield from told
    if kept.session.tool == f"framework-advisor {__version__}":
        for name in _written_otherwise(replayed, bundle):
            if not any(sentence.startswith(f"{name}: ") for sentence in told):
                yield f"{name}: is not what follows from the session and the knowledge"


def decision_in(bundle: Bundle, replayed: Recommendation) -> Decision | None:
    """What was decided, by the bundle; as advised, where it has no file of it; None where that is
    none.
    """
    told = _parsed(bundle, DECISION)
    if DECISION not in bundle.entries and replayed.choice is not None:
        return as_advised(replayed)
    if not isinstance(told, Mapping) or not isinstance(told.get("choice"), str):
        return None
    because = told.get("because")
    return Decision(told["choice"], because if isinstance(because, str) else "")


def _decided(replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    """The decision must be the text's, and without a reason of its own what is advised."""
    decision = decision_in(bundle, replayed)
    if decision is None:
        yield f"{DECISION}: names no choice"
        return
    if decision.choice != replayed.choice and not decision.because:
        choice, advised = quoted(decision.choice), quoted(str(replayed.choice))
        yield f"{DECISION}: is {choice} without a reason, and {advised} is advised"
    if RECORD not in bundle.entries:
        return  # the text could not be checked either
    sealed = parse_document(bundle.text(RECORD), RECORD)
    alternative = replayed.kb.alternatives.get(decision.choice)
    title = " ".join(alternative.title.split()) if alternative else OPEN
    for chosen in sealed.choices:
        if chosen.option != title:
            yield f"{RECORD}: chooses {quoted(chosen.option)}, decided was {quoted(title)}"


def _sources(kept: RestoredConsultation, bundle: Bundle) -> Iterator[str]:
    """The probes that are kept must be those that found what was found."""
    for name, finding in kept.session.findings.items():
        source = bundle.entries.get(f"probes/{name}/probe.py")
        if source is not None and sha256(source)[: len(finding.source)] != finding.source:
            yield f"probes/{name}/probe.py: is not the probe that found it"


def _written_otherwise(replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    """The files that this version would not write so, and those it would not write."""
    decision = decision_in(bundle, replayed)
    if decision is None or replayed.choice is None:
        return  # said already
    due = derived(replayed, decision)
    yield from (name for name, data in due.items() if bundle.entries.get(name) != data)
    for name in bundle.entries:
        if name not in (*due, MANIFEST) and not name.startswith((f"{KNOWLEDGE}/", "probes/")):
            yield name


def _compared(
    kept: RestoredConsultation, replayed: Recommendation, bundle: Bundle
) -> Iterator[str]:
    for name, finding in kept.session.findings.items():
        file = f"probes/{name}/finding.json"
        if _parsed(bundle, file) != json.loads(json.dumps(finding.to_json())):
            yield f"{file}: is not the finding in session.yaml"
    then = {rule.get("id"): rule for rule in _listed(_parsed(bundle, RULES), "rules")}
    for rule in rules_as_data(replayed)["rules"]:
        told = then.get(rule["id"], {})
        for key in ("state", "compared"):
            yield from differences(f"{RULES}: {rule['id']}: {key}", told.get(key), rule[key])


def _parsed(bundle: Bundle, name: str) -> Any:
    try:
        return json.loads(bundle.entries.get(name, b"null"))
    except (ValueError, RecursionError):
        return None


def _listed(data: Any, key: str) -> list[Mapping[str, Any]]:
    found = data.get(key) if isinstance(data, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
