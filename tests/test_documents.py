"""What the documents say of the program is so."""

from __future__ import annotations

import argparse
import itertools
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor.cli.command import in_order
from advisor.cli.main import _parser
from advisor.consultation.evidence import ClaimStatus
from advisor.findings.catalogue import read_findings, weigh
from probes.api import Finding, Outcome
from probes.runtime.registry import load_probe, load_probes
from probes.runtime.runner import run_probes
from rules.loading.loader import load

from .conftest import Program

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


def test_the_readme_names_each_key_of_a_finding() -> None:
    data = Finding("both.x", Outcome.YES, "", 0.0).to_json()
    assert set(data) <= set(re.findall(r"`([a-z]+)`", README.partition("a finding has")[2]))


def test_the_readme_installs_the_version_of_pytorch_that_was_tested() -> None:
    (version,) = re.findall(r"pip install torch==(\S+)", README)
    assert f"\ntorch=={version} ;" in (ROOT / "constraints.txt").read_text(encoding="utf-8")


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


def shown(document: str) -> Iterator[tuple[str, ...]]:
    """What each console block shows: the lines that stand in it, continued ones as one."""
    for block in re.findall(r"^```console\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        yield tuple(re.sub(r" \\\n +", " ", block).splitlines())


def commands_shown(document: str) -> Iterator[list[str]]:
    """The arguments of each line in a console block that starts ``advisor``."""
    for line in (line for block in shown(document) for line in block):
        if match := re.match(r"\$ (?:\.venv/bin/)?advisor\b([^>]*)", line):
            yield shlex.split(match[1], comments=True)


@pytest.mark.parametrize("arguments", list(commands_shown(README + CONTRIBUTING)), ids=" ".join)
def test_the_program_knows_the_commands_that_are_shown(arguments: list[str]) -> None:
    given = in_order(arguments)
    assert _parser(given[0]).parse_args(given)


def options_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The options of all commands below ``parser``."""
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from options_of(inner)


def test_the_program_has_the_options_that_the_readme_names() -> None:
    prose = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    code = " ".join(re.findall(r"`([^`\n]+)`", prose))
    named = set(re.findall(r"(?<!\S)--[a-z][a-z-]*", code))
    assert named - {"--index-url"} <= set(options_of(_parser("")))  # that one is of pip


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("advisor ask", ("How the criteria speak", "What would change this")),
        ("advisor flips", ("The smallest changes", "Weights at which")),
    ],
)
def test_what_a_command_is_shown_to_say_it_says(
    command: str, parts: tuple[str, ...], program: Program
) -> None:
    """The parts of it that hang on no probe."""
    (block,) = (lines for lines in shown(README) if lines[0].startswith(f"$ {command}"))
    probing = ["--no-probes"] if command == "advisor ask" else []
    run = program(*shlex.split(block[0])[2:], *probing, folder=ROOT)
    said = " ".join(run.out.split())  # wherever the lines are folded
    for part in parts:
        (start,) = (number for number, line in enumerate(block) if line.startswith(part))
        lines = itertools.takewhile(lambda line: line not in ("", "..."), block[start:])
        assert " ".join(" ".join(lines).split()) in said


def test_the_workshop_that_is_shown_comes_out_so(program: Program, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    before, block = (x for x in shown(README) if re.search("workshop (merge|reveal)", "".join(x)))
    new, (*merge, pattern), reveal = (line.split()[2:] for line in (*before, block[0]))
    assert program(*new).code == 0
    assert program(*merge, *sorted(tmp_path.glob(pattern))).code == 0
    result = program(*reveal, "--no-probes").out
    for line in ("Framework for the waste-sorting camera", "8 of 14 items are apart"):
        assert line in "\n".join(block)
        assert line in result


def test_the_answers_that_are_shown_are_read(program: Program, tmp_path: Path) -> None:
    ballot, answers = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (tmp_path / "answers.yaml").write_text(answers, encoding="utf-8")
    (tmp_path / "dora.yaml").write_text(ballot, encoding="utf-8")
    assert "TensorFlow" in program("ask", "--answers", "answers.yaml", "--no-probes").out
    assert program("workshop", "new", "team.workshop").code == 0
    assert "Dora" in program("workshop", "merge", "team.workshop", "dora.yaml").out


def test_one_rule_makes_clearly_only_where_it_rules_the_others_out(program: Program) -> None:
    assert "unless it rules the others out" in README
    assert "PyTorch, clearly" in program("ask", "--set", "standard=pytorch_only", "--no-probes").out
