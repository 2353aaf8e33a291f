"""Why an import fails or complains: another NumPy, an instruction the processor lacks, a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from probes.runtime.diagnosis.machine import Machine

from ...conftest import WriteProbe
from .conftest import Examine, machine, needing, only_conflict

NOTICE = (
    "import sys\n"
    "print('A module that was compiled using NumPy 1.x cannot be run in', file=sys.stderr)\n"
    "print('NumPy 2.3.5 as it may crash.', file=sys.stderr)\n"
)
NUMPY_2 = "numpy==2.3.5"


def test_notice_of_another_numpy_is_a_conflict_though_it_imports(
    examine: Examine, write_probe: WriteProbe
) -> None:
    probe = needing(write_probe, "a", "torch")
    seen = examine({"torch": NOTICE}, probe, projects=("torch==2.2.2", NUMPY_2))
    conflict = only_conflict(seen)
    assert conflict.what == "torch 2.2.2 was built for NumPy 1, and NumPy 2.3.5 is installed"
    assert "'numpy<2', or " in conflict.cure
    assert conflict.cure.endswith("'torch>=2.3'")


def test_import_that_fails_with_another_numpy_names_numpy(
    examine: Examine, write_probe: WriteProbe
) -> None:
    source = f"{NOTICE}print('AttributeError: _ARRAY_API not found', file=sys.stderr)\n"
    seen = examine(
        {"onnxruntime": f"{source}raise ImportError"},
        needing(write_probe, "a", "onnxruntime"),
        projects=("onnxruntime==1.17.3", NUMPY_2),
    )
    conflict = only_conflict(seen)
    assert conflict.what.startswith("onnxruntime 1.17.3 was built for NumPy 1, and NumPy 2.3.5")
    assert conflict.effect == "onnxruntime does not import"
    assert conflict.cure.endswith("'onnxruntime>=1.19'")


def test_module_that_complains_is_named_and_not_the_one_that_imports_it(
    examine: Examine, write_probe: WriteProbe
) -> None:
    beta = (
        "import sys, traceback\n"
        "traceback.print_stack()\n"
        "print('AttributeError: _ARRAY_API not found', file=sys.stderr)\n"
    )
    probes = needing(write_probe, "a", "alpha"), needing(write_probe, "b", "beta")
    projects = ("alpha==1.0", "beta==1.0", NUMPY_2)
    conflict = only_conflict(
        examine({"alpha": "import beta", "beta": beta}, *probes, projects=projects)
    )
    assert conflict.what.startswith("beta 1.0 was built for NumPy 1")
    assert conflict.cure.endswith("or newer versions of beta")


def test_built_for_a_newer_numpy_is_the_other_way_round(
    examine: Examine, write_probe: WriteProbe
) -> None:
    source = "raise ModuleNotFoundError(\"No module named 'numpy._core'\")"
    probe = needing(write_probe, "a", "alpha")
    conflict = only_conflict(
        examine({"alpha": source}, probe, projects=("alpha==1.0", "numpy==1.26.4"))
    )
    assert conflict.what == "alpha 1.0 was built for a newer NumPy, and NumPy 1.26.4 is installed"
    assert conflict.cure.endswith(" --upgrade numpy, or older versions of alpha")


def test_numpy_that_is_not_there_is_not_of_another_version(
    examine: Examine, write_probe: WriteProbe
) -> None:
    source = "raise ImportError('numpy.core.multiarray failed to import')"
    conflict = only_conflict(examine({"alpha": source}, needing(write_probe, "a", "alpha")))
    assert conflict.what.startswith("alpha does not import: ImportError: numpy.core")


ILLEGAL = "import os, signal; os.kill(os.getpid(), signal.SIGILL)"


@pytest.mark.parametrize(
    ("there", "says"),
    [
        (Machine("x86_64", ("AVX",), ("AVX2", "AMX")), "built for: it has no AVX2"),
        (Machine("x86_64", ("AVX", "AVX2"), ("AMX",)), "built for: one beyond AVX and AVX2, which"),
        (Machine("sparc"), "which one was not checked: this system does not list them"),
    ],
)
def test_illegal_instruction_says_what_the_processor_lacks(
    examine: Examine,
    write_probe: WriteProbe,
    monkeypatch: pytest.MonkeyPatch,
    there: Machine,
    says: str,
) -> None:
    machine(monkeypatch, there)
    probe = needing(write_probe, "a", "alpha")
    seen = examine({"alpha": ILLEGAL}, probe, projects=("alpha==1.0",))
    conflict = only_conflict(seen)
    assert conflict.what == "alpha 1.0 does not import: it was ended by SIGILL"
    assert says in conflict.effect
    assert conflict.cure == "another machine, or a build of alpha for this processor"
    assert seen.imports[0].ended_by == "SIGILL"


def test_framework_that_names_the_instruction_itself_is_understood(
    examine: Examine, write_probe: WriteProbe
) -> None:
    says = "The library was compiled to use AVX instructions, but these aren't available on yours."
    source = f"import os, sys; print({says!r}, file=sys.stderr, flush=True); os.abort()"
    seen = examine({"alpha": source}, needing(write_probe, "a", "alpha"))
    assert only_conflict(seen).effect.startswith("this processor lacks an instruction")


@pytest.mark.parametrize(
    ("source", "cure"),
    [
        ("import beta.core", "install what brings the module beta, which is missing"),
        ("import json.beta", "another version of alpha, made for what is installed beside it"),
        (
            'raise ImportError("libm.so.6: version `GLIBC_2.99\' not found")',
            "a newer system, or an older version of alpha, built for this one",
        ),
    ],
)
def test_error_that_says_what_is_missing_is_mended_by_that(
    examine: Examine, write_probe: WriteProbe, source: str, cure: str
) -> None:
    seen = examine({"alpha": source}, needing(write_probe, "a", "alpha"))
    assert only_conflict(seen).cure == cure


def test_settings_of_a_library_that_cannot_be_read_are_named(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path / "matplotlibrc"))
    source = (
        "import os\n"
        "def _rc_params_in_file():\n"
        "    open(os.environ['MATPLOTLIBRC'], encoding='utf-8').read()\n"
        "_rc_params_in_file()\n"
    )
    conflict = only_conflict(examine({"alpha": source}, needing(write_probe, "a", "alpha")))
    assert conflict.what == "your matplotlibrc is not in UTF-8: importing alpha fails"


# What is printed


@pytest.mark.parametrize(
    ("printed", "notice"),
    [
        ("", ""),
        ("hello\\nCould not find a driver\\nbye", "Could not find a driver"),
        ("one\\ntwo", "two"),
        ("I0000 00:00 port.cc:153] oneDNN custom operations are on, not missing", ""),
    ],
)
def test_line_that_matters_of_what_an_import_prints_is_kept(
    examine: Examine, write_probe: WriteProbe, printed: str, notice: str
) -> None:
    source = f"import sys; print('{printed}', file=sys.stderr)"
    seen = examine({"alpha": source}, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].notice == notice
    assert seen.imports[0].printed == printed.replace("\\n", "\n")


def test_import_that_prints_without_end_is_ended(
    examine: Examine, write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("probes.runtime.foreign_output.MOST_PRINTED", 1_000_000)
    seen = examine({"alpha": "while True: print('x' * 999)"}, needing(write_probe, "a", "alpha"))
    assert seen.imports[0].error == "it printed more than 1 MB"
    assert len(seen.imports[0].printed) < 10_000
