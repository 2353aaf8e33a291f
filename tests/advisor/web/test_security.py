"""What the pages keep from whom, and what they refuse."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from starlette.exceptions import HTTPException
from starlette.routing import Route

from advisor.answers.ballot import Ballot
from advisor.errors import WorkshopError
from advisor.web import security
from advisor.web.app import create_app
from advisor.web.batched_writes import BatchedWrites
from advisor.web.form_data import read_body
from advisor.web.security import LONGEST_WAIT, UNHINDERED, WAIT, Guesses
from advisor.web.state import Admissions
from advisor.workshop.people import Admission, Person
from advisor.workshop.store import Workshop

from ..workshops import BALLOTS, KB, NewWorkshop, a_plan
from .server_process import ballot_fields
from .visitors import FORM, HOST, ORIGIN, FakeTester, Site, Visitor, site

MARKER = "whatBenWroteAndNobodyReads"
BEN = Ballot({"debugging": ("often",)}, {"edge": 9}, {"edge": MARKER, "debugging": MARKER}, True)
ANA = BALLOTS["Ana"]
WRONG = "ABCD2346"


@pytest.fixture
def pages(workshop: Workshop) -> Iterator[Site]:
    with site(workshop, testers=[FakeTester()]) as opened:
        yield opened


def cookies(visitor: Visitor) -> dict[str, str]:
    return dict(visitor.client.cookies.items())


def with_cookie(pages: Site, name: str, value: str) -> Visitor:
    visitor = pages.visitor()
    visitor.client.cookies.set(name, value)
    return visitor


def routes(pages: Site) -> list[tuple[str, str]]:
    """Every method and path there is; a name in a path is that of a file there is."""
    found = []
    for route in pages.app.routes:
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            found.append((method, route.path.replace("{name}", "style.css")))
    return found


# What was sealed


def requests_to_everything(pages: Site) -> list[tuple[str, str]]:
    """Every route with every method, and with what might lead to somebody else's."""
    paths = sorted({path for _, path in routes(pages)} | {"/lead/", "/seat/", "/static/../team"})
    asks = ["", "?person=5&name=Ben&number=1&round=1&key=x"]
    return [(method, path + ask) for method in ("GET", "POST") for path in paths for ask in asks]


@pytest.mark.parametrize("who", ["nobody", "a participant"])
def test_no_page_tells_anybody_what_somebody_else_sealed(
    pages: Site,
    who: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    ben, lead = pages.seated("Ben"), pages.leading()
    receipt = ben.answer(BEN)
    caplog.clear()
    caplog.set_level(logging.NOTSET)
    secret = [MARKER, receipt, ben.code.replace("-", ""), ben.code, ben.token, lead.token]
    secret += [*cookies(ben).values(), *cookies(lead).values()]
    seen, visitor = [], pages.visitor()
    for number, (method, path) in enumerate(requests_to_everything(pages)):
        if who == "a participant" and visitor.get("/seat").to == "/":  # not yet, or no longer
            visitor = pages.seated(f"P{number}")
        if who == "a participant" and path.startswith("/events"):
            continue  # a stream without end; see test_web_server
        fields = [("person", "5"), ("claim", "x"), ("round", "1"), ("name", "Ben")]
        reply = visitor.get(path) if method == "GET" else visitor.post(path, fields)
        seen.append(f"{reply.text}{dict(reply.headers)}")
    seen += [caplog.text, *capfd.readouterr()]
    assert not [(one, told) for told in seen for one in secret if one in told]
    assert len(pages.workshop.answered()) == 1


def test_what_was_sealed_is_there_after_the_reveal(pages: Site) -> None:
    """That the marker of the test before is to be found at all."""
    pages.seated("Ben").answer(BEN)
    ana, lead = pages.seated("Ana"), pages.leading()
    lead.post("/lead/reveal", [("round", "1")])
    assert MARKER in ana.get("/seat").text


def test_the_facilitators_pages_tell_nothing_that_was_sealed(pages: Site) -> None:
    receipt = pages.seated("Ben").answer(BEN)
    lead = pages.leading()
    for path in ("/lead", "/lead/screen", "/lead/answers?name=Ben", "/lead/answers?name=Zoe"):
        page = lead.get(path)
        assert MARKER not in page.text
        assert receipt not in page.text


def test_the_next_round_is_as_sealed_as_the_first(pages: Site) -> None:
    """On every page, for everybody; what is doubted in a file is sealed with it."""
    ana, ben, lead = pages.seated("Ana"), pages.seated("Ben"), pages.leading()
    ana.answer(ANA)
    lead.post("/lead/reveal", [("round", "1")])
    lead.post("/lead/round", [("round", "2")])
    secret = [MARKER, ben.answer(BEN, 2), "doubted by"]
    number = next(p.id for p in pages.workshop.people.all() if p.name == "Ben")
    pages.workshop.seal_doubts(number, ["tensorflow_converts_to_tflite"])
    for visitor in (ana, lead, pages.visitor()):
        for method, path in routes(pages):
            if method == "GET" and not path.endswith("/events"):
                page = visitor.get(path).text
                assert not [told for told in secret if told in page], path
    lead.post("/lead/reveal", [("round", "2")])
    assert all(told in lead.get("/lead").text for told in (MARKER, "doubted by"))


def test_the_facilitator_learns_no_row_by_entering_for_somebody_who_answered_before(
    pages: Site,
) -> None:
    """Rounds that were revealed are nameless: whose the answers were stays with their owner."""
    lead = pages.leading()
    pages.seated("Ben").answer(BEN)
    lead.post("/lead/reveal", [("round", "1")])
    lead.post("/lead/round", [("round", "2")])
    page = lead.get("/lead/answers?name=Ben").text
    assert MARKER not in page
    assert "checked" not in page.replace('value="-" checked', "")


# Who may ask


def test_a_participant_is_refused_every_page_of_the_facilitator(pages: Site) -> None:
    ana = pages.seated("Ana")
    for method, path in routes(pages):
        if path.startswith("/lead"):
            reply = ana.get(path) if method == "GET" else ana.post(path, [("round", "1")])
            assert (path, reply.status) == (path, 403)
            assert "facilitator" in reply.said


def test_a_stranger_is_refused_or_led_to_the_join_form(pages: Site) -> None:
    for method, path in routes(pages):
        if path in ("/", "/rejoin") or path.startswith("/static"):
            continue
        stranger = pages.visitor()
        reply = stranger.get(path) if method == "GET" else stranger.post(path)
        assert (path, reply.status, reply.to) in ((path, 403, ""), (path, 303, "/"))


def test_a_forged_cookie_is_nobodys(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    for known in (ana, lead):
        ((name, value),) = cookies(known).items()
        for forged in ("", "x", value[:-1], f"{value}x", value.swapcase(), "é", "a" * 5000):
            visitor = with_cookie(pages, name, forged) if forged.isascii() else pages.visitor()
            assert visitor.get("/seat").to == "/"
            assert visitor.get("/lead").status == 403


def test_one_kind_of_cookie_is_not_taken_for_the_other(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    ((seat, token),), ((led, key),) = cookies(ana).items(), cookies(lead).items()
    assert with_cookie(pages, led, token).get("/lead").status == 403
    assert with_cookie(pages, seat, key).get("/seat").to == "/"


def test_a_cookie_is_worth_nothing_after_leaving(pages: Site) -> None:
    ana = pages.seated("Ana")
    ((name, value),) = cookies(ana).items()
    ana.post("/leave")
    replayed = with_cookie(pages, name, value)
    assert replayed.get("/seat").to == "/"
    assert replayed.post("/seat/answers", ballot_fields(ANA), token=ana.token).status == 403
    assert pages.workshop.answered() == frozenset()


def test_a_cookie_is_worth_nothing_after_coming_back_elsewhere(pages: Site) -> None:
    ana, phone = pages.seated("Ana"), pages.visitor()
    phone.post("/rejoin", [("code", ana.code)])
    assert ana.get("/seat").to == "/"
    assert phone.get("/seat").status == 200


def test_an_own_code_works_once(pages: Site) -> None:
    ana, phone = pages.seated("Ana"), pages.visitor()
    assert phone.post("/rejoin", [("code", ana.code)]).status == 200
    reply = pages.visitor().post("/rejoin", [("code", ana.code)])
    assert (reply.status, "Nobody here has that code" in reply.said) == (403, True)


def test_a_join_form_that_is_replayed_after_leaving_lets_nobody_in(pages: Site) -> None:
    ana = pages.visitor()
    form = [("once", ana.get("/").hidden("once")), ("name", "Ana"), ("code", "ABCD2345")]
    ana.post("/", form)
    ana.get("/seat")
    ana.post("/leave")
    assert ana.post("/", form).status == 409
    assert ana.get("/seat").to == "/"


def test_a_form_for_coming_back_is_worth_nothing_once_they_came_back_again(pages: Site) -> None:
    ana, phone, laptop = pages.seated("Ana"), pages.visitor(), pages.visitor()
    form = [("once", "abc"), ("code", ana.code)]
    back = phone.post("/rejoin", form)
    code = re.findall(r'class="code">([A-Z0-9-]+)<', back.text)[0]
    assert laptop.post("/rejoin", [("code", code)]).status == 200
    assert phone.post("/rejoin", form).status == 403
    assert phone.get("/seat").to == "/"


def test_a_form_that_is_sent_again_later_is_no_second_click() -> None:
    now, admitted = [0.0], []

    def admit() -> Admission:
        admitted.append(now[0])
        return Admission(Person(1, "Ana", "contributor", present=True), f"{len(admitted)}", "code")

    admissions = Admissions(clock=lambda: now[0])
    for now[0] in (0.0, 29.0, 31.0, 32.0):
        admissions.once("form", "Ana", admit)
    assert admitted == [0.0, 31.0]


def test_the_facilitators_link_until_now_is_worth_nothing_once_there_is_a_new_one(
    pages: Site,
) -> None:
    before = pages.workshop.people.new_facilitator_token()
    lead = pages.leading()
    assert pages.visitor().get(f"/lead?key={before}").status == 403
    assert lead.get("/lead").status == 200
    pages.workshop.people.new_facilitator_token()
    assert lead.get("/lead").status == 403


# Forms of other sites


ELSEWHERE = [
    None,
    "null",
    "http://evil.example",
    "http://127.0.0.1:9999",
    "http://127.0.0.1",
    "https://127.0.0.1:8765",
    "http://127.0.0.1:8765.evil.example",
]


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_form_of_another_site_is_refused_though_cookie_and_token_are_right(
    pages: Site, origin: str | None
) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    assert ana.post("/seat/answers", ballot_fields(ANA), origin=origin).status == 403
    assert ana.post("/leave", origin=origin).status == 403
    assert lead.post("/lead/reveal", [("round", "1")], origin=origin).status == 403
    assert pages.visitor().post("/", [("name", "X")], origin=origin).status == 403
    assert pages.workshop.answered() == frozenset()


def test_a_form_without_its_token_is_refused_though_the_origin_is_right(pages: Site) -> None:
    ana, ben, lead = pages.seated("Ana"), pages.seated("Ben"), pages.leading()
    ben.answer(BEN)
    wrong = ["", "x", "é", ana.token[:-1], ben.token, lead.token]
    for method, path in routes(pages):
        if method == "POST" and path not in ("/", "/rejoin"):
            visitor, others = (lead, [ana.token]) if path.startswith("/lead") else (ana, [])
            for token in [*wrong, *others]:
                if token != visitor.token:
                    reply = visitor.post(path, [("round", "1")], token=token)
                    assert (path, token, reply.status) == (path, token, 403)
    assert pages.workshop.round_state().revealed is False


def test_an_address_that_was_made_to_lead_here_is_refused(pages: Site) -> None:
    """DNS rebinding: the page of a stranger's site, whose name now means this machine."""
    ana = pages.seated("Ana")
    for host in ("evil.example:8765", "evil.example", "127.0.0.1", "127.0.0.1:80", "localhost", ""):
        reply = ana.get("/seat", host=host)
        assert (host, reply.status) == (host, 421)
        assert "Ana" not in reply.text
        same = f"http://{host}"
        assert ana.post("/seat/answers", ballot_fields(ANA), origin=same, host=host).status == 421


# Guessing


def secrets_and_guesses(pages: Site) -> Sequence[tuple[str, str, tuple[str, str], int]]:
    ana = pages.seated("Ana")
    key = pages.workshop.people.new_facilitator_token()
    return (
        ("/", "code", (WRONG, "ABCD2345"), 200),
        ("/rejoin", "code", (WRONG, ana.code), 200),
        ("/lead", "key", ("x" * 43, key), 303),
    )


def guess(visitor: Visitor, path: str, name: str, value: str) -> int:
    if path == "/lead":
        return visitor.get(f"{path}?{name}={value}").status
    return visitor.post(path, [("name", "New"), (name, value)], token="").status


@pytest.mark.parametrize("which", range(3))
def test_who_is_right_is_let_in_however_many_were_wrong_before(
    pages: Site, held: list[float], which: int
) -> None:
    """In a meeting room all have one address: wrong guesses of one keep nobody out."""
    path, name, (wrong, right), good = secrets_and_guesses(pages)[which]
    tried = [guess(pages.visitor(), path, name, wrong) for _ in range(UNHINDERED + 20)]
    assert set(tried) == {403}
    held.clear()
    assert guess(pages.visitor(), path, name, right) == good
    assert held == []


@pytest.mark.parametrize("which", range(2))
def test_who_is_wrong_is_told_the_later_the_more_were_wrong(
    pages: Site, held: list[float], which: int
) -> None:
    path, name, (wrong, _), _ = secrets_and_guesses(pages)[which]
    for number in range(UNHINDERED + 3):
        guess(pages.visitor(f"203.0.113.{number}"), path, name, wrong)
    assert held == [pytest.approx(WAIT * number) for number in (1, 2, 3)]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how many seconds each answer was held back, if any."""
    seconds: list[float] = []

    async def sleep(duration: float) -> None:
        seconds.append(duration)

    monkeypatch.setattr(security, "asyncio", SimpleNamespace(sleep=sleep))
    return seconds


def test_two_hundred_people_join_from_one_address(pages: Site) -> None:
    for number in range(200):
        assert (
            pages.visitor().post("/", [("name", f"P{number}"), ("code", "ABCD2345")]).status == 200
        )


def test_wrong_guesses_are_forgotten_after_a_minute() -> None:
    now = [0.0]
    guesses = Guesses(clock=lambda: now[0])
    waits = [guesses.wrong() for _ in range(1000)]
    assert waits[:UNHINDERED] == [0.0] * UNHINDERED
    assert waits[-1] == LONGEST_WAIT
    now[0] = 60.0
    assert guesses.wrong() == 0.0


# Seats


def test_one_code_lets_no_more_in_than_there_are_seats(new_workshop: NewWorkshop) -> None:
    with site(new_workshop(a_plan(seats=2))) as pages:
        for name in ("Ana", "Ben"):
            pages.seated(name)
        refused = pages.visitor().join("Chi")
        assert (refused.status, "All 2 seats are taken. Tell the" in refused.said) == (409, True)
        assert pages.visitor().join("Yan").status == 200  # who was named has a seat of their own
        lead = pages.leading()
        assert "All 2 seats are taken: nobody can join" in lead.get("/lead").said
        ben = next(p for p in pages.workshop.people.all() if p.name == "Ben")
        lead.post("/lead/remove", [("person", str(ben.id))])
        assert "1 of 2 seats are taken." in lead.get("/lead").said
        assert pages.visitor().join("Chi").status == 200


def test_the_code_is_compared_in_constant_time(
    pages: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []

    def recorded(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(security, "hmac", type("recorded", (), {"compare_digest": recorded}))
    pages.visitor().post("/", [("name", "X"), ("code", WRONG)])
    assert compared == [(b"ABCD2346", b"ABCD2345")]


# What a browser may do with a page


def some_of_everything(pages: Site) -> dict[str, Visitor]:
    return {"nobody": pages.visitor(), "Ana": pages.seated("Ana"), "lead": pages.leading()}


def test_every_answer_carries_the_headers_that_protect_it(pages: Site) -> None:
    for visitor in some_of_everything(pages).values():
        for path in ("/", "/rejoin", "/seat", "/seat/answers", "/lead", "/lead/qr.svg", "/none"):
            for reply in (
                visitor.get(path),
                visitor.post(path),
                visitor.get(path, host="evil.example"),
            ):
                policy = reply.headers["content-security-policy"]
                assert policy.startswith("default-src 'self'; ")
                assert "frame-ancestors 'none'" in policy
                assert "unsafe" not in policy
                assert reply.headers["x-content-type-options"] == "nosniff"
                assert reply.headers["cache-control"] == "no-store"
                assert reply.headers["referrer-policy"] == "same-origin"


def test_only_what_is_nobodys_is_kept_by_a_browser(pages: Site) -> None:
    style = pages.visitor().get("/static/style.css")
    assert style.headers["cache-control"] == "public, max-age=86400"
    assert style.headers["x-content-type-options"] == "nosniff"


def test_no_page_has_a_script_a_style_or_a_handler_in_it(pages: Site) -> None:
    for visitor in some_of_everything(pages).values():
        for path in ("/", "/rejoin", "/seat", "/lead"):
            page = visitor.get(path).text
            assert not re.search(r"<style|\bstyle=|\bon[a-z]+=|javascript:", page)
            assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_cookies_are_for_the_server_alone(pages: Site) -> None:
    visitor = pages.visitor()
    joined = visitor.post("/", [("name", "Ana"), ("code", "ABCD2345")])
    led = visitor.get(f"/lead?key={pages.workshop.people.new_facilitator_token()}")
    for reply in (joined, led):
        attributes = {part.strip() for part in reply.headers["set-cookie"].split(";")[1:]}
        assert {"HttpOnly", "Path=/", "SameSite=strict"} <= attributes
        assert "Secure" not in attributes  # over http, as in a local network, it would be dropped


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X"])
def test_other_methods_are_refused(pages: Site, method: str) -> None:
    ana = pages.seated("Ana")
    for path in ("/", "/seat", "/seat/answers", "/lead", "/static/style.css", "/events"):
        assert ana.client.request(method, path).status_code == 405


# What people type


NASTY = '"><img src=x onerror=alert(1)><script>alert(1)</script>&amp;'


def test_names_and_reasons_are_text_whatever_they_hold(pages: Site) -> None:
    visitor = pages.visitor()
    name = NASTY[:60]
    assert visitor.join(name).status == 200
    reasons = {"edge": NASTY, "debugging": NASTY}
    ballot = Ballot({"debugging": ("often",)}, {"edge": 9}, reasons, named=True)
    visitor.answer(ballot)
    lead = pages.leading()
    seen = [visitor.get("/seat").text, visitor.get("/seat/answers").text, lead.get("/lead").text]
    lead.post("/lead/reveal", [("round", "1")])
    seen += [visitor.get("/seat").text, lead.get("/lead").text]
    lead.post("/lead/round", [("round", "2")])
    form = [("name", NASTY[:50]), ("round", "2")]
    seen += [visitor.get("/seat").text, lead.post("/lead/answers", form).text]
    seen.append(pages.visitor().join(name, WRONG).text)
    for page in seen:
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_a_title_is_text_too(new_workshop: NewWorkshop) -> None:
    with site(new_workshop(a_plan(title=NASTY))) as pages:
        for visitor in some_of_everything(pages).values():
            for path in ("/", "/seat", "/lead", "/lead/screen"):
                assert "<script>alert" not in visitor.get(path).text


UNREADABLE = {
    "broken UTF-8": b"name=%ff%fe&code=ABCD2345",
    "bytes that are no text": b"name=\xff\xfe&code=ABCD2345",
    "a surrogate": b"name=%ed%a0%80&code=ABCD2345",
    "a NUL": b"name=A%00na&code=ABCD2345",
    "an escape": b"name=A%1b[31mna&code=ABCD2345",
    "a NUL in a name": b"na%00me=Ana&code=ABCD2345",
    "thousands of fields": b"&".join(b"f%d=1" % n for n in range(3000)),
    "a field twice": b"name=Ana&name=Ben&code=ABCD2345",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_no_form_sends_is_refused_with_a_sentence(pages: Site, body: bytes) -> None:
    reply = pages.visitor().post("/", body=body)
    assert reply.status == 400
    assert re.search(r"Not done [A-Z][^.:]+[.:]", reply.said)


def test_what_no_form_sends_is_refused_everywhere(pages: Site) -> None:
    lead, ana = pages.leading(), pages.seated("Ana")
    for method, path in routes(pages):
        visitor = lead if path.startswith("/lead") else ana
        for body in UNREADABLE.values():
            token = f"&token={visitor.token}".encode()
            if method == "POST":
                reply = visitor.post(path, body=body + token)
                assert 400 <= reply.status < 500 or path in ("/leave", "/lead/evidence")
                if path == "/leave" and reply.status == 200:
                    ana = pages.seated(f"Ana{len(pages.workshop.people.all())}")
                    break
            elif not path.startswith("/events") and path != "/lead/events":
                assert visitor.get(f"{path}?{body.decode('latin-1')[:8000]}").status < 500


BAD_BALLOTS = {
    "an unknown field": [("anwer.debugging", "often")],
    "a question nobody asks": [("answer.standard", "none")],
    "a criterion there is not": [("points.beauty", "9")],
    "an option there is not": [("answer.debugging", "always")],
    "an option that is nothing": [("answer.debugging", "")],
    "an option twice": [("answer.debugging", "often"), ("answer.debugging", "often")],
    "no points": [("points.edge", "0")],
    "too many points": [("points.edge", "10")],
    "points in words": [("points.edge", "nine")],
    "points of another script": [("points.edge", "٩")],
    "points twice": [("points.edge", "1"), ("points.edge", "9")],
    "a reason for nothing": [("reason.standard", "because")],
    "a reason twice": [("reason.edge", "a"), ("reason.edge", "b")],
}


@pytest.mark.parametrize("fields", BAD_BALLOTS.values(), ids=BAD_BALLOTS)
def test_a_ballot_that_the_form_cannot_send_is_refused(
    pages: Site, fields: list[tuple[str, str]]
) -> None:
    ana = pages.seated("Ana")
    reply = ana.post("/seat/answers", [("round", "1"), ("answer.static_graph", "wanted"), *fields])
    assert reply.status == 400
    assert re.search(r"Not done [A-Z].*[.]", reply.said)
    assert pages.workshop.answered() == frozenset()


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "²", "9" * 40])
def test_a_round_that_is_no_number_is_refused(pages: Site, number: str) -> None:
    ana = pages.seated("Ana")
    form = [("round", number), ("answer.debugging", "often")]
    assert ana.post("/seat/answers", form).status == 400


def test_only_claims_that_a_program_can_try_are_doubted(pages: Site) -> None:
    ana, lead = pages.seated("Ana"), pages.leading()
    ana.answer(ANA)
    lead.post("/lead/reveal", [("round", "1")])
    for claim in ("", "nothing", "no_such_claim", "../../etc/passwd"):
        assert ana.post("/seat/doubt", [("claim", claim)]).status == 400
        assert lead.post("/lead/try", [("claim", claim)]).status == 400
    assert pages.workshop.doubts() == ()


def test_a_form_that_is_none_is_refused(pages: Site) -> None:
    visitor = pages.visitor()
    for kind in ("multipart/form-data; boundary=x", "application/json", "text/plain", ""):
        reply = visitor.post("/", body=b"name=Ana&code=ABCD2345", **{"content-type": kind})
        assert reply.status == 415


def test_a_form_says_what_it_is_in_any_spelling(pages: Site) -> None:
    kind = f"{FORM.upper()}; charset=UTF-8"
    reply = pages.visitor().post("/", body=b"name=Ana&code=ABCD2345", **{"content-type": kind})
    assert reply.status == 200


# Too much


def test_a_form_that_is_too_long_is_refused(pages: Site) -> None:
    ana = pages.seated("Ana")
    form = [*ballot_fields(replace(ANA, reasons={"debugging": "x" * 70_000}))]
    reply = ana.post("/seat/answers", form)
    assert (reply.status, "at most" in reply.said or "the most is" in reply.said) == (413, True)
    assert reply.headers["connection"] == "close"


def test_a_form_that_is_too_long_is_not_read_to_its_end() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1024

    for announced in (None, "10"):
        with pytest.raises(HTTPException) as refused:
            asyncio.run(read_body(endless(), announced))
        assert refused.value.status_code == 413
    assert sent == 2 * 65
    with pytest.raises(HTTPException):
        asyncio.run(read_body(endless(), str(10**30)))
    assert sent == 2 * 65


# What goes wrong


def test_an_error_of_the_program_tells_nobody_what_it_was_about(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    complaints: list[str] = []
    app = create_app(workshop, KB, hosts=[HOST], address=ORIGIN, tell=complaints.append)
    pages = Site(app, workshop)
    ana = pages.seated("Ana")

    def breaks(*_: object, **__: object) -> None:
        raise KeyError(MARKER)

    monkeypatch.setattr(workshop, "submit", breaks)
    reply = ana.post("/seat/answers", ballot_fields(BEN))
    assert reply.status == 500
    assert (
        reply.said
        == "Something went wrong in the program. Open the page again to see where things stand."
    )
    assert reply.headers["content-security-policy"]
    (complaint,) = complaints
    assert re.fullmatch(r"a page failed: KeyError at .*\.py:\d+", complaint)
    assert MARKER not in "".join([complaint, *capfd.readouterr()])


def test_a_write_that_cannot_be_made_leaves_those_beside_it_alone(workshop: Workshop) -> None:
    writing = BatchedWrites(workshop)
    names = [f"P{number}" for number in range(20)]

    def declined() -> None:
        raise WorkshopError("Not now.")

    def failing() -> None:
        with pytest.raises(WorkshopError, match="Not now"):
            writing.run(declined)

    with ThreadPoolExecutor(20) as pool:
        told = [
            pool.submit(writing.run, lambda n=name: workshop.people.include(n)) for name in names
        ]
        failed = [pool.submit(failing) for _ in names]
        assert [one.result().name for one in told] == names
        assert [one.result() for one in failed] == [None] * 20


def test_what_breaks_in_the_middle_is_not_written_by_halves(workshop: Workshop) -> None:
    def breaks() -> None:
        workshop.people.include("Half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        BatchedWrites(workshop).run(breaks)
    assert "Half" not in [person.name for person in workshop.people.all()]
