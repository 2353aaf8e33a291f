"""``advisor workshop new``: fix beforehand who decides what, and when it ends."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, USAGE, Commands, add_command
from advisor.cli.options import add_knowledge, check_names, knowledge, same_knowledge, whole_number
from advisor.errors import CommandError, WorkshopError
from rules.diagnostics import one_line, printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.workshop.plan import Plan

DESCRIPTION = """\
Create the file of a workshop, with its first round open: who takes part, which
questions and criteria are voted on, and by which rule the voting ends. None of
that can be changed once people have begun to answer.
"""

EPILOG = """\
examples:
  advisor workshop new team.workshop --title "Framework for the app" --driver Ana --approver Zoe
  advisor workshop new team.workshop --answers known.yaml --questions task,team_knows,lifetime
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "new",
        run,
        help="fix beforehand who decides, on what, and when it ends",
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument("workshop", metavar="FILE", type=Path, help="the file to create")
    parser.add_argument("--title", type=_title, help="what the decision is called")
    add_knowledge(parser)
    _add_people(parser.add_argument_group("who is who"))
    _add_votes(parser.add_argument_group("what is voted on"))
    _add_rule(parser.add_argument_group("when it ends"))


def _add_people(people: argparse._ArgumentGroup) -> None:
    from advisor.workshop.plan import MOST_PEOPLE, SEATS

    people.add_argument(
        "--driver", metavar="NAME", help="who runs the workshop; may answer, is not waited for"
    )
    people.add_argument("--approver", metavar="NAME", help="the one who decides; answers too")
    people.add_argument(
        "--contributor",
        metavar="NAME,NAME",
        action="append",
        default=[],
        help="who answers; repeatable",
    )
    people.add_argument(
        "--informed",
        metavar="NAME,NAME",
        action="append",
        default=[],
        help="who is told afterwards and need not answer; repeatable",
    )
    people.add_argument(
        "--seats",
        metavar="N",
        type=whole_number("seats", 1, MOST_PEOPLE),
        default=SEATS,
        help=f"how many may join who are not named here (default: {SEATS})",
    )


def _add_votes(votes: argparse._ArgumentGroup) -> None:
    votes.add_argument(
        "--answers",
        metavar="FILE",
        type=Path,
        help="what is known already and nobody is asked: an answers file, a session, a record",
    )
    votes.add_argument(
        "--questions",
        metavar="ID,ID",
        type=_names,
        help="the questions to answer, 'none' for none (default: all that are not known)",
    )
    votes.add_argument(
        "--criteria",
        metavar="ID,ID",
        type=_names,
        help="the criteria to give points to, 'none' for none (default: all); others count least",
    )


def _add_rule(rule: argparse._ArgumentGroup) -> None:
    rule.add_argument(
        "--rounds", metavar="N", type=_rounds, default=3, help="rounds at most (default: 3)"
    )
    rule.add_argument(
        "--share",
        metavar="PERCENT",
        type=_percent,
        default=0.66,
        help="of the answers to a question alike for it to be agreed (default: 66)",
    )
    rule.add_argument(
        "--spread",
        metavar="POINTS",
        type=_points,
        default=1.0,
        help="between the quartiles of a criterion's points for it to be agreed (default: 1)",
    )
    rule.add_argument(
        "--shift",
        metavar="POINTS",
        type=_points,
        default=1.0,
        help="by which its median may move between rounds for it to be stable (default: 1)",
    )


def run(options: argparse.Namespace) -> int:
    from advisor.workshop.store import create

    kb = knowledge(options)
    try:
        with create(options.workshop, _plan(options, kb)) as workshop:
            plan = workshop.plan
    except WorkshopError as error:
        raise CommandError(str(error), USAGE) from None
    file = printable(shlex.quote(str(options.workshop)))
    print(printable(str(options.workshop)))
    count = f"{len(plan.questions)} questions and {len(plan.criteria)} criteria"
    print(f"round 1 of at most {plan.stop.rounds} is open, on {count}", file=sys.stderr)
    serve = f"advisor workshop serve {file}{printable(same_knowledge(options))}"
    print(f"next: {serve}, or sit, or merge", file=sys.stderr)
    return DONE


def _plan(options: argparse.Namespace, kb: KnowledgeBase) -> Plan:
    from advisor.answers.rounds import StopRule
    from advisor.answers.sheet import Sheet
    from advisor.interview.interview import default_title
    from advisor.sources import answers_in
    from advisor.workshop.plan import new_plan, open_questions

    sheet = answers_in(options.answers, kb) if options.answers else Sheet()
    questions = options.questions
    if questions is None:
        questions = open_questions(kb, sheet.answers)
    criteria = tuple(kb.criteria) if options.criteria is None else options.criteria
    check_names(questions, "question", kb.questions, option="--questions: ")
    check_names(criteria, "criterion", kb.criteria, option="--criteria: ")
    if not questions and not criteria:
        raise CommandError("nothing is left to vote on: name questions or criteria", USAGE)
    return new_plan(
        kb,
        title=options.title or one_line(sheet.title) or default_title(kb),
        people=dict(_people(options)),
        known=sheet.answers,
        questions=questions,
        criteria=criteria,
        stop=StopRule(options.spread, options.shift, options.share, options.rounds),
        seats=options.seats,
    )


def _people(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Name and role of everybody who was named. Nobody may be two."""
    from advisor.workshop.plan import APPROVER, CONTRIBUTOR, DRIVER, INFORMED, name_key, tidy_name

    named = [(options.driver, DRIVER), (options.approver, APPROVER)]
    named += [(name, CONTRIBUTOR) for names in options.contributor for name in names.split(",")]
    named += [(name, INFORMED) for names in options.informed for name in names.split(",")]
    seen: set[str] = set()
    for name, role in named:
        if name is None:
            continue
        try:
            tidied = tidy_name(name)
        except ValueError as error:
            raise CommandError(f"--{role}: {error}", USAGE) from None
        if name_key(tidied) in seen:
            more = " (who drives may answer as well)" if options.driver else ""
            raise CommandError(f"{tidied} is named twice: one role a person{more}", USAGE)
        seen.add(name_key(tidied))
        yield tidied, role


def _title(text: str) -> str:
    from advisor.answers.sheet import MAX_TEXT

    title = one_line(text)
    if not title or len(title) > MAX_TEXT:
        raise argparse.ArgumentTypeError(f"expected a title of at most {MAX_TEXT} characters")
    return title


def _names(text: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in text.split(",") if word.strip())
    return () if words == ("none",) else words


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 2 <= int(text) <= 20):
        why = "whether answers are stable shows in the second"
        raise argparse.ArgumentTypeError(f"expected 2 to 20 rounds, not '{text}': {why}")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, not '{text}'") from None


def _percent(text: str) -> float:
    percent = _number(text)
    if not 50 < percent <= 100:
        message = f"expected more than 50 and at most 100 percent, not '{text}'"
        raise argparse.ArgumentTypeError(message)
    return percent / 100


def _points(text: str) -> float:
    points = _number(text)
    if not 0 <= points <= 8:
        raise argparse.ArgumentTypeError(f"expected 0 to 8 points, not '{text}'")
    return points
