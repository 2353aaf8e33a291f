"""What reasoning costs, against other engines with the same rules, and how it grows.

Each line compares within one run: medians of rounds in which all take turns, in seconds of one
core. Before anything is timed, each engine must name the same fired rules on every sheet. Name
what you want (``consultation``, ``sheet``, ``million``, ``flips``, ``growth``; default: all):

- one consultation with the engine, over bare experta with the same rules. Aim: at most 1.5.
- one sheet with the reference evaluator, over CLIPS (aim: at most 0.1) and GoRules' zen-engine.
- a million sheets at once. Aim: 3 million a second.
- every set of up to three changed answers that flips an outcome. Aim: under a second.
- ten times the rules, ten times the sheets: how many times the time.

CLIPS and zen-engine are not part of the tool: ``pip install '.[bench]'`` brings them.
"""

from __future__ import annotations

import importlib.util
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy: rates are for one core

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from rivals import Clips, PlainExperta, Rival, SheetExperta, Zen  # noqa: E402

from advisor.answers.sheet import read_sheet  # noqa: E402
from advisor.kb.cache import knowledge_base  # noqa: E402
from rules.analysis.flips import RADIUS, flips, sheets_within  # noqa: E402
from rules.answers import Answers  # noqa: E402
from rules.batch.evaluator import BatchEvaluator  # noqa: E402
from rules.conditions import All, Chosen, Concluded, Condition, Not  # noqa: E402
from rules.conditions import Any as Some  # noqa: E402
from rules.diagnostics import SourceLocation  # noqa: E402
from rules.inference.engine import Engine  # noqa: E402
from rules.inference.evaluator import RuleEvaluator  # noqa: E402
from rules.inference.facts import Facts, establish  # noqa: E402
from rules.model import Concept, Conclude, KnowledgeBase, Option, Prefer, Question, Rule  # noqa: E402
from rules.scoring.judgement import judge  # noqa: E402

ROUNDS = 7
SHEETS = 300
CONSULTED = 50  # of them, where experta takes milliseconds
GROWN = 10  # of them, where the rules are ten times as many
MILLION = 1_000_000
EXAMPLES = ("android-app.yaml", "vision-server.yaml", "llm-research.yaml")
SEED = 20270117
LEFT_OUT = 0.2  # of the questions on a sheet

Given = tuple[Facts, ...]


def main(wanted: Sequence[str]) -> None:
    missing = [name for name in ("clips", "zen") if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"not installed: {', '.join(missing)}; install the extra: pip install '.[bench]'")
    kb = knowledge_base()
    parts: Mapping[str, Callable[[], None]] = {
        "consultation": lambda: consultation(kb),
        "sheet": lambda: sheet(kb),
        "million": lambda: million(kb),
        "flips": lambda: three_changes(kb),
        "growth": growth,
    }
    for name in wanted or parts:
        if name not in parts:
            sys.exit(f"unknown: {name}; expected some of {', '.join(parts)}")
        parts[name]()
        print()


def consultation(kb: KnowledgeBase) -> None:
    """The engine that conducts a consultation, over experta without it."""
    given = draw(kb, SHEETS)
    for bare in (PlainExperta, SheetExperta):
        agree(kb, bare(kb), given)
    engine, plain, whole = Engine(kb), PlainExperta(kb), SheetExperta(kb)
    few = given[:CONSULTED]
    ready: dict[str, Callable[[], object]] = {
        "bare experta, a fact for each option": through(plain, few),
        "bare experta, all answers in one fact": through(whole, few),
        "advisor: engine and judgement": lambda: [judge(kb, engine.infer(f).fired) for f in few],
    }
    report(f"one consultation of {len(kb.rules)} rules, engine ready", ready, CONSULTED)
    built: dict[str, Callable[[], object]] = {
        "bare experta, a fact for each option": lambda: PlainExperta(kb),
        "bare experta, all answers in one fact": lambda: SheetExperta(kb),
        "advisor: engine": lambda: Engine(kb),
    }
    report("building that engine", built, 1)


def sheet(kb: KnowledgeBase) -> None:
    """The evaluator that asks "and if?", over engines written for speed."""
    given = draw(kb, SHEETS)
    clips, zen, reference = Clips(kb), Zen(kb), RuleEvaluator(kb)
    agree(kb, clips, given)
    agree(kb, zen, given)
    timed: dict[str, Callable[[], object]] = {
        "CLIPS, by clipspy": through(clips, given),
        "zen-engine, all sheets in one call": lambda: zen.fired_of_many(given),
        "advisor: reference evaluator": lambda: [reference.infer(one) for one in given],
    }
    report(f"the rules that fire on one sheet, of {len(kb.rules)}", timed, SHEETS)


def million(kb: KnowledgeBase) -> None:
    """Many sheets at once."""
    evaluator = BatchEvaluator(kb)
    sheets = evaluator.layout.completions({}, MILLION, SEED)
    print(f"{MILLION:,} sheets, every question answered at random")
    for name, work in (
        ("totals and leader", evaluator.totals),
        ("winner and verdict", evaluator.outcomes),
    ):
        rounds = turns({name: lambda work=work: work(sheets)}, 3)
        seconds = statistics.median(rounds[name])
        print(f"  {name:<40} {seconds:7.2f} s   {MILLION / seconds / 1e6:.1f} million a second")


def three_changes(kb: KnowledgeBase) -> None:
    """Radius 3 around the examples' answers, over one consultation."""
    engine_time = statistics.median(
        turns({"": lambda: judge(kb, Engine(kb).infer(draw(kb, 1)[0]).fired)}, ROUNDS)[""]
    )
    print(f"every set of up to {RADIUS} changed answers that flips the outcome")
    for example in EXAMPLES:
        given = read_sheet(ROOT / "examples" / example, kb)
        rounds = turns({"": lambda given=given: flips(kb, given.answers, given.priorities)}, 3)
        seconds = statistics.median(rounds[""])
        tried = sheets_within(kb, given.answers, RADIUS)
        found = len(flips(kb, given.answers, given.priorities).sets)
        ratio = seconds / engine_time
        print(
            f"  {example:<22} {tried:>9,} sheets, {found:>5} sets  {seconds:6.2f} s"
            f"   {ratio:.0f} consultations"
        )


def growth() -> None:
    """Ten times as much of what there may be more of."""
    small, large = made_base(100), made_base(1000)
    print("rules, 100 -> 1,000: random conditions, a tenth of them conclude concepts")
    for name, work in (
        ("advisor: engine, built", built(Engine)),
        ("advisor: engine, 10 sheets", by_sheet(lambda kb: Engine(kb).infer)),
        ("bare experta, built", built(SheetExperta)),
        ("bare experta, 10 sheets", by_rival(SheetExperta)),
        ("CLIPS, built", built(Clips)),
        ("CLIPS, 10 sheets", by_rival(Clips)),
        ("advisor: reference evaluator, built", built(RuleEvaluator)),
        ("advisor: reference, 10 sheets", by_sheet(lambda kb: RuleEvaluator(kb).infer)),
        ("advisor: batch, 100,000 sheets", by_batch),
    ):
        grown(name, work(small), work(large))
    kb = knowledge_base()
    given = draw(kb, 10_000)
    reference, evaluator = RuleEvaluator(kb), BatchEvaluator(kb)
    sheets = evaluator.layout.completions({}, 10_000, SEED)
    print(f"sheets, of {len(kb.rules)} rules, ten times as many at each step")
    for few in (1, 10, 100, 1000):
        grown(
            f"advisor: reference, {few:,} -> {few * 10:,}",
            *(lambda n=n: [reference.infer(one) for one in given[:n]] for n in (few, few * 10)),
        )
    for few in (1, 10, 100, 1000):
        grown(
            f"advisor: batch, {few:,} -> {few * 10:,}",
            *(lambda n=n: evaluator.outcomes(sheets[:n]) for n in (few, few * 10)),
        )


def built(make: Callable[[KnowledgeBase], object]) -> Callable[[KnowledgeBase], Any]:
    return lambda kb: lambda: make(kb)


def by_sheet(
    make: Callable[[KnowledgeBase], Callable[[Facts], object]],
) -> Callable[[KnowledgeBase], Any]:
    def work(kb: KnowledgeBase) -> Callable[[], object]:
        infer, given = make(kb), draw(kb, GROWN)
        return lambda: [infer(one) for one in given]

    return work


def by_rival(make: Callable[[KnowledgeBase], Rival]) -> Callable[[KnowledgeBase], Any]:
    def work(kb: KnowledgeBase) -> Callable[[], object]:
        rival, given = make(kb), draw(kb, GROWN)
        agree(kb, rival, given)
        return through(rival, given)

    return work


def by_batch(kb: KnowledgeBase) -> Callable[[], object]:
    evaluator = BatchEvaluator(kb)
    sheets = evaluator.layout.completions({}, 100_000, SEED)
    return lambda: evaluator.outcomes(sheets)


def made_base(count: int) -> KnowledgeBase:
    """The shipped base with ``count`` rules of random conditions over thirty questions."""
    generator, shipped, nowhere = (
        random.Random(SEED),
        knowledge_base(),
        SourceLocation("made.yaml", 1),
    )
    concepts = [f"concept{i}" for i in range(count // 10)]
    options = tuple(Option(f"option{i}", "", "") for i in range(5))
    questions = {
        name: Question(name, "", "", "", False, options, None, "", "", nowhere)
        for name in (f"question{i}" for i in range(30))
    }
    chosen = [Chosen(name, option.id) for name in questions for option in options]
    actions = [Conclude(concept) for concept in concepts]
    actions += [
        Prefer(generator.choice(list(shipped.alternatives)), criterion, 0.4, "moderate")
        for criterion in generator.choices(list(shipped.criteria), k=count - len(concepts))
    ]
    rules = {}
    for number, action in enumerate(actions):
        known = [Concluded(concept) for concept in concepts[:number]]
        when = made_condition(generator, 2, chosen, known)
        rules[f"rule{number}"] = Rule(f"rule{number}", when, action, "", (), "", "", nowhere)
    named = {concept: Concept(concept, "", nowhere) for concept in concepts}
    return replace(shipped, questions=questions, concepts=named, rules=rules)


def made_condition(
    generator: random.Random, depth: int, chosen: Sequence[Chosen], known: Sequence[Concluded]
) -> Condition:
    if depth == 0 or generator.random() < 0.5:
        asks_concept = known and generator.random() < 0.3
        atom = generator.choice(known) if asks_concept else generator.choice(chosen)
        return Not(atom) if generator.random() < 0.2 else atom
    count = generator.randint(2, 3)
    parts = tuple(made_condition(generator, depth - 1, chosen, known) for _ in range(count))
    return All(parts) if generator.random() < 0.5 else Some(parts)


def draw(kb: KnowledgeBase, count: int) -> Given:
    """The facts of random sheets on which a fifth of the questions is left unanswered."""
    evaluator, generator = BatchEvaluator(kb), random.Random(SEED)
    sheets = evaluator.layout.completions({}, count, SEED)
    drawn: list[Answers] = [
        {
            question: given
            for question, given in evaluator.layout.decode(sheets, number).items()
            if generator.random() >= LEFT_OUT
        }
        for number in range(count)
    ]
    return tuple(establish(kb, answers) for answers in drawn)


def agree(kb: KnowledgeBase, rival: Rival, given: Given) -> None:
    """End the bench where a rival does not name just the rules that fire."""
    reference = RuleEvaluator(kb)
    for facts in given:
        if rival.fired(facts) != set(reference.infer(facts).fired):
            sys.exit(f"{type(rival).__name__} does not infer what the rules say: not comparable")


def through(rival: Rival, given: Given) -> Callable[[], object]:
    return lambda: [rival.fired(facts) for facts in given]


def turns(work: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each, taking turns; the first turn is not counted."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for number in range(rounds + 1):
        for name, run in work.items():
            began = time.process_time()  # whatever else the machine does
            run()
            if number:
                times[name].append(time.process_time() - began)
    return times


def report(title: str, work: Mapping[str, Callable[[], object]], count: int) -> None:
    """The medians, each for one of ``count``, over all the rivals: the last is ours."""
    medians = {name: statistics.median(times) for name, times in turns(work, ROUNDS).items()}
    *rivals, own = medians
    print(title)
    for name in rivals:
        shown = f"{medians[name] / count * 1e3:9.3f} ms"
        print(f"  {name:<40} {shown}   ours takes {medians[own] / medians[name]:.2f} of it")
    print(f"  {own:<40} {medians[own] / count * 1e3:9.3f} ms", flush=True)


def grown(name: str, small: Callable[[], object], large: Callable[[], object]) -> None:
    """How many times the time ten times as much takes."""
    times = turns({"small": small, "large": large}, 3)
    one, other = (statistics.median(times[size]) for size in ("small", "large"))
    shown = f"{one * 1e3:9.2f} ms {other * 1e3:10.2f} ms"
    print(f"  {name:<40} {shown}   {other / one:.1f} times", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
