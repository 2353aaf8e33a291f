"""What stands in a workshop file, table by table: the one reader of its rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from advisor.answers.ballot import LEAST_POINTS, MOST_POINTS, Ballot
from advisor.workshop.database import LONGEST, StoredTable
from advisor.workshop.plan import MAX_NAME, ROLES, Plan, plan_from_json
from advisor.workshop.sealing import EARLIER_SALT, NONCE
from advisor.workshop.values import digits, json_object, mapping, text, texts, whole
from probes.api import Finding, Json, Outcome

MOST = 2**62  # of a number that counts rows
MAX_ID = 200  # characters of what a question, a criterion, an option or a claim is called
MAX_MOMENT = 40  # characters of when something was
HASH = 64  # hexadecimal digits
WAYS = ("self", "page", "terminal", "file", "facilitator")  # by which a ballot comes
PARTS = ("answers", "points", "reasons", "named")  # of a ballot


@dataclass(frozen=True)
class StoredPerson:
    """Somebody who takes part. ``token`` and ``code`` are hashes, or None; ``since`` is the number
    of the last ballot that is not shown to who has the code.
    """

    id: int
    name: str
    role: str
    here: bool
    token: str | None
    code: str | None
    since: int


@dataclass(frozen=True)
class StoredRound:
    """``opened`` and ``revealed`` are moments (ISO 8601); ``revealed`` is None before it is."""

    number: int
    opened: str
    revealed: str | None


@dataclass(frozen=True)
class StoredBallot:
    """A ballot as it was sealed. Of one person's in a round the highest ``version`` counts;
    ``nonce`` is what ``salt_of`` makes its salt of.
    """

    id: int
    person: int
    round: int
    version: int
    ballot: Ballot
    nonce: str
    receipt: str
    entered: str


@dataclass(frozen=True)
class StoredDoubt:
    """Somebody's doubt about a claim. ``round`` is the round it is sealed with, 0 for none."""

    person: int
    claim: str
    round: int = 0


def _person(
    id: object, name: object, key: object, role: object, here: object, *secrets: object
) -> StoredPerson:
    token, code, since = secrets
    text(key, "the key of a name", 8 * MAX_NAME)
    if role not in ROLES:
        raise ValueError(f"expected one of the roles {', '.join(ROLES)}")
    return StoredPerson(
        id=whole(id, "a number", MOST),
        name=text(name, "a name", MAX_NAME),
        role=str(role),
        here=bool(whole(here, "whether they are here,", 1, least=0)),
        token=None if token is None else digits(token, "the hash of a token", HASH),
        code=None if code is None else digits(code, "the hash of a code", HASH),
        since=whole(since, "the number of a ballot", MOST, least=0),
    )


def _round(number: object, opened: object, revealed: object) -> StoredRound:
    return StoredRound(
        whole(number, "a number", MOST),
        text(opened, "a moment", MAX_MOMENT),
        None if revealed is None else text(revealed, "a moment", MAX_MOMENT),
    )


def _ballot(
    id: object, person: object, round: object, version: object, sealed: object, *rest: object
) -> StoredBallot:
    nonce, receipt, entered = rest
    length = NONCE if isinstance(nonce, str) and len(nonce) == NONCE else EARLIER_SALT
    if entered not in WAYS:
        raise ValueError(f"expected it to have come by one of the ways {', '.join(WAYS)}")
    return StoredBallot(
        id=whole(id, "a number", MOST),
        person=whole(person, "the number of a person", MOST),
        round=whole(round, "the number of a round", MOST),
        version=whole(version, "a version", MOST),
        ballot=ballot_from_json(sealed),
        nonce=digits(nonce, "a salt", length),
        receipt=digits(receipt, "a receipt", HASH),
        entered=str(entered),
    )


def ballot_from_json(sealed: object) -> Ballot:
    """The ballot that was sealed as this text. Raises ValueError, without what stands there."""
    data = json_object(sealed)
    if sorted(data) != sorted(PARTS) or type(data["named"]) is not bool:
        raise ValueError(f"expected a ballot of {', '.join(PARTS)}")
    answers = mapping(data["answers"], "answers by their questions")
    points = mapping(data["points"], "points by their criteria")
    reasons = mapping(data["reasons"], "reasons by questions and criteria")
    for name in (*answers, *points, *reasons):
        text(name, "the id of a question or criterion", MAX_ID)
    return Ballot(
        answers={name: texts(given, "options", MAX_ID) for name, given in answers.items()},
        points={
            name: whole(given, "points", MOST_POINTS, least=LEAST_POINTS)
            for name, given in points.items()
        },
        reasons={name: text(why, "a reason", LONGEST, least=0) for name, why in reasons.items()},
        named=data["named"],
    )


def _doubt(person: object, claim: object, round: object = 0) -> StoredDoubt:
    return StoredDoubt(
        whole(person, "the number of a person", MOST),
        text(claim, "a claim", MAX_ID),
        whole(round, "the number of a round", MOST, least=0),
    )


def finding_from_json(kept: object) -> Finding:
    """What a probe found, as it is kept. Raises ValueError."""
    data = json_object(kept)
    try:
        return Finding.from_json(data)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ValueError("expected a finding as a probe makes it") from None


def latest(every: Iterable[StoredBallot]) -> list[StoredBallot]:
    """Each person's ballot that counts, in the order they are in."""
    latest: dict[int, StoredBallot] = {}
    for row in every:
        if row.person not in latest or latest[row.person].version < row.version:
            latest[row.person] = row
    return list(latest.values())


def kept_finding(finding: Finding) -> str:
    """The finding as a text that can be read again; that it cannot, where it cannot."""
    text = json.dumps(finding.to_json())
    try:
        if len(text) > LONGEST // 2:
            raise ValueError
        finding_from_json(text)
    except ValueError:
        reason = "what it found is too much to be kept, or nothing that JSON has"
        broken = replace(
            finding, outcome=Outcome.ERROR, reason=reason, evidence={}, output="", deprecations=()
        )
        return json.dumps(broken.to_json())
    return text


def _machine(kept: object) -> Mapping[str, Json]:
    """Where findings were made."""
    data = json_object(kept)
    packages: Any = data.get("packages", {})
    if not isinstance(packages, dict) or not all(isinstance(v, str) for v in packages.values()):
        raise ValueError("expected the versions of packages by their names")
    return data


def _lead(token: object) -> str:
    return digits(token, "the hash of a token", HASH)


PLAN: StoredTable[Plan] = StoredTable("plan", "its plan", ("text",), plan_from_json)
PEOPLE = StoredTable(
    "person",
    "a person in it",
    ("id", "name", "key", "role", "here", "token", "code", "since"),
    _person,
)
LEADS = StoredTable("lead", "a facilitator's key in it", ("token",), _lead)
ROUNDS = StoredTable("round", "a round in it", ("number", "opened", "revealed"), _round)
BALLOTS = StoredTable(
    "ballot",
    "a ballot in it",
    ("id", "person", "round", "version", "text", "salt", "receipt", "entered"),
    _ballot,
)
DOUBTS = StoredTable("doubt", "a doubt in it", ("person", "claim"), _doubt)
SEALED_DOUBTS = StoredTable("sealed_doubt", "a doubt in it", ("person", "claim", "round"), _doubt)
FINDINGS = StoredTable("finding", "a finding in it", ("text",), finding_from_json)
SURROUNDINGS = StoredTable("surroundings", "where findings were made", ("text",), _machine)
