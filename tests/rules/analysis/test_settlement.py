"""Settled: no way to answer what is left changes the outcome. It is never claimed wrongly."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from rules.analysis.settlement import Settlement
from rules.analysis.whatif import WhatIf
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.loading.answers_parser import read_answers
from rules.loading.yaml_nodes import read
from rules.model import Action, Conclude, KnowledgeBase, Prefer, RuleOut
from rules.scoring.bounds import stays
from rules.scoring.judgement import differs, judge
from rules.scoring.rankings import GroupRanking, Priorities

Answers = Mapping[str, tuple[str, ...]]
MakeKnowledge = Callable[..., KnowledgeBase]

CASES = Path(__file__).parents[3] / "rules" / "knowledge" / "cases"
COMPLETIONS = 60
PRIORITIES: list[Priorities] = [
    ("reach",),
    GroupRanking((("reach", "speed"), (("speed", "price"), "reach"), ())),
    (),
]


def completed(
    kb: KnowledgeBase, answers: Answers, generator: random.Random, share: float
) -> dict[str, tuple[str, ...]]:
    """The answers, and one to about this share of the questions without."""
    sheet = {name: given for name, given in answers.items() if given != ("unknown",)}
    for question in kb.questions.values():
        if question.id in sheet or generator.random() >= share:
            continue
        options = [option.id for option in question.options]
        chosen = generator.sample(options, generator.randint(1, len(options)))
        alone = next((o.id for o in question.options if o.alone and o.id in chosen), None)
        single = chosen[0] if not question.multiple else alone
        sheet[question.id] = (single,) if single else tuple(chosen)
    return sheet


def settled(kb: KnowledgeBase, answers: Answers, priorities: Priorities = ()) -> bool:
    now = WhatIf(kb, priorities).judge(answers)
    return Settlement(kb, priorities).is_settled(answers, now)


def for_(alternative: str, factor: float, criterion: str = "speed") -> Prefer:
    return Prefer(alternative, criterion, factor, "")


# Bases drawn at random


def drawn_condition(generator: random.Random, atoms: list[Condition], depth: int) -> Condition:
    kind = generator.random()
    if depth == 0 or kind < 0.4:
        return generator.choice(atoms)
    if kind < 0.6:
        return Not(drawn_condition(generator, atoms, depth - 1))
    parts = tuple(drawn_condition(generator, atoms, depth - 1) for _ in range(2))
    return All(parts) if kind < 0.8 else Any(parts)


def drawn_action(generator: random.Random, alternatives: list[str]) -> Action:
    if generator.random() < 0.1:
        return RuleOut(generator.choice(alternatives))
    factor = generator.choice([-0.6, -0.4, 0.2, 0.4, 0.6, 0.8])
    return for_(generator.choice(alternatives), factor, generator.choice(["speed", "reach"]))


@pytest.fixture(scope="module")
def drawn(make_kb: MakeKnowledge) -> Callable[[int], KnowledgeBase]:
    """A small base for each seed: single and multiple choices, gates, concepts, rule-outs."""

    def draw(seed: int) -> KnowledgeBase:
        generator = random.Random(seed)
        questions = {f"q{i}": [f"o{j}" for j in range(generator.randint(2, 4))] for i in range(5)}
        atoms: list[Condition] = [Chosen(q, o) for q, options in questions.items() for o in options]
        concluding = [
            (drawn_condition(generator, atoms, 1), Conclude(name)) for name in ("c0", "c1")
        ]
        seen = [*atoms, Concluded("c0"), Concluded("c1")]
        alternatives = ["red", "blue", "green"][: generator.randint(2, 3)]
        speaking = [
            (drawn_condition(generator, seen, 2), drawn_action(generator, alternatives))
            for _ in range(generator.randint(3, 7))
        ]
        earlier = [atom for atom in atoms if isinstance(atom, Chosen) and atom.question == "q0"]
        return make_kb(
            questions,
            [*concluding, *speaking],
            multiple=["q1", "q3"],
            alone=["o0"],
            applies_when={"q2": drawn_condition(generator, list(earlier), 1)},
            alternatives=alternatives,
        )

    return draw


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_no_completion_changes_what_was_proven_on_drawn_bases(
    drawn: Callable[[int], KnowledgeBase], first: int
) -> None:
    proven, changed = 0, []
    for seed in range(first, first + 50):
        kb, generator = drawn(seed), random.Random(seed)
        priorities = PRIORITIES[seed % 3]
        whatif = WhatIf(kb, priorities)
        settlement = Settlement(kb, priorities)
        for share in (0.3, 0.6, 0.9):
            answers = completed(kb, {}, generator, share)
            now = whatif.judge(answers)
            if not settlement.is_settled(answers, now):
                continue
            proven += 1
            for _ in range(COMPLETIONS):
                later = completed(kb, answers, generator, generator.random())
                if differs(whatif.judge(later), now):
                    changed.append((seed, answers, later))
    assert changed == []
    assert proven > 10, "a proof that is never found would never be wrong"


def test_proof_is_found_wherever_small_bases_allow_it(
    drawn: Callable[[int], KnowledgeBase],
) -> None:
    """With one single choice left, all completions can be gone through."""
    missed, proven = [], 0
    for seed in range(150):
        kb, generator = drawn(seed), random.Random(seed)
        answers = completed(kb, {}, generator, 1.0)
        del answers["q4"]
        whatif = WhatIf(kb)
        now = whatif.judge(answers)
        ends = [{**answers, "q4": (o.id,)} for o in kb.questions["q4"].options]
        if any(differs(whatif.judge(end), now) for end in ends):
            continue
        proven += 1
        if not Settlement(kb).is_settled(answers, now):
            missed.append(seed)
    assert len(missed) <= proven // 20
    assert proven > 50


# What is shipped


@pytest.fixture(scope="module")
def whole_sheets(shipped_kb: KnowledgeBase) -> list[dict[str, tuple[str, ...]]]:
    """The cases, with what they leave open answered by draw, and no standard laid down."""
    generator, sheets = random.Random(8), []
    for file in sorted(CASES.glob("*.yaml")):
        fields = read(file).value
        assert isinstance(fields, Mapping)
        answers, problems = read_answers(fields["answers"], shipped_kb)
        assert not problems
        sheets.append(completed(shipped_kb, {**answers, "standard": ("none",)}, generator, 1.0))
    return sheets


def test_no_completion_changes_what_was_proven_on_what_is_shipped(
    shipped_kb: KnowledgeBase, whole_sheets: list[dict[str, tuple[str, ...]]]
) -> None:
    whatif, settlement = WhatIf(shipped_kb), Settlement(shipped_kb)
    generator, proven, changed = random.Random(9), 0, []
    for sheet in whole_sheets:
        for left in (4, 8):
            asked = [name for name in sheet if name != "standard"]
            dropped = generator.sample(asked, left)
            answers = {name: given for name, given in sheet.items() if name not in dropped}
            now = whatif.judge(answers)
            if not settlement.is_settled(answers, now):
                continue
            proven += 1
            for _ in range(COMPLETIONS):
                later = completed(shipped_kb, answers, generator, 0.9)
                if differs(whatif.judge(later), now):
                    changed.append((answers, later))
    assert changed == []
    assert proven > 5


def test_everything_answered_is_settled(
    shipped_kb: KnowledgeBase, whole_sheets: list[dict[str, tuple[str, ...]]]
) -> None:
    assert all(settled(shipped_kb, sheet) for sheet in whole_sheets)


def test_nothing_answered_is_not_settled(shipped_kb: KnowledgeBase) -> None:
    assert not settled(shipped_kb, {})


# What it rests on


def test_answer_that_may_still_be_set_aside_is_not_taken_for_granted(
    make_kb: MakeKnowledge,
) -> None:
    kb = make_kb(
        {"gate": ("open", "shut"), "way": ("left", "right")},
        [(Chosen("way", "left"), for_("red", 0.8))],
        applies_when={"way": Not(Chosen("gate", "shut"))},
    )
    assert not settled(kb, {"way": ("left",)})
    assert settled(kb, {"gate": ("open",), "way": ("left",)})


def test_answers_that_exclude_each_other_are_told_apart(make_kb: MakeKnowledge) -> None:
    """Both rules at once would turn the outcome; no answer fires both."""
    kb = make_kb(
        {"known": ("yes", "no"), "way": ("left", "right")},
        [
            (Chosen("known", "yes"), for_("red", 0.8)),
            (Chosen("way", "left"), for_("blue", 0.6)),
            (Chosen("way", "right"), for_("blue", 0.6)),
        ],
    )
    assert settled(kb, {"known": ("yes",)})


def test_two_answers_that_turn_it_together_keep_it_open(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"known": ("yes", "no"), "one": ("yes", "no"), "other": ("yes", "no")},
        [
            (Chosen("known", "yes"), for_("red", 0.4)),
            (All((Chosen("one", "yes"), Chosen("other", "yes"))), for_("blue", 0.8)),
        ],
    )
    assert not settled(kb, {"known": ("yes",)})
    assert settled(kb, {"known": ("yes",), "one": ("no",)})


def test_criterion_nobody_has_spoken_to_may_still_weigh(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"known": ("yes", "no"), "price": ("high", "low")},
        [
            (Chosen("known", "yes"), for_("red", 0.4, "speed")),
            (Chosen("price", "high"), for_("blue", 0.6, "price")),
        ],
    )
    assert not settled(kb, {"known": ("yes",)})


def test_ruling_out_what_leads_keeps_it_open(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"known": ("yes", "no"), "banned": ("yes", "no")},
        [(Chosen("known", "yes"), for_("red", 0.8)), (Chosen("banned", "yes"), RuleOut("red"))],
    )
    assert not settled(kb, {"known": ("yes",)})


def test_ruling_out_what_is_behind_changes_nothing(make_kb: MakeKnowledge) -> None:
    kb = make_kb(
        {"known": ("yes", "no"), "banned": ("yes", "no")},
        [(Chosen("known", "yes"), for_("red", 0.8)), (Chosen("banned", "yes"), RuleOut("blue"))],
    )
    assert settled(kb, {"known": ("yes",)})


def test_bound_alone_holds_between_what_fires_and_what_may(shipped_kb: KnowledgeBase) -> None:
    """Without splitting: any rules between the certain and the possible keep the outcome."""
    generator, reference = random.Random(4), RuleEvaluator(shipped_kb)
    deciding = [r for r in shipped_kb.rules.values() if isinstance(r.action, (Prefer, RuleOut))]
    held = 0
    for _ in range(300):
        sheet = completed(shipped_kb, {"standard": ("none",)}, generator, 0.5)
        fired = reference.infer(establish(shipped_kb, sheet)).fired
        certain = [shipped_kb.rules[name] for name in fired if shipped_kb.rules[name] in deciding]
        others = [
            rule for rule in deciding if rule not in certain and isinstance(rule.action, Prefer)
        ]
        possible = generator.sample(others, 4)
        now = judge(shipped_kb, [rule.id for rule in certain])
        if not stays(shipped_kb, certain, possible, now):
            continue
        held += 1
        some = [rule for rule in possible if generator.random() < 0.5]
        assert not differs(judge(shipped_kb, [rule.id for rule in [*certain, *some]]), now)
    assert held > 10
