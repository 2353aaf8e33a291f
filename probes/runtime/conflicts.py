"""The known conflicts of an interpreter: packages and settings that break each other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from probes.runtime.import_checks import ImportResult
from probes.runtime.redaction import redact
from probes.runtime.target import Target, run_python
from probes.runtime.worker_variables import UNWANTED


@dataclass(frozen=True)
class Conflict:
    """A known conflict: what it is, what it does, and what would mend it."""

    what: str
    effect: str
    cure: str


def find_conflicts(
    target: Target, packages: Mapping[str, str], imports: Iterable[ImportResult]
) -> Iterator[Conflict]:
    """The known conflicts that are there, those that were seen to break something first."""
    for result in imports:
        if result.error:
            yield _broken_import(result, packages)
    yield from _known_conflicts(target, packages)
    for name in UNWANTED:
        if name in os.environ and not name.startswith("__"):
            yield Conflict(
                f"{name} is set to {redact(os.environ[name])}",
                "probes ignore it; what you run yourself does not",
                f"unset {name}",
            )
    yield from _unmet_requirements(target)


def _broken_import(broken: ImportResult, packages: Mapping[str, str]) -> Conflict:
    project, torch = broken.project, packages.get("torch", "")
    name = f"{broken.module} {packages.get(project, '')}".strip()
    what = f"{name} does not import: {broken.error}"
    if broken.module in ("torchvision", "torchaudio"):
        users = [
            user for user in ("transformers", "lightning", "timm", "fastai") if user in packages
        ]
        effect = "what imports it fails with it" + (f": {', '.join(users)}" if users else "")
        cure = f"pip uninstall {project}, or install its build for torch {torch}"
        return Conflict(what, effect, cure)
    if broken.module == "torch_xla":
        return Conflict(what, "PyTorch reaches no TPU", f"a torch_xla made for torch {torch}")
    cure = f"another version of {project}, made for what is installed beside it"
    return Conflict(what, "its probes come out as unavailable", cure)


def _known_conflicts(target: Target, packages: Mapping[str, str]) -> Iterator[Conflict]:
    if "tensorflow" in packages and "tensorflow-cpu" in packages:
        yield Conflict(
            f"tensorflow {packages['tensorflow']} and tensorflow-cpu "
            f"{packages['tensorflow-cpu']} are both installed",
            "they share their files: the one installed last overwrote the other",
            "uninstall both, then install one",
        )
    users = [name for name in ("tensorflow-hub", "tensorflowjs", "torchserve") if name in packages]
    if users and not target.has("pkg_resources"):
        yield Conflict(
            f"{' and '.join(users)} import pkg_resources, which setuptools 81 dropped",
            "they fail when they are imported or started",
            "pip install 'setuptools<81'",
        )
    if "ai-edge-torch" in packages:
        yield Conflict(
            f"ai-edge-torch {packages['ai-edge-torch']} was renamed",
            "newer versions under that name hold nothing",
            "pip install litert-torch",
        )
    if "keras" in packages and not any(target.has(name) for name in ("tensorflow", "torch", "jax")):
        yield Conflict(
            f"keras {packages['keras']} has no back end",
            "it does not import",
            "install tensorflow, torch or jax",
        )


def _unmet_requirements(target: Target) -> Iterator[Conflict]:
    """What ``pip check`` reports, where there is a pip."""
    if not target.has("pip"):
        return
    done = run_python(target.python, "-m", "pip", "--disable-pip-version-check", "check")
    if done.returncode == 1:
        for line in done.stdout.decode("utf-8", "replace").splitlines():
            yield Conflict(line.rstrip("."), "it may fail where the two meet", "see pip check")
