"""``advisor probe``: what it tries, keeps, builds and prints, and with which exit code it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ...conftest import Program, Run, interpreter_with

DONE, WRONG, USAGE, BAD_INPUT, UNPROVEN = 0, 1, 2, 3, 4
SMALL = Path(__file__).parents[2] / "rules" / "small"

# Enough of a PyTorch for one probe to say yes, control and all, and for another to say no.
TORCH = """\
import types
__version__ = "9.9"
Tensor = object
tensor = float
fx = types.SimpleNamespace(symbolic_trace=lambda program: program)
def __getattr__(name):
    raise AttributeError(f"no \\x1b[31m{name} für dich")
"""
SAYS_YES = "pytorch.runs_eagerly"
SAYS_NO = "pytorch.exports_torchscript"
LACKS = "tensorflow.runs_eagerly"
BREAKS = "pytorch.trains_with_own_loop"

CLAIMS = f"""\
claims:
  blue_fits_phones: {{says: Blue runs line by line., probe: {SAYS_YES}, today: still_true,
                     source: field-notes, as_of: 2026-01-31}}
  red_is_loved: {{says: Most stayed with red., not_probed: No program can try it.,
                 today: partly_true, then: All did., source: folklore, as_of: 2026-01-31}}
  red_writes_scripts: {{says: Red writes scripts., probe: {SAYS_NO}, today: still_true,
                       source: field-notes, as_of: 2026-01-31}}
  red_scripts_are_gone: {{says: Red writes none., probe: {SAYS_NO}, expect: no, today: new,
                         source: field-notes, as_of: 2026-01-31}}
  grey_is_there: {{says: Grey runs line by line., probe: {LACKS}, today: new,
                  source: field-notes, as_of: 2026-01-31}}
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter with a stand-in for PyTorch."""
    folder = tmp_path_factory.mktemp("stand-in")
    (folder / "libraries" / "site-packages").mkdir(parents=True)
    (folder / "libraries" / "site-packages" / "torch.py").write_text(TORCH, encoding="utf-8")
    return interpreter_with(folder / "environment", [folder / "libraries" / "site-packages"])


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """The small knowledge base with claims that the stand-in confirms and refutes."""
    folder = tmp_path / "knowledge"
    for file in SMALL.rglob("*.yaml"):
        copy = folder / file.relative_to(SMALL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text())
    (folder / "claims" / "phones.yaml").write_text(CLAIMS)
    return folder


def rest_a_rule_on(knowledge: Path, claim: str) -> None:
    rules = knowledge / "rules" / "phones.yaml"
    rules.write_text(rules.read_text().replace("[blue_fits_phones]", f"[{claim}]"))


@pytest.fixture
def caches(tmp_path: Path) -> str:
    """A folder for caches that this test has for itself."""
    return str(tmp_path / "caches")


@pytest.fixture
def probe(program: Program, python: Path, caches: str) -> Iterator[Program]:
    """Run ``advisor probe`` on the stand-in."""

    def run(*arguments: str | Path, folder: Path | None = None, **settings: str) -> Run:
        asked = ("probe", *arguments, "--python", python)
        return program(*asked, folder=folder, **{"XDG_CACHE_HOME": caches, **settings})

    return run


# Exit codes


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([SAYS_YES], DONE),
        ([SAYS_NO], DONE),
        ([LACKS], UNPROVEN),
        ([SAYS_YES, LACKS], DONE),
        ([SAYS_YES, BREAKS], WRONG),
        (["pytorch.nothing_of_the_kind"], BAD_INPUT),
        (["--claim", "nothing_of_the_kind", "--control"], USAGE),
    ],
)
def test_exit_code_says_what_came_of_it(probe: Program, arguments: list[str], code: int) -> None:
    assert probe(*arguments).code == code


def test_control_that_says_no_is_done(probe: Program) -> None:
    run = probe(SAYS_NO, "--control")
    assert (run.code, run.out.split()[:3]) == (DONE, ["no,", "as", "wanted"])


def test_control_that_says_yes_is_wrong(probe: Program) -> None:
    assert probe(SAYS_YES, "--control").code == WRONG


@pytest.mark.parametrize("form", ["text", "json", "junit"])
def test_what_is_missing_is_told_with_the_command_for_the_interpreter_that_was_tried(
    probe: Program, python: Path, form: str
) -> None:
    run = probe(LACKS, SAYS_YES, "--format", form)
    (told,) = (line for line in run.err.splitlines() if line.startswith("to install"))
    assert str(python) in told
    assert told.endswith(" install tensorflow")
    assert "to install" not in probe(SAYS_YES).err


@pytest.mark.parametrize(
    "options",
    [
        *(["--format", "junit"], ["--format", "markdown"], ["--with", "six"], ["--control"]),
        *(["--fresh"], ["--provision", "--yes"], ["--python", sys.executable]),
    ],
)
def test_how_to_try_is_of_no_use_where_nothing_is_named(
    program: Program, options: list[str]
) -> None:
    run = program("probe", *options)
    assert (run.code, run.out) == (USAGE, "")
    assert run.complaints[0].endswith("name probes, --claim or --all")


# Claims


@pytest.mark.parametrize("name", [SAYS_YES, SAYS_YES.replace(".", "_")])
def test_a_probe_named_as_a_claim_is_said_to_be_one(
    probe: Program, knowledge: Path, name: str
) -> None:
    run = probe("--claim", name, "--kb", knowledge)
    expected = f"{SAYS_YES} is a probe, named without --claim, and its claim is blue_fits_phones"
    assert run.code == BAD_INPUT
    assert run.complaints == [f"claim: there is no claim '{name}': {expected}"]


def test_confirmed_claim_is_told_with_its_probe(probe: Program, knowledge: Path) -> None:
    run = probe("--claim", "blue_fits_phones", "--kb", knowledge)
    assert run.code == DONE
    assert run.out.splitlines()[0].split(maxsplit=1) == ["confirmed", "Blue runs line by line."]
    assert f"{SAYS_YES} (" in run.out


def test_refuted_claim_is_wrong(probe: Program, knowledge: Path) -> None:
    run = probe("--claim", "red_writes_scripts", "--kb", knowledge)
    assert (run.code, run.out.split()[0]) == (WRONG, "refuted")


def test_claim_that_expects_no_is_confirmed_by_it(probe: Program, knowledge: Path) -> None:
    run = probe("--claim", "red_scripts_are_gone", "--kb", knowledge)
    assert (run.code, run.out.split()[0]) == (DONE, "confirmed")


@pytest.mark.parametrize("claim", ["grey_is_there", "red_is_loved"])
def test_claim_that_could_not_be_tried_is_unproven(
    probe: Program, knowledge: Path, claim: str
) -> None:
    run = probe("--claim", claim, "--kb", knowledge)
    assert (run.code, run.out.split()[0]) == (UNPROVEN, "unverified")


def test_one_refuted_claim_among_several_is_wrong(probe: Program, knowledge: Path) -> None:
    run = probe("--claim", "red_writes_*", "--claim", "blue_*", "--kb", knowledge)
    assert run.code == WRONG
    assert [line.split()[0] for line in run.out.splitlines() if line[0] != " "] == [
        "refuted",
        "confirmed",
    ]


def test_claim_that_there_is_not_is_told_with_what_was_meant(
    probe: Program, knowledge: Path
) -> None:
    run = probe("--claim", "blue_fits_phone", "--kb", knowledge)
    complaint = "claim: there is no claim 'blue_fits_phone'; did you mean 'blue_fits_phones'?"
    assert (run.code, run.complaints, run.out) == (BAD_INPUT, [complaint], "")


def test_probe_named_beside_a_claim_is_told_too(probe: Program, knowledge: Path) -> None:
    run = probe(SAYS_NO, "--claim", "blue_fits_phones", "--kb", knowledge)
    assert f"no            {SAYS_NO}" in run.out


def test_claims_stand_in_the_data(probe: Program, knowledge: Path) -> None:
    options = ("--claim", "red_writes_scripts", "--kb", knowledge, "--format", "json")
    (claim,) = probe(*options).data["claims"]
    assert (claim["id"], claim["verdict"], claim["probe"]) == (
        "red_writes_scripts",
        "refuted",
        SAYS_NO,
    )


def test_data_without_claims_has_none(probe: Program) -> None:
    data = probe(SAYS_YES, "--format", "json").data
    assert list(data) == ["schema", "findings"]


# What is kept


def test_second_run_takes_what_the_first_one_found(probe: Program) -> None:
    first = probe(SAYS_YES, "--format", "json")
    second = probe(SAYS_YES, "--format", "json")
    assert second.data == first.data
    assert (first.err.split()[0], second.err.split()[0]) == ("tried", "kept")


def test_fresh_tries_again(probe: Program) -> None:
    probe(SAYS_YES)
    assert probe(SAYS_YES, "--fresh").err.split()[0] == "tried"


def test_cache_that_is_a_file_is_one_note_and_no_obstacle(probe: Program, tmp_path: Path) -> None:
    (tmp_path / "a-file").touch()
    run = probe(SAYS_YES, SAYS_NO, LACKS, XDG_CACHE_HOME=str(tmp_path / "a-file"))
    assert run.code == DONE
    assert [line.split(":")[0] for line in run.complaints] == ["findings are not kept"]


@pytest.mark.parametrize("place", ["missing", "a-file", "/proc"])
def test_temporary_folder_that_cannot_be_used_is_no_crash(
    probe: Program, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-file").touch()
    run = probe(SAYS_YES, TMPDIR=str(tmp_path / place))
    assert "Traceback" not in run.err
    assert run.out.split()[0] in ("yes", "unavailable")


# Environments of their own


def test_requirements_and_an_interpreter_exclude_each_other(probe: Program) -> None:
    run = probe(SAYS_YES, "--with", "torch==2.13.0")
    complaint = "--with makes its own environment, --python names one: use one"
    assert (run.code, run.complaints, run.out) == (USAGE, [complaint], "")


CONSENT = "building asks first: without a terminal, agree with --yes"


def test_nothing_is_built_without_a_terminal_to_ask_in(probe: Program, caches: str) -> None:
    run = probe("ecosystem.keras_fits_on_jax", "--provision")
    assert (run.code, run.complaints, run.out) == (USAGE, [CONSENT], "")
    assert not (Path(caches) / "framework-advisor" / "environments").exists()


def test_nothing_is_built_for_requirements_without_a_terminal(
    program: Program, caches: str
) -> None:
    run = program("probe", SAYS_YES, "--with", "torch==2.13.0", XDG_CACHE_HOME=caches)
    assert (run.code, run.complaints, run.out) == (USAGE, [CONSENT], "")


def test_what_would_be_built_is_told_with_its_size_first(probe: Program) -> None:
    told = probe("ecosystem.keras_fits_on_jax", "--provision").err
    assert "1 probe would get 1 environment in" in told
    assert "jax==" in told
    assert "GB  ecosystem.keras_fits_on_jax" in told


def test_nothing_to_build_asks_nothing(probe: Program) -> None:
    assert probe(SAYS_YES, "--provision").code == DONE


@pytest.fixture
def failing_uv(tmp_path: Path) -> str:
    """A PATH whose uv refuses to do anything."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text("#!/bin/sh\necho 'error: no network' >&2\nexit 2\n")
    (tmp_path / "bin" / "uv").chmod(0o755)
    return os.pathsep.join([str(tmp_path / "bin"), os.environ["PATH"]])


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_environment_that_cannot_be_built_costs_its_probes_alone(
    probe: Program, failing_uv: str
) -> None:
    options = ("ecosystem.keras_fits_on_jax", SAYS_YES, "--provision", "--yes", "--format", "json")
    findings = {one["probe"]: one for one in probe(*options, PATH=failing_uv).data["findings"]}
    assert findings[SAYS_YES]["outcome"] == "yes"
    assert findings["ecosystem.keras_fits_on_jax"]["outcome"] == "unavailable"
    assert findings["ecosystem.keras_fits_on_jax"]["reason"] == (
        "its environment could not be built: error: no network (exited with code 2)"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_requirements_that_cannot_be_installed_are_a_finding(
    program: Program, failing_uv: str, caches: str
) -> None:
    options = ("--with", "torch==2.13.0", "--yes", "--format", "json")
    run = program("probe", SAYS_YES, *options, PATH=failing_uv, XDG_CACHE_HOME=caches)
    (found,) = run.data["findings"]
    reason = "its environment could not be built: error: no network (exited with code 2)"
    assert (run.code, found["outcome"], found["reason"]) == (UNPROVEN, "unavailable", reason)


@pytest.mark.parametrize("requirement", ["", " ", "--target=/tmp", "-r", "six\nnumpy"])
def test_what_is_no_requirement_is_refused_before_anything_is_built(
    probe: Program, requirement: str
) -> None:
    run = probe(SAYS_YES, f"--with={requirement}", "--yes")
    assert (run.code, run.out) == (USAGE, "")
    assert "expected a requirement" in run.err


# JUnit XML


def cases(run: Run) -> dict[str, str]:
    """By probe, what its test case came to."""
    suite = ElementTree.fromstring(run.out.encode()).find("testsuite")
    assert suite is not None
    kinds = ("failure", "error", "skipped")
    return {
        f"{case.get('classname')}.{case.get('name')}": next(
            (kind for kind in kinds if case.find(kind) is not None), "passed"
        )
        for case in suite.findall("testcase")
    }


def test_answers_do_not_fail(probe: Program, knowledge: Path) -> None:
    names = (SAYS_YES, SAYS_NO, LACKS, BREAKS)
    run = probe(*names, "--format", "junit", "--kb", knowledge)
    assert cases(run) == {
        SAYS_YES: "passed",
        SAYS_NO: "passed",
        LACKS: "skipped",
        BREAKS: "error",
    }


def test_refuted_claim_fails_as_the_exit_code_does(probe: Program, knowledge: Path) -> None:
    run = probe("--claim", "red_writes_scripts", "--format", "junit", "--kb", knowledge)
    assert (run.code, cases(run)) == (1, {"claims.red_writes_scripts": "failure"})


def test_claims_are_listed_by_the_names_that_name_them(probe: Program, knowledge: Path) -> None:
    run = probe("--list", "--claim", "red_*", "--kb", knowledge)
    assert "red_writes_scripts" in run.out.splitlines()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_junit_is_well_formed_whatever_a_framework_says(
    probe: Program, knowledge: Path, encoding: str
) -> None:
    options = (BREAKS, "--format", "junit", "--kb", knowledge)
    error = ElementTree.fromstring(probe(*options, PYTHONIOENCODING=encoding).out).find(".//error")
    assert error is not None
    assert error.get("message") == r"error: AttributeError: no \x1b[31mmanual_seed für dich"


# Markdown and lists


def test_markdown_is_a_table_with_a_row_a_probe(probe: Program) -> None:
    lines = probe(SAYS_YES, SAYS_NO, "--format", "markdown").out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:4]] == [f"`{SAYS_YES}`", f"`{SAYS_NO}`"]
    assert {line.count("|") for line in lines[:4]} == {6}


def test_list_as_data_says_what_each_probe_takes(program: Program) -> None:
    data = program("probe", "--list", "--format", "json").data
    fields = {"id", "question", "scope", "capability", "framework", "needs", "commands"}
    assert all(fields | {"npm", "provision"} <= set(one) for one in data["probes"])
    (listed,) = [one for one in data["probes"] if one["id"] == SAYS_YES]
    assert (listed["needs"], listed["framework"], listed["scope"]) == (
        ["torch"],
        "pytorch",
        "framework",
    )


@pytest.mark.parametrize("form", ["junit", "markdown"])
def test_list_is_no_report(program: Program, form: str) -> None:
    run = program("probe", "--list", "--format", form)
    assert (run.code, run.complaints, run.out) == (USAGE, ["--list prints text or json"], "")


def test_claim_and_control_exclude_each_other(program: Program) -> None:
    run = program("probe", "--claim", "anything", "--control")
    complaint = "a control says nothing of a claim: use --claim or --control"
    assert (run.code, run.complaints, run.out) == (USAGE, [complaint], "")
