"""Whether the rules of then, replayed over what was answered and found, give what is written."""

from __future__ import annotations

import json
from collections.abc import Iterator

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import MANIFEST, Bundle, sha256
from advisor.records.evidence.contents import DECISION, KNOWLEDGE, RECORD, derived
from advisor.records.evidence.restore import RestoredConsultation
from advisor.records.evidence.rules_data import RULES, rules_as_data
from advisor.records.madr.document_text import OPEN
from advisor.records.parsing import parse_document
from advisor.records.verification.ballots import history_problems
from advisor.records.verification.text import differences, mappings
from advisor.report.data import consultation_as_data
from rules.diagnostics import quoted

# What came of a consultation and depends on answers, rules and findings alone.
_COMPARED = (
    *("recommendation", "deciding", "verified", "fired", "withdrawn", "advice", "claims"),
    "workshop",
)


def session_differences(restored: RestoredConsultation, replayed: Recommendation) -> Iterator[str]:
    """Where the consultation in the session is not the one that comes out again."""
    if restored.session.knowledge_base != restored.kb.digest:
        then = f"the session was reasoned with {restored.session.knowledge_base}"
        yield f"the knowledge in it is {restored.kb.digest}, {then}"
    written, now = restored.session.consultation, consultation_as_data(replayed)
    for key in _COMPARED:
        yield from differences(f"session.yaml: {key}", written.get(key), now.get(key))


def bundle_differences(
    restored: RestoredConsultation, replayed: Recommendation, bundle: Bundle
) -> Iterator[str]:
    """Where files of the bundle differ from its session and its knowledge.

    What this version of advisor wrote is written once more and must be the same to the byte; of
    another version's files, only what the decision rests on is compared.
    """
    yield from _decision_problems(replayed, bundle)
    for name, finding in restored.session.findings.items():  # the probes must have made them
        source = bundle.entries.get(f"probes/{name}/probe.py")
        if source is not None and sha256(source)[: len(finding.source)] != finding.source:
            yield f"probes/{name}/probe.py: is not the probe that found it"
    problems = [
        *history_problems(restored, bundle),
        *_finding_differences(restored, bundle),
        *_rule_differences(replayed, bundle),
    ]
    yield from problems
    if restored.session.tool == f"framework-advisor {__version__}":
        for name in _files_written_otherwise(replayed, bundle):
            if not any(sentence.startswith(f"{name}: ") for sentence in problems):
                yield f"{name}: is not what follows from the session and the knowledge"


def decision_in(bundle: Bundle, replayed: Recommendation) -> Decision | None:
    """The decision in the bundle; as advised, where it has no file of it; None where that file
    names no choice.
    """
    if DECISION not in bundle.entries and replayed.choice is not None:
        return as_advised(replayed)
    data = bundle.mapping(DECISION)
    choice, because = data.get("choice"), data.get("because")
    if not isinstance(choice, str):
        return None
    return Decision(choice, because if isinstance(because, str) else "")


def _decision_problems(replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
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


def _files_written_otherwise(replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    """The files that this version would not write so, and those it would not write."""
    decision = decision_in(bundle, replayed)
    if decision is None or replayed.choice is None:
        return  # which is reported already
    expected = derived(replayed, decision)
    yield from (name for name, data in expected.items() if bundle.entries.get(name) != data)
    for name in bundle.entries:
        if name not in (*expected, MANIFEST) and not name.startswith((f"{KNOWLEDGE}/", "probes/")):
            yield name


def _finding_differences(restored: RestoredConsultation, bundle: Bundle) -> Iterator[str]:
    for name, finding in restored.session.findings.items():
        file = f"probes/{name}/finding.json"
        if bundle.data(file) != json.loads(json.dumps(finding.to_json())):
            yield f"{file}: is not the finding in session.yaml"


def _rule_differences(replayed: Recommendation, bundle: Bundle) -> Iterator[str]:
    then = {rule.get("id"): rule for rule in mappings(bundle.mapping(RULES).get("rules"))}
    for rule in rules_as_data(replayed)["rules"]:
        written = then.get(rule["id"], {})
        for key in ("state", "compared"):
            yield from differences(f"{RULES}: {rule['id']}: {key}", written.get(key), rule[key])
