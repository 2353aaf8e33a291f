"""How the house is divided: who imports whom, and how large a module gets."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import advisor
import probes
import rules

PACKAGES = {
    module.__name__: Path(module.__file__ or "").parent for module in (advisor, probes, rules)
}
ADAPTER = "rules/inference/engine.py"

MOST_LINES = 400
FRAMEWORKS = {"torch", "tensorflow", "keras", "jax"}
PROCESSES = {"subprocess", "multiprocessing", "socket", "threading"}
VAGUE = {"util", "utils", "helper", "helpers", "misc", "common"}


def modules(*names: str) -> dict[str, Path]:
    """The modules of these packages, of all by default, by their paths as people write them."""
    return {
        f"{name}/{path.relative_to(PACKAGES[name]).as_posix()}": path
        for name in names or PACKAGES
        for path in sorted(PACKAGES[name].rglob("*.py"))
    }


def imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    """The top-level packages that these statements import."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield (node.module or "").split(".")[0]


def imported_anywhere(path: Path) -> set[str]:
    return set(imports(ast.walk(ast.parse(path.read_bytes()))))


def imported_on_import(path: Path) -> set[str]:
    """What importing the module imports: all but what stands inside functions."""

    def statements(node: ast.AST) -> Iterator[ast.AST]:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            for child in ast.iter_child_nodes(node):
                yield from statements(child)

    return set(imports(statements(ast.parse(path.read_bytes()))))


def importers(unwanted: set[str], *packages: str) -> list[str]:
    """The modules that import any of these, be it inside a function."""
    found = modules(*packages).items()
    return [name for name, path in found if imported_anywhere(path) & unwanted]


def test_rules_import_neither_probes_nor_advisor() -> None:
    assert importers({"probes", "advisor"}, "rules") == []


def test_probes_import_neither_rules_nor_advisor() -> None:
    assert importers({"rules", "advisor"}, "probes") == []


def test_advisor_imports_no_framework() -> None:
    assert importers(FRAMEWORKS, "advisor") == []


def test_rules_import_no_framework() -> None:
    assert importers(FRAMEWORKS, "rules") == []


def test_rules_start_no_process() -> None:
    assert importers(PROCESSES, "rules") == []


def test_experta_is_imported_by_its_adapter_alone() -> None:
    assert importers({"experta"}) == [ADAPTER]


def test_rules_need_nothing_but_yaml_the_engine_arrays_and_a_solver() -> None:
    needed = set[str]().union(*map(imported_anywhere, modules("rules").values()))
    assert needed - sys.stdlib_module_names == {"rules", "yaml", "experta", "numpy", "pysat"}


@pytest.mark.parametrize("name", modules("probes"))
def test_importing_a_probe_needs_the_standard_library_alone(name: str) -> None:
    needed = imported_on_import(modules("probes")[name])
    assert needed - sys.stdlib_module_names <= {"probes"}


def test_no_module_has_more_than_400_lines() -> None:
    lengths = {name: len(path.read_bytes().splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_is_named_after_what_it_does() -> None:
    assert [name for name, path in modules().items() if path.stem in VAGUE] == []


def test_every_module_says_what_it_is_for() -> None:
    trees = {name: ast.parse(path.read_bytes()) for name, path in modules().items()}
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []
