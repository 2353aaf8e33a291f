"""``advisor workshop try``: facts are not voted on; what is doubted is tried."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from advisor.cli.command import DONE, UNPROVEN, WRONG, Commands, add_command
from advisor.cli.options import add_running, check_names
from advisor.cli.workshop.options import add_workshop, workshop
from advisor.consultation.evidence import ClaimStatus
from advisor.errors import CommandError

if TYPE_CHECKING:
    from advisor.consultation.evidence import WeighedClaim

DESCRIPTION = """\
Try claims now, here or on the interpreter of somebody's project (--python); what is
found counts for all. Without a claim: those that were doubted in a round that was
revealed, or else a list of what the outcome rests on. Exit codes: 0 confirmed,
1 refuted, 4 could not be tried.
"""


def add_parser(actions: Commands) -> None:
    parser = add_command(
        actions,
        "try",
        run,
        help="what is doubted is tried, not voted on",
        description=DESCRIPTION,
    )
    add_workshop(parser)
    parser.add_argument("claims", metavar="CLAIM", nargs="*", help="the claims to try")
    parser.add_argument(
        "--list", action="store_true", help="list what the outcome rests on; try nothing"
    )
    add_running(parser)
    parser.set_defaults(fresh=True)


def run(options: argparse.Namespace) -> int:
    from advisor.cli.probe_runs import machine_of, prober_of
    from advisor.workshop.fact_checks import (
        claims_at_stake,
        claims_resting,
        try_claims,
        weighed_claims,
    )

    with workshop(options) as (opened, kb):
        history = opened.history()
        doubted = [doubt.claim for doubt in history.doubts if doubt.claim in kb.claims]
        check_names(options.claims, "claim", kb.claims)
        if not (options.list or options.claims or history.rounds):
            expected = "reveal the round first, name a claim, or see what there is with --list"
            raise CommandError(f"no doubt is revealed yet: {expected}", UNPROVEN)
        if options.list or not (options.claims or doubted):
            claims = claims_resting if history.rounds else claims_at_stake
            _print(weighed_claims(opened, kb, [claim.id for claim in claims(kb, history)]))
            return DONE
        names = options.claims or doubted
        weighed = try_claims(opened, kb, names, prober_of(options), machine_of(options))
        _print(weighed)
        statuses = {claim.status for claim in weighed}
        if ClaimStatus.REFUTED in statuses:
            return WRONG
        return UNPROVEN if ClaimStatus.UNVERIFIED in statuses else DONE


def _print(claims: Iterable[WeighedClaim]) -> None:
    from advisor.report.toolkit.wrapping import standard_output
    from advisor.report.workshop.text import render_facts
    from advisor.wording.findings import evidence_of

    render_facts(map(evidence_of, claims), standard_output())
