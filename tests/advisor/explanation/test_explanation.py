"""Explanations of whole recommendations, for every example and with made-up findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.consultation.evidence import ClaimStatus
from advisor.explanation.changes import changes
from advisor.explanation.how import how, how_concept, how_criterion, how_rule, outcome_with_reason
from advisor.explanation.overview import overview
from advisor.explanation.why import why
from advisor.explanation.why_not import why_not, why_not_rule
from advisor.sources import open_source
from advisor.wording import recommendation
from probes.api import Finding, Outcome
from rules.analysis.traces import Step
from rules.conditions import Chosen
from rules.inference.situation import Situation
from rules.loading.loader import load
from rules.model import Prefer, RuleOut
from rules.scoring.judgement import Verdict

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
NAMES = [path.stem for path in EXAMPLES]
KB = load()
REFUTED = "tensorflow.converts_to_tflite"
OVERTURNED = Sheet(answers={"target": ("android",)})


@cache
def example(name: str) -> Recommendation:
    """The example from written knowledge."""
    return open_source(EXAMPLES[NAMES.index(name)], KB).recommendation


def found(sheet: Sheet, *, strict: bool = False, **outcomes: str) -> Recommendation:
    """A consultation whose probes say what they are told to."""
    made = {name.replace("__", "."): Outcome(outcome) for name, outcome in outcomes.items()}

    def prober(names: Sequence[str]) -> Mapping[str, Finding]:
        return {
            name: Finding(name, made[name], "as it was made up", 0.5)
            for name in names
            if name in made
        }

    return consult(KB, sheet, prober, strict=strict)


def is_a_contest(name: str) -> bool:
    judgement = example(name).judgement
    return judgement.winner is not None and len(judgement.totals) > 1


@pytest.fixture(scope="module")
def refuted() -> Recommendation:
    return found(OVERTURNED, tensorflow__converts_to_tflite="no")


def steps(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from steps(child)


def of_kind(step: Step, kind: str) -> list[Step]:
    return [one for one in steps(step) if one.kind == kind]


def is_sentence(text: str) -> bool:
    return bool(text.strip()) and text[-1] in ".?:)" and "  " not in text and ".." not in text


# Every example answers every question


@pytest.mark.parametrize("name", NAMES)
def test_every_example_says_how_it_was_concluded(name: str) -> None:
    r = example(name)
    step = how(r)
    assert step.state == r.judgement.verdict.value
    assert step.says.startswith(f"{recommendation.outcome(KB, r.judgement)}, because ")
    criteria = [one.id for one in step.children if one.kind == "criterion"]
    assert set(criteria) == set(r.judgement.weights)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_says_why_not_each_alternative(name: str) -> None:
    for alternative, known in KB.alternatives.items():
        step = why_not(example(name), alternative)
        assert step.says.startswith(f"Why not {known.title}: ")
        assert step.children


@pytest.mark.parametrize("name", NAMES)
def test_every_example_says_why_each_question_is_asked(name: str) -> None:
    for question in KB.questions.values():
        step = why(example(name), question.id)
        assert step.says == f"Why do we ask: {question.ask}"
        assert step.children


@pytest.mark.parametrize("name", NAMES)
def test_every_example_says_what_would_change_it(name: str) -> None:
    r = example(name)
    told = of_kind(changes(r), "flip") + of_kind(changes(r), "open") + of_kind(changes(r), "claim")
    moving = {flip.question for flip in r.flips} | {
        one.question for one in recommendation.movers(r)
    }
    assert {one.id for one in told} == moving | {fall.claim for fall in r.fragile_claims}


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_said_is_a_sentence(name: str) -> None:
    said = [one.says for one in steps(overview(example(name))) if one.kind != "explanation"]
    assert [text for text in said if not is_sentence(text)] == []


# How agrees with the engine


@pytest.mark.parametrize("name", NAMES)
def test_how_names_the_rules_that_decided_and_what_made_them_fire(name: str) -> None:
    r = example(name)
    tree = how(r)
    fired = {rule.id for rule in r.fired}
    told = {one.id for one in of_kind(tree, "rule") if one.state == "fired"}
    assert {rule.id for rule in r.deciding} <= told <= fired
    situation = Situation.of(KB, r.sheet.answers)
    for one in of_kind(tree, "answer"):
        question, _, option = one.id.partition("=")
        assert situation.value(Chosen(question, option)) is (one.state == "true")
    for one in of_kind(tree, "concept"):
        assert situation.concepts[one.id] is (one.state == "true")


@pytest.mark.parametrize("name", NAMES)
def test_how_gives_the_numbers_of_the_judgement(name: str) -> None:
    r = example(name)
    for one in how(r).children:
        if one.kind == "criterion":
            scores = {who: by[one.id] for who, by in r.judgement.scores.items()}
            assert {who: one.numbers[f"score_{who}"] for who in scores} == scores
            assert one.numbers["weight"] == r.judgement.weights[one.id]


@pytest.mark.parametrize("name", NAMES)
def test_why_not_names_the_rules_for_it_that_did_not_fire(name: str) -> None:
    r = example(name)
    fired = {rule.id for rule in r.fired}
    for alternative in KB.alternatives:
        tree = why_not(r, alternative)
        (group,) = (one for one in tree.children if one.kind == "silent")
        silent = of_kind(group, "rule")
        assert silent
        assert not {one.id for one in silent} & fired
        for one in silent:
            action = KB.rules[one.id].action
            assert isinstance(action, (Prefer, RuleOut))
            assert one.children
            assert {child.kind for child in one.children} == {"missing"}
            for child in one.children:
                lacking = child.id in r.unanswered
                assert child.state == ("unknown" if lacking else "false")


@pytest.mark.parametrize("name", NAMES)
def test_of_what_wins_the_rules_that_speak_against_it_are_told(name: str) -> None:
    r = example(name)
    for alternative, known in KB.alternatives.items():
        tree = why_not(r, alternative)
        told = [one for one in tree.children if one.kind == "against"]
        assert [one.id for one in told] == [alternative] * (alternative == r.judgement.winner)
        for one in told:
            assert tree.says == f"Why not {known.title}: it wins: it is what is recommended."
            found = {step.id for step in of_kind(one, "rule")}
            against = [rule for rule in r.deciding if rule.id in found]
            assert one.says.startswith("No rule" if not against else str(len(against)))
            for rule in against:
                assert isinstance(rule.action, (Prefer, RuleOut))
                is_own = rule.action.alternative == alternative
                favours = isinstance(rule.action, Prefer) and rule.action.factor > 0
                assert is_own != favours


@pytest.mark.parametrize("name", [name for name in NAMES if is_a_contest(name)])
def test_where_it_is_behind_adds_up_to_the_margin(name: str) -> None:
    r = example(name)
    for loser in r.judgement.totals.keys() - {r.judgement.winner}:
        tree = why_not(r, loser)
        costs = sum(one.numbers["cost"] for one in tree.children if one.kind == "criterion")
        assert costs >= tree.numbers["behind"] - 1e-9
        assert tree.numbers["behind"] == pytest.approx(r.judgement.margin)


# The kinds of outcome


def test_a_choice_names_the_criterion_that_tips_it() -> None:
    assert outcome_with_reason(example("android-app")) == (
        "TensorFlow, clearly, because under Devices and browsers (46 % of the weight) "
        "it scores +0.81 and PyTorch +0.62."
    )


def test_either_names_the_threshold_that_was_not_reached() -> None:
    r = example("vision-server")
    assert r.judgement.verdict is Verdict.EITHER
    told = outcome_with_reason(r)
    assert f"is ahead by only {r.judgement.margin:.2f}, where leaning takes" in told


def test_a_lean_that_needs_more_reasons_says_how_many() -> None:
    demanding = replace(KB, leaning=replace(KB.leaning, reasons=3))
    r = consult(demanding, Sheet(answers={"debugging": ("often",)}), lambda names: {})
    assert "has only 2 rules that spoke, where leaning takes 3" in outcome_with_reason(r)


def test_undecided_says_that_nothing_speaks_yet() -> None:
    told = outcome_with_reason(example("nothing-known"))
    assert told.startswith("Cannot tell yet, because nothing that was answered speaks")


def test_undecided_lists_every_rule_as_waiting_for_answers() -> None:
    (silent,) = why_not(example("nothing-known"), "pytorch").children
    assert "All of them wait only for answers that are not there yet." in silent.says


def test_impossible_names_the_answers_that_exclude_each_other() -> None:
    tree = how(example("ruled-out"))
    assert [one.id for one in tree.children if one.kind == "conflict"] == list(
        example("ruled-out").conflict
    )
    assert why_not(example("ruled-out"), "pytorch").children[0].id == "only_tensorflow"


def test_where_the_others_are_ruled_out_that_is_the_reason() -> None:
    r = found(Sheet(answers={"standard": ("pytorch_only",)}))
    assert outcome_with_reason(r) == "PyTorch, clearly, because TensorFlow is ruled out."


def test_nothing_that_could_change_it_is_said_in_so_many_words() -> None:
    r = replace(example("android-app"), influences=(), flips=(), fragile_claims=())
    assert changes(r).says.startswith("What could change it: nothing by itself.")


def test_the_winner_is_told_what_speaks_against_it() -> None:
    step = why_not(example("wake-word"), "tensorflow")
    assert step.state == "recommended"
    assert [one.id for one in step.children if one.state == "behind"] == ["deployment"]


# A refuted claim


def test_a_refuted_claim_changes_the_outcome_of_this_sheet(refuted: Recommendation) -> None:
    assert refuted.overturned


def test_how_tells_what_the_evidence_withdrew(refuted: Recommendation) -> None:
    (withdrawn,) = (one for one in how(refuted).children if one.kind == "withdrawn")
    assert withdrawn.says == recommendation.turn(refuted)
    assert {one.id for one in withdrawn.children} == {w.rule for w in refuted.withdrawn}


def test_why_not_tells_what_fell_and_with_which_claim(refuted: Recommendation) -> None:
    tree = why_not(refuted, "tensorflow")
    (fallen,) = (one for one in tree.children if one.kind == "withdrawn")
    (rule,) = fallen.children
    assert (rule.id, rule.state) == ("android_tflite", "withdrawn")
    claim = rule.children[0]
    assert (claim.kind, claim.state) == ("claim", ClaimStatus.REFUTED.value)
    assert claim.says.startswith("Refuted here: Keras models convert to TFLite")
    assert claim.children[0].says == "As it was made up. Tried: 0.5 s."


def test_a_withdrawn_rule_is_explained_as_such(refuted: Recommendation) -> None:
    for step in (why_not_rule(refuted, "android_tflite"), how_rule(refuted, "android_tflite")):
        assert step.state == "withdrawn"


def test_a_finding_is_told_with_its_outcome_and_numbers() -> None:
    finding = Finding(
        REFUTED, Outcome.YES, "it runs", 1.25, {"difference": 0.5}, {"tensorflow": "2.21.0"}
    )
    r = consult(KB, OVERTURNED, lambda names: {REFUTED: finding})
    (step,) = of_kind(how_rule(r, "android_tflite"), "finding")
    assert step.says == "It runs (difference 0.5). Tried with tensorflow 2.21.0: 1.2 s."
    assert (step.state, step.numbers) == ("yes", {"difference": 0.5, "seconds": 1.25})


def test_an_untried_claim_says_so() -> None:
    (step,) = of_kind(how_rule(found(OVERTURNED), "android_tflite"), "untried")
    assert step.says == f"Not tried: the probe {REFUTED} was not run."


# Parts


def test_a_rule_that_fired_is_told_with_its_answers() -> None:
    step = why_not_rule(example("android-app"), "android_tflite")
    assert step.says.startswith("It did fire. Strongly for TensorFlow under “Devices and browsers”")
    assert [one.id for one in of_kind(step, "answer")] == ["target=android"]


def test_a_rule_that_did_not_fire_is_told_with_what_it_lacks() -> None:
    step = how_rule(example("llm-research"), "android_tflite")
    assert step.says.startswith("It did not fire. Strongly for TensorFlow")
    (lack,) = step.children
    assert lack.says.startswith("Where must the finished model run? It would need “Android”")


@pytest.mark.parametrize(
    ("name", "state"),
    [("android-app", "true"), ("llm-research", "false"), ("nothing-known", "unknown")],
)
def test_a_concept_is_concluded_or_not_or_not_yet(name: str, state: str) -> None:
    assert how_concept(example(name), "targets_device").state == state


def test_a_criterion_nothing_speaks_to_tells_the_rules_that_could() -> None:
    step = how_criterion(example("nothing-known"), "hardware")
    assert step.says.startswith("Hardware has no weight: nothing that was answered speaks to it.")
    assert {one.state for one in step.children} == {"silent"}


# Why a question is asked


def test_an_open_question_says_what_each_answer_would_make_of_the_outcome() -> None:
    told = [one.says for one in of_kind(why(example("vision-server"), "standard"), "prospect")]
    assert told == [
        "“PyTorch is the standard” would make it: Leaning to PyTorch.",
        "“Nothing but TensorFlow is allowed” would make it: TensorFlow, clearly.",
        "“Nothing but PyTorch is allowed” would make it: PyTorch, clearly.",
        "Any other answer leaves it at: Either PyTorch or TensorFlow: too close to call.",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_what_an_answer_would_make_of_it_is_what_the_influences_say(name: str) -> None:
    r = example(name)
    for influence in r.influences:
        told = " ".join(one.says for one in of_kind(why(r, influence.question), "prospect"))
        for judgement in influence.outcomes.values():
            assert recommendation.outcome(KB, judgement) in told


def test_a_question_left_out_says_for_which_answer() -> None:
    step = why(example("wake-word"), "serving")
    assert step.children[0].says == "It was left out, for your other answers:"
    assert [one.id for one in of_kind(step, "answer")] == ["target=server"]


def test_an_answered_question_says_what_was_said_and_what_would_change() -> None:
    told = [one.says for one in why(example("android-app"), "standard").children]
    assert told[-2:] == [
        "You said “No”.",
        "If you said “Nothing but PyTorch is allowed” instead: PyTorch, clearly.",
    ]
