"""The wheel: what is in it, and that it works where nothing else of this project is."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import advisor
from rules.loading.loader import load

ROOT = Path(__file__).parents[1]
HEAVY = (
    "torch",
    "tensorflow",
    "experta",
    "rich",
    "questionary",
    "prompt_toolkit",
    "numpy",
    "matplotlib",
)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built here without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def unpacked(wheel: Path) -> Path:
    folder = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_python(code: str, *, folder: Path) -> str:
    """What ``code`` prints, in an interpreter that finds this project in ``folder`` first."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_wheel_holds_every_file_of_the_knowledge_base(unpacked: Path) -> None:
    knowledge = ROOT / "rules" / "knowledge"
    files = {path.relative_to(ROOT) for path in knowledge.rglob("*.yaml")}
    assert {path for path in files if not (unpacked / path).is_file()} == set()


def test_wheel_holds_the_style_sheet_of_the_report(unpacked: Path) -> None:
    assert (unpacked / "advisor" / "report" / "recommendation" / "html" / "style.css").is_file()


@pytest.mark.parametrize("package", ["advisor", "rules", "probes"])
def test_wheel_says_that_the_package_is_typed(unpacked: Path, package: str) -> None:
    assert (unpacked / package / "py.typed").is_file()


def test_wheel_holds_every_module(unpacked: Path) -> None:
    modules = {
        path.relative_to(ROOT)
        for package in ("advisor", "rules", "probes")
        for path in (ROOT / package).rglob("*.py")
    }
    assert {path for path in modules if not (unpacked / path).is_file()} == set()


def test_wheel_holds_nothing_but_the_packages(unpacked: Path) -> None:
    inside = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert inside == {"advisor", "rules", "probes"}


def test_knowledge_base_of_the_wheel_is_the_one_here(unpacked: Path) -> None:
    code = "from rules.loading import loader; print(loader.__file__, loader.load().digest)"
    place, digest = run_python(code, folder=unpacked).split()
    assert Path(place).is_relative_to(unpacked)
    assert digest == load().digest


def test_program_of_the_wheel_reasons(unpacked: Path) -> None:
    code = (
        "from advisor.cli.main import main\n"
        "main(['ask', '--set', 'target=android', '--no-probes', '--format', 'json'])"
    )
    assert '"alternative": "tensorflow"' in run_python(code, folder=unpacked)


def test_wheel_brings_the_command(unpacked: Path) -> None:
    (entry_points,) = unpacked.glob("*.dist-info/entry_points.txt")
    assert "advisor = advisor.cli.main:main" in entry_points.read_text()


def test_version_is_the_same_everywhere(wheel: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (declared,) = re.findall(r'^version = "(.*)"$', project, re.MULTILINE)
    assert advisor.__version__ == declared
    assert wheel.name.startswith(f"framework_advisor-{declared}-")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="3.10 takes what still supports it")
def test_everything_that_is_installed_is_pinned() -> None:
    pins = {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for pin in [Requirement(line)]
    }
    extras = ("", "ecosystem", "test")
    installed = dict(closure("framework-advisor", extras))
    installed.pop("framework-advisor")
    assert {name: pins.get(name) for name in installed} == {
        name: version.partition("+")[0] for name, version in installed.items()
    }


def closure(root: str, extras: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The name and version of each distribution that ``root`` with its extras needs here."""
    waiting = [(root, frozenset(extras))]
    seen = set(waiting)
    while waiting:
        name, extras = waiting.pop()
        found = distribution(name)
        yield name, found.version
        for requirement in map(Requirement, found.requires or ()):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                needed = canonicalize_name(requirement.name), frozenset({"", *requirement.extras})
                if needed not in seen:
                    seen.add(needed)
                    waiting.append(needed)


def test_first_question_does_not_wait_for_what_comes_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    needed = ("cli.ask", "interview.interview", "interview.next_question", "interview.terminal")
    code = (
        f"import {', '.join(f'advisor.{name}' for name in needed)}\n"
        "from advisor.kb.cache import knowledge_base\n"
        "knowledge_base()\n"
        "print(*sys.modules)"
    )
    run_python(code, folder=ROOT)  # reads the YAML, and caches the knowledge
    imported = set(run_python(code, folder=ROOT).split())
    late = {"numpy", "rich", "experta", "yaml", "probes.api", "advisor.consultation.consultation"}
    assert imported & late == set()


def test_command_line_starts_without_what_only_some_commands_need() -> None:
    code = "import advisor.cli.main; print(*{name.split('.')[0] for name in sys.modules})"
    assert not set(HEAVY) & set(run_python(code, folder=ROOT).split())
