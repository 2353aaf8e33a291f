"""One finding for every probe, whatever probes do, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

import probes
from probes.api import Finding, Outcome, Probe
from probes.runtime.runner import ProbeProgress, run_probes

from ..conftest import Lifeline, WriteProbe

FORK_THAT_HANGS = """
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        signal.pause()
"""

# What a probe does, what becomes of it, and a part of the reason.
MISBEHAVIOURS = {
    "crashes": ("import ctypes; ctypes.string_at(0)", Outcome.ERROR, "ended by SIGSEGV"),
    "is_killed": ("os.kill(os.getpid(), signal.SIGKILL)", Outcome.ERROR, "ended by SIGKILL"),
    "kills_its_group": ("os.killpg(0, signal.SIGKILL)", Outcome.ERROR, "ended by SIGKILL"),
    "aborts": ("os.abort()", Outcome.ERROR, "ended by SIGABRT"),
    "exits_quietly": ("os._exit(0)", Outcome.ERROR, "exited with code 0"),
    "exits": ("sys.exit(3)", Outcome.ERROR, "SystemExit: 3"),
    "interrupts": ("raise KeyboardInterrupt", Outcome.ERROR, "KeyboardInterrupt"),
    "raises": ("raise ValueError('first\\nsecond')", Outcome.ERROR, "ValueError: first"),
    "cannot_be_tried": ("raise Unavailable('no disk')", Outcome.UNAVAILABLE, "no disk"),
    "answers_with_a_text": ("return 'yes'", Outcome.ERROR, "returned str, not an Answer"),
    "answers_neither": (
        "return Answer(Outcome.TIMEOUT, 'late')",
        Outcome.ERROR,
        "answered timeout, neither yes nor no",
    ),
    "has_evidence_that_is_not_json": (
        "return yes('it does', things={1, 2})",
        Outcome.ERROR,
        "the evidence is not JSON: Object of type set",
    ),
    "has_evidence_that_holds_itself": (
        "loop = []; loop.append(loop); return yes('it does', loop=loop)",
        Outcome.ERROR,
        "RecursionError",
    ),
    "writes_to_every_descriptor": (
        """
        for descriptor in range(3, 64):
            try: os.write(descriptor, b'garbage\\n')
            except OSError: pass
        return yes('it does')
        """,
        Outcome.ERROR,
        "wrote something that is not an answer: 'garbage",
    ),
    "writes_json_that_is_no_answer": (
        """
        for descriptor in range(3, 64):
            try: os.write(descriptor, b'{"event": "finished"}\\n')
            except OSError: pass
        return yes('it does')
        """,
        Outcome.ERROR,
        "wrote an answer that is not whole",
    ),
    "closes_every_descriptor": ("os.closerange(3, 64)", Outcome.ERROR, "the worker "),
    "deletes_its_source": (
        "Path(__file__).unlink(); return yes('it does')",
        Outcome.ERROR,
        "FileNotFoundError",
    ),
    "deletes_its_folder": (
        "import shutil; shutil.rmtree(Path.cwd().parent); return yes('it does')",
        Outcome.YES,
        "it does",
    ),
    "leaves_a_child_and_exits": (FORK_THAT_HANGS + "os._exit(7)", Outcome.ERROR, "code 7"),
    "leaves_a_child_and_answers": (FORK_THAT_HANGS + "return yes('so')", Outcome.YES, "so"),
    "answers_twice": ("os.fork(); return yes('it does')", Outcome.YES, "it does"),
    "prints": ("os.write(1, b'noise\\n'); return yes('it does')", Outcome.YES, "it does"),
    "says_what_steers_a_terminal": (
        "raise ValueError('a\\x1b[31mb')",
        Outcome.ERROR,
        r"ValueError: a\x1b[31mb",
    ),
    "says_half_a_character": (
        "raise ValueError('a\\udcffb')",
        Outcome.ERROR,
        r"ValueError: a\udcffb",
    ),
    "says_a_great_deal": ("raise ValueError(100_000 * 'x')", Outcome.ERROR, "xxx..."),
    "reads": ("return yes(repr(sys.stdin.read()))", Outcome.YES, "''"),
}

HANGS = {
    "waits": "threading.Event().wait()",
    "ignores_sigterm": "signal.signal(signal.SIGTERM, signal.SIG_IGN); threading.Event().wait()",
    "is_stopped": "os.kill(os.getpid(), signal.SIGSTOP)",
    "waits_for_a_child": FORK_THAT_HANGS + "os.wait()",
}

IMPORTS = "import os, signal, sys, threading\nfrom pathlib import Path\n"


def run_between_others(
    write_probe: WriteProbe, lifeline: Lifeline, body: str, timeout: float = 120.0
) -> Finding:
    """Run a probe between two that behave; those must answer, and nobody may stay."""
    found = run_probes(
        [
            write_probe("group.before", lifeline.hold + "return yes('it does')"),
            write_probe(
                "group.tried", lifeline.hold + IMPORTS + textwrap.dedent(body), timeout=timeout
            ),
            write_probe("group.after", lifeline.hold + "return yes('it does')"),
        ]
    )
    lifeline.assert_nobody_holds_on()
    assert found["group.before"].outcome is Outcome.YES
    assert found["group.after"].outcome is Outcome.YES
    return found["group.tried"]


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_misbehaviour_costs_that_probe_alone(
    write_probe: WriteProbe, lifeline: Lifeline, name: str
) -> None:
    body, outcome, reason = MISBEHAVIOURS[name]
    finding = run_between_others(write_probe, lifeline, body)
    assert (finding.outcome, reason in finding.reason) == (outcome, True), finding


@pytest.mark.parametrize("name", HANGS)
def test_hanging_costs_that_probe_alone(
    write_probe: WriteProbe, lifeline: Lifeline, name: str
) -> None:
    finding = run_between_others(write_probe, lifeline, HANGS[name], timeout=0.5)
    assert finding.outcome is Outcome.TIMEOUT
    assert finding.reason == "the worker did not answer within 0.5 s"


def test_timeout_replaces_each_probes_own(write_probe: WriteProbe) -> None:
    probe = write_probe("group.hangs", IMPORTS + HANGS["waits"], timeout=600)
    assert run_probes([probe], timeout=0.5)[probe.id].outcome is Outcome.TIMEOUT


def test_output_is_kept_to_its_end(write_probe: WriteProbe) -> None:
    body = "import sys; sys.stdout.write('x' * 9_000_000 + 'the end'); return yes('it does')"
    finding = run_probes([write_probe("group.prints", body)])["group.prints"]
    assert len(finding.output) == 2000
    assert finding.output.endswith("xthe end")


def test_output_is_each_probes_own(write_probe: WriteProbe) -> None:
    probes = [
        write_probe(f"group.{name}", f"print({name!r}); return yes('it does')")
        for name in ("first", "second")
    ]
    found = run_probes(probes)
    assert [found[probe.id].output for probe in probes] == ["first\n", "second\n"]


def test_an_exceptions_traceback_is_kept(write_probe: WriteProbe) -> None:
    finding = run_probes([write_probe("group.raises", "1 / 0")])["group.raises"]
    assert finding.reason == "ZeroDivisionError: division by zero"
    assert "in check" in finding.output


def test_a_crashs_account_is_kept(write_probe: WriteProbe) -> None:
    body = MISBEHAVIOURS["crashes"][0]
    finding = run_probes([write_probe("group.crashes", body)])["group.crashes"]
    assert "Segmentation fault" in finding.output


def test_control_runs_the_control(write_probe: WriteProbe) -> None:
    probe = write_probe("group.tells", "return yes(subject)")
    assert run_probes([probe])[probe.id].reason == "honest"
    assert run_probes([probe], control=True)[probe.id].reason == "sabotaged"


def test_evidence_and_deprecations_arrive(write_probe: WriteProbe) -> None:
    body = """
    import warnings
    warnings.warn('the old way', DeprecationWarning)
    return no('it does not', numbers=[1, 2.5], nothing=float('nan'))
    """
    finding = run_probes([write_probe("group.tells", body)])["group.tells"]
    assert finding.evidence == {"numbers": [1, 2.5], "nothing": "nan"}
    assert finding.deprecations == ("the old way",)
    assert finding.versions == {"python": ".".join(map(str, sys.version_info[:3]))}
    assert Finding.from_json(finding.to_json()) == finding


def test_private_names_do_not_arrive(
    write_probe: WriteProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/mira")
    monkeypatch.setenv("LOGNAME", "mira")
    monkeypatch.setattr("socket.gethostname", lambda: "lab7")
    body = """
    import os, warnings
    warnings.warn('mira, this is old', DeprecationWarning)
    print('/home/mira/printed on lab7')
    return yes('/home/mira/reason', work=[os.getcwd()], name={'mira': 'lab7'})
    """
    finding = run_probes([write_probe("group.tells", body)])["group.tells"]
    assert finding.reason == "~/reason"
    assert finding.output == "~/printed on <host>\n"
    assert finding.deprecations == ("<user>, this is old",)
    assert finding.evidence["name"] == {"<user>": "<host>"}
    assert str(finding.evidence["work"]).startswith("['<work>/")


def test_probes_of_one_group_share_a_worker(write_probe: WriteProbe) -> None:
    body = "import os; return yes(str(os.getpid()))"
    probes = [write_probe(id, body) for id in ("one.a", "one.b", "two.a")]
    probes.append(write_probe("one.other", body, environment={"COLOUR": "red"}))
    found = run_probes(probes)
    assert found["one.a"].reason == found["one.b"].reason
    assert len({finding.reason for finding in found.values()}) == 3


def test_a_probe_has_its_environment(write_probe: WriteProbe) -> None:
    body = "import os; return yes(os.environ['COLOUR'])"
    probe = write_probe("group.tells", body, environment={"COLOUR": "red"})
    assert run_probes([probe])[probe.id].reason == "red"


def test_a_probe_does_not_find_what_another_one_wrote(write_probe: WriteProbe) -> None:
    body = "import os; open('left', 'w').close(); return yes(str(os.listdir()))"
    found = run_probes([write_probe(id, body) for id in ("group.a", "group.b")])
    assert [finding.reason for finding in found.values()] == ["['left']", "['left']"]


def test_no_folder_is_left(
    write_probe: WriteProbe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    run_probes([write_probe("group.exits", "import os; os._exit(0)"), write_probe("group.does")])
    assert list(folder.iterdir()) == []


def test_no_probes_no_findings() -> None:
    assert run_probes([]) == {}


def test_progress_tells_each_step_in_order(write_probe: WriteProbe) -> None:
    steps: list[ProbeProgress] = []
    found = run_probes([write_probe("group.does")], progress=steps.append)
    assert [step.state for step in steps] == ["importing", "running", "finished"]
    assert steps[-1].finding == found["group.does"]


@pytest.mark.parametrize("passed_on", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_ends_every_worker_and_is_passed_on(
    write_probe: WriteProbe, lifeline: Lifeline, passed_on: type[BaseException]
) -> None:
    body = lifeline.hold + IMPORTS + HANGS["ignores_sigterm"]
    probes = [write_probe(id, body) for id in ("one.hangs", "two.hangs", "three.waits_its_turn")]

    def interrupt(step: ProbeProgress) -> None:
        if step.state == "running":
            raise passed_on

    with pytest.raises(passed_on):
        run_probes(probes, progress=interrupt)
    lifeline.assert_nobody_holds_on()


def test_ctrl_c_ends_every_worker(write_probe: WriteProbe, lifeline: Lifeline) -> None:
    probe = write_probe("group.hangs", lifeline.hold_and_say + IMPORTS + HANGS["waits"])
    with parent_of(probe) as parent:
        lifeline.wait_for_word()
        parent.send_signal(signal.SIGINT)
        _, errors = parent.communicate()
    assert b"KeyboardInterrupt" in errors
    lifeline.assert_nobody_holds_on()


def test_workers_do_not_outlive_a_killed_parent(
    write_probe: WriteProbe, lifeline: Lifeline
) -> None:
    probe = write_probe("group.hangs", lifeline.hold_and_say + IMPORTS + HANGS["waits"])
    with parent_of(probe) as parent:
        lifeline.wait_for_word()
        parent.kill()
    lifeline.assert_nobody_holds_on()


def parent_of(probe: Probe) -> subprocess.Popen[bytes]:
    """A process of its own that runs one probe."""
    program = (
        "import pathlib, signal, sys; from probes.runtime.registry import load_probe; "
        "from probes.runtime.runner import run_probes; "
        # Whoever starts the tests in the background may have them ignore it.
        "signal.signal(signal.SIGINT, signal.default_int_handler); "
        "run_probes([load_probe(pathlib.Path(sys.argv[1]), sys.argv[2])])"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, str(probe.source), probe.id],
        cwd=Path(probes.__file__).parents[1],
        stderr=subprocess.PIPE,
        # Whoever is killed cannot tidy up.
        env={**os.environ, "TMPDIR": str(probe.source.parent)},
    )
