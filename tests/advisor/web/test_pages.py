"""The pages of a workshop, as participants and the facilitator use them."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from advisor.answers.ballot import Ballot
from advisor.answers.rounds import StopRule
from advisor.errors import WorkshopError
from advisor.web.fact_checks import Say
from advisor.workshop.audit import audit
from advisor.workshop.store import Workshop
from probes.api import Finding, Outcome
from rules.diagnostics import InputError, Problem, SourceLocation

from ..workshops import BALLOTS, KB, NewWorkshop, a_plan
from .server_process import ballot_fields, receipt_on
from .visitors import FakeTester, Site, Visitor, site

ANA = BALLOTS["Ana"]
OTHER = replace(ANA, points={**ANA.points, "edge": 9})
CLAIM = "tensorflow_converts_to_tflite"


@pytest.fixture
def tester() -> FakeTester:
    return FakeTester()


@pytest.fixture
def pages(workshop: Workshop, tester: FakeTester) -> Iterator[Site]:
    with site(workshop, testers=[tester]) as opened:
        yield opened


def until(holds: Callable[[], bool]) -> None:
    """Wait for what happens in the background."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def reveal(lead: Visitor, number: int = 1) -> None:
    assert lead.post("/lead/reveal", [("round", str(number))]).to == "/lead"


def tried(pages: Site) -> None:
    """Wait until everything is tried."""
    until(lambda: not pages.app.state.workshop.fact_checks.progress.busy)


# Coming in and going


def test_whoever_has_the_code_joins_and_is_told_a_code_of_their_own(pages: Site) -> None:
    ana = pages.visitor()
    reply = ana.join("Ana")
    assert reply.status == 200
    assert "You are in, Ana" in reply.said
    assert len(ana.code) == 9
    assert "You are Ana." in ana.get("/seat").said


def test_the_link_in_the_qr_code_has_the_code_in_it(pages: Site) -> None:
    assert 'value="ABCD2345"' in pages.visitor().get("/?code=ABCD2345").text


def test_the_code_is_right_however_it_is_typed(pages: Site) -> None:
    assert pages.visitor().join("Ana", " abcd-2345 ").status == 200


def test_a_wrong_code_is_told_and_the_name_is_kept(pages: Site) -> None:
    reply = pages.visitor().join("Ana", "ABCD2346")
    assert reply.status == 403
    assert "That is not the code of this workshop." in reply.said
    assert 'value="Ana"' in reply.text


def test_a_second_person_of_a_name_is_asked_to_come_back_or_to_add_a_letter(pages: Site) -> None:
    pages.seated("Ana")
    reply = pages.visitor().join("ana")
    assert reply.status == 409
    assert "come back with your own code" in reply.said


def test_a_join_form_that_is_sent_twice_joins_once(pages: Site, workshop: Workshop) -> None:
    """A second click on the button ends the first answer, and the cookie in it."""
    ana = pages.visitor()
    once = ana.get("/").hidden("once")
    form = [("once", once), ("name", "Ana"), ("code", "ABCD2345")]
    first = pages.visitor().post("/", form)
    second = ana.post("/", form)
    assert (first.status, second.status) == (200, 200)
    assert first.text == second.text
    assert "You are Ana." in ana.get("/seat").said
    assert [person.name for person in workshop.people.all()].count("Ana") == 1


def test_who_has_joined_is_led_to_their_seat(pages: Site) -> None:
    assert pages.seated("Ana").get("/").to == "/seat"


def test_who_has_not_joined_is_led_to_the_join_form(pages: Site) -> None:
    assert pages.visitor().get("/seat").to == "/"


def test_their_own_code_brings_people_back_on_another_device(pages: Site) -> None:
    ana = pages.seated("Ana")
    receipt = ana.answer(ANA)
    phone = pages.visitor()
    reply = phone.post("/rejoin", [("code", ana.code)])
    assert "You are in, Ana" in reply.said
    assert receipt_on(phone.get("/seat").text) == receipt


def test_what_somebody_answered_stays_when_they_leave(pages: Site, workshop: Workshop) -> None:
    ana = pages.seated("Ana")
    ana.answer(ANA)
    assert "You have left" in ana.post("/leave").said
    assert ana.get("/seat").to == "/"
    assert len(workshop.answered()) == 1


def test_a_reader_is_reminded_of_a_name(pages: Site) -> None:
    reply = pages.visitor().join("   ")
    assert reply.status == 400
    assert "A name is needed" in reply.said


# Answering


def test_the_form_asks_everything_that_is_voted_on(pages: Site, workshop: Workshop) -> None:
    page = pages.seated("Ana").get("/seat")
    for question in workshop.plan.questions:
        assert KB.questions[question].ask in page.said
        assert f'name="answer.{question}" value="unknown"' in page.text
    for criterion in workshop.plan.criteria:
        assert KB.criteria[criterion].asks in page.said
        assert all(f'name="points.{criterion}" value="{n}"' in page.text for n in range(1, 10))


def test_a_ballot_is_sealed_and_its_receipt_told(pages: Site, workshop: Workshop) -> None:
    ana = pages.seated("Ana")
    receipt = ana.answer(ANA)
    assert len(receipt) == 64
    page = ana.get("/seat")
    assert f"advisor workshop audit team.workshop --receipt {receipt}" in page.said
    assert "1 of 2 have answered" in page.said  # Yan approves, and was named beforehand
    reveal(pages.leading())
    assert audit(workshop.history(), [receipt]).is_true
    assert workshop.history().last.ballots[0].ballot == ANA


def test_the_same_form_sent_twice_gives_the_same_receipt(pages: Site) -> None:
    ana = pages.seated("Ana")
    assert ana.answer(ANA) == ana.answer(ANA)


def test_answers_can_be_changed_until_the_reveal(pages: Site, workshop: Workshop) -> None:
    ana = pages.seated("Ana")
    first = ana.answer(ANA)
    assert ana.answer(OTHER) != first
    reveal(pages.leading())
    held = workshop.history().last
    assert [voice.ballot for voice in held.ballots] == [OTHER]
    assert held.replaced == (first,)


def test_what_one_answered_stands_in_the_form_that_changes_it(pages: Site) -> None:
    ana = pages.seated("Ana")
    ana.answer(replace(ANA, named=True))
    page = ana.get("/seat/answers").text
    assert 'name="answer.debugging" value="often" checked' in page
    assert 'name="points.research" value="8" checked' in page
    assert 'name="named" value="yes" checked' in page
    assert ANA.reasons["debugging"] in page


def test_no_points_is_what_stands_there_until_one_chooses(pages: Site, workshop: Workshop) -> None:
    ana = pages.seated("Ana")
    assert 'name="points.edge" value="-" checked' in ana.get("/seat").text
    ana.post("/seat/answers", [("round", "1"), ("answer.debugging", "often"), ("points.edge", "-")])
    reveal(pages.leading())
    assert workshop.history().last.ballots[0].ballot == Ballot({"debugging": ("often",)})


def test_a_mistake_is_told_beside_its_question_and_nothing_typed_is_lost(pages: Site) -> None:
    ana = pages.seated("Ana")
    form = [
        ("round", "1"),
        ("answer.model_source", "hugging_face"),
        ("answer.model_source", "unknown"),
        ("reason.model_source", "we tried"),
    ]
    reply = ana.post("/seat/answers", form)
    assert reply.status == 400
    assert "Cannot be “I don't know” and something else." in reply.said
    assert 'value="hugging_face" checked' in reply.text
    assert "we tried" in reply.text
    assert receipt_on(ana.get("/seat").text) == ""


def test_a_reason_that_is_too_long_is_refused_with_its_length(pages: Site) -> None:
    reply = pages.seated("Ana").post(
        "/seat/answers",
        [("round", "1"), ("answer.debugging", "often"), ("reason.debugging", "x" * 501)],
    )
    assert (reply.status, "at most 500 characters, not 501" in reply.said) == (400, True)


def test_an_empty_form_is_not_sealed(pages: Site) -> None:
    reply = pages.seated("Ana").post("/seat/answers", [("round", "1"), ("points.edge", "-")])
    assert (reply.status, "Nothing was answered yet" in reply.said) == (400, True)


def test_who_knows_nothing_may_say_so(pages: Site, workshop: Workshop) -> None:
    ana = pages.seated("Ana")
    ana.answer(Ballot({"debugging": ("unknown",)}))
    assert len(workshop.answered()) == 1


def test_a_ballot_that_comes_after_the_reveal_is_shown_again_and_not_sealed(pages: Site) -> None:
    ana, ben = pages.seated("Ana"), pages.seated("Ben")
    ana.answer(ANA)
    reveal(pages.leading())
    reply = ben.post("/seat/answers", ballot_fields(OTHER))
    assert reply.status == 409
    assert "Round 1 was revealed before this arrived, so it was not sealed." in reply.said
    assert 'name="points.edge" value="9" checked' in reply.text
    assert OTHER.reasons["research"] in reply.text


def test_a_ballot_of_the_last_round_can_be_sent_again_in_the_next(pages: Site) -> None:
    ana, ben, lead = pages.seated("Ana"), pages.seated("Ben"), pages.leading()
    ana.answer(ANA)
    reveal(lead)
    lead.post("/lead/round", [("round", "2")])
    reply = ben.post("/seat/answers", ballot_fields(OTHER, 1))
    assert reply.status == 409
    assert 'name="round" value="2"' in reply.text
    assert 'name="points.edge" value="9" checked' in reply.text
    assert ben.answer(OTHER, 2)


def test_a_latecomer_joins_and_answers_in_the_next_round(pages: Site) -> None:
    lead = pages.leading()
    pages.seated("Ana").answer(ANA)
    reveal(lead)
    late = pages.seated("Late")
    assert "What matters to whom" in late.get("/seat").said
    lead.post("/lead/round", [("round", "2")])
    assert late.answer(OTHER, 2)


def test_the_next_round_shows_what_the_group_said_and_why_the_edges_did(pages: Site) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    lead.post("/lead/round", [("round", "2")])
    page = people["Ana"].get("/seat")
    assert "Round 1: median 6, half between 5 and 8" in page.said
    assert "2 points, Dora" not in page.said  # she gave no reason for it
    assert "9 points, Dora: If it does not run on the board there is no product." in page.said
    assert 'name="points.research" value="8" checked' in page.text  # one's own, to start from


# After the reveal


def test_everybody_sees_the_same_picture_with_their_own_row_marked(pages: Site) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    tried(pages)
    ana, ben, screen = people["Ana"].get("/seat"), people["Ben"].get("/seat"), lead.get("/lead")
    for page in (ana, ben, screen):
        assert "What matters to whom" in page.said
        assert "Who would choose otherwise" in page.said
    assert ana.text.count('class="own"') == ben.text.count('class="own"') == 1
    assert ana.text != ben.text
    assert 'class="own"' not in screen.text


def test_a_receipt_can_be_read_again_after_the_reveal(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    receipt = ana.answer(ANA)
    reveal(lead)
    assert receipt_on(ana.get("/seat").text) == receipt


def test_the_picture_names_those_alone_who_wanted_it(pages: Site) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    page = people["Ben"].get("/seat").said
    assert "Dora:" in page
    assert not any(f"{name}:" in page for name in ("Ana", "Chi", "Emil"))


def test_the_round_revealed_last_can_be_looked_at_in_the_next(pages: Site) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    lead.post("/lead/round", [("round", "2")])
    people["Ana"].answer(ANA, 2)
    page = people["Ana"].get("/seat/picture")
    assert "What matters to whom" in page.said
    assert page.text.count('class="own"') == 1
    assert "Back to round 2" in page.said


def test_rounds_stand_beside_one_another_once_there_are_two(pages: Site) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    lead.post("/lead/round", [("round", "2")])
    people["Ana"].answer(OTHER, 2)
    people["Ben"].answer(OTHER, 2)
    reveal(lead, 2)
    page = people["Ana"].get("/seat").said
    assert "Round by round" in page
    assert "6 (5 to 8)" in page


# Facts


def test_what_the_outcome_rests_on_is_tried_after_the_reveal(
    pages: Site, tester: FakeTester
) -> None:
    people, lead = pages.everybody(), pages.leading()
    assert tester.asked == []
    reveal(lead)
    tried(pages)
    assert tester.asked
    assert not any(fresh for _, fresh in tester.asked)
    assert "confirmed it was run here" in people["Ana"].get("/seat").said


def test_nothing_is_tried_where_nothing_may_be(workshop: Workshop) -> None:
    with site(workshop) as pages:
        pages.everybody()
        lead = pages.leading()
        reveal(lead)
        page = lead.get("/lead").said
    assert "started with --no-probes" in page
    assert "Try it now" not in page


def test_a_doubted_claim_is_counted_and_tried_anew_for_all(pages: Site, tester: FakeTester) -> None:
    people, lead = pages.everybody(), pages.leading()
    reveal(lead)
    tried(pages)
    tester.asked.clear()
    for name in ("Ana", "Ben", "Ana"):
        assert people[name].post("/seat/doubt", [("claim", CLAIM)]).to == "/seat#facts"
    assert "doubted by 2" in people["Chi"].get("/seat").said
    assert lead.post("/lead/try", [("claim", CLAIM)]).to == "/lead#facts"
    tried(pages)
    assert tester.asked == [((KB.claims[CLAIM].probe,), True)]
    assert "doubted by 2" in lead.get("/lead").said


def test_a_refuted_claim_changes_the_picture_of_all(workshop: Workshop) -> None:
    with site(workshop, testers=[FakeTester(Outcome.NO)]) as pages:
        people, lead = pages.everybody(), pages.leading()
        reveal(lead)
        tried(pages)
        assert "refuted" in people["Ana"].get("/seat").said


def test_the_interpreter_is_one_of_those_named_at_the_start(workshop: Workshop) -> None:
    first, second = FakeTester(label="here"), FakeTester(label="the project’s")
    with site(workshop, testers=[first, second]) as pages:
        pages.everybody()
        lead = pages.leading()
        reveal(lead)
        tried(pages)
        assert (bool(first.asked), second.asked) == (True, [])
        assert "the project’s" in lead.get("/lead").said
        lead.post("/lead/try", [("claim", CLAIM), ("tester", "1")])
        tried(pages)
        assert len(second.asked) == 1
        for wrong in ("2", "-1", "/usr/bin/python3"):
            assert lead.post("/lead/try", [("claim", CLAIM), ("tester", wrong)]).status == 400


def test_a_trial_that_breaks_is_told_and_ends_no_other(
    pages: Site, tester: FakeTester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages.everybody()
    lead = pages.leading()

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no such thing")

    with monkeypatch.context() as patched:
        patched.setattr(tester, "run", breaks)
        reveal(lead)
        tried(pages)
    assert "What was tried last broke off: RuntimeError." in lead.get("/lead").said
    lead.post("/lead/evidence")
    tried(pages)
    assert tester.asked


# The facilitator


def test_the_facilitators_key_does_not_stay_in_the_address(pages: Site, workshop: Workshop) -> None:
    lead = pages.visitor()
    key = workshop.people.new_facilitator_token()
    assert lead.get(f"/lead?key={key}").to == "/lead"
    assert lead.get("/lead").status == 200
    assert lead.get(f"/lead?key={key}").to == "/lead"  # the link, opened again


def test_the_facilitator_sees_who_has_answered_and_never_what(pages: Site) -> None:
    pages.seated("Ana").answer(replace(ANA, reasons={"debugging": "SECRET"}))
    pages.seated("Ben")
    lead = pages.leading()
    page = lead.get("/lead")
    assert "Ana contributor has answered" in page.said
    assert "Ben contributor not yet" in page.said
    assert "Zoe driver need not answer" in page.said
    assert "Ivo informed is told afterwards" in page.said
    assert "1 of 3 have answered" in page.said
    assert "SECRET" not in page.text


def test_the_facilitators_page_shows_how_to_join(pages: Site) -> None:
    lead = pages.leading()
    page = lead.get("/lead")
    assert "http://127.0.0.1:8765" in page.said
    assert "ABCD-2345" in page.said
    picture = lead.get("/lead/qr.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")


def test_the_reveal_says_who_has_not_answered(pages: Site) -> None:
    lead = pages.leading()
    assert "Nobody has answered yet." in lead.get("/lead").said
    pages.seated("Ana").answer(ANA)
    page = lead.get("/lead").said
    assert "Reveal now, though 1 person has not answered yet Yan" in page


def test_a_reveal_that_is_sent_twice_reveals_once(pages: Site, workshop: Workshop) -> None:
    pages.seated("Ana").answer(ANA)
    lead = pages.leading()
    reveal(lead)
    reveal(lead)
    assert workshop.round_state().number == 1


def test_a_round_that_is_begun_twice_begins_once(pages: Site, workshop: Workshop) -> None:
    pages.seated("Ana").answer(ANA)
    lead = pages.leading()
    reveal(lead)
    for _ in range(2):
        assert lead.post("/lead/round", [("round", "2")]).to == "/lead"
    assert workshop.round_state().number == 2


def test_nothing_is_revealed_while_nobody_has_answered(pages: Site, workshop: Workshop) -> None:
    reply = pages.leading().post("/lead/reveal", [("round", "1")])
    assert (reply.status, workshop.round_state().revealed) == (409, False)


def test_after_the_last_round_no_other_is_offered(new_workshop: NewWorkshop) -> None:
    with site(new_workshop(a_plan(stop=StopRule(rounds=1)))) as pages:
        pages.seated("Ana").answer(ANA)
        lead = pages.leading()
        reveal(lead)
        assert "That was the last of 1 round agreed beforehand." in lead.get("/lead").said
        assert lead.post("/lead/round", [("round", "2")]).status == 409


def test_answers_are_entered_for_somebody_in_the_room(pages: Site, workshop: Workshop) -> None:
    lead = pages.leading()
    assert "Round 1: answers of Zoe" in lead.get("/lead/answers?name=Zoe").said
    form = [("name", "Zoe"), *ballot_fields(ANA)]
    assert lead.post("/lead/answers", form).to == "/lead"
    assert "Zoe driver has answered" in lead.get("/lead").said
    own = workshop.own_ballot(workshop.people.include("Zoe").id)
    assert own is not None
    assert (own.ballot, own.entered) == (ANA, "facilitator")


def test_the_facilitator_cannot_see_or_replace_what_somebody_answered(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    receipt = ana.answer(ANA)
    assert lead.get("/lead/answers?name=ANA").status == 409
    reply = lead.post("/lead/answers", [("name", "Ana"), *ballot_fields(OTHER)])
    assert reply.status == 409
    assert "only they can change it" in reply.said
    assert receipt_on(ana.get("/seat").text) == receipt


def test_what_the_facilitator_entered_is_not_shown_to_who_comes_by_that_name(pages: Site) -> None:
    lead, somebody = pages.leading(), pages.visitor()
    lead.post("/lead/answers", [("name", "Zoe"), *ballot_fields(ANA)])
    assert somebody.join("Zoe").status == 409
    number = lead.get("/lead").text.partition("New code for Zoe")[0]
    person = number.rpartition('name="person" value="')[2].split('"')[0]
    code = lead.post("/lead/code", [("person", person)]).text.partition('class="code">')[2][:9]
    assert somebody.post("/rejoin", [("code", code)]).status == 200
    page = somebody.get("/seat").text
    assert ANA.reasons["debugging"] not in page
    assert 'value="often" checked' not in page
    reveal(lead)
    assert 'class="own"' not in somebody.get("/seat").text


def test_who_left_without_a_word_is_removed_and_may_come_back(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    page = lead.get("/lead").text
    number = page.partition("Remove Ana")[0].rpartition('name="person" value="')[2].split('"')[0]
    assert lead.post("/lead/remove", [("person", number)]).to == "/lead"
    assert ana.get("/seat").to == "/"
    assert "0 of 1 has answered" in lead.get("/lead").said
    assert ana.post("/rejoin", [("code", ana.code)]).status == 200


def test_the_screen_for_the_room_has_the_code_before_and_the_picture_after(pages: Site) -> None:
    pages.seated("Ana").answer(ANA)
    lead = pages.leading()
    assert "ABCD-2345" in lead.get("/lead/screen").said
    reveal(lead)
    page = lead.get("/lead/screen")
    assert "What matters to whom" in page.said
    assert "<button" not in page.text


# The record


def test_the_record_is_written_by_a_button_and_once(workshop: Workshop) -> None:
    written: list[Path] = []

    def write() -> Path:
        written.append(Path(f"docs/decisions/000{len(written) + 1}-framework.md"))
        return written[-1]

    with site(workshop, write=write) as pages:
        pages.seated("Ana").answer(ANA)
        lead = pages.leading()
        assert lead.post("/lead/record").status == 409
        reveal(lead)
        for _ in range(2):
            assert lead.post("/lead/record").to == "/lead"
        assert "The record was written: docs/decisions/0001-framework.md" in lead.get("/lead").said
        lead.post("/lead/round", [("round", "2")])
        pages.seated("Ben").answer(OTHER, 2)
        reveal(lead, 2)
        lead.post("/lead/record")
    assert len(written) == 2


@pytest.mark.parametrize(
    "error",
    [
        WorkshopError("No record was written: there is no outcome to record yet."),
        InputError([Problem(SourceLocation("adr"), "may not be written to")]),
        OSError(28, "No space left on device"),
    ],
)
def test_why_no_record_was_written_is_told(workshop: Workshop, error: Exception) -> None:
    def write() -> Path:
        raise error

    with site(workshop, write=write) as pages:
        pages.seated("Ana").answer(ANA)
        lead = pages.leading()
        reveal(lead)
        reply = lead.post("/lead/record")
    assert reply.status == 409
    assert "No record was written" in reply.said


def test_no_record_is_written_while_claims_are_tried(workshop: Workshop) -> None:
    tester, go = FakeTester(), threading.Event()

    def waits(probes: Sequence[str], say: Say, *, fresh: bool) -> Mapping[str, Finding]:
        say("Trying something (1 of 1)")
        assert go.wait(30)
        return {}

    tester.run = waits  # type: ignore[method-assign]
    with site(workshop, testers=[tester], write=lambda: Path("0001-x.md")) as pages:
        pages.seated("Ana").answer(ANA)
        lead = pages.leading()
        reveal(lead)
        until(lambda: "Trying something (1 of 1)" in lead.get("/lead").said)
        assert "once the claims are tried" in lead.get("/lead").said
        assert lead.post("/lead/record").status == 409
        go.set()
        tried(pages)
        assert lead.post("/lead/record").to == "/lead"


def test_no_button_writes_a_record_where_no_folder_was_named(pages: Site) -> None:
    pages.seated("Ana").answer(ANA)
    lead = pages.leading()
    reveal(lead)
    assert "Write the record" not in lead.get("/lead").said
    assert lead.post("/lead/record").status == 409


# Who comes by another name's door


def test_nobody_gets_the_seat_of_somebody_who_answered_by_file(workshop: Workshop) -> None:
    own = workshop.submit(workshop.people.include("Ana").id, BALLOTS["Ana"], entered="file")
    with site(workshop) as pages:
        reply = pages.visitor().join("Ana")
        assert reply.status == 409
        assert own.receipt not in reply.text


def test_a_new_code_brings_somebody_back_and_shows_no_receipt_from_elsewhere(
    workshop: Workshop,
) -> None:
    ana = workshop.people.include("Ana")
    own = workshop.submit(ana.id, BALLOTS["Ana"], entered="file")
    with site(workshop) as pages:
        lead = pages.leading()
        told = lead.post("/lead/code", [("person", str(ana.id))])
        code = re.search(r'class="code">([A-Z0-9-]+)<', told.text)
        assert code is not None
        visitor = pages.visitor()
        visitor.get("/rejoin")
        assert visitor.post("/rejoin", [("code", code[1])]).status == 200
        seat = visitor.get("/seat")
        assert "Round 1: your answers" in seat.said
        assert own.receipt not in seat.text


def test_a_new_code_shows_its_bearer_nothing_that_was_sealed_before(workshop: Workshop) -> None:
    """Whoever hands it on could use it."""
    with site(workshop) as pages:
        ana = pages.seated("Ana")
        receipt = ana.answer(BALLOTS["Ana"])
        lead, person = pages.leading(), workshop.people.include("Ana")
        told = lead.post("/lead/code", [("person", str(person.id))])
        code = re.search(r'class="code">([A-Z0-9-]+)<', told.text)
        assert code is not None
        bearer = pages.visitor()
        bearer.get("/rejoin")
        bearer.post("/rejoin", [("code", code[1])])
        for path in ("/seat", "/seat/answers"):
            page = bearer.get(path)
            assert receipt not in page.text
            assert "forward pass" not in page.text
        assert lead.get("/lead/answers?name=Ana").status == 409
        assert ana.get("/seat").to == "/"


def test_a_reason_for_another_answer_does_not_stay(workshop: Workshop) -> None:
    first = Ballot({"lifetime": ("years",)}, reasons={"lifetime": "As ever."})
    second = Ballot({"lifetime": ("decade",)}, reasons={"lifetime": "As ever."})
    with site(workshop) as pages:
        ana = pages.seated("Ana")
        ana.answer(first)
        ana.answer(second)
    sealed = workshop.own_ballot(workshop.people.include("Ana").id)
    assert sealed is not None
    assert sealed.ballot == Ballot({"lifetime": ("decade",)})


def test_what_the_outcome_does_not_rest_on_yet_can_be_doubted_as_well(workshop: Workshop) -> None:
    with site(workshop) as pages:
        people = pages.everybody()
        pages.leading().post("/lead/reveal", [("round", "1")])
        ana = people["Ana"]
        assert "What else the rules could come to rest on" in ana.get("/seat").said
        shown = pages.app.state.workshop.results.current()
        other = next(one.claim.id for one in shown.report.other_facts if one.claim.probe)
        assert ana.post("/seat/doubt", [("claim", other)]).status == 303
        assert [doubt.claim for doubt in workshop.doubts()] == [other]


def test_a_ballot_is_its_owners_however_the_facilitator_spells_the_name(workshop: Workshop) -> None:
    with site(workshop) as pages:
        jose = pages.seated("Jos\u00e9")
        receipt = jose.answer(BALLOTS["Ana"])
        lead = pages.leading()
        fields = [("name", "Jose\u0301"), *ballot_fields(BALLOTS["Ben"], 1)]
        assert lead.post("/lead/answers", fields).status == 409
    own = workshop.own_ballot(workshop.people.include("Jos\u00e9").id)
    assert own is not None
    assert own.receipt == receipt


# Another program that writes to the file


def test_another_program_that_writes_keeps_nobody_from_reading_and_loses_no_ballot(
    pages: Site,
) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    pages.workshop.wait_at_most(0)
    with closing(sqlite3.connect(pages.workshop.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        reply = ana.post("/seat/answers", ballot_fields(replace(ANA, reasons={"edge": "My words"})))
        assert (reply.status, 'value="8" checked' in reply.text) == (503, True)
        assert "another program is writing to it. Nothing was sealed, and what was" in reply.said
        assert "My words" in reply.text
        assert [ana.get("/seat").status, lead.get("/lead").status] == [200, 200]
        given = [("name", "Zoe"), *ballot_fields(ANA)]
        assert "another program is writing" in lead.post("/lead/answers", given).said
        late = pages.visitor().join("Ben")
        assert (late.status, 'value="Ben"' in late.text) == (503, True)
        assert lead.post("/lead/round", [("round", "2")]).status == 503
        other.execute("ROLLBACK")
    assert ana.answer(ANA)


def test_a_file_that_is_damaged_while_it_is_served_is_told_in_a_sentence(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    ana.answer(ANA)
    with closing(sqlite3.connect(pages.workshop.path)) as other:
        other.executescript("DROP TRIGGER no_change; UPDATE ballot SET text = 'secret'")
    reply = lead.post("/lead/reveal", [("round", "1")])
    assert (reply.status, "The workshop's file is damaged: a ballot in it" in reply.said) == (
        500,
        True,
    )
    assert "secret" not in reply.text
    assert ana.get("/").status == 303


def test_nothing_is_revealed_with_knowledge_that_lacks_what_was_answered(pages: Site) -> None:
    """Sealed with other knowledge by another command, while this one is served."""
    ana, lead = pages.seated("Ana"), pages.leading()
    pages.workshop.submit(1, Ballot({"lifetime": ("ages",)}))
    ana.answer(ANA)
    reply = lead.post("/lead/reveal", [("round", "1")])
    assert (reply.status, "Nothing was revealed: what Zoe sealed does not go" in reply.said) == (
        409,
        True,
    )
    assert "ages" not in reply.text
    assert lead.get("/lead").status == 200
    assert not pages.workshop.round_state().revealed
