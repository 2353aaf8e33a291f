"""Whether the frameworks' CUDA, the driver, the GPUs, and the nvidia packages fit one another.

What is held against what: the CUDA that a framework says it was built for, the newest that the
driver says it runs, the GPU's compute capability, and those that the framework has code for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from probes.api import Json
from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.gpus import Gpu, NvidiaDriver
from probes.runtime.diagnosis.import_checks import ImportResult
from probes.runtime.diagnosis.statements import Conflict, Unchecked, listed, major
from probes.runtime.installed import normalised_name
from probes.runtime.installer import install_command, shown, uninstall_command

FRAMEWORKS = ("torch", "tensorflow")
# The first driver that runs a CUDA of this major version, whichever its minor one: table 1 of
# https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html
_DRIVERS = {11: "450", 12: "525", 13: "580"}
_HIDING = ("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")
_MISMATCH = "version mismatch"  # NVML's words where the driver was updated under the kernel


def gpu_conflicts(seen: Examined) -> Iterator[Conflict | Unchecked]:
    """What keeps the frameworks from the GPUs that are there."""
    driver = seen.machine.nvidia
    if driver is None:
        return
    if _MISMATCH in driver.error:
        cure = "restart the machine: the driver was updated, and the kernel has the old one"
        yield Conflict(driver.error, "no framework reaches the GPU", cure)
    if not driver.gpus:
        return
    yield from _of_jax(seen, driver)
    for module in FRAMEWORKS:
        result = seen.imported(module)
        if result is None:
            continue
        if result.error or not result.facts:
            why = "it does not import" if result.error else "it does not say what it was built for"
            yield Unchecked(f"whether {seen.label(module)} fits the GPU and its driver", why)
        elif cuda := str(result.facts.get("cuda") or ""):
            yield from _of_framework(seen, result, cuda)


def _of_jax(seen: Examined, driver: NvidiaDriver) -> Iterator[Conflict]:
    """JAX has its CUDA from a plugin, which is named after it."""
    newest = major(driver.cuda)
    for name, version in seen.packages.items():
        match = re.fullmatch(r"jax-cuda(\d{1,3})-plugin", name)
        if match is not None and newest is not None and int(match[1]) > newest:
            yield _too_new(f"{name} {version}", match[1], driver, f"jax[cuda{newest}]")


def _too_new(label: str, cuda: str, driver: NvidiaDriver, other: str) -> Conflict:
    since = _DRIVERS.get(major(cuda) or 0)
    update = f"a driver from {since} on" if since else "a newer driver"
    return Conflict(
        f"{label} was built for CUDA {cuda}; driver {driver.version} runs CUDA up to {driver.cuda}",
        "it does not reach the GPU",
        f"{update}, or {other}",
    )


def _of_framework(seen: Examined, result: ImportResult, cuda: str) -> Iterator[Conflict]:
    driver = seen.machine.nvidia
    assert driver is not None
    label = seen.label(result.module)
    wanted, newest = major(cuda), major(driver.cuda)
    if wanted is not None and newest is not None and wanted > newest:
        yield _too_new(label, cuda, driver, f"a build of {result.module} for CUDA {newest}")
        return
    architectures = _texts(result.facts.get("architectures"))
    unfit = [gpu for gpu in driver.gpus if architectures and not _runs(gpu, architectures)]
    for gpu in dict.fromkeys(unfit):
        needed = f"sm_{gpu.capability.replace('.', '')}"
        yield Conflict(
            f"{label} has no code for {gpu.name} of compute capability {gpu.capability}: it has "
            f"{', '.join(architectures)}",
            "what runs there ends with 'no kernel image is available'",
            f"a build of {result.module} with {needed}; a new GPU needs a newer one, an old GPU an "
            "older one",
        )
    hidden = any(name in seen.keras.variables for name in _HIDING)
    if not unfit and result.facts.get("sees_gpu") is False and not hidden:
        torch = f'ask it why: {shown(seen.target.python)} -c "import torch; torch.cuda.init()"'
        libraries = f"{result.project}[and-cuda]=={seen.packages.get(result.project, '')}"
        yield Conflict(
            f"{label} was built for CUDA {cuda} and sees none of the GPUs that the driver sees",
            "it computes on the processor",
            torch if result.module == "torch" else install_command(seen.target, libraries),
        )


def _runs(gpu: Gpu, architectures: list[str]) -> bool:
    """Whether code for one of these runs on the GPU.

    Binary code (``sm_86``) runs on its major version from its minor one on, with an ``a`` on that
    one alone; intermediate code (``compute_90``) on that and all later ones.
    """
    own = re.fullmatch(r"(\d{1,3})\.(\d)", gpu.capability)
    if own is None:
        return True  # not said
    capability = (int(own[1]), int(own[2]))
    for architecture in architectures:
        match = re.fullmatch(r"(sm|compute)_(\d{1,3})(\d)([a-z]?)", architecture)
        if match is None:
            return True  # not known: not judged
        built = (int(match[2]), int(match[3]))
        if match[4] == "a":
            fits = built == capability
        elif match[1] == "compute" and not match[4]:
            fits = built <= capability
        else:
            fits = built[0] == capability[0] and built[1] <= capability[1]
        if fits:
            return True
    return False


def mixed_cuda_packages(seen: Examined) -> Iterator[Conflict]:
    """Packages of NVIDIA's libraries for more than one major version of CUDA."""
    versions: dict[int, list[str]] = defaultdict(list)
    for name, version in seen.packages.items():
        if (cuda := _cuda_of_package(name, version)) is not None:
            versions[cuda].append(name)
    if len(versions) < 2:
        return
    parts, unused = [], []
    for cuda, names in sorted(versions.items()):
        users = _users(seen, names)
        parts.append(f"CUDA {cuda} (for {', '.join(users) or 'nothing here'})")
        unused += [] if users else names
    yield Conflict(
        f"nvidia packages of {listed(parts)} are installed together",
        "they bring libraries of the same names, of which a process loads those it meets first",
        uninstall_command(seen.target, *unused)
        if unused
        else "builds of the frameworks for the same CUDA, or an environment for each",
    )


def several_jax_plugins(seen: Examined) -> Iterator[Conflict]:
    """JAX's plugins for more than one major version of CUDA."""
    plugins = [name for name in seen.packages if re.fullmatch(r"jax-cuda\d+-plugin", name)]
    if len(plugins) > 1:
        older = [name.replace("plugin", part) for name in plugins[:-1] for part in _JAX_PARTS]
        yield Conflict(
            f"{listed(plugins)} are both installed",
            "each registers a CUDA back end of its own with JAX, which takes one",
            uninstall_command(seen.target, *(name for name in older if name in seen.packages)),
        )


_JAX_PARTS = ("plugin", "pjrt")


def _cuda_of_package(name: str, version: str) -> int | None:
    """The major version of CUDA that a package of NVIDIA's libraries is for."""
    if match := re.fullmatch(r"nvidia-[a-z0-9-]+-cu(\d\d)", name):
        return int(match[1])
    # From CUDA 13 on, what is part of it has no suffix, and the runtime has its number.
    return major(version) if name == "nvidia-cuda-runtime" else None


def _users(seen: Examined, names: list[str]) -> list[str]:
    """The projects that require one of these, those of NVIDIA apart."""
    found = []
    for project in seen.projects.values():
        heads = (re.match(r"[\w.-]+", line) for line in project.requires if "extra" not in line)
        required = {normalised_name(head[0]) for head in heads if head is not None}
        if not project.name.startswith("nvidia-") and required & set(names):
            found.append(project.name)
    return found


def _texts(value: Json) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
