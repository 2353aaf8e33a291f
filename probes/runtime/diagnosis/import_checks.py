"""Importing what probes use, each module in a process of its own: some crash, some hang."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from probes import process
from probes.api import Json, Probe, projects
from probes.runtime.diagnosis import imported_facts
from probes.runtime.diagnosis.keras_settings import KerasSettings
from probes.runtime.foreign_output import Ran, marked, new_mark, run_bounded
from probes.runtime.installed import InstalledProject, normalised_name
from probes.runtime.redaction import private_names, redact, redact_json
from probes.runtime.target import Target
from probes.runtime.worker_variables import library_folders, worker_variables
from probes.temporary import temporary_folder

IMPORT_TIMEOUT = 300.0  # seconds, for each module
WORKERS = 2
LONGEST_PRINT = 8000  # characters of what an import printed; of more, the first and the last half
_MATTERS = re.compile(
    r"\b(error|warn\w*|cannot|could not|unable|fail\w*|incompatible|mismatch|not found|missing"
    r"|compiled (?:using|against|for|with))\b",
    re.IGNORECASE,
)

# Imported whatever is to be probed: where they are broken, they break others.
BYSTANDERS = ("torchvision", "torchaudio", "tf_keras", "torch_xla")

# What TensorFlow prints at any import: information, and that its log is not set up yet.
_CHATTER = re.compile(r"^I\d{4} |All log messages before absl::InitializeLog")


@dataclass(frozen=True)
class ImportResult:
    """How importing a module went: ``error`` is empty where it went well.

    ``project`` is what installs it. ``ended_by`` names the signal that ended the process, where one
    did. ``printed`` is what the import printed; ``facts`` what the module says of its own build.
    """

    module: str
    seconds: float
    error: str = ""
    project: str = ""
    ended_by: str = ""
    printed: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """The one line that matters of what was printed; empty where nothing was."""
        lines = [line.strip() for line in self.printed.splitlines()]
        lines = [line for line in lines if line and not _CHATTER.search(line)]
        telling = (line for line in lines if _MATTERS.search(line))
        return next(telling, lines[-1] if lines else "")[:300]


def try_imports(
    target: Target,
    probes: Iterable[Probe],
    providers: Mapping[str, list[InstalledProject]],
    packages: Mapping[str, str],
    keras: KerasSettings,
    progress: Callable[[str], None],
) -> tuple[ImportResult, ...]:
    """Import what the probes need, and the bystanders, as far as the target has them."""
    installs = {need.module: need.install for probe in probes for need in probe.needs}
    modules = [name for name in sorted({*installs, *BYSTANDERS}) if target.has(name)]
    stop = threading.Event()

    def attempt(name: str) -> ImportResult:
        result = try_import(target, name, keras, progress, stop)
        bringing = [project.name for project in providers.get(name, ())]
        return replace(result, project=_project(installs.get(name, name), bringing, packages))

    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            return tuple(pool.map(attempt, modules))
        finally:
            stop.set()  # interrupted: what is being imported is not waited for


def _project(install: str, bringing: list[str], packages: Mapping[str, str]) -> str:
    """What brought the module, of the projects that are installed; else what would bring it."""
    wanted = normalised_name(install)
    known = [name for name in projects(wanted) if name in packages]
    return next(
        (name for name in known if name in bringing or not bringing), (*bringing, wanted)[0]
    )


def try_import(
    target: Target,
    module: str,
    keras: KerasSettings,
    progress: Callable[[str], None],
    stop: threading.Event,
) -> ImportResult:
    """Import one module in a process of its own, which may write to an empty folder.

    It is imported as the person's own programs would: with what is set for Keras and Matplotlib,
    which probes do without.
    """
    progress(module)
    began = time.monotonic()
    mark = new_mark()
    with temporary_folder() as work:
        names = private_names(work, library_folders(target.path))
        try:
            ran = _run(target, module, keras, work, mark, stop)
        except OSError as error:
            return ImportResult(module, time.monotonic() - began, error.strerror or str(error))
    printed = redact(_without_answer(ran, mark), names)
    return ImportResult(
        module,
        time.monotonic() - began,
        error=_error(ran, printed),
        ended_by=_signal(ran.code),
        printed=_shortened(printed),
        facts=_facts(ran, mark, names),
    )


def _run(
    target: Target, module: str, keras: KerasSettings, work: Path, mark: str, stop: threading.Event
) -> Ran:
    """Import the module where it may write to ``work``. Raises OSError when it does not start."""
    variables = worker_variables(target.python, keras.private_copy(work), work)
    variables.pop("MATPLOTLIBRC", None)
    if "MATPLOTLIBRC" in keras.variables:
        variables["MATPLOTLIBRC"] = keras.variables["MATPLOTLIBRC"]
    source = Path(imported_facts.__file__).read_text(encoding="utf-8")
    return run_bounded(
        [str(target.python), "-W", "ignore", "-c", source, module, mark],
        folder=work,
        variables=variables,
        timeout=IMPORT_TIMEOUT,
        stop=stop,
    )


def _without_answer(ran: Ran, mark: str) -> str:
    """What was printed, errors last."""
    out = [line for line in ran.out.split(b"\n") if not line.startswith(mark.encode())]
    cut = LONGEST_PRINT * 8  # before names are taken out: a huge text is slow to search
    parts = (b"\n".join(out).strip(), ran.err.strip())
    return "\n".join(
        (part if len(part) <= cut else part[: cut // 2] + b"\n" + part[-cut // 2 :]).decode(
            "utf-8", "replace"
        )
        for part in parts
        if part
    )


def _shortened(text: str) -> str:
    half = LONGEST_PRINT // 2
    return text if len(text) <= LONGEST_PRINT else f"{text[:half]}\n...\n{text[-half:]}"


def _error(ran: Ran, printed: str) -> str:
    """Why the module does not import, in one line; empty where it does."""
    if ran.broken_off:
        return f"it {ran.broken_off}"
    assert ran.code is not None
    if ran.code == 0:
        return ""
    if _signal(ran.code):
        return f"it {process.describe_exit(ran.code)}"
    lines = printed.strip().splitlines()
    errors = [line for line in lines if line[:1].isalpha() and "Error" in line.split(":")[0]]
    return (errors or lines or ["it said nothing"])[-1][:300]


def _signal(code: int | None) -> str:
    """The name of the signal that a process with this exit code was ended by; else empty."""
    if code == _ILLEGAL_ON_WINDOWS:
        return "SIGILL"
    return process.describe_exit(code).split()[-1] if code is not None and code < 0 else ""


_ILLEGAL_ON_WINDOWS = 0xC000001D


def _facts(ran: Ran, mark: str, names: Mapping[str, str]) -> Mapping[str, Json]:
    try:
        facts = redact_json(marked(ran.out, mark), names) if ran.code == 0 else {}
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}
