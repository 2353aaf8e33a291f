"""The pages of a workshop without a server, and visitors who use them as browsers do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.testclient import TestClient

from advisor.answers.ballot import Ballot
from advisor.web.app import create_app
from advisor.web.fact_checks import Say
from advisor.web.participants import ENTERED
from advisor.workshop.store import Workshop
from probes.api import Finding, Json, Outcome

from ..workshops import BALLOTS, KB
from .server_process import ballot_fields, receipt_on

HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
FORM = "application/x-www-form-urlencoded"


class FakeTester:
    """An interpreter on which every probe comes out alike, at once; it keeps what it was asked."""

    def __init__(self, outcome: Outcome = Outcome.YES, label: str = "python") -> None:
        self.label = label
        self.asked: list[tuple[tuple[str, ...], bool]] = []
        self.stopped = False
        self._outcome = outcome

    def run(self, probes: Sequence[str], say: Say, *, fresh: bool) -> Mapping[str, Finding]:
        self.asked.append((tuple(probes), fresh))
        say(f"Trying {probes[0]} (1 of {len(probes)})")
        return {
            name: Finding(name, self._outcome, "it was run here", 1.0, versions={"torch": "2.13.0"})
            for name in probes
        }

    def machine(self) -> Mapping[str, Json]:
        return {"python": "3.11.7"}

    def stop(self) -> None:
        self.stopped = True


@dataclass
class Reply:
    """What a page answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def said(self) -> str:
        """The words on the page, without markup and with single spaces."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())

    @property
    def to(self) -> str:
        return self.headers.get("location", "")

    def hidden(self, name: str) -> str:
        """The value of a hidden field of the page."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        return unescape(found[1]) if found else ""


class Visitor:
    """A browser: it keeps cookies, sends an origin with forms, and sends back what forms hold."""

    def __init__(self, app: Starlette, address: str = "192.0.2.7") -> None:
        self.client = TestClient(
            app, base_url=ORIGIN, client=(address, 50000), follow_redirects=False
        )
        self.code = ""
        self.token = ""

    def get(self, path: str, **headers: str) -> Reply:
        return self._read(self.client.get(path, headers=headers))

    def post(
        self,
        path: str,
        fields: Sequence[tuple[str, str]] = (),
        *,
        origin: str | None = ORIGIN,
        token: str | None = None,
        body: bytes | None = None,
        **headers: str,
    ) -> Reply:
        """Send a form, with the token of the page seen last unless told otherwise."""
        own = self.token if token is None else token
        sent = urlencode([*fields, *([("token", own)] if own else [])]).encode()
        given = {"content-type": FORM, **({"origin": origin} if origin else {}), **headers}
        content = sent if body is None else body
        return self._read(self.client.post(path, content=content, headers=given))

    def join(self, name: str, code: str = "ABCD2345") -> Reply:
        once = self.get("/").hidden("once")
        reply = self.post("/", [("once", once), ("name", name), ("code", code)])
        found = re.search(r'class="code">([A-Z0-9-]+)<', reply.text)
        self.code = found[1] if found else ""
        self.get("/seat")
        return reply

    def answer(self, ballot: Ballot, number: int = 1) -> str:
        """Seal a ballot; returns the receipt."""
        reply = self.post("/seat/answers", ballot_fields(ballot, number))
        assert (reply.status, reply.to) == (303, "/seat"), reply.said
        return receipt_on(self.get("/seat").text)

    def _read(self, response: object) -> Reply:
        reply = Reply(response.status_code, response.headers, response.text)  # type: ignore[attr-defined]
        self.token = reply.hidden("token") or self.token
        return reply


@dataclass
class Site:
    """A workshop's pages, who visits them, and what the program complained of."""

    app: Starlette
    workshop: Workshop
    complaints: list[str] = field(default_factory=list)

    def visitor(self, address: str = "192.0.2.7") -> Visitor:
        return Visitor(self.app, address)

    def seated(self, name: str) -> Visitor:
        """Somebody who has joined."""
        visitor = self.visitor()
        assert visitor.join(name).status == 200
        return visitor

    def leading(self) -> Visitor:
        """The facilitator."""
        visitor = self.visitor()
        assert (
            visitor.get(f"/lead?key={self.workshop.people.new_facilitator_token()}").to == "/lead"
        )
        assert visitor.get("/lead").status == 200
        return visitor

    def everybody(self) -> dict[str, Visitor]:
        """The example's five people, who have answered in the first round."""
        people = {name: self.seated(name) for name in BALLOTS}
        for person in self.workshop.people.all():
            if person.name in BALLOTS:
                self.workshop.submit(person.id, BALLOTS[person.name], entered=ENTERED)
        return people


@contextmanager
def site(
    workshop: Workshop,
    *,
    testers: Sequence[FakeTester] = (),
    write: Callable[[], Path] | None = None,
) -> Iterator[Site]:
    """The pages of a workshop. That the program failed anywhere fails the test."""
    complaints: list[str] = []
    app = create_app(
        workshop,
        KB,
        hosts=[HOST],
        address=ORIGIN,
        targets=testers,
        write=write,
        tell=complaints.append,
    )
    with TestClient(app, base_url=ORIGIN):
        yield Site(app, workshop, complaints)
    assert complaints == []
