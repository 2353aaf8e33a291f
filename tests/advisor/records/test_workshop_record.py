"""A workshop's record: how the group decided, who dissents, and what is noticed if it is forged."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import StopRule
from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import Recommendation, consult
from advisor.errors import WorkshopError
from advisor.records.decision import Decision, as_advised
from advisor.records.evidence.bundle import read_bundle
from advisor.records.evidence.contents import derived
from advisor.records.evidence.restore import seal
from advisor.records.lint.checking import lint, select
from advisor.records.parsed_record import Document
from advisor.records.parsing import parse_document, read_document
from advisor.records.verification.verify import verify
from advisor.records.writing import write_record
from advisor.report import data as as_json
from advisor.report.recommendation.html import page
from advisor.report.session_file import finished_text, save_recommendation
from advisor.sources import open_source
from advisor.workshop.fact_checks import conclude
from advisor.workshop.store import Workshop, open_workshop

from ..recommendations import as_expected
from ..recorded_workshops import (
    HOSTILE,
    Recorded,
    consulted,
    recorded,
    round_of,
    saying,
    text_of,
)
from ..workshops import BALLOTS, KB, NewWorkshop, a_plan, voted
from .test_verify import results

ANA = BALLOTS["Ana"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return recorded(tmp_path_factory.mktemp("recorded"))


@pytest.fixture(scope="module")
def document(made: Recorded) -> Document:
    return read_document(made.record)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Recommendation:
    """The example after one round."""
    return consulted(tmp_path_factory.mktemp("once"), BALLOTS)


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Document:
    """The record of people who all say the same, twice."""
    alike = dict.fromkeys(BALLOTS, ANA)
    recommendation = consulted(tmp_path_factory.mktemp("agreed"), alike, alike)
    return parse_document(text_of(recommendation), "record.md")


def told(document: Document, heading: str) -> str:
    """What a reader sees under a heading, a line for each block."""
    section = document.section(heading)
    assert section is not None
    return "\n".join(block.text for block in section.blocks)


def told_of(recommendation: Recommendation, heading: str) -> str:
    return told(parse_document(text_of(recommendation), "record.md"), heading)


# How it was decided


def test_outcome_says_who_decided_and_whether_by_consensus(document: Document) -> None:
    said = told(document, "Decision Outcome")
    assert "Decided by 5 people in 2 rounds. Round 2 of at most 3: 7 of 14 items are apart." in said
    assert "This was written before another round was held. 3 of 5 people come to the same" in said


def test_outcome_says_that_there_was_consensus(agreed: Document) -> None:
    said = told(agreed, "Decision Outcome")
    assert "Consensus after round 2: 14 of 14 items agreed. 5 of 5 people come to the same" in said


def test_outcome_says_that_the_last_round_brought_none(tmp_path: Path) -> None:
    plan = a_plan(stop=StopRule(rounds=1))
    said = told_of(consulted(tmp_path, BALLOTS, plan=plan), "Decision Outcome")
    assert "No consensus after 1 round, the most agreed before: 8 of 14 items are apart" in said


def test_one_person_may_decide_alone(tmp_path: Path) -> None:
    said = told_of(consulted(tmp_path, {"Ana": ANA}), "Decision Outcome")
    assert "Decided by 1 person in 1 round." in said
    assert "that one person's points allow" in said


def test_the_rule_that_was_fixed_beforehand_is_told(document: Document) -> None:
    said = told(document, "How the group decided")
    assert (
        "points agree where their middle half spans at most 1, answers where at least 66 %" in said
    )
    assert "without it 3 rounds are the end." in said


def test_each_round_is_told_with_its_agreement_its_outcome_and_its_seal(
    document: Document, made: Recorded
) -> None:
    with open_workshop(made.workshop) as workshop:
        first, second = workshop.history().rounds
    lines = told(document, "How the group decided").splitlines()
    one, two = (line for line in lines if line.startswith("Round "))
    assert one.startswith(
        "Round 1: 5 ballots (1 more replaced by its owner before the reveal); 6 of"
    )
    assert one.endswith(f"Kendall's W 0.33; Leaning to PyTorch. Seal {first.seal}")
    assert two.startswith("Round 2: 5 ballots; 7 of 14 items agreed, Kendall's W ")
    assert two.endswith(f"Leaning to PyTorch. Seal {second.seal}")


def test_drivers_are_weighed_by_the_group(document: Document) -> None:
    said = told(document, "Decision Drivers")
    assert said.startswith("The weights are the group's: the mean of those that each one's points")
    assert re.search(r"^Team and code, weight 25 % \(people's own from 9 % to 36 %\): ", said, re.M)


def test_nothing_speaks_of_the_readers_own_ranking(made: Recorded) -> None:
    assert not re.search(r"your ranking|\byours\b", made.record.read_text("utf-8"))


def test_answers_say_how_many_gave_them(document: Document) -> None:
    said = told(document, "Context and Problem Statement")
    assert "What does the team know well? PyTorch (4 of 5)" in said
    assert "Whose GPUs do you have? NVIDIA\n" in said  # known beforehand


def test_people_stand_where_madr_has_them(document: Document) -> None:
    assert document.front is not None
    assert document.front.names("decision-makers") == ("Yan",)
    assert document.front.names("consulted") == ("Zoe", "Ana", "Ben", "Chi", "Dora", "Emil")
    assert document.front.names("informed") == ("Ivo",)


def test_a_team_may_decide_otherwise_than_advised(once: Recommendation) -> None:
    text = text_of(once, Decision("tensorflow", "the board has no room for another"))
    assert 'Chosen option: "TensorFlow", because the board has no room for another.' in text
    assert "The advice is different: Leaning to PyTorch, because " in text
    assert "Advised by 5 people in 1 round, and decided otherwise. " in text


# Dissent


def test_dissent_says_how_many_over_what_and_where_they_would_be_right(document: Document) -> None:
    said = told(document, "Dissent")
    assert (
        "For 1 of 5 TensorFlow wins, by other answers, and by other weights "
        "as well. With the group's answers TensorFlow wins at weights such as Devices and browsers"
    ) in said


def test_who_dissents_by_name_is_named(document: Document) -> None:
    said = told(document, "Dissent")
    assert "By name, as they wish: Dora." in said
    assert (
        "Dora on “Devices and browsers”, 9 points: If it does not run on the board there is no "
        "product."
    ) in said


def test_who_wants_no_name_is_one_person(tmp_path: Path) -> None:
    ballots = {**BALLOTS, "Dora": replace(BALLOTS["Dora"], named=False)}
    said = told_of(consulted(tmp_path, ballots), "Dissent")
    assert "Dora" not in said
    assert "One person on “Where do your models and ideas come from?”, “Models of Keras" in said


def test_a_dissenter_who_wrote_nothing_is_told_all_the_same(once: Recommendation) -> None:
    said = told_of(once, "Dissent")
    assert "For 1 of 5 it is too close to call" in said


def test_every_reason_of_a_dissenter_is_kept_also_where_they_agree(tmp_path: Path) -> None:
    dora = replace(
        BALLOTS["Dora"], reasons={"static_graph": "The board.", "lifetime": "Ten years."}
    )
    said = told_of(consulted(tmp_path, {**BALLOTS, "Dora": dora}), "Dissent")
    assert "Ten years." in said
    assert "The board." in said


def test_without_dissent_one_sentence_says_so(agreed: Document) -> None:
    said = told(agreed, "Dissent")
    assert said == "There is none: nobody's own answers and points come to another outcome."


# Disagreements and facts


def test_disagreements_that_could_change_the_outcome_stand_apart(document: Document) -> None:
    said = told(document, "Disagreements")
    mattering, harmless = said.split("Apart, and alone it changes nothing:\n")
    assert mattering.startswith("Each of these alone could have changed the outcome:\n")
    assert "Where do your models and ideas come from? With the one who says “Models of" in mattering
    assert "Models and research" in harmless.splitlines()


def test_where_nothing_is_apart_it_says_so(agreed: Document) -> None:
    said = told(agreed, "Disagreements")
    assert said.splitlines() == [
        "None alone could have changed the outcome.",
        "By the rule that was fixed beforehand nothing is apart.",
    ]


def test_what_was_doubted_is_told_with_what_the_run_said(document: Document) -> None:
    said = told(document, "Facts that were doubted")
    expected = (
        "Doubted by 1 person: Keras models convert to TFLite with TensorFlow's own tools: "
        "confirmed (tensorflow.converts_to_tflite: it was run)"
    )
    assert said.splitlines() == ["Facts are tried, not voted on:", expected]


def test_what_was_doubted_is_tried_also_where_no_rule_rests_on_it(tmp_path: Path) -> None:
    claim = KB.rules["ios_coreml"].claims[0]
    recommendation = consulted(tmp_path, BALLOTS, doubt=claim)
    assert "ios_coreml" not in {rule.id for rule in recommendation.fired}
    said = told_of(recommendation, "Facts that were doubted")
    assert f"{KB.claims[claim].says}: confirmed ({KB.claims[claim].probe}: it was run)" in said


def test_what_was_not_doubted_leaves_no_section(once: Recommendation) -> None:
    assert "Facts that were doubted" not in text_of(once)


# What people write


def test_words_of_people_add_nothing_but_themselves(tmp_path: Path, once: Recommendation) -> None:
    hostile = consulted(tmp_path, saying(model_source=HOSTILE, lifetime=HOSTILE, edge=HOSTILE))
    document = parse_document(text_of(hostile), "record.md")
    plain = parse_document(text_of(once), "record.md")
    assert [one.heading for one in document.sections] == [one.heading for one in plain.sections]
    assert [one.option for one in document.choices] == ["PyTorch"]
    blocks = [block for section in document.sections for block in section.blocks]
    assert not any(block.links or block.marked for block in blocks)


def test_words_of_people_are_shown_as_they_are_but_for_what_steers(tmp_path: Path) -> None:
    said = told_of(consulted(tmp_path, saying(edge=HOSTILE)), "Dissent")
    shown = " ".join("".join(c if c.isprintable() else " " for c in HOSTILE).split())
    assert f": {shown}\n" in f"{said}\n"


def test_record_full_of_hostile_words_passes_every_check(tmp_path: Path) -> None:
    names = {name: f"{name} *x* <i>" for name in BALLOTS}
    reasons = dict.fromkeys(("model_source", "lifetime", "edge", "team"), HOSTILE)
    ballots = {names[name]: ballot for name, ballot in saying(**reasons).items()}
    path = write_record(consulted(tmp_path, ballots), tmp_path / "decisions")
    assert results(verify(path, KB)) == ("passed", "passed", "passed")
    assert lint(select([path])) == []
    assert seal(read_document(path)) == read_bundle(path.with_suffix(".evidence.zip")).sha256


def test_a_session_gives_every_character_of_a_reason_back(tmp_path: Path) -> None:
    reasons = {"edge": HOSTILE, "team": r"C:\x07 \\ \u0041 \n", "lifetime": "a\r\nb\x85c\u2028d"}
    recommendation = consulted(tmp_path, saying(**reasons))
    save_recommendation(tmp_path / "s.yaml", recommendation)
    assert (
        open_source(tmp_path / "s.yaml", KB).session.sheet.workshop == recommendation.sheet.workshop
    )


# The evidence


def test_evidence_holds_every_ballot_and_what_the_group_saw(made: Recorded) -> None:
    data = json.loads(read_bundle(made.bundle).text("workshop.json"))
    first, second = data["rounds"]
    assert {one["receipt"] for one in first["voices"]} == set(made.receipts[0].values())
    assert first["replaced"] == list(made.replaced)
    shown = second["shown"]
    assert shown["points"]["longevity"]["median"] == 6
    assert shown["answers"]["team_knows"]["counts"]["pytorch"] == 4
    assert set(shown["agreement"]) == {"kendalls_w", "ahp_consensus", "krippendorffs_alpha"}
    assert shown["outcome"]["alternative"] == "pytorch"
    assert shown["stop"]["stage"] == "go on"
    dissents = {one["alternative"]: one["people"] for one in shown["dissents"]}
    assert dissents == {None: 1, "tensorflow": 1}


def test_evidence_names_nobody_but_who_wants_it(made: Recorded) -> None:
    entries = read_bundle(made.bundle).entries.values()
    named = {n for n in (*BALLOTS, "Yan", "Ivo") if any(f"{n}\n".encode() in e for e in entries)}
    quoted = {n for n in (*BALLOTS, "Yan", "Ivo") if any(f'"{n}"'.encode() in e for e in entries)}
    assert named | quoted == {"Dora"}


def test_evidence_tells_of_every_file_in_about(made: Recorded) -> None:
    assert "\nworkshop.json       the ballots, round by round," in read_bundle(made.bundle).text(
        "about.txt"
    )


def test_evidence_of_one_person_has_nothing_of_a_workshop(once: Recommendation) -> None:
    alone = consult(KB, replace(once.sheet, workshop=None), as_expected)
    entries = derived(alone, as_advised(alone))
    assert "workshop.json" not in entries
    assert not any(b"workshop" in data for data in entries.values())


def test_same_minutes_and_findings_give_the_same_bytes(made: Recorded, tmp_path: Path) -> None:
    with open_workshop(made.workshop) as workshop:
        again = conclude(workshop, KB, as_expected, lambda: {})
    other = write_record(again, tmp_path)
    assert other.with_suffix(".evidence.zip").read_bytes() == made.bundle.read_bytes()


SEALED = """
import sys
from pathlib import Path
from advisor.records.evidence.bundle import packed, sha256
from advisor.records.evidence.contents import contents
from advisor.records.decision import as_advised
from advisor.sources import open_source
from rules.loading.loader import load

r = open_source(Path(sys.argv[1]), load()).recommendation
print(sha256(packed(contents(r, as_advised(r), None))))
"""


def test_record_gives_its_own_evidence_again_in_another_process(
    made: Recorded, environment: Mapping[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SEALED, str(made.record)],
        env={**environment, "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == read_bundle(made.bundle).sha256


def test_all_that_was_found_counts_not_only_what_the_outcome_rests_on(
    new_workshop: NewWorkshop,
) -> None:
    workshop = new_workshop()
    round_of(workshop, BALLOTS)
    probe = "pytorch.converts_to_core_ml"
    found = as_expected([probe])
    workshop.save_findings(found.values(), {})
    recommendation = conclude(workshop, KB, as_expected, lambda: {})
    assert probe in recommendation.findings
    assert list(recommendation.findings) == sorted(recommendation.findings)


# Other ways to look at it


def test_a_session_says_how_far_the_group_agreed(once: Recommendation) -> None:
    session = yaml.safe_load(finished_text(once))
    shown = session["consultation"]["workshop"]
    assert (shown["people"], shown["same_by_their_own"]) == (5, 3)
    assert [one["ballots"] for one in shown["rounds"]] == [5]


def test_json_has_the_points_of_one_person() -> None:
    sheet = Sheet(answers={"target": ("android",)}, points={"edge": 9, "team": 2})
    data = json.loads(as_json.render(consult(KB, sheet, as_expected)))
    assert (data["points"], "workshop" in data) == ({"edge": 9, "team": 2}, False)


def test_page_shows_the_points_of_the_group(once: Recommendation) -> None:
    text = page.render(once)
    assert "Points for the criteria, from 1 to 9, of 5 people" in text
    assert "<td>median 7, half between 5 and 8</td>" in text
    assert "Your ranking" not in text


def test_page_shows_the_points_of_one_person() -> None:
    sheet = Sheet(answers={"target": ("android",)}, points={"edge": 9, "team": 2})
    assert "Your points for the criteria" in page.render(consult(KB, sheet, as_expected))


# When it may be written


def test_nothing_is_written_before_the_first_reveal(workshop: Workshop) -> None:
    workshop.submit(workshop.people.include("Ana").id, ANA)
    with pytest.raises(WorkshopError, match="Round 1 is open: advisor workshop reveal ends it"):
        conclude(workshop, KB, as_expected, lambda: {})


def test_nothing_is_written_while_sealed_ballots_wait(workshop: Workshop) -> None:
    voted(workshop, BALLOTS)
    workshop.open_round()
    workshop.submit(workshop.people.include("Ana").id, ANA)
    with pytest.raises(WorkshopError, match="Round 2 is open: advisor workshop reveal ends it"):
        conclude(workshop, KB, as_expected, lambda: {})


def test_a_round_that_nobody_answered_yet_is_passed_over(workshop: Workshop) -> None:
    minutes = voted(workshop, BALLOTS)
    workshop.open_round()
    assert conclude(workshop, KB, as_expected, lambda: {}).sheet.workshop == minutes


def test_without_an_outcome_nothing_is_written(new_workshop: NewWorkshop) -> None:
    workshop = new_workshop(a_plan(known={}, questions=("debugging",)))
    voted(workshop, {"Ana": Ballot(answers={"debugging": ("unknown",)}, points={"edge": 1})})
    with pytest.raises(WorkshopError, match="there is no outcome to record yet"):
        conclude(workshop, KB, as_expected, lambda: {})
