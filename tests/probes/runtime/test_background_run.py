"""Probes tried beside whatever else goes on: what is begun, in which order, and how it ends."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from probes.api import Outcome, Probe
from probes.runtime.runner import ProbeRun, run_probes

from ..conftest import Lifeline, Pipe, Tally, WriteProbe

MakePipe = Callable[[], Pipe]

HANG = "import signal, threading\nsignal.signal(15, signal.SIG_IGN)\nthreading.Event().wait()\n"
PID = "import os; return yes(str(os.getpid()))"


class Gate:
    """A probe that says when it runs, and answers when it is let go."""

    def __init__(self, write_probe: WriteProbe, make_pipe: MakePipe, id: str) -> None:
        self._said, self._go = make_pipe(), make_pipe()
        body = f"{self._said.say_word}{self._go.await_word}return yes('let go')"
        self.probe = write_probe(id, body)

    def wait_until_it_runs(self) -> None:
        assert self._said.read() == "!"

    def open(self) -> None:
        self._go.write()


@pytest.fixture
def gate(write_probe: WriteProbe, make_pipe: MakePipe) -> Gate:
    return Gate(write_probe, make_pipe, "group.gate")


# What is begun


def test_what_has_not_begun_is_replaced(gate: Gate, write_probe: WriteProbe, tally: Tally) -> None:
    unwanted = write_probe("group.unwanted", f"{tally.mark}return yes('it ran')")
    wanted = write_probe("group.wanted")
    with ProbeRun() as run:
        run.want([gate.probe, unwanted])
        gate.wait_until_it_runs()
        run.want([wanted], last=True)
        gate.open()
        run.wait([wanted.id])
    assert tally.runs == 0


def test_what_has_begun_is_finished_though_no_longer_wanted(
    gate: Gate, write_probe: WriteProbe
) -> None:
    with ProbeRun() as run:
        run.want([gate.probe])
        gate.wait_until_it_runs()
        run.want([write_probe("group.other")])
        gate.open()
        assert run.wait([gate.probe.id])[gate.probe.id].reason == "let go"


def test_what_has_begun_is_not_begun_again(
    gate: Gate, write_probe: WriteProbe, tally: Tally
) -> None:
    counting = write_probe("other.counts", f"{tally.mark}return yes('it does')")
    with ProbeRun() as run:
        run.want([gate.probe, counting])
        gate.wait_until_it_runs()
        run.wait([counting.id])
        run.want([gate.probe, counting], last=True)
        gate.open()
        run.wait([gate.probe.id, counting.id])
    assert tally.runs == 1


def test_probe_named_twice_is_tried_once(write_probe: WriteProbe, tally: Tally) -> None:
    probe = write_probe("group.counts", f"{tally.mark}return yes('it does')")
    run_probes([probe, probe, write_probe("group.after")])
    assert tally.runs == 1


def noting(write_probe: WriteProbe, path: Path, *names: str) -> list[Probe]:
    """Probes of one lane that write their names down, in the order in which they run."""
    body = "open({path!r}, 'a').write({name!r}); return yes('noted')"
    return [write_probe(f"group.{name}", body.format(path=str(path), name=name)) for name in names]


def test_probes_of_one_lane_are_tried_in_the_order_wanted(
    write_probe: WriteProbe, tmp_path: Path
) -> None:
    run_probes(noting(write_probe, tmp_path / "order", "c", "a", "b"))
    assert (tmp_path / "order").read_text() == "cab"


def test_order_is_that_of_the_latest_wish(
    gate: Gate, write_probe: WriteProbe, tmp_path: Path
) -> None:
    probes = noting(write_probe, tmp_path / "order", "a", "b", "c")
    with ProbeRun() as run:
        run.want([gate.probe, *probes])
        gate.wait_until_it_runs()
        run.want(reversed(probes), last=True)
        gate.open()
        run.wait([probe.id for probe in probes])
    assert (tmp_path / "order").read_text() == "cba"


def test_two_lanes_run_side_by_side(write_probe: WriteProbe, make_pipe: MakePipe) -> None:
    here, there = make_pipe(), make_pipe()
    found = run_probes(
        [
            write_probe("one.waits", f"{here.say_word}{there.await_word}return yes('met')"),
            write_probe("two.waits", f"{there.say_word}{here.await_word}return yes('met')"),
        ]
    )
    assert [finding.reason for finding in found.values()] == ["met", "met"]


# Workers


def test_worker_is_kept_while_more_may_be_wanted(write_probe: WriteProbe) -> None:
    first, second = write_probe("group.first", PID), write_probe("group.second", PID)
    with ProbeRun() as run:
        run.want([first])
        before = run.wait([first.id])[first.id].reason
        run.want([second])
        assert run.wait([second.id])[second.id].reason == before


def test_worker_left_for_another_lane_is_kept_while_more_may_be_wanted(
    write_probe: WriteProbe,
) -> None:
    first, second = write_probe("one.first", PID), write_probe("one.second", PID)
    others = [write_probe(f"{group}.other", PID) for group in ("two", "three")]
    with ProbeRun() as run:
        run.want([first])
        before = run.wait([first.id])[first.id].reason
        run.want(others)
        run.wait([probe.id for probe in others])
        run.want([second])
        assert run.wait([second.id])[second.id].reason == before


def test_worker_without_work_is_ended_when_no_more_is_wanted(
    gate: Gate, write_probe: WriteProbe, lifeline: Lifeline
) -> None:
    probe = write_probe("other.holds", f"{lifeline.hold}return yes('it does')")
    with ProbeRun() as run:
        run.want([gate.probe, probe], last=True)
        run.wait([probe.id])
        lifeline.assert_nobody_holds_on()
        gate.open()


def test_more_may_be_wanted_after_what_was_called_the_last(write_probe: WriteProbe) -> None:
    first, second = write_probe("group.first"), write_probe("group.second")
    with ProbeRun() as run:
        run.want([first], last=True)
        run.wait([first.id])
        for thread in [t for t in threading.enumerate() if t.name.startswith("probes-")]:
            thread.join()
        run.want([second], last=True)
        assert run.wait([second.id])[second.id].outcome is Outcome.YES


def test_worker_killed_from_outside_costs_its_probe_alone(
    write_probe: WriteProbe, make_pipe: MakePipe
) -> None:
    said = make_pipe()
    killed = write_probe("one.killed", said.say_pid + HANG)
    after = write_probe("one.after")
    beside = write_probe("two.beside")
    with ProbeRun() as run:
        run.want([killed, after, beside], last=True)
        os.kill(int(said.read()), signal.SIGKILL)
        found = run.wait([killed.id, after.id, beside.id])
    assert [finding.outcome for finding in found.values()] == [
        Outcome.ERROR,
        Outcome.YES,
        Outcome.YES,
    ]
    assert found[killed.id].reason == "the worker was ended by SIGKILL"


def test_worker_killed_between_two_wishes_is_replaced(write_probe: WriteProbe) -> None:
    first, second = write_probe("group.first", PID), write_probe("group.second", PID)
    with ProbeRun() as run:
        run.want([first])
        pid = int(run.wait([first.id])[first.id].reason)
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        run.want([second])
        assert run.wait([second.id])[second.id].outcome is Outcome.YES


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, None])
def test_leaving_ends_probes_that_hang(
    write_probe: WriteProbe, lifeline: Lifeline, error: type[BaseException] | None
) -> None:
    probes = [
        write_probe("a.hangs", lifeline.hold_and_say + HANG),
        write_probe("b.hangs", lifeline.hold + HANG),
    ]

    def leave() -> None:
        with ProbeRun() as run:
            run.want([*probes, write_probe("c.waits_its_turn", HANG)])
            lifeline.wait_for_word()
            if error is not None:
                raise error

    if error is None:
        leave()
    else:
        with pytest.raises(error):
            leave()
    lifeline.assert_nobody_holds_on()


def test_run_that_was_never_given_work_ends() -> None:
    with ProbeRun() as run:
        run.want([])
        assert run.wait([]) == {}


# Waiting


def test_only_what_is_asked_for_is_waited_for(gate: Gate, write_probe: WriteProbe) -> None:
    quick = write_probe("other.quick")
    with ProbeRun() as run:
        run.want([gate.probe, quick])
        assert list(run.wait([quick.id])) == [quick.id]


def test_has_says_whether_waiting_would_be_over_at_once(
    gate: Gate, write_probe: WriteProbe
) -> None:
    quick = write_probe("other.quick")
    with ProbeRun() as run:
        run.want([gate.probe, quick])
        run.wait([quick.id])
        told = (run.has([quick.id]), run.has([gate.probe.id]), run.has([quick.id, gate.probe.id]))
    assert told == (True, False, False)


def test_kept_findings_are_there_at_once(write_probe: WriteProbe, tmp_path: Path) -> None:
    probe = write_probe("group.kept")
    run_probes([probe], cache=tmp_path / "cache")
    with ProbeRun(cache=tmp_path / "cache") as run:
        run.want([probe])
        assert run.has([probe.id])


def test_what_was_waited_for_can_be_waited_for_again(write_probe: WriteProbe) -> None:
    probe = write_probe("group.does")
    with ProbeRun() as run:
        run.want([probe])
        assert run.wait([probe.id]) == run.wait([probe.id])


def test_interpreter_that_does_not_start_gives_findings(write_probe: WriteProbe) -> None:
    probes = [write_probe("one.a"), write_probe("one.b"), write_probe("two.a")]
    with ProbeRun(python=Path("/bin/false")) as run:
        run.want(probes)
        found = run.wait([probe.id for probe in probes])
    assert {finding.outcome for finding in found.values()} == {Outcome.UNAVAILABLE}


# Where workers work


@pytest.mark.parametrize("place", ["missing", "file", "/proc"])
def test_work_folder_that_cannot_be_made_is_said_so(
    write_probe: WriteProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / place))
    finding = run_probes([write_probe("group.a")])["group.a"]
    assert (finding.outcome, finding.passing) == (Outcome.UNAVAILABLE, True)
    assert finding.reason.startswith("there is no folder to work in: ")
    assert finding.reason.endswith(" (set TMPDIR)")


def test_worker_that_has_its_folder_needs_no_other(
    write_probe: WriteProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = write_probe("one.first"), write_probe("one.second")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with ProbeRun() as run:
        run.want([first])
        run.wait([first.id])
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        run.want([second])
        assert run.wait([second.id])[second.id].outcome is Outcome.YES
