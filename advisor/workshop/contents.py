"""Whether what stands in a workshop file goes together: people, rounds and ballots.

Each row is checked where it is read; here are the rows held against one another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from advisor.answers.mistakes import not_asked
from advisor.workshop import rows
from advisor.workshop.database import Database
from advisor.workshop.plan import MOST_PEOPLE, Plan
from advisor.workshop.rows import StoredRound


def read_plan(database: Database) -> Plan:
    """The plan. Raises InputError where there is none, or several."""
    plans = database.select(rows.PLAN, "LIMIT 2")
    if len(plans) != 1:
        raise database.damaged("expected one plan in it")
    return plans[0]


def check_contents(database: Database, plan: Plan) -> None:
    """Read every row, but for ballots against their receipts. Raises InputError for the first that
    is none, or that does not go with the others.
    """
    people = {person.id for person in database.select(rows.PEOPLE)}
    if len(people) > MOST_PEOPLE:
        raise database.damaged(f"expected at most {MOST_PEOPLE:,} people in it")
    rounds = database.select(rows.ROUNDS, "ORDER BY number")
    _check_rounds(database, rounds, plan)
    _check_ballots(database, people, rounds, plan)
    doubts = database.select(rows.DOUBTS)
    if database.version() > 1:
        sealed = database.select(rows.SEALED_DOUBTS)
        if not {doubt.round for doubt in sealed} <= {round.number for round in rounds}:
            raise database.damaged("a doubt in it is of no round")
        doubts += sealed
    if not {doubt.person for doubt in doubts} <= people:
        raise database.damaged("a doubt in it is of nobody who takes part")
    database.select(rows.LEADS)
    database.select(rows.FINDINGS)
    database.select(rows.SURROUNDINGS)


def _check_rounds(database: Database, rounds: Iterable[StoredRound], plan: Plan) -> None:
    numbers = [round.number for round in rounds]
    if not numbers or numbers != list(range(1, len(numbers) + 1)):
        raise database.damaged("expected rounds numbered 1 and on without a gap")
    if len(numbers) > plan.stop.rounds:
        raise database.damaged(f"expected at most {plan.stop.rounds} rounds, as was agreed")
    if not all(round.revealed for round in rounds if round.number < len(numbers)):
        raise database.damaged("expected every round but the last to be revealed")


def _check_ballots(
    database: Database, people: Collection[int], rounds: Iterable[StoredRound], plan: Plan
) -> None:
    items = {*plan.questions, *plan.criteria}
    answered = set()
    numbers = {round.number for round in rounds}
    for row in database.select(rows.BALLOTS):
        if row.person not in people:
            raise database.damaged("a ballot in it is of nobody who takes part")
        if row.round not in numbers:
            raise database.damaged("a ballot in it is of no round")
        if next(not_asked(row.ballot, items), None) is not None:
            raise database.damaged(f"a ballot of round {row.round} answers what nobody asked")
        answered.add(row.round)
    if not {round.number for round in rounds if round.revealed} <= answered:
        raise database.damaged("expected a ballot in every round that was revealed")
