"""A workshop in browsers: five people and a facilitator, with scripts and without, on a network.

Needs Playwright (the extra ``clients``) and a Chromium on the path, and is skipped without them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from advisor.answers.ballot import Ballot
from advisor.records.writing import write_record
from advisor.workshop.fact_checks import conclude
from advisor.workshop.store import Workshop, create
from probes.api import Outcome

from ..advisor.web.server_thread import Running, serving
from ..advisor.web.visitors import FakeTester
from ..advisor.workshops import BALLOTS, KB, a_plan
from .test_report_in_browser import FAINT, OUTSIDE

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium")
CODE = "ABCD-2345"
LAN = "workshop.test"  # a name that browsers do not take for this machine
PHONE, PROJECTOR = 360, 1280  # pixels of width
REASON = "If it does not run on the board there is no product."  # Dora's, at the edge

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path")

# What can be filled in and has no name that is spoken.
UNNAMED = """() => [...document.querySelectorAll("input, textarea, select, button")]
  .filter(one => one.type !== "hidden" && !one.labels?.length && !one.ariaLabel)
  .filter(one => one.localName !== "button" || !one.innerText)
  .map(one => one.outerHTML.slice(0, 120))"""

# What is told to whoever listens, of the element that has the keyboard.
FOCUSED = """() => {
  const one = document.activeElement, place = one.getBoundingClientRect();
  const id = one.name ? `${one.name}=${one.value}` : one.innerText;
  return { id, kind: one.localName, y: place.y + scrollY, seen: place.width > 0 };
}"""


@dataclass
class Browser:
    """Chromium, and what its pages complained of."""

    chromium: Any
    base: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def page(self, *, width: int = PHONE, dark: bool = False, scripts: bool = True) -> Any:
        """A page of somebody with a device of their own."""
        context = self.chromium.new_context(
            base_url=self.base,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        self.contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(20_000)
        opened.on("console", lambda said: self._told(said.type, said.text))
        opened.on("pageerror", lambda error: self._told("error", str(error)))
        return opened

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _told(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)


@dataclass
class Evening:
    """A workshop that is served, its file, the facilitator's link and where records go."""

    workshop: Workshop
    running: Running
    tester: FakeTester
    records: Path
    browser: Browser

    @property
    def lead(self) -> str:
        return f"/lead?key={self.workshop.people.new_facilitator_token()}"


@contextmanager
def launched(*arguments: str) -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        chromium = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", *arguments]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with launched(f"--host-resolver-rules=MAP {LAN} 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def evening(chromium: Any, tmp_path: Path) -> Iterator[Evening]:
    """That a page complained of anything fails the test."""
    tester, records = FakeTester(Outcome.YES), tmp_path / "decisions"
    with create(tmp_path / "team.workshop", a_plan()) as workshop:

        def write() -> Path:
            return write_record(conclude(workshop, KB, lambda names: {}, dict), records)

        with serving(workshop, testers=[tester], write=write, names=[LAN]) as running:
            browser = Browser(chromium, f"http://127.0.0.1:{running.port}")
            yield Evening(workshop, running, tester, records, browser)
            browser.close()
    assert browser.complaints == []


def join(page: Any, name: str) -> None:
    page.goto("/")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Join code").fill(CODE)
    page.get_by_role("button", name="Join").click()
    page.get_by_role("link", name="Go on").click()


def fill(page: Any, ballot: Ballot) -> None:
    """Fill the form in as a ballot says."""
    for name, given in ballot.answers.items():
        for option in given:
            page.locator(f'[name="answer.{name}"][value="{option}"]').check()
    for name, points in ballot.points.items():
        page.locator(f'[name="points.{name}"][value="{points}"]').check()
    for name, reason in ballot.reasons.items():
        fold = page.locator(f"#item-{name} details.why")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        page.locator(f'[name="reason.{name}"]').fill(reason)
    if ballot.named:
        page.get_by_label("My name may stand").check()


def seal(page: Any) -> None:
    page.get_by_role("button", name="Seal these answers").click()
    page.get_by_role("heading", name="Your receipt").wait_for()


def see(page: Any, text: str) -> None:
    """Wait for words on the page; a page without scripts is loaded anew until they are there."""
    found = page.get_by_text(text).first
    if page.kept:
        found.wait_for()
        return
    for _ in range(100):
        if found.count():
            return
        page.wait_for_timeout(50)
        page.reload()
    raise AssertionError(f"{text!r} never came")


def keep(page: Any, scripts: bool) -> None:
    """Mark a page, so that it shows whether it was loaded anew."""
    page.kept = scripts
    if scripts:
        page.evaluate("() => { window.kept = true }")


def was_kept(page: Any) -> bool:
    return bool(page.evaluate("() => window.kept === true"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_five_people_and_a_facilitator_come_to_a_record(evening: Evening, scripts: bool) -> None:
    browser = evening.browser
    lead = browser.page(width=PROJECTOR, scripts=scripts)
    lead.goto(evening.lead)
    assert lead.url.endswith("/lead")  # the key is gone from the address
    keep(lead, scripts)

    people = {name: browser.page(scripts=scripts) for name in BALLOTS}
    for number, (name, page) in enumerate(people.items(), 1):
        join(page, name)
        fill(page, BALLOTS[name])
        seal(page)
        keep(page, scripts)
        see(lead, f"{number} of {number + 1} have answered")
    see(people["Ana"], "5 of 6 have answered")
    assert REASON not in lead.content() + people["Ana"].content()
    late = browser.page(scripts=scripts)
    join(late, "Late")
    fill(late, Ballot({"debugging": ("often",)}))
    keep(late, scripts)

    see(lead, "though 2 people have not answered yet")
    lead.locator("#reveal-early summary").click()
    lead.get_by_role("button", name="Reveal round 1").click()
    for page in people.values():
        see(page, "What matters to whom")
        assert REASON in page.content()
    if scripts:
        late.get_by_text("Round 1 was revealed while you were answering").wait_for()
        assert late.locator('[name="answer.debugging"][value="often"]').is_checked()
        assert all(was_kept(page) for page in (late, *people.values()))
    late.get_by_role("button", name="Seal these answers").click()
    assert "it was not sealed" in late.inner_text("main")
    assert late.locator('[name="answer.debugging"][value="often"]').is_checked()

    keep(lead, scripts)
    see(lead, "it was run here")
    people["Ben"].get_by_role("button", name="I doubt this").first.click()
    see(people["Chi"], "doubted by 1")
    see(lead, "doubted by 1")
    asked = len(evening.tester.asked)
    lead.get_by_role("button", name="Try it now").first.click()
    see(people["Dora"], "confirmed")
    assert len(evening.tester.asked) == asked + 1

    lead.get_by_role("button", name="Begin round 2").click()
    keep(lead, scripts)
    for page in people.values():
        see(page, "Round 2: your answers")
    see(people["Emil"], REASON)  # why the edges said what they said
    for page in people.values():
        seal(page)
        keep(page, scripts)
    see(lead, "5 of 7 have answered")
    lead.locator("#reveal-early summary").click()
    lead.get_by_role("button", name="Reveal round 2").click()
    see(people["Ana"], "Round by round")

    see(lead, "Write the record")  # once everything was tried
    lead.get_by_text("Write the record").click()
    lead.get_by_role("button", name="Write it as advised").click()
    lead.get_by_text("The record was written").wait_for()
    (record,) = evening.records.glob("*.md")
    assert record.name in lead.inner_text("#next")
    assert REASON in record.read_text()
    # A ballot that came too late answers 409, which Chromium remarks on.
    browser.complaints[:] = [one for one in browser.complaints if "409" not in one]


def test_a_page_that_is_being_read_stays_where_it_was(evening: Evening) -> None:
    """What is replaced under a reader leaves folds open, and the focus where it was."""
    lead, ana = evening.browser.page(width=PROJECTOR), evening.browser.page()
    join(ana, "Ana")
    fill(ana, BALLOTS["Ana"])
    seal(ana)
    lead.goto(evening.lead)
    lead.locator("#reveal-early summary").click()
    join(evening.browser.page(), "Ben")
    lead.get_by_text("2 people have not answered yet").wait_for()
    assert lead.get_by_role("button", name="Reveal round 1").is_visible()


def test_a_page_finds_again_to_a_server_that_was_away(evening: Evening) -> None:
    ana = evening.browser.page()
    join(ana, "Ana")
    fill(ana, BALLOTS["Ana"])
    seal(ana)
    ana.context.set_offline(True)
    evening.workshop.submit(evening.workshop.people.include("Zoe").id, BALLOTS["Ben"])
    ana.context.set_offline(False)
    ana.get_by_text("2 of 3 have answered").wait_for()
    evening.browser.complaints.clear()  # that it was offline


def test_who_is_removed_sees_the_join_form(evening: Evening) -> None:
    ana, lead = evening.browser.page(), evening.browser.page(width=PROJECTOR)
    join(ana, "Ana")
    lead.goto(evening.lead)
    lead.get_by_role("button", name="Remove Ana").click()
    ana.get_by_label("Join code").wait_for()
    evening.browser.complaints.clear()  # the stream that is refused


# Everybody can use it


def visited(evening: Evening, *, width: int, dark: bool) -> Iterator[tuple[str, Any]]:
    """Every kind of page, in the course of a workshop."""
    ana = evening.browser.page(width=width, dark=dark)
    lead = evening.browser.page(width=width, dark=dark)
    ana.goto("/")
    yield "join", ana
    ana.get_by_label("Your name").fill("Ana" * 20)
    ana.get_by_label("Join code").fill("WRONG")
    ana.get_by_role("button", name="Join").click()
    yield "wrong code", ana
    ana.get_by_label("Join code").fill(CODE)
    ana.get_by_role("button", name="Join").click()
    yield "own code", ana
    ana.goto("/rejoin")
    yield "rejoin", ana
    ana.goto("/seat")
    yield "form", ana
    fill(ana, BALLOTS["Ana"])
    yield "filled form", ana
    seal(ana)
    yield "receipt", ana
    lead.goto(evening.lead)
    yield "lead", lead
    lead.goto("/lead/screen")
    yield "screen", lead
    lead.goto("/lead/answers?name=Zoe")
    yield "for somebody", lead
    for name, ballot in BALLOTS.items():
        if name != "Ana":
            person = evening.workshop.people.include(name)
            evening.workshop.submit(person.id, ballot)
    lead.goto("/lead")
    lead.locator("#reveal-early summary").click()
    lead.get_by_role("button", name="Reveal round 1").click()
    ana.get_by_text("it was run here").first.wait_for()
    yield "picture", ana
    lead.get_by_text("it was run here").first.wait_for()
    yield "outcome", lead
    lead.get_by_role("button", name="Begin round 2").click()
    ana.get_by_text("Round 2: your answers").wait_for()
    yield "second form", ana
    lead.goto("/nothing")
    yield "refusal", lead
    evening.browser.complaints.clear()  # answers that are no 200


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, PROJECTOR])
def test_every_page_fits_can_be_read_and_names_its_fields(
    evening: Evening, width: int, dark: bool
) -> None:
    for name, page in visited(evening, width=width, dark=dark):
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        assert (name, page.evaluate(UNNAMED)) == (name, [])
        assert (name, page.evaluate(FAINT)) == (name, [])
        assert (name, page.evaluate(OUTSIDE)) == (name, [])
        too_wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert (name, too_wide <= 0) == (name, True)


def test_schemes_differ(evening: Evening) -> None:
    backgrounds = set()
    for dark in (False, True):
        page = evening.browser.page(dark=dark)
        page.goto("/")
        backgrounds.add(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert len(backgrounds) == 2


def test_a_ballot_is_given_by_keyboard_alone(evening: Evening) -> None:
    """The focus goes down the page, is always to be seen, and reaches everything."""
    ana = evening.browser.page()
    ana.goto("/")
    ana.keyboard.press("Tab")
    assert ana.evaluate(FOCUSED)["id"] == "Skip to the content"
    for typed in ("Ana", CODE):
        ana.keyboard.press("Tab")
        ana.keyboard.type(typed)
    ana.keyboard.press("Enter")
    ana.get_by_role("link", name="Go on").focus()
    ana.keyboard.press("Enter")
    ana.get_by_text("Round 1: your answers").wait_for()

    reached, last = [], -1.0
    for _ in range(200):
        ana.keyboard.press("Tab")
        now = ana.evaluate(FOCUSED)
        assert now["seen"] or now["id"] == "Skip to the content"
        if now["id"] not in ("Skip to the content", "Say why"):
            assert now["y"] >= last - 60, now  # down the page, or beside what was before
            last = now["y"]
        reached.append(now["id"])
        if now["id"].startswith("answer.debugging"):
            ana.keyboard.press("Space")
        if now["id"].startswith("points.edge"):
            for _ in range(9):
                ana.keyboard.press("ArrowRight")
        if now["id"] == "named=yes":
            ana.keyboard.press("Space")
        if now["kind"] == "button":
            break
    assert now["id"] == "Seal these answers"
    ana.keyboard.press("Enter")
    ana.get_by_role("heading", name="Your receipt").wait_for()
    for question in evening.workshop.plan.questions:
        assert any(one.startswith(f"answer.{question}=") for one in reached)
    for criterion in evening.workshop.plan.criteria:
        assert any(one.startswith(f"points.{criterion}=") for one in reached)
    own = evening.workshop.own_ballot(evening.workshop.people.include("Ana").id)
    assert own is not None
    assert own.ballot == Ballot({"debugging": ("often",)}, {"edge": 9}, named=True)


# The local network


def test_it_works_where_a_browser_trusts_nothing(evening: Evening) -> None:
    """A name of the local network, over http: no secure context, so no Secure cookies either."""
    evening.browser.base = f"http://{LAN}:{evening.running.port}"
    ana, lead = evening.browser.page(), evening.browser.page(width=PROJECTOR)
    join(ana, "Ana")
    assert ana.evaluate("() => isSecureContext") is False
    lead.goto(evening.lead)
    fill(ana, BALLOTS["Ana"])
    seal(ana)
    lead.get_by_text("1 of 2 have answered").wait_for()
    lead.locator("#reveal-early summary").click()
    lead.get_by_role("button", name="Reveal round 1").click()
    ana.get_by_text("What matters to whom").wait_for()
    (cookie,) = ana.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (True, "Strict", False)


def test_a_form_on_another_sites_page_is_refused(evening: Evening) -> None:
    """The page of a stranger, in the browser of somebody who takes part."""
    ana = evening.browser.page()
    join(ana, "Ana")
    form = f'<form method="post" action="{evening.browser.base}/leave"><button>Win</button></form>'
    ana.route(
        "http://stranger.test/", lambda asked: asked.fulfill(body=form, content_type="text/html")
    )
    ana.goto("http://stranger.test/")
    ana.get_by_role("button").click()
    ana.get_by_text("That form came from another site’s page.").or_(
        ana.get_by_text("That form came from another site's page.")
    ).wait_for()
    ana.goto("/seat")
    ana.get_by_text("Round 1: your answers").wait_for()
    evening.browser.complaints.clear()  # the 403
