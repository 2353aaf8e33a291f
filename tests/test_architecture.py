"""How the house is divided: who imports whom, and how large modules and functions get."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import advisor
import advisor.errors
import probes
import rules

PACKAGES = {
    module.__name__: Path(module.__file__ or "").parent for module in (advisor, probes, rules)
}
ADAPTER = "rules/inference/engine.py"

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 60
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


# The layers: each imports from its own and from those above it alone. Rules and probes do not
# import each other, which has tests of its own.
LAYERS = (
    ("rules", "rules.diagnostics", "rules.conditions"),  # what is wrong; the condition language
    ("rules.model", "rules.normal_form"),  # what a knowledge base is made of
    ("rules.answers", "rules.scoring"),  # answers as such; from fired rules to a judgement
    ("rules.loading", "rules.inference"),  # from YAML to the model; from answers to what fires
    ("rules.batch",),  # the same for thousands of answer sheets at once
    ("rules.analysis", "rules.verification"),  # what-if and flips; what is proven of a base
    ("probes", "probes.api", "probes.capabilities"),  # what a probe is
    ("probes.ownership", "probes.programs", "probes.temporary"),  # what may be believed and started
    ("probes.node", "probes.process", "probes.requirements"),  # what probes may share
    ("probes.pytorch", "probes.tensorflow", "probes.both", "probes.ecosystem", "probes.runtime"),
    ("advisor.files", "advisor.cache_folder", "advisor.encoding", "advisor.errors"),
    ("advisor.lookalikes",),  # which texts look the same
    ("advisor.answers",),  # what people answer: one person's sheet, ballots and rounds of several
    ("advisor.consultation",),  # where answers, rules and findings meet
    ("advisor.workshop",),  # a team's workshop: its file, its rounds, how far people agree
    ("advisor.wording",),  # what is said, once, and in which order
    ("advisor.explanation",),  # how it was concluded, why not otherwise
    ("advisor.report", "advisor.interview"),  # drawing what is said; asking in a terminal
    ("advisor.web", "advisor.kb", "advisor.findings"),
    ("advisor.records",),  # decision records: written, sealed, proven again, linted
    ("advisor.sources",),  # opens a session, a record or a workshop file
    ("advisor.cli",),  # a thin module a command
    ("advisor.__main__",),
)


def layer_of(module: str) -> int:
    """The number of the layer whose name fits the module best."""
    fitting = [
        (len(name), number)
        for number, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    assert fitting, f"{module} is in no layer"
    return max(fitting)[1]


def imported_modules(path: Path) -> set[str]:
    """The modules of this project that it imports, be it in a function or for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{name.name}" for name in node.names}
            found |= {name if name in MODULES else str(node.module) for name in inside}
    return found & set(MODULES)


MODULES = {
    name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): path
    for name, path in modules().items()
}


@pytest.mark.parametrize("module", [name for name in MODULES if name != "advisor"])
def test_a_module_imports_from_its_own_layer_and_those_above(module: str) -> None:
    own = layer_of(module)
    imported = imported_modules(MODULES[module]) - {"advisor"}  # the version
    assert [name for name in sorted(imported) if layer_of(name) > own] == []


def test_no_imports_run_in_a_circle() -> None:
    graph = {name: sorted(imported_modules(path)) for name, path in MODULES.items()}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


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


def test_programs_are_looked_up_in_one_place() -> None:
    calls = [name for name, path in modules().items() if "shutil.which" in path.read_text("utf-8")]
    assert calls == ["probes/programs.py"]


def test_nothing_is_read_that_could_run_when_it_is_read() -> None:
    assert importers({"pickle", "marshal", "shelve"}) == []


def test_no_module_has_more_than_350_lines() -> None:
    lengths = {name: len(path.read_bytes().splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_is_named_after_what_it_does() -> None:
    assert [name for name, path in modules().items() if path.stem in VAGUE] == []


def test_every_module_says_what_it_is_for() -> None:
    trees = {name: ast.parse(path.read_bytes()) for name, path in modules().items()}
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []


def test_every_public_exception_is_documented_in_one_place() -> None:
    classes = [
        node
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    raised, before = {"Exception"}, set[str]()
    while raised != before:
        before = set(raised)
        raised |= {node.name for node in classes if {ast.unparse(b) for b in node.bases} & raised}
    documented = set(re.findall(r"\w+", advisor.errors.__doc__ or ""))
    assert raised - documented - {"Exception"} == set()


def test_no_class_name_means_two_things() -> None:
    """Probes apart, each of which must say by itself what it tries; a scope is the same to both."""
    places: dict[str, list[str]] = {}
    for name, path in modules().items():
        if name.split("/")[1] not in {"pytorch", "tensorflow", "both", "ecosystem"}:
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ClassDef):
                    places.setdefault(node.name, []).append(name)
    assert {name for name, found in places.items() if len(found) > 1} == {"Scope"}


def test_no_function_needs_scrolling() -> None:
    long = [
        (name, node.name)
        for name, path in modules().items()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= MOST_LINES_OF_A_FUNCTION
    ]
    assert long == []
