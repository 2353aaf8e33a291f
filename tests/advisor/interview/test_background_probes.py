"""Evidence begun while questions are still being answered: what is tried first, and its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet
from advisor.interview import background_probes
from advisor.interview.background_probes import BackgroundProbes, relevant_probes
from probes.api import Finding, Outcome, Probe
from probes.runtime.registry import load_probe
from probes.runtime.runner import ProbeRun
from rules.inference.situation import Situation
from rules.loading.loader import load
from rules.model import KnowledgeBase

from ...probes.conftest import Lifeline, Tally

SMALL = Path(__file__).parents[2] / "rules" / "small"
PHONES, ACCELERATOR = "blue.fits_phones", "red.sees_accelerator"
HANG = "import signal, threading\nsignal.signal(15, signal.SIG_IGN)\nthreading.Event().wait()\n"

# Stands before the rules about phones, and rests on the claim that they do not rest on.
SPARE_MEMORY = """\
rules:
  little_is_not_for_red:
    when: {memory: little}
    oppose: {alternative: red, under: reach, strength: slight}
    because: Red is large.
    claims: [red_sees_accelerator, blue_fits_phones]
    source: folklore
    as_of: 2026-01-31
"""


@pytest.fixture
def kb() -> KnowledgeBase:
    """Rules about phones rest on one probe, those about short memory on another."""
    return load(SMALL)


def relevant(kb: KnowledgeBase, **answers: str) -> tuple[str, ...]:
    given = {name: (option,) for name, option in answers.items()}
    return relevant_probes(Situation.of(kb, given))


# What may come to matter


def test_before_any_answer_everything_may_matter(kb: KnowledgeBase) -> None:
    assert set(relevant(kb)) == {PHONES, ACCELERATOR}


def test_rule_that_can_no_longer_fire_is_left_out(kb: KnowledgeBase) -> None:
    assert relevant(kb, target="android", memory="plenty") == (PHONES,)


def test_nothing_matters_where_no_rule_can_fire(kb: KnowledgeBase) -> None:
    assert relevant(kb, target="server") == ()


def test_rule_that_fires_comes_before_one_that_may(tmp_path: Path) -> None:
    for file in SMALL.rglob("*.yaml"):
        copy = tmp_path / file.relative_to(SMALL)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text())
    (tmp_path / "rules" / "a_first.yaml").write_text(SPARE_MEMORY)
    made = load(tmp_path)
    assert relevant(made)[0] == ACCELERATOR
    assert relevant(made, target="android") == (PHONES, ACCELERATOR)  # and none twice


# What is tried meanwhile


WriteProbes = Callable[..., None]


@pytest.fixture
def write_probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteProbes:
    """Make these the probes there are, each with the body of its check."""

    def write(bodies: Mapping[str, str]) -> None:
        known: dict[str, Probe] = {}
        for id, body in bodies.items():
            path = tmp_path / f"{id}.py"
            indented = "".join(f"    {line}\n" for line in body.splitlines())
            path.write_text(
                '"""Does it do what it says?"""\nfrom probes.api import no, probe, yes\n'
                "@probe(needs=(), subject=lambda: 1, control=lambda: 0)\n"
                f"def check(subject):\n{indented}"
            )
            known[id] = load_probe(path, id)
        monkeypatch.setattr(background_probes, "load_probes", lambda: known)

    return write


class Watched:
    """Starts runs and waits for them, and keeps what happened."""

    def __init__(self) -> None:
        self.runs: list[ProbeRun] = []
        self.was_there: list[bool] = []

    def start(self) -> ProbeRun:
        self.runs.append(ProbeRun())
        return self.runs[-1]

    def wait(self, run: ProbeRun, names: list[str]) -> Mapping[str, Finding]:
        self.was_there.append(run.has(names))
        return run.wait(names)


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def evidence(kb: KnowledgeBase, watched: Watched) -> Iterator[BackgroundProbes]:
    with BackgroundProbes(kb, watched.start, watched.wait) as begun:
        yield begun


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Lifeline]:
    line = Lifeline(tmp_path / "lifeline")
    yield line
    line.close()


ON_ANDROID = Sheet(answers={"target": ("android",)})
ON_SERVERS = Sheet(answers={"target": ("server",)})


def test_nothing_is_started_before_the_first_answer(
    evidence: BackgroundProbes, watched: Watched
) -> None:
    assert watched.runs == []


def test_probe_runs_before_its_finding_is_asked_for(
    evidence: BackgroundProbes, write_probes: WriteProbes, lifeline: Lifeline
) -> None:
    write_probes({PHONES: f"{lifeline.hold_and_say}return yes('it does')"})
    evidence.answered(ON_ANDROID)
    lifeline.wait_for_word()  # nobody waits for a finding, and still it runs
    assert evidence.findings([PHONES])[PHONES].outcome is Outcome.YES


def test_finding_may_be_there_when_it_is_asked_for(
    evidence: BackgroundProbes, write_probes: WriteProbes, watched: Watched
) -> None:
    write_probes({PHONES: "return yes('it does')"})
    evidence.answered(ON_ANDROID)
    watched.runs[0].wait([PHONES])
    evidence.findings([PHONES])
    assert watched.was_there == [True]


def test_probe_begun_early_is_tried_once(
    evidence: BackgroundProbes, write_probes: WriteProbes, tmp_path: Path
) -> None:
    tally = Tally(tmp_path / "tally")
    write_probes({PHONES: f"{tally.mark}return yes('it does')"})
    for _ in range(3):
        evidence.answered(ON_ANDROID)
    evidence.findings([PHONES])
    assert tally.runs == 1


def test_every_answer_is_heard_by_the_same_run(
    evidence: BackgroundProbes, write_probes: WriteProbes, watched: Watched
) -> None:
    write_probes({PHONES: "return yes('it does')"})
    evidence.answered(ON_ANDROID)
    evidence.answered(ON_SERVERS)
    assert len(watched.runs) == 1


def test_what_can_no_longer_matter_is_not_tried(
    evidence: BackgroundProbes, write_probes: WriteProbes, watched: Watched, tmp_path: Path
) -> None:
    tally = Tally(tmp_path / "tally")
    write_probes({PHONES: "return yes('it does')", ACCELERATOR: f"{tally.mark}return no('none')"})
    evidence.answered(Sheet(answers={"target": ("android",), "memory": ("plenty",)}))
    evidence.findings([PHONES])
    assert (tally.runs, watched.runs[0].has([ACCELERATOR])) == (0, False)


def test_probe_that_this_version_lacks_is_left_out(
    evidence: BackgroundProbes, write_probes: WriteProbes
) -> None:
    write_probes({PHONES: "return yes('it does')"})
    evidence.answered(ON_ANDROID)
    assert list(evidence.findings([PHONES, ACCELERATOR])) == [PHONES]


def test_findings_can_be_asked_for_without_any_answer(
    evidence: BackgroundProbes, write_probes: WriteProbes
) -> None:
    write_probes({PHONES: "return no('it does not')"})
    assert evidence.findings([PHONES])[PHONES].outcome is Outcome.NO


def test_a_withdrawn_rule_may_lead_to_more_findings(
    evidence: BackgroundProbes, write_probes: WriteProbes
) -> None:
    write_probes({PHONES: "return no('it does not')", ACCELERATOR: "return no('none')"})
    evidence.answered(ON_SERVERS)
    evidence.findings([PHONES])
    assert evidence.findings([ACCELERATOR])[ACCELERATOR].reason == "none"


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_leaving_the_interview_ends_every_probe(
    kb: KnowledgeBase,
    watched: Watched,
    write_probes: WriteProbes,
    lifeline: Lifeline,
    error: type[BaseException],
) -> None:
    write_probes({PHONES: lifeline.hold_and_say + HANG, ACCELERATOR: lifeline.hold + HANG})

    def interview() -> None:
        with BackgroundProbes(kb, watched.start, watched.wait) as begun:
            begun.answered(ON_ANDROID)
            lifeline.wait_for_word()
            raise error

    with pytest.raises(error):
        interview()
    lifeline.assert_nobody_holds_on()


def test_leaving_before_the_first_answer_is_no_error(kb: KnowledgeBase, watched: Watched) -> None:
    with BackgroundProbes(kb, watched.start, watched.wait):
        pass
    assert watched.runs == []
