"""The exceptions of this program: what each means, and who turns it into what a person reads.

::

    AdvisorError
      CommandError            ends a command with one sentence and an exit code
      WorkshopError           a workshop does not allow that as things stand
        StorageError          its file cannot be written or read just now
    rules.diagnostics.InputError
                              what a person wrote cannot be used; each problem with its place. It is
                              there because rules import nothing from here
    probes.runtime.errors.ProbeError
      StartError, WorkerError, WorkerTimeoutError, ProvisionError, Stopped
                              why something could not be tried. The probes turn all but
                              ProvisionError into findings themselves
    probes.api.Unavailable, PassingError
                              raised by a probe that cannot be tried here; they become findings

:func:`advisor.cli.main.main` prints AdvisorError and InputError, OSError too, and returns the exit
code; on the pages of a workshop ``advisor.web.app`` shows WorkshopError and Starlette's
HTTPException. Anything else is a mistake in this program: a crash, with a log.
"""

from __future__ import annotations


class AdvisorError(Exception):
    """The message is one sentence for a person; ``exit_code`` is how a command ends by it."""

    exit_code = 1


class CommandError(AdvisorError):
    """The command cannot go on."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class WorkshopError(AdvisorError):
    """What was asked cannot be done as things stand."""


class StorageError(WorkshopError):
    """A workshop's file cannot be written or read just now."""
