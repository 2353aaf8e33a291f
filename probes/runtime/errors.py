"""Why something could not be tried.

A probe itself raises ``probes.api.Unavailable``, or ``PassingError`` where the obstacle may pass.
They are part of what probes are written with, and so beside that.
"""

from __future__ import annotations


class ProbeError(Exception):
    """The message says why, in one line."""


class StartError(ProbeError):
    """The interpreter does not run, or runs no workers."""


class WorkerError(ProbeError):
    """The worker broke off before its answer. The message says how, with the worker as subject."""


class WorkerTimeoutError(WorkerError):
    """The worker did not answer in time."""


class ProvisionError(ProbeError):
    """An environment could not be built."""


class Stopped(ProbeError):  # noqa: N818 - nothing went wrong
    """The run was interrupted."""
