"""A team's workshop as data, as it stands in the evidence and as ``workshop show`` prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.answers.rounds import WorkshopHistory, history_as_data
from advisor.answers.sheet import Sheet
from advisor.report.workshop.data import result_as_data
from advisor.workshop.item_results import ChosenOptions, group_answers
from advisor.workshop.round_result import round_result
from probes.api import Finding
from rules.model import UNKNOWN, KnowledgeBase

STATISTICS = "shown"  # the result of a round, as the group saw it
CHANGED = "changed_afterwards"


def workshop_as_data(
    kb: KnowledgeBase,
    history: WorkshopHistory,
    findings: Mapping[str, Finding],
    sheet: Sheet | None = None,
) -> dict[str, Any]:
    """The history, and with every round its result.

    Of the ``sheet`` that was decided by, the answers that are not the group's are told apart.
    """
    data = history_as_data(history)
    for index, revealed in enumerate(data["rounds"]):
        revealed[STATISTICS] = result_as_data(round_result(kb, history, findings, index))
    if sheet is not None:
        data[CHANGED] = {
            name: {"group": list(group), "now": list(now)}
            for name, (group, now) in changed_afterwards(kb, sheet).items()
        }
    return data


def changed_afterwards(
    kb: KnowledgeBase, sheet: Sheet
) -> dict[str, tuple[ChosenOptions, ChosenOptions]]:
    """The answers of a workshop's sheet that are not the group's: its answer, and that there is."""
    if sheet.workshop is None:
        return {}
    group, now = group_answers(kb, sheet.workshop), sheet.answers
    unknown = (UNKNOWN,)
    pairs = {
        name: (group.get(name, unknown), tuple(now.get(name, unknown)))
        for name in kb.questions
        if name in group or name in now
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
