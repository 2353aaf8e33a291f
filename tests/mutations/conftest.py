"""How many damaged files are tried, and what the trials took."""

from __future__ import annotations

from heapq import nlargest

import pytest

BATCH = 25


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seeds" in metafunc.fixturenames:
        first, number = metafunc.config.getoption("--mutations")
        starts = range(first, first + number, BATCH)
        batches = [range(start, min(start + BATCH, first + number)) for start in starts]
        metafunc.parametrize("seeds", batches, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The slowest trials, by processor time, and the largest process: aims, not assertions."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, ())]
    properties = [item for report in reports for item in getattr(report, "user_properties", ())]
    trials = [value for name, value in properties if name == "trial"]
    if not trials:
        return
    largest = max(value for name, value in properties if name == "megabytes")
    terminalreporter.write_sep("-", f"{len(trials)} damaged files, at most {largest} MB")
    for seconds, trial in nlargest(3, trials):
        terminalreporter.write_line(f"{seconds:5.1f} s  {trial}")
