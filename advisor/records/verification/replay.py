"""Whether the rules of then, replayed over what was answered and found, give what is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import MANIFEST, Bundle
from advisor.records.evidence.contents import DECISION, KNOWLEDGE, RECORD, SESSION, derived
from advisor.records.evidence.restore import RestoredConsultation, sealed_text
from advisor.records.evidence.rules_data import RULES, rules_as_data
from advisor.records.madr.document_text import OPEN
from advisor.records.verification.ballots import history_problems
from advisor.records.verification.data import differences, mappings
from advisor.records.verification.files import file_problems
from advisor.records.verification.rendering import parts
from advisor.records.verification.statements import statement_problems
from advisor.records.verification.text import stated_choice
from advisor.report.data import consultation_as_data
from rules.diagnostics import quoted

# What came of a consultation and depends on answers, rules and findings alone.
MOST = 100  # differences that are told of one kind
_CAME_LATER = (DECISION,)  # files that the first versions did not write
_BOM = "bom.cdx.json"
_COMPARED = (
    *("recommendation", "written_knowledge", "deciding", "verified", "fired", "withdrawn"),
    *("advice", "claims", "workshop"),
)


def session_differences(restored: RestoredConsultation, replayed: Recommendation) -> Iterator[str]:
    """Where the consultation in the session is not the one that comes out again."""
    if restored.session.knowledge_base != restored.kb.digest:
        then = f"the session was reasoned with {restored.session.knowledge_base}"
        yield f"the knowledge in it is {restored.kb.digest}, {then}"
    written, now = restored.session.consultation, consultation_as_data(replayed)
    for key in _COMPARED:
        yield from differences(f"{SESSION}: {key}", written.get(key), now.get(key))


def bundle_differences(
    restored: RestoredConsultation, replayed: Recommendation, bundle: Bundle
) -> Iterator[str]:
    """Where files of the bundle differ from its session and its knowledge.

    What this version of advisor wrote is written once more and must be the same to the byte. Of
    another version's files, what both versions know must be the same.
    """
    ours = written_by_this_version(restored)
    yield from file_problems(restored, bundle, ours=ours)
    yield from _decision_problems(replayed, bundle)
    problems = [
        *islice(history_problems(restored, bundle), MOST),
        *islice(_finding_differences(restored, bundle), MOST),
        *islice(_rule_differences(replayed, bundle), MOST),
    ]
    yield from problems
    decision = decision_in(bundle, replayed)
    if decision is None or replayed.choice is None:
        return  # which is told already
    expected = derived(replayed, decision)
    if ours:
        for name in _files_written_otherwise(expected, bundle):
            if not any(sentence.startswith(f"{name}: ") for sentence in problems):
                yield f"{name}: is not what follows from the session and the knowledge"
    else:
        yield from _of_another_version(restored, replayed, bundle, expected)


def written_by_this_version(restored: RestoredConsultation) -> bool:
    """Whether the files can be written once more, to the byte."""
    return restored.session.tool == f"framework-advisor {__version__}"


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
    chosen = stated_choice(parts(sealed_text(bundle).body))
    alternative = replayed.kb.alternatives.get(decision.choice)
    title = " ".join(alternative.title.split()) if alternative else OPEN
    if chosen != title:
        yield f"{RECORD}: chooses {quoted(chosen)}, decided was {quoted(title)}"


def _files_written_otherwise(expected: Mapping[str, bytes], bundle: Bundle) -> Iterator[str]:
    """The files that this version would not write so, and those it would not write."""
    yield from (name for name, data in expected.items() if bundle.entries.get(name) != data)
    for name in bundle.entries:
        if name not in (*expected, MANIFEST) and not name.startswith((f"{KNOWLEDGE}/", "probes/")):
            yield name


def _of_another_version(
    restored: RestoredConsultation,
    replayed: Recommendation,
    bundle: Bundle,
    expected: Mapping[str, bytes],
) -> Iterator[str]:
    """Where files differ from those of this version in what both know. Keys and files were only
    ever added; the wording of texts may be another.
    """
    for name, data in expected.items():
        if name not in bundle.entries and name not in _CAME_LATER:
            yield f"{name}: is missing"
        elif name in bundle.entries and name.endswith(".json"):
            then, now = bundle.data(name), json.loads(data)
            if name == _BOM:  # its texts are worded anew by and by
                then, now = bundle.mapping(name).get("components"), now["components"]
            elif name == RULES:
                then, now = ({**side, "tool": ""} for side in (bundle.mapping(name), now))
            yield from differences(name, then, now, known_alone=True)
    for name in bundle.entries:
        if name not in (*expected, MANIFEST) and not name.startswith((f"{KNOWLEDGE}/", "probes/")):
            yield f"{name}: is no file that this version knows"
    tool = restored.session.tool
    if (named := bundle.mapping(RULES).get("tool")) != tool:
        yield f"{RULES}: is by {quoted(str(named))}, and {SESSION} by {quoted(tool)}"
    if RECORD not in bundle.entries:
        return
    written = parts(sealed_text(bundle).body)
    if f"Written by {tool}, " not in bundle.text(RECORD):
        yield f"{RECORD}: is not by {quoted(tool)}, and {SESSION} is"
    yield from (f"{RECORD}: {problem}" for problem in statement_problems(replayed, written))


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
