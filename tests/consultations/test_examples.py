"""The shipped examples, consulted with the frameworks that are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import yaml

from probes.api import Finding
from rules.loading.loader import load

from ..conftest import Program, Run

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
NAMES = [path.stem for path in EXAMPLES]
KB = load()
RunExample: TypeAlias = Callable[[str], Run]


@pytest.fixture(scope="session")
def example(
    run_program: Program,
    real_findings: Mapping[str, Finding],
    tmp_path_factory: pytest.TempPathFactory,
) -> RunExample:
    """Each example's run, made once, on what was found of the installed frameworks."""
    runs: dict[str, Run] = {}

    def run(name: str) -> Run:
        if name not in runs:
            path = EXAMPLES[NAMES.index(name)]
            folder = tmp_path_factory.mktemp(name)
            runs[name] = run_program("ask", "--answers", path, "--format", "json", folder=folder)
        return runs[name]

    return run


def finding(run: Run, probe: str) -> Any:
    return next(found for found in run.data["findings"] if found["probe"] == probe)


def claim(run: Run, id: str) -> Any:
    return next(claim for claim in run.data["claims"] if claim["id"] == id)


def test_there_are_at_least_eight_examples() -> None:
    assert len(EXAMPLES) >= 8


def test_examples_tell_the_alternatives_apart(example: RunExample) -> None:
    chosen = {example(name).data["recommendation"]["alternative"] for name in NAMES}
    assert {"pytorch", "tensorflow", None} <= chosen


@pytest.mark.parametrize("name", NAMES)
def test_example_is_consulted_without_complaint(example: RunExample, name: str) -> None:
    assert (example(name).out[:1], example(name).complaints) == ("{", [])


@pytest.mark.parametrize("name", NAMES)
def test_exit_code_is_another_where_no_deciding_rule_could_be_verified(
    example: RunExample, name: str
) -> None:
    data = example(name).data
    assert example(name).code == (4 if data["deciding"] and not data["verified"] else 0)


# What a phone and a research group are told


def test_android_app_gets_tensorflow(example: RunExample) -> None:
    assert example("android-app").data["recommendation"]["alternative"] == "tensorflow"


def test_conversion_to_tflite_is_seen_to_work(example: RunExample) -> None:
    found = finding(example("android-app"), "tensorflow.converts_to_tflite")
    told = found["evidence"]
    assert (found["outcome"], told["max_difference"] <= told["tolerance"]) == ("yes", True)


def test_quantising_to_int8_is_seen_to_work(example: RunExample) -> None:
    found = finding(example("android-app"), "tensorflow.quantises_to_int8")
    assert (found["outcome"], found["evidence"]["int8_tensors"] > 0) == ("yes", True)


def test_conversion_to_tflite_confirms_the_claim_behind_the_recommendation(
    example: RunExample,
) -> None:
    told = claim(example("android-app"), "tensorflow_converts_to_tflite")
    assert (told["verdict"], told["probe"]) == ("confirmed", "tensorflow.converts_to_tflite")


def test_rule_for_android_is_among_the_verified(example: RunExample) -> None:
    assert "android_tflite" in example("android-app").data["verified"]


def test_language_model_research_gets_pytorch(example: RunExample) -> None:
    assert example("llm-research").data["recommendation"]["alternative"] == "pytorch"


def test_graph_that_follows_the_input_is_seen_in_pytorch(example: RunExample) -> None:
    assert finding(example("llm-research"), "pytorch.graph_changes_per_input")["outcome"] == "yes"


def test_only_probes_behind_fired_rules_are_run(example: RunExample) -> None:
    data = example("llm-research").data
    resting = {c["probe"] for c in data["claims"] if c["probe"]}
    assert {found["probe"] for found in data["findings"]} == resting


# What cannot be decided


def test_nothing_known_leaves_the_choice_open(example: RunExample) -> None:
    told = example("nothing-known").data["recommendation"]
    assert (told["alternative"], told["verdict"]) == (None, "undecided")


def test_nothing_known_tries_nothing(example: RunExample) -> None:
    assert example("nothing-known").data["findings"] == []


def test_nothing_known_says_what_to_answer_first(program: Program) -> None:
    text = program("ask", "--answers", EXAMPLES[NAMES.index("nothing-known")]).out
    assert "\nCannot tell yet\n" in text
    assert "\nWhat to answer first\n" in text
    assert f"{KB.questions['target'].ask} (target)" in text


def test_answers_that_rule_everything_out_are_impossible(example: RunExample) -> None:
    told = example("ruled-out").data["recommendation"]
    assert (told["alternative"], told["verdict"]) == (None, "impossible")
    assert told["ruled_out"] == ["pytorch", "tensorflow"]


def test_answers_in_conflict_are_named(example: RunExample) -> None:
    assert example("ruled-out").data["conflict"] == ["standard", "chip_tools"]


# The data that others rely on


def numbers(*values: object) -> bool:
    return all(isinstance(value, (int, float)) for value in values)


def texts(*values: object) -> bool:
    return all(isinstance(value, str) for value in values)


def is_recommendation(told: Any) -> bool:
    return (
        told["alternative"] in {*KB.alternatives, "either", None}
        and told["verdict"] in {"clear", "leaning", "either", "undecided", "impossible"}
        and numbers(told["margin"], *told["acceptability"].values(), *told["weights"].values())
        and set(told["scores"]) == set(KB.alternatives)
        and all(set(scores) == set(told["weights"]) for scores in told["scores"].values())
        and numbers(*(x for scores in told["scores"].values() for x in scores.values()))
        and set(told["weights"]) <= set(KB.criteria)
    )


def is_claim(told: Any) -> bool:
    return (
        told["id"] in KB.claims
        and told["verdict"] in {"confirmed", "refuted", "unverified"}
        and told["probe"] == KB.claims[told["id"]].probe
        and isinstance(told["deprecated"], bool)
    )


def is_finding(told: Any) -> bool:
    return (
        texts(told["probe"], told["reason"], *told["versions"].values())
        and told["outcome"] in {"yes", "no", "unavailable", "timeout", "error"}
        and numbers(told["seconds"])
        and isinstance(told["evidence"], dict)
    )


def is_withdrawn(told: Any) -> bool:
    return told["rule"] in KB.rules and told["claim"] in KB.claims


def is_advice(told: Any) -> bool:
    return told["rule"] in KB.rules and texts(told["text"])


@pytest.mark.parametrize("name", NAMES)
def test_standard_output_is_one_object_with_the_documented_keys(
    example: RunExample, name: str
) -> None:
    data = example(name).data
    assert data["schema"] == 1
    assert is_recommendation(data["recommendation"])
    assert set(data["fired"]) <= set(KB.rules)
    assert all(map(is_withdrawn, data["withdrawn"]))
    assert all(map(is_claim, data["claims"]))
    assert all(map(is_finding, data["findings"]))
    assert all(map(is_advice, data["advice"]))
    assert set(data["unanswered"]) <= set(KB.questions)


@pytest.mark.parametrize("name", NAMES)
def test_answers_come_back_as_lists_as_they_were_given(example: RunExample, name: str) -> None:
    given = yaml.safe_load(EXAMPLES[NAMES.index(name)].read_text())["answers"]
    words = {question: str_list(answer) for question, answer in given.items()}
    assert example(name).data["answers"] == words


def str_list(answer: Any) -> list[str]:
    return list(answer) if isinstance(answer, list) else [answer]


@pytest.mark.parametrize("name", NAMES)
def test_findings_name_no_home_and_no_folder_of_the_libraries(
    example: RunExample, name: str
) -> None:
    text = example(name).out
    assert not [path for path in private_paths() if path in text]


def private_paths() -> Iterator[str]:
    yield str(Path.home()) + "/"
    yield "site-packages/torch"


@pytest.mark.parametrize("name", NAMES)
def test_progress_is_a_line_a_probe_on_standard_error(example: RunExample, name: str) -> None:
    run = example(name)
    told = [line for line in run.err.splitlines() if line.startswith(("tried ", "kept "))]
    assert len(told) == len(run.data["findings"])


# Probes without a consultation


def test_probe_command_prints_its_findings_alone(program: Program) -> None:
    run = program("probe", "pytorch.runs_eagerly", "--format", "json")
    assert (run.code, set(run.data)) == (0, {"schema", "findings"})
    assert [is_finding(found) for found in run.data["findings"]] == [True]


def test_probe_command_says_no_for_a_control(program: Program) -> None:
    run = program("probe", "pytorch.runs_eagerly", "--control")
    assert (run.code, run.out.startswith("no, as wanted")) == (0, True)
