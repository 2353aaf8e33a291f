"""Notes of installers that cannot be read, or that say two things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from probes.runtime.diagnosis.examined import Examined
from probes.runtime.diagnosis.statements import Conflict
from probes.runtime.installed import InstalledProject
from probes.runtime.installer import install_command
from probes.runtime.redaction import redact


def notes_in_doubt(seen: Examined) -> Iterator[Conflict]:
    """Notes that cannot be read, and projects of two versions in one folder."""
    twice: dict[tuple[str, str], list[InstalledProject]] = defaultdict(list)
    for project in seen.noted:
        if project.flaw:
            yield Conflict(
                f"{redact(project.note.name)} {project.flaw}",
                "what lists the installed packages leaves it out or fails, as some libraries do "
                "when they are imported",
                _cure_of_note(seen, project),
            )
        elif project.version:
            twice[str(project.note.parent), project.name].append(project)
    for projects in twice.values():
        if len({project.version for project in projects}) > 1:
            versions = " and ".join(project.version for project in projects)
            yield Conflict(
                f"{projects[0].name} is noted twice in one folder, as {versions}",
                "files of both may lie there, and which version counts is left to chance",
                install_command(seen.target, "--force-reinstall", projects[0].name)
                + f", once {redact(projects[-1].note.name)} is deleted",
            )


def _cure_of_note(seen: Examined, project: InstalledProject) -> str:
    if project.note.name.startswith("~"):  # pip moves aside what it is about to remove
        return "delete it: pip was interrupted when it removed this"
    if not project.name:
        return "delete it: it is named after no project"
    again = install_command(seen.target, "--force-reinstall", project.name)
    return again if project.version else f"delete it, if a removal was interrupted; else {again}"
