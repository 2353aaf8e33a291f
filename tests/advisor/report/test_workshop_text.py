"""A workshop's round on a terminal: its widths, its order, and what is left without colour."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from rich.cells import cell_len
from rich.console import Console

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import Doubt, RevealedBallot, RevealedRound, StopRule, WorkshopHistory
from advisor.consultation.evidence import WeighedClaim, weigh_claim
from advisor.encoding import PLAIN, SUBSTITUTES
from advisor.report.workshop.text import render, render_facts
from advisor.wording import recommendation, workshop
from advisor.wording.build_round_report import build_round_report
from advisor.wording.findings import evidence_of
from advisor.wording.round_report import RoundReport
from advisor.workshop.round_result import RoundResult, round_result, round_results
from probes.api import Finding, Outcome

from ..workshops import BALLOTS, KB, KNOWN, QUESTIONS

ESCAPE = "\x1b"
CRITERIA = tuple(KB.criteria)
TITLE = "Wählt 框架 für 🦀👩‍🔬 and https://example.org/" + "very-long-path/" * 8
WIDTHS = (30, 40, 60, 80, 100, 140)
NAMES = ("", "Zoe", "框架 für alle", "")


def a_round(number: int, ballots: Sequence[Ballot], names: Sequence[str] = NAMES) -> RevealedRound:
    voices = [
        RevealedBallot(
            ballot, "salt", f"{place:04}", names[place % len(names)] if ballot.named else ""
        )
        for place, ballot in enumerate(ballots)
    ]
    return RevealedRound(number, tuple(voices))


def minutes(
    *rounds: Sequence[Ballot], names: Sequence[str] = NAMES, **rest: object
) -> WorkshopHistory:
    held = tuple(a_round(number, each, names) for number, each in enumerate(rounds, start=1))
    known = {name: said for name, said in KNOWN.answers.items() if name not in QUESTIONS}
    made = WorkshopHistory("w", known, QUESTIONS, CRITERIA, StopRule(), held)
    return replace(made, **rest)  # type: ignore[arg-type]


def drawn(people: int, seed: int = 1) -> list[Ballot]:
    """People who answer and weigh at random, some with reasons, some with their names."""
    random = Random(seed)
    ballots = []
    for place in range(people):
        answers = {name: (random.choice(KB.questions[name].options).id,) for name in QUESTIONS}
        points = {name: random.randint(1, 9) for name in CRITERIA if random.random() < 0.9}
        reasons = {"team_knows": "we tried", "edge": "a 框架 🦀 " * 20} if place % 3 == 0 else {}
        ballots.append(Ballot(answers, points, reasons, named=place % 2 == 0))
    return ballots


@cache
def of(people: int, rounds: int = 1) -> RoundResult:
    return round_result(KB, minutes(*(drawn(people, seed) for seed in range(rounds))), {})


EXAMPLE = round_result(KB, minutes(list(BALLOTS.values())), {})
SETTLED = round_result(KB, minutes([BALLOTS["Ana"]] * 4, [BALLOTS["Ana"]] * 4), {})
EVERY = {
    "one": of(1),
    "example": EXAMPLE,
    "settled": SETTLED,
    "nine": of(9, rounds=3),
    "thirty": of(30, rounds=2),
}
every_picture = pytest.mark.parametrize("p", EVERY.values(), ids=EVERY)


def reported(p: RoundResult, facts: Sequence[WeighedClaim] = (), proof: str = "") -> RoundReport:
    """The report of a round, with all before it judged by what the facts rest on."""
    findings = {fact.finding.probe: fact.finding for fact in facts if fact.finding}
    *earlier, _ = round_results(p.kb, p.history, findings, len(p.rounds) - 1)
    return build_round_report(p, earlier=earlier, facts=facts, proof=proof)


def headline(p: RoundResult) -> str:
    return recommendation.outcome(p.kb, p.judgement)


def shown(
    p: RoundResult,
    *,
    width: int = 80,
    encoding: str = "utf-8",
    errors: str = "strict",
    colour: bool = False,
    facts: Sequence[WeighedClaim] = (),
    proof: str = "",
    title: str = "",
) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors)
    colours = "truecolor" if colour else None
    console = Console(
        file=stream,
        width=width,
        height=10_000,
        highlight=False,
        color_system=colours,  # type: ignore[arg-type]
        force_terminal=colour,
    )
    render(reported(p, facts, proof), console, title=title)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def section(report: str, title: str) -> str:
    assert f"\n\n{title}\n" in report
    return re.split(r"\n\n(?! )", report.split(f"\n\n{title}\n")[1])[0]


def headings(report: str) -> list[str]:
    """The lines after a blank one that have indented lines under them."""
    return re.findall(r"(?<=\n\n)(\S.*)\n(?=  )", report)


def flat(text: str) -> str:
    """The words, however they are folded."""
    return "".join(text.split())


# Widths


@every_picture
@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(p: RoundResult, width: int) -> None:
    lines = shown(p, width=width, title=TITLE).splitlines()
    assert [line for line in lines if cell_len(line) > min(width, 100)] == []
    assert [line for line in lines if line != line.rstrip()] == []


@every_picture
@pytest.mark.parametrize("width", WIDTHS)
def test_every_sentence_is_told_at_any_width(p: RoundResult, width: int) -> None:
    report = shown(p, width=width, title="Rakes", proof="Nothing was tried.")
    told = flat(report)
    made = reported(p, proof="Nothing was tried.")
    sentences = [
        "Rakes",
        *(made.headline, made.sureness, "Nothing was tried.", made.tally),
        *(made.agreement, made.averaging, made.stopping),
        *(sentence for one in made.disputes for sentence in (one.title, one.outcome)),
        *made.harmless,
        *(one.right for one in made.dissents),
        *(question.group for question in made.questions),
        *(p.kb.questions[spread.id].option(o).label for spread in p.questions for o in spread.group
          if o != "unknown"),
        *(question.moved for question in made.questions),
        *(why.text for question in made.questions for why in question.edges),
        *(why.text for criterion in made.criteria for why in criterion.others),
    ]  # fmt: skip
    assert [sentence for sentence in sentences if flat(sentence) not in told] == []
    assert "…" not in report


@pytest.mark.parametrize("width", [*WIDTHS, 70])
def test_everybodys_points_are_there_at_any_width(width: int) -> None:
    report = section(shown(EXAMPLE, width=width), workshop.WEIGHTS)
    given = [list(ballot.points.values()) for ballot in BALLOTS.values()]
    assert points_shown(report, EXAMPLE) == given


def points_shown(report: str, p: RoundResult) -> list[list[int]]:
    """Each person's points, from a row, a column, or sentences."""
    letters = [workshop.letter(place) for place in range(len(p.participants))]
    if re.search(r"^  A .*[^,]$", report, re.MULTILINE):
        rows = [re.search(rf"^  {letter} .*$", report, re.MULTILINE) for letter in letters]
        return [[int(cell[0]) for cell in row.group().split()[1:]] for row in rows if row]
    if re.search(r"^ +A +B ", report, re.MULTILINE):
        names = [re.escape(title(p, scale.id)) for scale in p.criteria]
        found = [re.search(rf"^  {name} +(.*)$", report, re.MULTILINE) for name in names]
        cells = [[int(cell[0]) for cell in row[1].split()[: len(letters)]] for row in found if row]
        return [list(column) for column in zip(*cells, strict=True)]
    return [list(map(int, re.findall(rf"\b{letter}\s+(\d)", report))) for letter in letters]


@pytest.mark.parametrize("width", [40, 80])
def test_with_many_people_it_is_told_how_many_gave_which_points(width: int) -> None:
    p = of(30, rounds=2)
    report = section(shown(p, width=width), workshop.WEIGHTS)
    for scale in p.criteria:
        counts = [scale.points.count(points) for points in range(1, 10)]
        if width == 80:
            row = next(r for r in report.splitlines() if r.startswith(f"  {title(p, scale.id)} "))
            cells = row.removeprefix(f"  {title(p, scale.id)}").split()[:9]
            assert [int(cell) if cell != "·" else 0 for cell in cells] == counts
        else:
            told = flat(report.split(f"  {title(p, scale.id)}:")[1])
            assert all(f"{place}points:{n}" in told for place, n in enumerate(counts, 1)
                       if n and place > 1)  # fmt: skip


def title(p: RoundResult, criterion: str) -> str:
    return p.kb.criteria[criterion].title


def test_people_are_columns_where_criteria_do_not_fit() -> None:
    wide, narrow, narrowest = (
        section(shown(EXAMPLE, width=width), workshop.WEIGHTS) for width in (80, 70, 50)
    )
    assert "  A      8↑       5         6        5       4↓       3        8     4" in wide
    assert "  Models and research  8↑ 9↑ 5  2↓↓ 6 6      3      22 %" in narrow
    assert "  Models and research: median 6, half between 5\n    and 8; weight 22 %" in narrowest
    assert "    A 8↑, B 9↑, C 5, D 2↓↓, E 6" in narrowest


# Without colour


@every_picture
@pytest.mark.parametrize("width", [40, 80])
def test_colour_only_repeats_what_is_there_without(p: RoundResult, width: int) -> None:
    coloured = shown(p, width=width, colour=True)
    assert ESCAPE in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(p, width=width)


def test_a_cell_is_marked_by_how_far_it_lies_from_the_median() -> None:
    ballots = [Ballot({}, {"edge": points}) for points in (1, 4, 5, 5, 5, 6, 7, 9)]
    p = round_result(KB, minutes(ballots, questions=(), criteria=("edge",)), {})
    report = section(shown(p, width=60), workshop.WEIGHTS)
    rows = re.findall(r"^  ([A-H]) +(\S+)$", report, re.MULTILINE)
    assert [cell for _, cell in rows] == ["1↓↓", "4", "5", "5", "5", "6", "7↑", "9↑↑"]


def test_without_a_median_or_points_there_are_question_marks() -> None:
    p = round_result(KB, minutes([Ballot({"team_knows": ("pytorch",)})] * 2), {})
    report = section(shown(p), workshop.WEIGHTS)
    assert re.search(r"^  B( +\?){8}$", report, re.MULTILINE)
    assert re.search(r"^  median( +\?){8}$", report, re.MULTILINE)


def test_a_disagreement_by_rand_ucla_is_marked_and_explained() -> None:
    ballots = [Ballot({}, {"edge": points, "team": 5}) for points in (1, 1, 1, 9, 9, 9)]
    p = round_result(KB, minutes(ballots, questions=(), criteria=("edge", "team")), {})
    report = section(shown(p, width=60), workshop.WEIGHTS)
    assert re.search(r"^  RAND +apart$", report, re.MULTILINE)
    assert "RAND: what is a disagreement by the RAND/UCLA method." in " ".join(report.split())
    assert "RAND" not in section(shown(EXAMPLE), workshop.WEIGHTS)


@pytest.mark.parametrize("p", [EXAMPLE, SETTLED], ids=["example", "settled"])
@pytest.mark.parametrize("width", [40, 70, 80])
def test_marks_are_plain_where_the_encoding_knows_no_others(p: RoundResult, width: int) -> None:
    plain = shown(p, width=width, encoding="ascii", errors=PLAIN)
    assert plain == shown(p, width=width).translate(SUBSTITUTES)
    assert plain.isascii()


def test_what_would_steer_a_terminal_is_written_out() -> None:
    ballot = Ballot({"team_knows": ("pytorch",)}, {}, {"team_knows": "up\x1b[2Jand\nover"}, True)
    p = round_result(KB, minutes([ballot], names=("[bold]Bo\x1b[2Jb",)), {})
    report = shown(p, title="a\x1b]0;title", width=100)
    assert ESCAPE not in report
    assert "a\\x1b]0;title" in report
    assert "PyTorch, [bold]Bo\\x1b[2Jb: up\\x1b[2Jand" in report
    assert "  [bold]Bo\\x1b[2Jb" in section(report, workshop.WEIGHTS)


# Order


def test_the_answer_comes_first_then_what_could_change_it_then_the_votes() -> None:
    report = shown(of(9, rounds=3), facts=[weighed("pytorch.runs_eagerly")], title="Rakes")
    assert report.splitlines()[:3] == ["", "Rakes", headline(of(9, rounds=3))]
    assert headings(report) == [
        *(workshop.MATTERS, workshop.DISSENT, workshop.WEIGHTS),
        "Share of all weightings under which each wins",
        *(workshop.ANSWERS, workshop.FACTS, workshop.ROUNDS),
    ]


def test_the_headline_is_repeated_under_a_report_longer_than_the_terminal() -> None:
    def last(height: int) -> str:
        stream = io.StringIO()
        console = Console(file=stream, width=80, height=height, force_terminal=True,
                          color_system=None)  # fmt: skip
        render(reported(EXAMPLE), console)
        return stream.getvalue().rstrip().splitlines()[-1]

    assert last(20) == headline(EXAMPLE)
    assert last(500) != headline(EXAMPLE)


def test_disagreements_are_told_in_order_with_what_would_come_of_them() -> None:
    told = section(shown(EXAMPLE, width=100), workshop.MATTERS)
    places = [told.index(workshop.dispute(EXAMPLE, one)[:40]) for one in EXAMPLE.disputes]
    assert len(places) == 2
    assert places == sorted(places)
    assert told.index(workshop.APART) > places[-1]


def test_where_no_disagreement_matters_one_sentence_says_so() -> None:
    assert section(shown(SETTLED), workshop.MATTERS) == (
        "  No single disagreement changes what wins."
    )
    assert workshop.DISSENT not in shown(SETTLED)


def test_dissenters_are_told_by_letter_with_their_reasons() -> None:
    told = " ".join(section(shown(EXAMPLE), workshop.DISSENT).split())
    assert "by other weights (C)" in told
    assert "• Longevity: The boards stay in the field for ten years." in told


def test_who_wants_to_be_named_is() -> None:
    named = [replace(ballot, named=True) for ballot in BALLOTS.values()]
    p = round_result(KB, minutes(named, names=tuple(BALLOTS)), {})
    assert re.search(r"^  D Dora +2↓↓", shown(p, width=100), re.MULTILINE)
    assert "A is Ana, B is Ben, C is Chi, D is Dora, E is Emil." in " ".join(
        shown(p, width=40).split()
    )
    assert "• Dora: Longevity: The boards" in shown(p, width=100)


def test_options_have_bars_and_counts_and_what_the_group_says_of_them() -> None:
    told = section(shown(EXAMPLE), workshop.ANSWERS)
    assert (
        "  What does the team know well?\n"
        "    agreed: PyTorch (4 of 5)\n"
        "    PyTorch              ████████████████ 4\n"
        "    TensorFlow or Keras  ████ 1\n"
    ) in told
    assert "    apart: no answer has more than half of 4 answers\n" in told
    assert "    1 did not say\n" in told


def test_shares_are_bars_with_the_weights_under_which_each_wins() -> None:
    told = shown(EXAMPLE).split("under which each wins\n")[1].split("\n\n")[0]
    assert told.startswith(
        "  PyTorch     █████████████████ 87 %\n    where it wins, on average: Team and code 27 %"
    )
    assert "  TensorFlow  ███ 13 %\n    where it wins, on average: Devices and browsers" in told


def test_who_alone_is_left_is_compared_with_nobody() -> None:
    p = round_result(KB, minutes([Ballot()], questions=(), known={}), {})
    assert "Cannot tell yet" in shown(p)
    assert "under which each wins" not in shown(p)


def test_a_workshop_may_vote_on_questions_alone_or_on_criteria_alone() -> None:
    answered, weighed_only = (
        shown(round_result(KB, minutes(drawn(4), **which), {}))
        for which in ({"criteria": ()}, {"questions": ()})
    )
    assert workshop.WEIGHTS not in answered
    assert workshop.ANSWERS in answered
    assert workshop.ANSWERS not in weighed_only
    assert workshop.WEIGHTS in weighed_only


# Rounds and facts


def test_rounds_are_compared_once_there_are_two() -> None:
    assert workshop.ROUNDS not in shown(of(9))
    p = of(9, rounds=3)
    wide, narrow = (section(shown(p, width=width), workshop.ROUNDS) for width in (80, 40))
    told = f"{p.stop.items - len(p.stop.apart)} of {p.stop.items}"
    w = f"{p.agreement.concordance:.2f}"
    assert re.search(rf"^  3 +9 +{told} +{w} +{headline(p)}$", wide, re.MULTILINE)
    assert len(wide.splitlines()) == 5
    assert flat(f"Round 3, people: 9, agreed: {told}, Kendall's W: {w}: {headline(p)}") in (
        flat(narrow)
    )


def test_a_picture_of_an_earlier_round_tells_of_none_after_it() -> None:
    p = round_result(KB, of(9, rounds=3).history, {}, at=1)
    told = section(shown(p), workshop.ROUNDS)
    assert re.findall(r"^  (\d) ", told, re.MULTILINE) == ["1", "2"]


def test_earlier_rounds_are_judged_by_the_same_findings() -> None:
    target = next(c for c in KB.claims.values() if c.probe and rests(c.id, EXAMPLE))
    refuting = Finding(
        target.probe or "", Outcome.NO if target.expect == "yes" else Outcome.YES, "", 1.0
    )
    held = minutes(list(BALLOTS.values()), list(BALLOTS.values()))
    p = round_result(KB, held, {refuting.probe: refuting})
    claims = [weigh_claim(target, {refuting.probe: refuting}, lambda atom: True)]
    rows = [
        line.split(maxsplit=6)[-1]
        for line in section(shown(p, facts=claims), workshop.ROUNDS).splitlines()[1:3]
    ]
    assert rows == [headline(p)] * 2


def rests(claim: str, p: RoundResult) -> bool:
    """Whether a rule that fires for the group rests on the claim."""
    from rules.inference.evaluator import RuleEvaluator
    from rules.inference.facts import establish

    fired = RuleEvaluator(KB).infer(establish(KB, p.answers)).fired
    return any(claim in KB.rules[name].claims for name in fired)


def weighed(probe: str, outcome: Outcome = Outcome.YES, **rest: object) -> WeighedClaim:
    claim = next(one for one in KB.claims.values() if one.probe == probe)
    finding = Finding(probe, outcome, "it was compared", 1.0, **rest)  # type: ignore[arg-type]
    return weigh_claim(claim, {probe: finding}, lambda atom: True)


def test_facts_are_told_with_their_standing_evidence_and_doubts() -> None:
    fact = weighed("pytorch.runs_eagerly", evidence={"max_difference": 1.5e-08})
    doubted = replace(EXAMPLE, history=replace(EXAMPLE.history, doubts=(Doubt(fact.claim.id, 2),)))
    told = section(shown(doubted, facts=[fact], width=100), workshop.FACTS)
    sentence, evidence = told.split("\n", 1)[0], " ".join(told.split())
    assert sentence.startswith(f"  ✓ confirmed: {fact.claim.says[:30]}")
    assert "(doubted by 2 people) it was compared (max difference 1.5e-08)" in evidence


def test_facts_can_be_told_alone() -> None:
    stream = io.StringIO()
    refuted = weighed("pytorch.runs_eagerly", Outcome.NO)
    render_facts([evidence_of(refuted)], Console(file=stream, width=100, color_system=None))
    assert stream.getvalue().startswith(f"✗ refuted: {refuted.claim.says[:30]}")


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_people_are_called_by_letters(place: int, name: str) -> None:
    assert workshop.letter(place) == name
