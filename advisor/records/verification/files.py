"""Whether the files of a bundle belong there, can be read in one way alone, and agree on what
nothing else can be worked out from: what ran, and on what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from advisor.records.evidence.bundle import Bundle, sha256
from advisor.records.evidence.contents import KNOWLEDGE
from advisor.records.evidence.restore import RestoredConsultation
from advisor.records.evidence.strict_json import strict_json
from advisor.wording.findings import FRAMEWORKS
from probes.runtime.registry import load_probes
from rules.diagnostics import quoted
from rules.loading.file_schemas import BASE_FILE, FILES, FOLDERS

_PROBES = "probes/"
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def file_problems(restored: RestoredConsultation, bundle: Bundle, *, ours: bool) -> Iterator[str]:
    """A sentence for each file that is amiss; ``ours`` says that this version wrote them."""
    for name, data in bundle.entries.items():
        if name.endswith(".json"):
            try:
                strict_json(data)
            except ValueError as error:
                yield f"{name}: is no JSON that can be read in one way alone: {error}"
    yield from _strangers(restored, bundle)
    yield from _source_problems(restored, bundle, ours=ours)
    if restored.session.sheet.workshop is None:  # a group may try its facts in several places
        yield from _version_problems(restored)


def _strangers(restored: RestoredConsultation, bundle: Bundle) -> Iterator[str]:
    """Files of the knowledge and of probes that nothing reads."""
    own = f"{KNOWLEDGE}/own/"
    over = f"{own}{BASE_FILE}" in bundle.entries
    for name in bundle.entries:
        if name.startswith(f"{KNOWLEDGE}/"):
            layer, _, file = name.removeprefix(f"{KNOWLEDGE}/").partition("/")
            is_read = layer == "own" or (layer == "shipped" and (over or not _any(bundle, own)))
            if not is_read or not _is_knowledge(file, layer):
                yield f"{name}: is no part of the knowledge that was reasoned with"
        elif name.startswith(_PROBES):
            probe, _, file = name.removeprefix(_PROBES).partition("/")
            if probe not in restored.session.findings or file not in ("finding.json", "probe.py"):
                yield f"{name}: belongs to no finding in session.yaml"


def _any(bundle: Bundle, folder: str) -> bool:
    return any(name.startswith(folder) for name in bundle.entries)


def _is_knowledge(file: str, layer: str) -> bool:
    """Whether the loader reads it, and so its digest counts it."""
    folder, _, name = file.rpartition("/")
    if folder:
        return folder in FOLDERS and name.endswith(".yaml") and not name.startswith(".")
    return file in FILES or (file == BASE_FILE and layer == "own")


def _source_problems(
    restored: RestoredConsultation, bundle: Bundle, *, ours: bool
) -> Iterator[str]:
    """Sources that are not those of the probes that made the findings, or are left out."""
    findings = restored.session.findings
    left_out = []
    for name, finding in findings.items():
        source = bundle.entries.get(f"{_PROBES}{name}/probe.py")
        if source is None:
            left_out.append(name)
        elif len(finding.source) < 16 or not sha256(source).startswith(finding.source):
            yield f"{_PROBES}{name}/probe.py: is not the probe that found it"
    known = load_probes() if ours and left_out else {}
    for name in left_out:
        if name in known and known[name].source_hash == findings[name].source:
            yield f"{_PROBES}{name}/probe.py: is missing, and this version would have kept it"


def _version_problems(restored: RestoredConsultation) -> Iterator[str]:
    """Versions in findings that are not those of where the findings were made."""
    machine = restored.session.machine
    packages = machine.get("packages")
    installed = packages if isinstance(packages, Mapping) else {}
    python = {"python": machine["python"]} if "python" in machine else {}
    there = {**{name: installed[name] for name in FRAMEWORKS if name in installed}, **python}
    for name, finding in restored.session.findings.items():
        for package, version in there.items():
            tried = finding.versions.get(package)
            if tried and not finding.environment and _release(tried) != _release(version):
                stated = f"{quoted(tried)}, and environment.json says {quoted(str(version))}"
                yield f"{_PROBES}{name}/finding.json: versions: {package}: is {stated}"


def _release(version: object) -> str:
    match = _RELEASE.match(str(version))
    return match[0] if match else str(version)
