"""Whether a workshop's minutes in the evidence are what was sealed, counted and told of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from advisor.answers.rounds import history_as_data
from advisor.records.evidence.bundle import Bundle
from advisor.records.evidence.contents import RECORD, SESSION, WORKSHOP
from advisor.records.evidence.restore import RestoredConsultation
from advisor.records.parsed_record import HOW, MORE, Document, parse_document
from advisor.records.verification.text import differences
from rules.diagnostics import quoted

_ROUND = re.compile(r"Round (?P<number>[0-9]{1,6}): .* Seal (?P<seal>[0-9a-f]{64})")


def forged(kept: RestoredConsultation, bundle: Bundle) -> Iterator[str]:
    """What is not true of the minutes, a sentence each."""
    minutes = kept.session.sheet.workshop
    if minutes is None:
        if WORKSHOP in bundle.entries:
            yield f"{WORKSHOP}: tells of a workshop, and {SESSION} of none"
        return
    from advisor.workshop.audit import audit

    seals = None
    if RECORD in bundle.entries:
        seals = seals_told(parse_document(bundle.text(RECORD), RECORD))
    yield from (f"{SESSION}: {said}" for said in audit(minutes, seals=seals).mistakes)
    told = _parsed(bundle)
    if not told:
        yield f"{WORKSHOP}: holds no minutes"
    else:
        yield from _otherwise(told, history_as_data(minutes))
    yield from _not_the_groups(kept, told)


def changed_knowingly(kept: RestoredConsultation) -> tuple[str, ...]:
    """The questions whose answers are not the group's, which :func:`forged` says of none that its
    evidence tells of itself.
    """
    if kept.session.sheet.workshop is None:
        return ()
    from advisor.records.madr.team_data import changed_afterwards

    return tuple(changed_afterwards(kept.kb, kept.session.sheet))


def seals_told(document: Document) -> dict[int, str]:
    """Round -> its seal, as a record tells them."""
    # In no other section: elsewhere people's own words stand.
    section = next((one for one in document.under(MORE) if one.heading == HOW), None)
    found = (_ROUND.fullmatch(block.text) for block in section.blocks) if section else ()
    return {int(match["number"]): match["seal"] for match in found if match}


def _otherwise(told: Mapping[str, Any], minutes: Mapping[str, Any]) -> Iterator[str]:
    """Where the minutes stand otherwise in the file of the workshop; what was shown of a round
    follows from them, and is not looked at here.
    """
    for key, now in minutes.items():
        if key != "rounds":
            yield from differences(f"{WORKSHOP}: {key}", told.get(key), now)
    then, now = _by_number(told.get("rounds")), _by_number(minutes["rounds"])
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
    listed = rounds if isinstance(rounds, list) else []
    found = (one for one in listed if isinstance(one, Mapping))
    return {one["round"]: one for one in found if isinstance(one.get("round"), int)}


def _not_the_groups(kept: RestoredConsultation, told: Mapping[str, Any]) -> Iterator[str]:
    """Answers that are not the majority's, and that the evidence does not own up to."""
    from advisor.records.madr.team_data import CHANGED, changed_afterwards

    known = told.get(CHANGED)
    owned = known if isinstance(known, Mapping) else {}
    for name, (group, now) in changed_afterwards(kept.kb, kept.session.sheet).items():
        if owned.get(name) != {"group": list(group), "now": list(now)}:
            said, instead = (quoted(", ".join(answer)) for answer in (group, now))
            yield f"{SESSION}: answers: {name}: is {instead}, and the group said {said}"


def _parsed(bundle: Bundle) -> Mapping[str, Any]:
    try:
        data = json.loads(bundle.entries.get(WORKSHOP, b"null"))
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, Mapping) else {}
