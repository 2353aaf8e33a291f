"""A record's verification as programs read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from advisor.consultation.evidence import WeighedClaim
from advisor.records.report.verification import VerificationReport, named_checks
from advisor.records.verification.rerun import ClaimRerun, Rerun
from advisor.records.verification.verify import Check
from advisor.report.toolkit.json_data import SCHEMA, dumped, judgement_as_data


def as_json(records: Iterable[VerificationReport]) -> str:
    """One JSON object, as ``advisor record verify --format json`` prints it.

    Each of ``records`` has ``file``, ``title``, ``status``, ``checks`` (``whole``, ``text`` and
    ``replay``, each with ``result``, ``said`` and ``wrong``), ``then`` (the recommendation), and
    ``rerun``, null where nothing was run: ``now``, ``flips`` and ``reasons``, each with its
    ``fate`` (``holds``, ``changed``, ``cannot run``, ``cannot be tried``) and claims. ``today`` is
    what today's knowledge makes of it where that is another, else null.
    """
    return dumped({"schema": SCHEMA, "records": [_as_data(report) for report in records]})


def _as_data(report: VerificationReport) -> dict[str, Any]:
    v, again = report.verification, report.rerun
    return {
        "file": str(v.path),
        "title": v.document.title,
        "status": v.document.status,
        "checks": {name: _check_as_data(check) for name, check in named_checks(v).items()},
        "then": judgement_as_data(v.replayed.judgement) if v.replayed else None,
        "rerun": _rerun_as_data(again) if again else None,
        "today": judgement_as_data(v.today.judgement) if v.today else None,
    }


def _check_as_data(check: Check) -> dict[str, Any]:
    return {"result": check.status.value, "said": check.summary, "wrong": list(check.problems)}


def _rerun_as_data(again: Rerun) -> dict[str, Any]:
    return {
        "now": judgement_as_data(again.now.judgement),
        "flips": again.flips,
        "reasons": [
            {
                "rule": reason.rule.id,
                "because": reason.rule.because,
                "decides": reason.decides,
                "fate": reason.outcome.value,
                "claims": [_claim_as_data(claim) for claim in reason.claims],
            }
            for reason in again.reasons
        ],
    }


def _claim_as_data(again: ClaimRerun) -> dict[str, Any]:
    return {
        "id": again.after.claim.id,
        "says": again.after.claim.says,
        "fate": again.outcome.value,
        "other_probe": again.other_probe,
        "then": _status_as_data(again.before),
        "now": _status_as_data(again.after),
    }


def _status_as_data(weighed: WeighedClaim) -> Mapping[str, Any]:
    finding = weighed.finding
    return {
        "verdict": weighed.status.value,
        "why": weighed.why,
        "deprecated": weighed.deprecated,
        "probe": weighed.claim.probe,
        "versions": dict(finding.versions) if finding else {},
        "source": finding.source if finding else "",
        "taken": finding.taken if finding else "",
    }
