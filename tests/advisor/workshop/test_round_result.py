"""What a group is shown: everybody's outcome, the group's, what could change it, who dissents."""

from __future__ import annotations

from dataclasses import replace

import pytest

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import (
    RevealedBallot,
    RevealedRound,
    StopRule,
    WorkshopHistory,
    group_ranking,
)
from advisor.answers.sheet import Sheet
from advisor.consultation.consultation import consult
from advisor.workshop.disputes import Ground
from advisor.workshop.round_result import RoundResult, round_result
from probes.api import Finding, Outcome
from rules.scoring.acceptability import acceptability
from rules.scoring.judgement import Verdict, differs, weigh
from rules.scoring.rankings import ranked_by
from rules.scoring.sampling import weightings

from ..workshops import BALLOTS, KB, KNOWN, QUESTIONS

CRITERIA = tuple(KB.criteria)


def minutes(*rounds: dict[str, Ballot] | list[Ballot], **rule: float) -> WorkshopHistory:
    """Minutes over the example's questions; voices in the order given."""
    held = []
    for number, ballots in enumerate(rounds, start=1):
        listed = list(ballots.values()) if isinstance(ballots, dict) else ballots
        voices = tuple(RevealedBallot(b, "salt", f"{place:04}") for place, b in enumerate(listed))
        held.append(RevealedRound(number, voices))
    known = {name: said for name, said in KNOWN.answers.items() if name not in QUESTIONS}
    stop = replace(StopRule(), **rule)
    return WorkshopHistory("w", known, QUESTIONS, CRITERIA, stop, tuple(held))


def pictured(*rounds: dict[str, Ballot] | list[Ballot], **findings: Finding) -> RoundResult:
    return round_result(KB, minutes(*rounds), {f.probe: f for f in findings.values()})


EXAMPLE = pictured(BALLOTS)


def seat(p: RoundResult, name: str) -> int:
    return list(BALLOTS).index(name)


# Each person


def test_everybody_comes_to_what_the_tool_tells_one_person_alone() -> None:
    for ballot, seated in zip(BALLOTS.values(), EXAMPLE.participants, strict=True):
        answers = {**minutes(BALLOTS).known, **ballot.answers}
        alone = consult(KB, Sheet("", answers, points=ballot.points), lambda names: {})
        assert seated.judgement == alone.judgement


def test_people_who_say_the_same_come_to_the_same_as_one_of_them() -> None:
    ana = BALLOTS["Ana"]
    one, many = pictured([ana]), pictured([ana] * 5)
    assert many.judgement == one.judgement
    assert many.judgement.acceptability == one.participants[0].judgement.acceptability


def test_who_sits_where_changes_nothing() -> None:
    turned = pictured(list(reversed(BALLOTS.values())))
    assert turned.judgement == EXAMPLE.judgement
    assert turned.agreement == EXAMPLE.agreement
    assert turned.disputes == EXAMPLE.disputes


# The group


def test_the_groups_weights_are_the_mean_of_its_peoples() -> None:
    spoken = tuple(EXAMPLE.judgement.weights)
    each = [weigh(spoken, ranked_by(ballot.points)) for ballot in BALLOTS.values()]
    for name in spoken:
        mean = sum(own[name] for own in each) / len(each)
        assert EXAMPLE.judgement.weights[name] == pytest.approx(mean, abs=1e-12)


def test_the_groups_acceptability_is_the_mean_of_its_peoples_own() -> None:
    scores = EXAMPLE.judgement.scores
    each = [acceptability(scores, ranked_by(b.points))["pytorch"] for b in BALLOTS.values()]
    group = EXAMPLE.judgement.acceptability["pytorch"]
    assert group == pytest.approx(sum(each) / len(each), abs=1e-12)


def test_the_sampled_cloud_says_the_same_within_its_error() -> None:
    for name, share in EXAMPLE.weight_sample.acceptability.items():
        error = 5 * EXAMPLE.weight_sample.standard_error[name]
        assert abs(share - EXAMPLE.judgement.acceptability[name]) <= error


def test_disagreement_widens_the_cloud_instead_of_being_averaged_away() -> None:
    """Five people of one ranking, and five who put each another criterion first."""
    spoken = tuple(pictured([BALLOTS["Emil"]]).judgement.weights)
    answers, turns = BALLOTS["Emil"].answers, range(len(spoken))
    turned = [{name: (place + turn) % 5 + 1 for place, name in enumerate(spoken)} for turn in turns]
    alike = pictured([Ballot(answers, turned[0]) for _ in turns])
    apart = pictured([Ballot(answers, points) for points in turned])

    def spread_of(found: RoundResult) -> float:
        drawn = weightings(spoken, group_ranking(found.history), 4000, 7)
        return float(drawn.var(axis=0).sum())

    assert spread_of(apart) > 2 * spread_of(alike)
    mean = list(apart.judgement.weights.values())
    assert mean == pytest.approx([1 / 5] * 5)  # yet that is not what the group is judged by:
    equally = acceptability(apart.judgement.scores)["pytorch"]
    assert apart.judgement.acceptability["pytorch"] != pytest.approx(equally, abs=0.01)


def test_the_groups_outcome_is_that_of_its_sheet_as_a_record_holds_it() -> None:
    told = minutes(BALLOTS)
    sheet = Sheet("", EXAMPLE.answers, workshop=told)
    assert consult(KB, sheet, lambda names: {}).judgement == EXAMPLE.judgement


def test_a_refuted_claim_takes_its_rules_from_everybody() -> None:
    refuting = {
        claim.probe: Finding(
            claim.probe, Outcome.NO if claim.expect == "yes" else Outcome.YES, "", 1
        )
        for claim in KB.claims.values()
        if claim.probe
    }
    found = round_result(KB, minutes(BALLOTS), refuting)
    assert found.judgement != EXAMPLE.judgement
    for ballot, seated in zip(BALLOTS.values(), found.participants, strict=True):
        answers = {**minutes(BALLOTS).known, **ballot.answers}
        sheet = Sheet("", answers, points=ballot.points)
        alone = consult(KB, sheet, lambda names: {n: refuting[n] for n in names})
        assert seated.judgement == alone.judgement


# Disagreements that matter


def test_a_disagreement_over_a_question_that_would_change_the_outcome_is_named() -> None:
    named = {(dispute.item, dispute.answer) for dispute in EXAMPLE.disputes}
    assert ("team_knows", ("keras",)) in named
    for dispute in EXAMPLE.disputes:
        if dispute.judgement is not None:
            answers = {**EXAMPLE.answers, dispute.item: dispute.answer}
            otherwise = consult(
                KB, Sheet("", answers, workshop=EXAMPLE.history), lambda names: {}
            ).judgement
            assert differs(otherwise, EXAMPLE.judgement)
            assert otherwise == dispute.judgement


def test_no_answer_that_would_change_the_outcome_is_left_out() -> None:
    named = {(dispute.item, dispute.answer) for dispute in EXAMPLE.disputes}
    for spread in EXAMPLE.questions:
        for answer in set(spread.answers) - {spread.group}:
            sheet = Sheet("", {**EXAMPLE.answers, spread.id: answer}, workshop=EXAMPLE.history)
            changed = differs(consult(KB, sheet, lambda n: {}).judgement, EXAMPLE.judgement)
            assert changed == ((spread.id, answer) in named)


def test_what_most_people_want_otherwise_stands_first() -> None:
    people = [dispute.people for dispute in EXAMPLE.disputes]
    assert people == sorted(people, reverse=True)


def test_a_criterion_matters_where_people_weigh_it_beyond_the_point_at_which_it_tips() -> None:
    """Four put research first and one the boards: beyond their weight TensorFlow leads."""
    edge_first = {**dict.fromkeys(CRITERIA, 1), "edge": 9}
    research_first = {**dict.fromkeys(CRITERIA, 1), "research": 9, "team": 8}
    answers = {"model_source": ("hugging_face",)}
    found = pictured([Ballot(answers, research_first)] * 4 + [Ballot(answers, edge_first)])
    dispute = next(d for d in found.disputes if d.item == "edge")
    assert dispute.at is not None
    assert (dispute.people, dispute.rival, dispute.more) == (1, "tensorflow", True)
    assert (
        found.judgement.weights["edge"]
        < dispute.at
        < found.dissents[0].people[0].judgement.weights["edge"]
    )


def test_people_who_agree_have_no_disputes_and_no_dissent() -> None:
    found = pictured([BALLOTS["Ana"]] * 3)
    assert (found.disputes, found.dissents) == ((), ())
    assert (found.agreement.concordance, found.agreement.consensus) == (1.0, pytest.approx(1.0))


# Dissent


def test_dissenters_are_those_who_come_to_something_else() -> None:
    dissenting = [them.revealed.ballot for dissent in EXAMPLE.dissents for them in dissent.people]
    expected = [
        s.revealed.ballot for s in EXAMPLE.participants if differs(s.judgement, EXAMPLE.judgement)
    ]
    assert sorted(map(repr, dissenting)) == sorted(map(repr, expected))
    assert BALLOTS["Dora"] in dissenting


def test_at_the_central_weights_the_dissenters_are_right() -> None:
    dissent = next(d for d in EXAMPLE.dissents if d.judgement.winner == "tensorflow")
    assert dissent.central is not None
    assert sum(dissent.central.values()) == pytest.approx(1.0)
    totals = {
        name: sum(dissent.central[c] * by[c] for c in dissent.central)
        for name, by in EXAMPLE.judgement.scores.items()
    }
    assert max(totals, key=totals.__getitem__) == "tensorflow"


def test_a_dissent_says_whether_it_is_over_answers_or_over_weights() -> None:
    group = [Ballot(BALLOTS["Ana"].answers, BALLOTS["Ana"].points)] * 4
    by_answers = Ballot({**BALLOTS["Dora"].answers}, BALLOTS["Ana"].points)
    found = pictured([*group, by_answers])
    (dissent,) = found.dissents
    assert [them.ground for them in dissent.people] == [Ground.ANSWERS]


def test_where_nothing_speaks_nobody_dissents_and_nothing_is_weighed() -> None:
    told = WorkshopHistory(
        "w",
        {},
        ("lifetime",),
        (),
        StopRule(),
        (RevealedRound(1, (RevealedBallot(Ballot(), "s", "r"),)),),
    )
    found = round_result(KB, told, {})
    assert found.judgement.verdict is Verdict.UNDECIDED
    assert (found.disputes, found.dissents, found.leader_by_geometric_mean) == ((), (), None)
    assert found.agreement.concordance is None


# Rounds


def test_an_earlier_round_can_be_looked_at_again() -> None:
    later = [BALLOTS["Ana"]] * 5
    told = minutes(BALLOTS, later)
    assert round_result(KB, told, {}, 0).judgement == EXAMPLE.judgement
    assert round_result(KB, told, {}).number == 2
    assert round_result(KB, told, {}).judgement != EXAMPLE.judgement


def test_before_the_first_reveal_there_is_no_picture() -> None:
    with pytest.raises(IndexError):
        round_result(KB, minutes(), {})
