"""Why an import failed or complained, as far as what it printed says so."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace

from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.import_checks import ImportResult
from probes.runtime.diagnosis.keras_settings import backend_conflict
from probes.runtime.diagnosis.statements import Conflict, listed
from probes.runtime.installer import install_command, uninstall_command
from probes.runtime.redaction import redact

# What NumPy and compiled modules print where one was built for another NumPy than there is.
_OTHER_NUMPY = re.compile(
    r"compiled using NumPy \d|_ARRAY_API not found|numpy\.core\.multiarray failed to import"
    r"|numpy\.dtype size changed|compiled against (?:API|ABI) version|No module named 'numpy\._core"
)
_MODULE_FILE = re.compile(r"<site-packages>[\\/](\w+)[\\/.]")
# The first versions built for NumPy 2: https://github.com/microsoft/onnxruntime/issues/21063 for
# ONNX Runtime, the release notes of TensorFlow 2.18, PyTorch 2.3 and OpenCV 4.10.
_FOR_NUMPY_2: Mapping[str, str] = {
    "onnxruntime": "1.19",
    "opencv-python": "4.10.0.84",
    "tensorflow": "2.18",
    "tensorflow-cpu": "2.18",
    "torch": "2.3",
}
_COMPANIONS = ("torchvision", "torchaudio")  # built for one version of torch each
_THEIR_USERS = ("transformers", "lightning", "timm", "fastai")
_BUILT_FOR = ("AVX", "AVX2", "FMA", "AVX512F", "NEON")
# TensorFlow says it in words before it ends itself.
_TOO_NEW = re.compile(r"compiled to use .+ instructions, but these aren't available")


def import_conflicts(seen: Examined) -> Iterator[Conflict]:
    """What is wrong with the imports, those with one cause together."""
    has_numpy = "numpy" in seen.packages  # without it, they complain in the same words
    numpy = [one for one in seen.imports if has_numpy and _OTHER_NUMPY.search(one.printed)]
    keras = backend_conflict(seen.keras, seen.packages, seen.target)
    imported = seen.imported("keras")
    through: list[ImportResult] = []  # what fails because it imports Keras
    untold = keras is not None or seen.keras.unread  # what it complains of says no more
    if untold and (imported is None or imported.error):
        through = [
            one for one in seen.imports if one is not imported and _KERAS.search(one.printed)
        ]
    if keras is not None and (imported is None or imported.error):
        also = [one.module for one in through if one.error]
        effect = f"{keras.effect}, and with it {listed(also)}" if also else keras.effect
        yield replace(keras, effect=effect)
    unreadable = [result for result in seen.imports if _is_matplotlibrc(result)]
    for result in seen.imports:
        explained = result in (*numpy, *unreadable, *through) or (result is imported and untold)
        if result.error and not explained:
            yield _failed(seen, result)
    if numpy:
        yield _other_numpy(seen, numpy)
    if unreadable:
        yield Conflict(
            f"your matplotlibrc is not in UTF-8: importing "
            f"{listed([result.module for result in unreadable])} fails",
            "what imports Matplotlib fails in your programs; probes do without that file",
            "write the file again in UTF-8, or name another one by MATPLOTLIBRC",
        )


def _is_matplotlibrc(result: ImportResult) -> bool:
    """Whether the import failed because Matplotlib could not read the person's settings."""
    return "UnicodeDecodeError" in result.error and "_rc_params_in_file" in result.printed


def _failed(seen: Examined, result: ImportResult) -> Conflict:
    """A module that does not import, by the cause that shows."""
    what = f"{seen.label(result.module)} does not import: {result.error}"
    project, torch = result.project, seen.packages.get("torch", "")
    if result.ended_by == signal.Signals.SIGILL.name or _TOO_NEW.search(result.printed):
        return _missing_instruction(seen, result, what)
    file = seen.keras.file
    if result.module == "keras" and file is not None and _IN_SETTINGS.search(result.printed):
        path = redact(str(file.path))
        effect = f"your programs fail as well; it fails where Keras reads {path}"
        return Conflict(what, effect, f"set what Keras knows in {path}, or delete it")
    if result.module in _COMPANIONS:
        users = [user for user in _THEIR_USERS if user in seen.packages]
        effect = "what imports it fails with it" + (f": {', '.join(users)}" if users else "")
        remove = uninstall_command(seen.target, project)
        return Conflict(what, effect, f"{remove}, or install its build for torch {torch}")
    if result.module == "torch_xla":
        return Conflict(what, "PyTorch reaches no TPU", f"a torch_xla made for torch {torch}")
    return Conflict(what, _EFFECT, _cure(seen, result))


_KERAS = re.compile(r"[\\/]keras[\\/]src[\\/]backend[\\/]")  # where it imports its back end
# The last place that a traceback names: where Keras reads its settings.
_IN_SETTINGS = re.compile(
    r"backend[\\/]config\.py\", line \d+, in <module>(?!.*\bFile \")", re.DOTALL
)
_OLD_SYSTEM = re.compile(r"version .(GLIBC|GLIBCXX|CXXABI)_[\d.]+. not found")
_EFFECT = "its probes come out as unavailable"


def _cure(seen: Examined, result: ImportResult) -> str:
    """What would mend an import, by the error it ended with."""
    missing = re.search(r"No module named '(\w+)", result.error)
    if missing is not None and not seen.target.has(missing[1]):
        return f"install what brings the module {missing[1]}, which is missing"
    if _OLD_SYSTEM.search(result.error):
        return f"a newer system, or an older version of {result.project}, built for this one"
    return f"another version of {result.project}, made for what is installed beside it"


def _missing_instruction(seen: Examined, result: ImportResult, what: str) -> Conflict:
    """What the processor lacks of what wheels are built for; other sets are chosen at run time."""
    lacking = [name for name in seen.machine.lacking if name in _BUILT_FOR]
    present = [name for name in seen.machine.instructions if name in _BUILT_FOR]
    if lacking:
        lacks = f"it has no {listed(lacking)}"
    elif present:
        lacks = f"one beyond {listed(present)}, which it has"
    else:
        lacks = "which one was not checked: this system does not list them"
    return Conflict(
        what,
        f"this processor lacks an instruction that the package was built for: {lacks}",
        f"another machine, or a build of {result.project} for this processor",
    )


def _other_numpy(seen: Examined, results: list[ImportResult]) -> Conflict:
    """Modules that were built for another NumPy than the one installed."""
    numpy = seen.packages["numpy"]
    culprits = dict.fromkeys(_built_for_it(seen, result) for result in results)
    labels = [_label(seen, project) for project in culprits]
    built = f"{listed(labels)} {'was' if len(labels) == 1 else 'were'} built for"
    failing = [result.module for result in results if result.error]
    if failing:
        effect = f"{listed(failing)} {'does' if len(failing) == 1 else 'do'} not import"
    else:
        effect = "importing works, and passing arrays to and from NumPy fails"
    if numpy.startswith("1."):
        what = f"{built} a newer NumPy, and NumPy {numpy} is installed"
        cure = install_command(seen.target, "--upgrade", "numpy")
        return Conflict(what, effect, f"{cure}, or older versions of {listed(list(culprits))}")
    known = [project for project in culprits if project in _FOR_NUMPY_2]
    rest = [project for project in culprits if project not in _FOR_NUMPY_2]
    cures = [install_command(seen.target, "numpy<2")]
    if known:
        first = [f"{project}>={_FOR_NUMPY_2[project]}" for project in known]
        cures.append(install_command(seen.target, *first))
    if rest:
        cures.append(f"newer versions of {listed(rest)}")
    return Conflict(f"{built} NumPy 1, and NumPy {numpy} is installed", effect, ", or ".join(cures))


def _label(seen: Examined, project: str) -> str:
    return f"{project} {seen.packages.get(project, '')}".strip()


def _built_for_it(seen: Examined, result: ImportResult) -> str:
    """The project whose compiled module complained: the last that the traceback names."""
    complaints = list(_OTHER_NUMPY.finditer(result.printed))
    before = result.printed[: complaints[-1].start()]
    named = [name for name in _MODULE_FILE.findall(before) if name != "numpy"]
    module = named[-1] if named else result.module
    if module == result.module:
        return result.project
    bringing = (one.name for one in seen.projects.values() if module in one.modules())
    return next(bringing, module)
