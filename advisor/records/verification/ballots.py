"""Whether the workshop in the evidence is what was sealed, counted and written down of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from advisor.answers.rounds import history_as_data
from advisor.records.evidence.bundle import Bundle
from advisor.records.evidence.contents import RECORD, SESSION, WORKSHOP
from advisor.records.evidence.restore import RestoredConsultation, sealed_text
from advisor.records.parsed_record import HOW, MORE, Document
from advisor.records.verification.data import differences, mappings
from rules.diagnostics import quoted

_ROUND = re.compile(r"Round (?P<number>[0-9]{1,6}): .* Seal (?P<seal>[0-9a-f]{64})")


def history_problems(restored: RestoredConsultation, bundle: Bundle) -> Iterator[str]:
    """What is not true of the workshop's history, a sentence each."""
    history = restored.session.sheet.workshop
    if history is None:
        if WORKSHOP in bundle.entries:
            yield f"{WORKSHOP}: tells of a workshop, and {SESSION} of none"
        return
    from advisor.records.madr.team_data import CHANGED
    from advisor.workshop.audit import audit

    seals = None
    if RECORD in bundle.entries:
        seals = seals_in(sealed_text(bundle))
    yield from (f"{SESSION}: {mistake}" for mistake in audit(history, seals=seals).mistakes)
    written = bundle.mapping(WORKSHOP)
    if not written:
        yield f"{WORKSHOP}: holds no minutes"
    else:
        yield from _history_differences(written, history_as_data(history))
    yield from _unreported_changes(restored, written.get(CHANGED))


def seals_in(document: Document) -> dict[int, str]:
    """Round -> its seal, as a record states them."""
    # In no other section: elsewhere people's own words stand.
    section = next((s for s in document.under(MORE) if s.heading == HOW), None)
    matches = (_ROUND.fullmatch(block.text) for block in section.blocks) if section else ()
    return {int(match["number"]): match["seal"] for match in matches if match}


def _history_differences(written: Mapping[str, Any], history: Mapping[str, Any]) -> Iterator[str]:
    """Where the file of the workshop differs from the history in the session. What the group saw of
    a round follows from that, and is not compared here.
    """
    for key, now in history.items():
        if key != "rounds":
            yield from differences(f"{WORKSHOP}: {key}", written.get(key), now)
    then, now = _by_number(written.get("rounds")), _by_number(history["rounds"])
    for number in sorted({*then, *now}):
        where = f"{WORKSHOP}: round {number}"
        if number not in now:
            yield f"{where}: is not in {SESSION}"
        elif number not in then:
            yield f"{where}: is not there, and is in {SESSION}"
        else:
            for key, value in now[number].items():
                yield from differences(f"{where}: {key}", then[number].get(key), value)


def _by_number(rounds: Any) -> dict[int, Mapping[str, Any]]:
    return {r["round"]: r for r in mappings(rounds) if isinstance(r.get("round"), int)}


def _unreported_changes(restored: RestoredConsultation, changes: Any) -> Iterator[str]:
    """Answers that are not the majority's, and that the evidence does not report as changed."""
    from advisor.records.madr.team_data import changed_afterwards

    reported = changes if isinstance(changes, Mapping) else {}
    for name, (group, now) in changed_afterwards(restored.kb, restored.session.sheet).items():
        if reported.get(name) != {"group": list(group), "now": list(now)}:
            before, after = (quoted(", ".join(answer)) for answer in (group, now))
            yield f"{SESSION}: answers: {name}: is {after}, and the group said {before}"
