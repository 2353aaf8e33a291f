"""Building the environments that probes need: says what and how much, asks, shows, goes on."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console

from advisor.cache_folder import cache_folder, cache_refusal
from advisor.cli.command import UNPROVEN, USAGE
from advisor.errors import CommandError
from advisor.report.toolkit.wrapping import print_folded
from advisor.wording.quantities import count, size
from probes.api import Finding, Outcome, Probe, Provision
from probes.runtime.environments import (
    OwnEnvironment,
    build,
    environments_for,
    free_megabytes,
    own_environment,
    total_megabytes,
)
from probes.runtime.errors import ProvisionError
from probes.runtime.redaction import redact
from probes.runtime.target import Target, describe_target
from probes.runtime.worker_pool import now


def provide(
    probes: Sequence[Probe], target: Target, cache: Path, *, agreed: bool
) -> dict[str, Finding]:
    """Build what the probes need and the target lacks, after asking unless ``agreed``.

    Returns a finding for each probe whose environment could not be built; they are not to be
    tried. Raises CommandError when there is nobody to ask.
    """
    wanted = environments_for(probes, target, cache)
    missing = {
        environment: using for environment, using in wanted.items() if not environment.is_built
    }
    if not missing:
        return {}
    console = Console(stderr=True, highlight=False)
    _announce(console, missing, cache)
    if not (agreed or _agrees()):
        return {}
    failed: dict[str, Finding] = {}
    for number, (environment, using) in enumerate(missing.items(), 1):
        try:
            with console.status(f"building {number} of {len(missing)}: {environment.label}"):
                build_shown(console, environment)
        except ProvisionError as error:
            print_folded(console, f"failed: {environment.label}: {error}", indent=2)
            failed |= not_built(using, environment.label, error)
    return failed


def environment_with(requirements: Sequence[str], *, agreed: bool) -> OwnEnvironment:
    """The environment that holds just these, built after asking unless ``agreed``.

    Raises ProvisionError when it cannot be built, CommandError when it may not.
    """
    cache, target = folder_to_build_in(), describe_target(Path(sys.executable))
    if target is None:
        raise ProvisionError("the interpreter that advisor runs on does not describe itself")
    environment = own_environment(
        Provision(tuple(sorted(requirements)), megabytes=0), target, cache
    )
    if environment.is_built:
        return environment
    console = Console(stderr=True, highlight=False)
    place = redact(str(cache / "environments"))
    free = size(free_megabytes(cache))
    print_folded(console, f"An environment with {environment.label} would be built in {place}.")
    print_folded(console, f"How large it gets is not known before; {free} are free.")
    if not (agreed or _agrees()):
        raise CommandError("nothing was built, and nothing was tried", UNPROVEN)
    with console.status(f"building {environment.label}"):
        build_shown(console, environment)
    return environment


def folder_to_build_in() -> Path:
    """The cache folder. Raises CommandError where there is none that may be used."""
    cache = cache_folder()
    if cache is None:
        reason = cache_refusal() or "you have no home; set XDG_CACHE_HOME to a folder of yours"
        raise CommandError(f"there is nowhere to build environments in: {reason}", UNPROVEN)
    return cache


def build_shown(console: Console, environment: OwnEnvironment) -> None:
    """Build one environment. Raises ProvisionError; says how to go on when interrupted."""
    try:
        build(environment)
    except KeyboardInterrupt:
        print_folded(console, "stopped; what was fetched is kept: the same command goes on with it")
        raise
    message = f"built {environment.label} ({size(environment.megabytes or 0)})"
    print_folded(console, message, indent=2)


def _announce(console: Console, missing: dict[OwnEnvironment, list[Probe]], cache: Path) -> None:
    using = count(sum(len(probes) for probes in missing.values()), "probe")
    place = redact(str(cache / "environments"))
    print_folded(console, f"{using} would get {count(len(missing), 'environment')} in {place}:")
    for environment, probes in missing.items():
        names = ", ".join(probe.id for probe in probes)
        print_folded(console, f"{size(environment.provision.megabytes):>7}  {names}", indent=2)
        print_folded(console, environment.label, "dim", indent=11)
    about, free = size(total_megabytes(missing)), size(free_megabytes(cache))
    print_folded(console, f"{about:>7}  in all, about; {free} are free", indent=2)


def _agrees() -> bool:
    if not (sys.stdin and sys.stdin.isatty()):
        raise CommandError("building asks first: without a terminal, agree with --yes", USAGE)
    import questionary

    answer = questionary.confirm("Build them now?", default=False).unsafe_ask()
    return bool(answer)


def not_built(probes: Iterable[Probe], label: str, error: ProvisionError) -> dict[str, Finding]:
    """The finding for each probe whose environment could not be built."""
    reason = f"its environment could not be built: {error}"
    return {
        probe.id: Finding(
            probe.id,
            Outcome.UNAVAILABLE,
            reason,
            0.0,
            taken=now(),
            source=probe.source_hash,
            environment=redact(label),
            passing=True,
        )
        for probe in probes
    }
