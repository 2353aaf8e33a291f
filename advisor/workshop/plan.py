"""What is fixed before a workshop begins: its title, its people, what is voted on, when it ends."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.answers.ballot import LEAST_POINTS, MOST_POINTS
from advisor.answers.rounds import Majority, StopRule, majority_called
from advisor.answers.sheet import MAX_TEXT
from advisor.errors import WorkshopError
from advisor.workshop import values
from rules.answers import Answers
from rules.diagnostics import one_line
from rules.inference.facts import establish
from rules.model import UNKNOWN, KnowledgeBase

# Who is who (DACI). The approver and the contributors answer, and who drives may.
ROLES = DRIVER, APPROVER, CONTRIBUTOR, INFORMED = "driver", "approver", "contributor", "informed"
MAX_NAME = 60  # characters
MAX_SECRET = 128  # characters of an id, a code or a digest
MOST_PEOPLE = 1000
SEATS = 250  # that people may take who have the code, unless the plan says otherwise
MOST_ROUNDS = 20
LARGEST_SPREAD = MOST_POINTS - LEAST_POINTS
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what is misread aloud or on paper
SHOWN = 19  # characters of a digest
CODE = 8  # characters: 31^8 is 8.5e11
# Letters and marks without a shape of their own, which Unicode does not call formats.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | frozenset(
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0x180B, 0x1810))
)


@dataclass(frozen=True)
class Plan:
    """``people`` were named beforehand: name -> role. ``known`` are answers nobody is asked for.

    ``id`` tells this workshop from all others; ``code`` is what people join with, ``seats`` how
    many may. ``majority`` says of what more than half makes an answer the group's.
    """

    id: str
    code: str
    title: str
    people: Mapping[str, str]
    known: Answers
    questions: tuple[str, ...]
    criteria: tuple[str, ...]
    knowledge: str  # the digest of the knowledge base
    stop: StopRule = field(default_factory=StopRule)
    majority: Majority = Majority.OF_ALL
    seats: int = SEATS

    def to_json(self) -> str:
        data = {**vars(self), "stop": vars(self.stop), "majority": self.majority.value}
        return json.dumps(data, ensure_ascii=False)


def plan_from_json(text: object) -> Plan:
    """The plan that ``to_json`` wrote. Raises ValueError, with what was expected, for another."""
    data = values.json_object(text)
    for key in ("id", "code", "title", "people", "known", "questions", "criteria", "knowledge"):
        if key not in data:
            raise ValueError(f"expected a plan with '{key}'")
    people = values.mapping(data["people"], "people with their roles")
    known = values.mapping(data["known"], "answers by their questions")
    if not all(role in ROLES for role in people.values()):
        raise ValueError(f"expected people in the roles {', '.join(ROLES)}")
    return Plan(
        id=values.word(data["id"], "an id", MAX_SECRET),
        code=values.word(data["code"], "a code", MAX_SECRET),
        title=values.text(data["title"], "a title", MAX_TEXT),
        people={values.text(name, "a name", MAX_NAME): role for name, role in people.items()},
        known={
            values.text(name, "a question", MAX_TEXT): values.texts(given, "options", MAX_TEXT)
            for name, given in known.items()
        },
        questions=values.texts(data["questions"], "questions", MAX_TEXT),
        criteria=values.texts(data["criteria"], "criteria", MAX_TEXT),
        knowledge=values.word(data["knowledge"], "a digest", MAX_SECRET),
        stop=_stop_rule(values.mapping(data.get("stop"), "a rule when it ends")),
        majority=majority_called(data.get("majority")),
        seats=values.whole(data.get("seats", SEATS), "seats", MOST_PEOPLE),
    )


def check_own_knowledge(plan: Plan, kb: KnowledgeBase) -> None:
    """Raise WorkshopError unless it is the knowledge that the workshop was begun with.

    By that one alone ballots are sealed and revealed: whether a sealed ballot goes with another is
    not even looked at, for with the right others that would tell all that is in it.
    """
    if kb.digest != plan.knowledge:
        raise WorkshopError(
            f"This workshop was begun with other knowledge ({plan.knowledge[:SHOWN]}) than this "
            f"({kb.digest[:SHOWN]}), and ballots are sealed and revealed with that one alone. Name "
            "it with --kb, or run the version of framework-advisor that the workshop was begun "
            "with."
        )


def _stop_rule(data: Mapping[str, Any]) -> StopRule:
    points = LARGEST_SPREAD
    return StopRule(
        spread=values.number(data.get("spread"), "a spread of points", 0, points),
        shift=values.number(data.get("shift"), "a shift of points", 0, points),
        share=values.number(data.get("share"), "a share of answers", 0, 1),
        rounds=values.whole(data.get("rounds"), "rounds", MOST_ROUNDS),
    )


def new_plan(
    kb: KnowledgeBase,
    *,
    title: str,
    people: Mapping[str, str],
    known: Answers,
    questions: Collection[str],
    criteria: Collection[str],
    stop: StopRule,
    seats: int = SEATS,
) -> Plan:
    """The plan of a new workshop. What is voted on is not known, whatever was answered to it."""
    return Plan(
        id=secrets.token_hex(8),
        code=new_code(),
        title=title,
        people=people,
        known={name: options for name, options in known.items() if name not in questions},
        questions=tuple(name for name in kb.questions if name in questions),
        criteria=tuple(name for name in kb.criteria if name in criteria),
        knowledge=kb.digest,
        stop=stop,
        seats=seats,
    )


def open_questions(kb: KnowledgeBase, known: Answers) -> tuple[str, ...]:
    """What is left to ask: not known, and not certain never to apply."""
    skipped = establish(kb, known).not_applicable
    return tuple(
        name
        for name in kb.questions
        if name not in skipped and known.get(name, (UNKNOWN,)) == (UNKNOWN,)
    )


def new_code() -> str:
    """Something to join with: CODE characters of ALPHABET."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE))


def tidy_name(text: str) -> str:
    """A name on one line. Raises ValueError, with the sentence to say, where it is none."""
    name = one_line(text)
    if not name_key(name):
        raise ValueError("A name is needed: it is how the others know who is here.")
    if len(name) > MAX_NAME:
        raise ValueError(f"A name of at most {MAX_NAME} characters, please.")
    return name


def name_key(name: str) -> str:
    """What is the same for names that look the same, however they are typed or encoded."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    visible = (c for c in folded if unicodedata.category(c) != "Cf" and c not in INVISIBLE)
    return " ".join("".join(visible).split())


def people_of_record(roles: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """The people as a record (MADR) names them, from name and role.

    Whoever approves decides, or else who drives; advice was taken from all who contributed.
    """
    listed = list(roles)

    def named(*wanted: str) -> tuple[str, ...]:
        return tuple(name for role in wanted for name, own in listed if own == role)

    deciding = (APPROVER,) if named(APPROVER) else (DRIVER,)
    consulted = [role for role in (DRIVER, CONTRIBUTOR) if role not in deciding]
    people = {
        "decision_makers": named(*deciding),
        "consulted": named(*consulted),
        "informed": named(INFORMED),
    }
    return {role: names for role, names in people.items() if names}
