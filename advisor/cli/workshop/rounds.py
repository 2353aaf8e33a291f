"""``advisor workshop reveal``, ``next`` and ``show``: end a round, begin another, look at them."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, UNPROVEN, Commands, add_command
from advisor.cli.options import add_probing, same_knowledge
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import WorkshopError
from rules.diagnostics import printable

if TYPE_CHECKING:
    from advisor.consultation.consultation import Recommendation
    from advisor.workshop.store import Workshop

FEW = 3  # ballots, below which everybody knows whose the others are

REVEAL = """\
End the open round: all ballots are shown at once, without names, and the salts of their
receipts with them. What the group's outcome rests on is tried then.
"""


def add_parser(actions: Commands) -> None:
    reveal = actions.add_parser(
        "reveal", help="end the round: all answers at once, without names", description=REVEAL
    )
    add_workshop(reveal)
    add_probing(reveal)
    reveal.add_argument(
        "--now", action="store_true", help="also where somebody has not answered yet"
    )
    reveal.add_argument("--no-probes", action="store_true", help="try nothing now")
    reveal.set_defaults(run=run_reveal)
    following = actions.add_parser(
        "next",
        help="begin the next round",
        description="Begin the next round: everybody answers again.",
    )
    add_workshop(following)
    following.set_defaults(run=run_next)
    show = add_command(
        actions,
        "show",
        run_show,
        help="where it stands, and what was revealed last",
        description="Say who has answered in the open round, and show what was revealed last.\n"
        "Nothing is tried, and nothing sealed is shown.",
    )
    add_workshop(show)
    show.add_argument(
        "--round", metavar="N", type=int, help="show this round instead of the last one revealed"
    )
    show.add_argument("--format", choices=("text", "json"), default="text")


def run_reveal(options: argparse.Namespace) -> int:
    from advisor.cli.probe_runs import machine_of, prober_of
    from advisor.workshop.fact_checks import recommended

    with workshop(options, own_knowledge=True) as (opened, kb):
        silent = ", ".join(person.name for person in opened.not_answered())
        if silent and opened.answered() and not opened.round_state().revealed and not options.now:
            raise WorkshopError(f"Not yet answered: {silent}. To reveal all the same: --now")
        opened.reveal(kb)
        if silent:
            print(f"without {printable(silent)}", file=sys.stderr)
        if len(opened.history().last.ballots) < FEW:
            print("so few ballots are anonymous to nobody", file=sys.stderr)
        recommendation = recommended(opened, kb, prober_of(options), machine_of(options))
        code = _print_round(opened, recommendation, -1)
        print(f"next: {printable(_what_next(opened, options))}", file=sys.stderr)
        return code


def _what_next(opened: Workshop, options: argparse.Namespace) -> str:
    """What a facilitator does after a reveal."""
    file = f"{shlex.quote(str(opened.path))}{same_knowledge(options)}"
    record = f"advisor workshop record {file}"
    if opened.round_state().number >= opened.plan.stop.rounds:
        return f"{record}, as advised or with --choose and --because"
    return f"talk, then advisor workshop next {file}, or {record}"


def run_next(options: argparse.Namespace) -> int:
    with workshop(options) as (opened, _):
        number = opened.open_round()
        print(f"round {number} of at most {opened.plan.stop.rounds} is open")
    return DONE


def run_show(options: argparse.Namespace) -> int:
    from advisor.consultation.evidence import no_probes
    from advisor.records.madr.team_data import workshop_as_data
    from advisor.workshop.fact_checks import recommended

    with workshop(options) as (opened, kb):
        rounds = [revealed.number for revealed in opened.history().rounds]
        if options.round is not None and options.round not in rounds:
            raise WorkshopError(f"Round {options.round} was not revealed.")
        if options.format == "json":
            data = workshop_as_data(kb, opened.history(), opened.findings())
            print(json.dumps({"title": opened.plan.title, **data}, indent=1))
            return DONE
        if not opened.round_state().revealed:
            _print_progress(opened)
        if not rounds:
            return DONE
        at = rounds.index(options.round) if options.round is not None else -1
        return _print_round(opened, recommended(opened, kb, no_probes, dict), at)


def _print_progress(opened: Workshop) -> None:
    """Who has answered and who is waited for. Never what."""
    answered, silent = opened.answered(), opened.not_answered()
    number, most = opened.round_state().number, opened.plan.stop.rounds
    names = [person.name for person in opened.people.all() if person.id in answered]
    people = len(names) + len(silent)
    print(f"Round {number} of at most {most} is open: {len(names)} of {people} have answered.")
    if names:
        print(f"  answered: {printable(', '.join(names))}")
    if silent:
        waiting = ", ".join(person.name for person in silent)
        print(f"  waiting for: {printable(waiting)}")


def _print_round(opened: Workshop, recommendation: Recommendation, at: int) -> int:
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.report.workshop.text import render
    from advisor.wording import recommendation as words
    from advisor.wording.build_round_report import build_round_report
    from advisor.workshop.fact_checks import tried_claims
    from advisor.workshop.round_result import round_results

    history = recommendation.sheet.workshop
    assert history is not None  # it is the consultation of a workshop
    *earlier, result = round_results(recommendation.kb, history, opened.findings(), at)
    report = build_round_report(
        result,
        earlier=earlier,
        facts=tried_claims(recommendation, history),
        proof=words.proof(recommendation),
    )
    render(report, standard_output(), title=opened.plan.title)
    return UNPROVEN if recommendation.unproven else DONE
