"""Many sheets at once: what the reference evaluator and ``judge`` say of each, to the last bit."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from rules.answers import answer_mistakes
from rules.batch.evaluator import NOBODY, VERDICTS, BatchEvaluator, Outcomes
from rules.conditions import All, Any, Chosen, Concluded, Condition, Not
from rules.inference.engine import Engine
from rules.inference.evaluator import RuleEvaluator
from rules.inference.facts import establish
from rules.model import (
    UNKNOWN,
    Action,
    Advise,
    Conclude,
    KnowledgeBase,
    Prefer,
    RuleOut,
    Threshold,
)
from rules.scoring.judgement import Judgement, differs, judge
from rules.scoring.rankings import GroupRanking, Priorities, Ranking, ranked_by

Answers = Mapping[str, tuple[str, ...]]
MakeKnowledge = Callable[..., KnowledgeBase]
DrawAnswers = Callable[[KnowledgeBase, random.Random], dict[str, tuple[str, ...]]]

FACTORS = (0.2, 0.4, 0.6, 0.8, 1.0, -0.2, -0.4, -0.6, -1.0, 1 / 3)


def drawn_condition(
    kb: Mapping[str, Sequence[str]], concepts: Sequence[str], generator: random.Random
) -> Condition:
    """A condition over these questions and concepts, up to three levels deep."""

    def draw(depth: int) -> Condition:
        kind = generator.random()
        if depth == 0 or kind < 0.4:
            if concepts and generator.random() < 0.3:
                return Concluded(generator.choice(concepts))
            question = generator.choice(list(kb))
            return Chosen(question, generator.choice(kb[question]))
        if kind < 0.6:
            return Not(draw(depth - 1))
        parts = tuple(draw(depth - 1) for _ in range(generator.randint(0, 3)))
        return All(parts) if kind < 0.8 else Any(parts)

    return draw(3)


def drawn_kb(make_kb: MakeKnowledge, seed: int, alternatives: Sequence[str]) -> KnowledgeBase:
    """A small base with everything a base may have, in odd mixtures."""
    generator = random.Random(seed)
    questions = {
        f"q{i}": [f"o{i}{j}" for j in range(generator.randint(2, 5))]
        for i in range(generator.randint(3, 7))
    }
    names = list(questions)
    asked_later = {
        name: drawn_condition({n: questions[n] for n in names[:at]}, (), generator)
        for at, name in enumerate(names)
        if at and generator.random() < 0.4
    }
    concepts = [f"c{i}" for i in range(3)]
    rules: list[tuple[Condition, Action]] = []
    for place, concept in enumerate(concepts):
        for _ in range(generator.randint(0, 2)):
            rules.append(
                (drawn_condition(questions, concepts[:place], generator), Conclude(concept))
            )
    criteria = ("speed", "reach", "price", "taste")[: generator.randint(1, 4)]
    for _ in range(generator.randint(2, 14)):
        prefer = Prefer(
            generator.choice(alternatives),
            generator.choice(criteria),
            generator.choice(FACTORS),
            "",
        )
        rules.append((drawn_condition(questions, concepts, generator), prefer))
    for _ in range(generator.randint(0, 2)):
        rules.append(
            (
                drawn_condition(questions, concepts, generator),
                RuleOut(generator.choice(alternatives)),
            )
        )
    rules.append((drawn_condition(questions, concepts, generator), Advise("", "practice", None)))
    kb = make_kb(
        questions,
        rules,
        multiple=[name for name in names if generator.random() < 0.4],
        alone=[options[-1] for options in questions.values() if generator.random() < 0.5],
        applies_when=asked_later,
        concepts=concepts,
        alternatives=alternatives,
        criteria=criteria,
    )
    return replace(kb, clear=Threshold(0.85, 0.25, reasons=2))


def drawn_ranking(kb: KnowledgeBase, generator: random.Random) -> tuple[str, ...]:
    criteria = list(kb.criteria)
    return tuple(generator.sample(criteria, generator.randint(0, len(criteria))))


def drawn_ranking_with_ties(kb: KnowledgeBase, generator: random.Random) -> Ranking:
    ranked = generator.sample(list(kb.criteria), generator.randint(0, len(kb.criteria)))
    return ranked_by({name: generator.randint(0, 2) for name in ranked})


def drawn_panel(kb: KnowledgeBase, generator: random.Random) -> GroupRanking:
    people = range(generator.randint(1, 5))
    return GroupRanking(tuple(drawn_ranking_with_ties(kb, generator) for _ in people))


def assert_same(kb: KnowledgeBase, sheets: Sequence[Answers], priorities: Priorities) -> None:
    """That the batch says of every sheet what the reference says of it."""
    evaluator, reference = BatchEvaluator(kb, priorities), RuleEvaluator(kb)
    encoded = evaluator.layout.encode(sheets)
    inferences, judgements = evaluator.infer(encoded), evaluator.judge(encoded)
    for number, answers in enumerate(sheets):
        facts = establish(kb, answers)
        inference = reference.infer(facts)
        assert named(kb.questions, inferences.not_applicable[:, number]) == facts.not_applicable
        assert named(kb.rules, inferences.fired[:, number]) == set(inference.fired)
        held = {name for name, holds in inference.concepts.items() if holds}
        assert named(kb.concepts, inferences.holds[:, number]) == held
        failed = inference.concepts.keys() - held
        assert named(kb.concepts, inferences.fails[:, number]) == failed
        expected = judge(kb, inference.fired, priorities)
        assert repr(evaluator.judgement(judgements, number)) == repr(expected)


def named(names: Mapping[str, object], marked: Sequence[bool]) -> set[str]:
    return {name for name, mark in zip(names, marked, strict=True) if mark}


def drawn_sheets(
    kb: KnowledgeBase, draw: DrawAnswers, count: int, seed: int
) -> list[dict[str, tuple[str, ...]]]:
    generator = random.Random(seed)
    return [draw(kb, generator) for _ in range(count)]


@pytest.mark.parametrize(
    "priorities",
    [(), ("edge", "api", "team"), ("longevity",), ("team", "research", "edge", "api", "hardware")],
)
def test_shipped_knowledge_is_judged_as_the_reference_does(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers, priorities: tuple[str, ...]
) -> None:
    assert_same(shipped_kb, drawn_sheets(shipped_kb, draw_answers, 1000, 5), priorities)


@pytest.mark.parametrize(
    "priorities",
    [
        (("edge", "api"), "team"),
        ("longevity", ("team", "research", "edge"), ("api", "hardware")),
        GroupRanking((("edge", "api"), (("api", "edge", "team"), "research"), ("team",), ())),
        GroupRanking(
            tuple((name, "team") for name in ("edge", "api", "research", "execution") * 4)
        ),
    ],
)
def test_shipped_knowledge_is_judged_as_the_reference_does_with_ties_and_panels(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers, priorities: Priorities
) -> None:
    assert_same(shipped_kb, drawn_sheets(shipped_kb, draw_answers, 60, 5), priorities)


def test_shipped_knowledge_is_judged_as_the_engine_does(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    sheets = drawn_sheets(shipped_kb, draw_answers, 20, 6)
    evaluator, engine = BatchEvaluator(shipped_kb), Engine(shipped_kb)
    judgements = evaluator.judge(evaluator.layout.encode(sheets))
    for number, answers in enumerate(sheets):
        fired = engine.infer(establish(shipped_kb, answers)).fired
        assert evaluator.judgement(judgements, number) == judge(shipped_kb, fired)


@pytest.mark.parametrize("seed", range(60))
def test_made_knowledge_is_judged_as_the_reference_does(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, seed: int
) -> None:
    kb = drawn_kb(make_kb, seed, ("red", "blue"))
    ranking = drawn_ranking(kb, random.Random(seed))
    assert_same(kb, drawn_sheets(kb, draw_answers, 60, seed), ranking)


@pytest.mark.parametrize("seed", range(30))
def test_made_knowledge_is_judged_as_the_reference_does_with_ties_and_panels(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, seed: int
) -> None:
    kb, generator = drawn_kb(make_kb, seed, ("red", "blue")), random.Random(seed)
    sheets = drawn_sheets(kb, draw_answers, 30, seed)
    assert_same(kb, sheets, drawn_ranking_with_ties(kb, generator))
    assert_same(kb, sheets, drawn_panel(kb, generator))


@pytest.mark.parametrize("seed", range(6))
def test_three_alternatives_are_judged_as_the_reference_does_with_ties_and_panels(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, seed: int
) -> None:
    kb, generator = drawn_kb(make_kb, seed, ("red", "blue", "green")), random.Random(seed)
    sheets = drawn_sheets(kb, draw_answers, 12, seed)
    assert_same(kb, sheets, drawn_ranking_with_ties(kb, generator))
    assert_same(kb, sheets, drawn_panel(kb, generator))


@pytest.mark.parametrize("seed", range(12))
def test_three_alternatives_are_judged_as_the_reference_does(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers, seed: int
) -> None:
    kb = drawn_kb(make_kb, seed, ("red", "blue", "green"))
    ranking = drawn_ranking(kb, random.Random(seed))
    assert_same(kb, drawn_sheets(kb, draw_answers, 15, seed), ranking)


def test_more_rules_than_a_table_holds_combine_as_the_reference_does(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers
) -> None:
    questions = {f"q{i}": ("yes", "no") for i in range(40)}
    rules = [
        (Chosen(name, option), Prefer("red", "speed", FACTORS[(2 * i + j) % len(FACTORS)], ""))
        for i, name in enumerate(questions)
        for j, option in enumerate(("yes", "no"))
    ]
    kb = make_kb(questions, rules)
    assert_same(kb, drawn_sheets(kb, draw_answers, 200, 8), ())


def test_more_criteria_than_a_table_holds_weigh_as_the_reference_does(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers
) -> None:
    criteria = [f"c{i}" for i in range(18)]
    questions = {f"q{i}": ("yes", "no") for i in range(18)}
    rules = [
        (Chosen(f"q{i}", option), Prefer(whom, criterion, 0.2 + 0.01 * i, ""))
        for i, criterion in enumerate(criteria)
        for option, whom in (("yes", "red"), ("no", "blue"))
    ]
    kb = make_kb(questions, rules, criteria=criteria)
    sheets = drawn_sheets(kb, draw_answers, 20, 9)
    assert_same(kb, sheets, ("c3", "c7"))
    assert_same(kb, sheets, GroupRanking((("c3", ("c7", "c1", "c9")), ("c5",))))


def test_question_with_300_options_and_a_thousand_rules_are_no_limit(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers
) -> None:
    options = [f"o{i}" for i in range(300)]
    rules = [
        (Chosen("wide", options[i % 300]), Prefer(("red", "blue")[i % 2], "speed", 0.2, ""))
        for i in range(1000)
    ]
    kb = make_kb({"wide": options}, rules, multiple=["wide"])
    assert_same(kb, drawn_sheets(kb, draw_answers, 40, 10), ())
    assert len(BatchEvaluator(kb).layout.completions({}, 50, 1)) == 50


def test_condition_that_asks_about_what_is_not_settled_yet_lets_the_question_apply(
    make_kb: MakeKnowledge, draw_answers: DrawAnswers
) -> None:
    later = {"first": All((Not(Chosen("second", "a")), Not(Concluded("known"))))}
    rules = [
        (Chosen("second", "a"), Conclude("known")),
        (Chosen("first", "x"), Prefer("red", "speed", 0.6, "")),
    ]
    kb = make_kb({"first": ("x", "y"), "second": ("a", "b")}, rules, applies_when=later)
    assert_same(kb, drawn_sheets(kb, draw_answers, 30, 11), ())


def test_no_sheets_give_no_judgements(shipped_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    assert evaluator.judge(evaluator.layout.encode([])).verdict.shape == (0,)


def test_chunks_leave_no_trace(shipped_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    sheets = evaluator.layout.completions({}, 40_000, 3)
    whole = evaluator.totals(sheets)
    for part in (slice(0, 7), slice(16_380, 16_390), slice(39_990, 40_000)):
        assert np.array_equal(evaluator.totals(sheets[part]).totals, whole.totals[:, part])


# Outcomes


@pytest.mark.parametrize(
    "priorities", [(), ("edge", "api"), GroupRanking((("edge", "api"), (("api", "team"), "edge")))]
)
def test_outcomes_are_those_of_the_whole_judgement(
    shipped_kb: KnowledgeBase, priorities: Priorities
) -> None:
    evaluator = BatchEvaluator(shipped_kb, priorities)
    sheets = evaluator.layout.completions({"target": ("android",)}, 1000, 3)
    outcomes, judgements = evaluator.outcomes(sheets), evaluator.judge(sheets)
    assert np.array_equal(outcomes.verdict, judgements.verdict)
    assert np.array_equal(outcomes.winner, judgements.winner)


def test_outcomes_differ_as_judgements_do(make_kb: MakeKnowledge) -> None:
    kb = drawn_kb(make_kb, 4, ("red", "blue"))
    evaluator = BatchEvaluator(kb)
    sheets = evaluator.layout.completions({}, 200, 1)
    judgements, outcomes = evaluator.judge(sheets), evaluator.outcomes(sheets)
    every = [evaluator.judgement(judgements, number) for number in range(len(sheets))]
    for now in _one_of_each_outcome(every):
        at = slice(every.index(now), every.index(now) + 1)
        marked = outcomes.differ_from(Outcomes(judgements.verdict[at], judgements.winner[at]))
        assert marked.tolist() == [differs(one, now) for one in every]


def _one_of_each_outcome(judgements: Sequence[Judgement]) -> list[Judgement]:
    return list({(one.winner, one.verdict): one for one in judgements}.values())


def test_verdict_codes_are_places_in_the_list_of_verdicts(small_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(small_kb)
    found = evaluator.judge(evaluator.layout.encode([{}]))
    assert VERDICTS[found.verdict[0]].value == "undecided"
    assert found.winner[0] == NOBODY


# Sheets


def test_answers_survive_encoding(shipped_kb: KnowledgeBase, draw_answers: DrawAnswers) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    sheets = drawn_sheets(shipped_kb, draw_answers, 200, 12)
    encoded = evaluator.layout.encode(sheets)
    for number, answers in enumerate(sheets):
        given = {name: set(chosen) for name, chosen in answers.items() if chosen != (UNKNOWN,)}
        decoded = evaluator.layout.decode(encoded, number)
        assert {name: set(chosen) for name, chosen in decoded.items()} == given


def test_decoded_options_stand_in_the_order_of_the_question(shipped_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    given = {"target": ("ios", "android")}
    assert evaluator.layout.decode(evaluator.layout.encode([given]), 0) == {
        "target": ("android", "ios")
    }


def test_completions_keep_the_answers_given(
    shipped_kb: KnowledgeBase, draw_answers: DrawAnswers
) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    answers = drawn_sheets(shipped_kb, draw_answers, 1, 13)[0]
    sheets = evaluator.layout.completions(answers, 20, 1)
    given = evaluator.layout.decode(evaluator.layout.encode([answers]), 0)
    for number in range(20):
        assert evaluator.layout.decode(sheets, number).items() >= given.items()


def test_completions_are_answers_that_could_be_given(shipped_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    sheets = evaluator.layout.completions({"target": (UNKNOWN,)}, 300, 2)
    for number in range(300):
        completed = evaluator.layout.decode(sheets, number)
        assert completed.keys() == shipped_kb.questions.keys()
        for name, chosen in completed.items():
            assert list(answer_mistakes(shipped_kb.questions[name], chosen)) == []
            assert len(chosen) <= 3


def test_completions_draw_every_option_alike(make_kb: MakeKnowledge) -> None:
    evaluator = BatchEvaluator(
        make_kb({"size": ("s", "m", "l"), "kinds": ("a", "b", "c", "d")}, multiple=["kinds"])
    )
    shares = evaluator.layout.completions({}, 30_000, 3).chosen.mean(axis=1)
    assert shares[:3] == pytest.approx([1 / 3] * 3, abs=0.02)
    assert shares[3:] == pytest.approx([0.5] * 4, abs=0.02)  # two of four on average


def test_completions_are_the_same_everywhere(make_kb: MakeKnowledge) -> None:
    evaluator = BatchEvaluator(make_kb({"size": ("s", "m", "l")}))
    sheets = evaluator.layout.completions({}, 8, 1)
    drawn = [evaluator.layout.decode(sheets, number)["size"][0] for number in range(8)]
    assert drawn == ["m", "m", "s", "l", "s", "l", "l", "m"]


def test_one_answer_more_leaves_the_other_draws_alone(make_kb: MakeKnowledge) -> None:
    evaluator = BatchEvaluator(make_kb({"road": ("yes", "no"), "size": ("s", "m", "l")}))
    before = evaluator.layout.completions({}, 50, 1)
    after = evaluator.layout.completions({"road": ("yes",)}, 50, 1)
    assert np.array_equal(before.chosen[2:], after.chosen[2:])


# Weightings


def test_winner_under_a_weighting_has_the_highest_weighted_score(make_kb: MakeKnowledge) -> None:
    rules = [
        (Chosen("road", "yes"), Prefer("red", "speed", 0.6, "")),
        (Chosen("road", "yes"), Prefer("blue", "reach", 0.4, "")),
    ]
    evaluator = BatchEvaluator(make_kb({"road": ("yes", "no")}, rules))
    totals = evaluator.totals(evaluator.layout.encode([{"road": ("yes",)}, {"road": ("no",)}]))
    weightings = np.array([[1.0, 0.0, 0.0], [0.2, 0.8, 5.0], [0.0, 0.0, 1.0]])
    assert evaluator.winners(totals, weightings).tolist() == [[0, 0], [1, 0], [0, 0]]


def test_no_alternative_wins_where_all_are_ruled_out(make_kb: MakeKnowledge) -> None:
    rules = [(Chosen("road", "yes"), RuleOut(name)) for name in ("red", "blue")]
    evaluator = BatchEvaluator(make_kb({"road": ("yes", "no")}, rules))
    totals = evaluator.totals(evaluator.layout.encode([{"road": ("yes",)}]))
    assert evaluator.winners(totals, np.ones((2, 3))).tolist() == [[NOBODY], [NOBODY]]


def test_equal_weights_lead_to_the_leader(shipped_kb: KnowledgeBase) -> None:
    evaluator = BatchEvaluator(shipped_kb)
    totals = evaluator.totals(evaluator.layout.completions({}, 500, 5))
    winners = evaluator.winners(totals, np.ones((1, len(shipped_kb.criteria))))
    assert np.array_equal(winners[0], totals.leader)
