"""``advisor workshop show``: where the workshop stands, and what was revealed last."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, UNPROVEN, Commands, add_command
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.errors import WorkshopError
from rules.diagnostics import printable
from rules.model import KnowledgeBase

if TYPE_CHECKING:
    from advisor.consultation.consultation import Recommendation
    from advisor.workshop.store import Workshop


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "show",
        run,
        help="where it stands, and what was revealed last",
        description="Say who has answered in the open round, and show what was revealed last.\n"
        "Nothing is tried, and nothing sealed is shown.",
    )
    add_workshop(parser)
    parser.add_argument(
        "--round", metavar="N", type=int, help="show this round instead of the last one revealed"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    from advisor.consultation.evidence import no_probes
    from advisor.workshop.fact_checks import recommended

    with workshop(options) as (opened, kb):
        rounds = [revealed.number for revealed in opened.history().rounds]
        if options.round is not None and options.round not in rounds:
            raise WorkshopError(f"Round {options.round} was not revealed.")
        if options.format == "json":
            return _print_json(opened, kb)
        if not opened.round_state().revealed:
            for line in _progress(opened):
                print(line)
        if not rounds:
            return DONE
        at = rounds.index(options.round) if options.round is not None else -1
        return _print_round(opened, recommended(opened, kb, no_probes, dict), at)


def try_and_show(opened: Workshop, kb: KnowledgeBase, options: argparse.Namespace) -> int:
    """Try what the outcome rests on, as the options say, and show the round revealed last."""
    from advisor.cli.probe_runs import machine_of, prober_of
    from advisor.workshop.fact_checks import recommended

    recommendation = recommended(opened, kb, prober_of(options), machine_of(options))
    return _print_round(opened, recommendation, -1)


def _progress(opened: Workshop) -> list[str]:
    """Who has answered and who is waited for. Never what."""
    answered, silent = opened.answered(), opened.not_answered()
    number, most = opened.round_state().number, opened.plan.stop.rounds
    names = [person.name for person in opened.people.all() if person.id in answered]
    people = len(names) + len(silent)
    lines = [f"Round {number} of at most {most} is open: {len(names)} of {people} have answered."]
    if names:
        lines.append(f"  answered: {printable(', '.join(names))}")
    if silent:
        waiting = ", ".join(person.name for person in silent)
        lines.append(f"  waiting for: {printable(waiting)}")
    return lines


def _print_round(opened: Workshop, recommendation: Recommendation, at: int) -> int:
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.report.workshop.text import render
    from advisor.wording import recommendation as words
    from advisor.wording.round_report import round_report
    from advisor.workshop.fact_checks import tried_claims
    from advisor.workshop.round_result import round_results

    history = recommendation.sheet.workshop
    assert history is not None  # it is the consultation of a workshop
    *earlier, result = round_results(recommendation.kb, history, opened.findings(), at)
    report = round_report(
        result,
        earlier=earlier,
        facts=tried_claims(recommendation, history),
        proof=words.proof(recommendation),
    )
    render(report, standard_output(), title=opened.plan.title)
    return UNPROVEN if recommendation.unproven else DONE


def _print_json(opened: Workshop, kb: KnowledgeBase) -> int:
    from advisor.records.madr.team_data import workshop_as_data

    data = workshop_as_data(kb, opened.history(), opened.findings())
    print(json.dumps({"title": opened.plan.title, **data}, indent=1, ensure_ascii=False))
    return DONE
