"""What the documents say of the program is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.consultation.evidence import ClaimStatus
from advisor.findings.catalogue import read_findings, weigh
from probes.runtime.registry import load_probe, load_probes
from probes.runtime.runner import run_probes
from rules.loading.loader import load

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_readme_counts_what_is_there() -> None:
    kb = load()
    counts = (
        f"{len(kb.questions)} questions, {len(kb.criteria)} criteria, "
        f"{len(kb.claims)} claims and {len(kb.rules)} rules"
    )
    assert counts in README.replace("\n", " ")


def test_the_readme_counts_the_probes() -> None:
    assert f"{len(load_probes())} [probes](probes)" in README


def test_the_claims_that_the_readme_gives_a_build_server_are_confirmed() -> None:
    (command,) = re.findall(r"^\$ advisor probe (--claim .*) > claims.xml$", README, re.MULTILINE)
    named = re.findall(r"--claim (\S+)", command)
    kb = load()
    statuses = weigh(kb, read_findings(ROOT / "docs" / "findings.json"))
    assert named
    assert {name: statuses[name].status for name in named} == dict.fromkeys(
        named, ClaimStatus.CONFIRMED
    )


@pytest.mark.parametrize(
    "path", re.findall(r"\]\((?!https?:)([^)#]+)\)", README + CONTRIBUTING + SECURITY)
)
def test_a_link_leads_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_probe_of_the_contributing_guide_works(tmp_path: Path) -> None:
    code = CONTRIBUTING[CONTRIBUTING.index("   ```python\n") :].split("```")[1]
    source = "\n".join(line.removeprefix("   ") for line in code.splitlines()[1:])
    (tmp_path / "multiplies.py").write_text(source, encoding="utf-8")
    probe = load_probe(tmp_path / "multiplies.py", "pytorch.multiplies")
    honest = run_probes([probe])["pytorch.multiplies"].outcome.value
    control = run_probes([probe], control=True)["pytorch.multiplies"].outcome.value
    assert (honest, control) == ("yes", "no")
