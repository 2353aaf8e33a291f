"""The report that renderers draw: plain data, each of its texts escaped for a record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from advisor.answers.sheet import read_sheet
from advisor.consultation.consultation import consult
from advisor.consultation.evidence import no_probes
from advisor.records.madr.escaping import escape, escaped
from advisor.wording.build_report import build_report, shown_of
from advisor.wording.report import Report
from rules.loading.loader import load

KB = load()
EXAMPLES = Path(__file__).parents[3] / "examples"
PLAIN = (str, int, float, type(None))


@pytest.fixture(scope="module", params=["android-app", "ruled-out", "nothing-known"])
def report(request: pytest.FixtureRequest) -> Report:
    return build_report(consult(KB, read_sheet(EXAMPLES / f"{request.param}.yaml", KB), no_probes))


def leaves(part: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Everything in a report that holds nothing else, each with the field it stands in."""
    if isinstance(part, tuple):
        for item in part:
            yield from leaves(item, name)
    elif isinstance(part, Mapping):
        for item in part.values():
            yield from leaves(item, name)
    elif is_dataclass(part):
        for field in fields(part):
            yield from leaves(getattr(part, field.name), field.name)
    else:
        yield name, part


def test_a_report_holds_plain_texts_and_numbers(report: Report) -> None:
    assert {type(leaf) for _, leaf in leaves(report) if not isinstance(leaf, PLAIN)} == set()


def test_every_text_is_escaped_and_no_id(report: Report) -> None:
    ids = {"id", "probe", "probes"}
    wanted = [
        escape(leaf) if isinstance(leaf, str) and name not in ids else leaf
        for name, leaf in leaves(report)
    ]
    assert [leaf for _, leaf in leaves(escaped(report))] == wanted


@pytest.mark.parametrize(("there", "shown"), [(0, 0), (5, 5), (6, 6), (7, 5), (20, 5)])
def test_all_are_shown_rather_than_all_but_one(there: int, shown: int) -> None:
    assert shown_of(there) == shown
