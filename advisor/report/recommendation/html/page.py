"""The page: the answer first, the evidence under it, what it was made with at its foot.

One file that fetches nothing and runs nothing. It holds no moment but the days of the findings,
so that the same recommendation gives the same bytes; and ASCII alone, so that no pipe or mail on
its way can spoil it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.report.recommendation.html import charts, sections
from advisor.report.recommendation.html.matrix import TITLE as EVIDENCE
from advisor.report.recommendation.html.matrix import matrix
from advisor.report.recommendation.html.tornado import tornado
from advisor.report.recommendation.html.tree import TITLE as EXPLANATION
from advisor.report.recommendation.html.tree import tree
from advisor.report.toolkit.markup import NOTHING, Html, folded, joined, some, tag
from advisor.wording import outline
from advisor.wording import recommendation as words
from advisor.wording.findings import day, tally
from probes.api import UNKNOWN, Finding

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SWINGS = (
    "Each bar runs from the lead if the criterion weighed nothing (circle) to the lead if it alone "
    "counted (square), the other weights keeping their proportions. A cross marks where the two "
    "change places. Near it, it is too close to call."
)


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading. One without a body is left out."""

    id: str
    title: str
    body: Html


def render(recommendation: Recommendation) -> str:
    """The whole page."""
    r = recommendation
    headline = words.outcome(r.kb, r.judgement)
    named = f"{r.sheet.title}: {headline}" if r.sheet.title else headline
    told = [section for section in _sections(r) if section.body]
    style = Html(files(__package__).joinpath("style.css").read_text(encoding="ascii"))
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        tag("title", named),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("header", sections.head(r), class_=r.judgement.verdict.value),
        _contents(told),
        tag("main", *map(_shown, told)),
        tag("footer", *_foot(r)),
    )
    page = f"<!DOCTYPE html>\n{tag('html', head, body, lang='en').source}\n"
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _sections(r: Recommendation) -> Iterator[Section]:
    yield Section("conflict", outline.CONFLICT, sections.conflict(r))
    yield Section("shares", outline.SHARES, charts.shares(r))
    scores = joined([charts.criteria(r), sections.scores(r)]) if r.judgement.weights else NOTHING
    yield Section("criteria", outline.CRITERIA, scores)
    for alternative in outline.alternatives_by_total(r):
        for sign, word in outline.SIDES.items():
            body = sections.reasons(r, outline.speaking(r, alternative.id, sign))
            yield Section(f"{word.lower()}-{alternative.id}", f"{word} {alternative.title}", body)
    yield Section("withdrawn", outline.withdrawn_title(r), sections.withdrawn(r))
    yield Section("stack", outline.STACK, sections.stack(r))
    yield Section("changes", outline.changes_title(r), sections.changes(r))
    for rival, rows in outline.tippings_by_rival(r).items():
        note = tag("p", SWINGS, class_="note")
        body = joined([note, tornado(r, rows), sections.tippings(r, rows)])
        yield Section(f"weights-{rival}", outline.tipping_title(r, rows[0].best, rival), body)
    yield Section("deprecated", outline.DEPRECATED, sections.deprecated(r))
    yield Section("outdated", outline.HISTORY, sections.outdated(r))
    yield Section("untried", outline.UNTRIED, sections.untried(r))
    yield Section("evidence", EVIDENCE, matrix(r))
    yield Section("explanation", EXPLANATION, tree(r))
    yield Section("answers", "The answers", sections.answers(r))


def _shown(section: Section) -> Html:
    return tag("section", tag("h2", section.title), section.body, id=section.id)


def _contents(told: list[Section]) -> Html:
    links = [tag("li", tag("a", section.title, href=f"#{section.id}")) for section in told]
    if len(links) < 2:
        return NOTHING
    return tag("nav", folded("Contents", tag("ul", *links)), aria_label="Contents")


def _foot(r: Recommendation) -> Iterator[Html]:
    yield tag("p", f"framework-advisor {__version__}, knowledge base ", tag("code", r.kb.digest))
    if r.findings:
        yield tag("p", f"{tally(r.findings.values())}.{_when(r.findings.values())}")
    tried = {
        f"{name} {version}"
        for finding in r.findings.values()
        if finding.outcome.answered
        for name, version in finding.versions.items()
        if version != UNKNOWN
    }
    yield some(", ".join(sorted(tried)))


def _when(findings: Iterable[Finding]) -> str:
    """On which days they were found, as a sentence; empty where none says so."""
    days = sorted({day(finding) for finding in findings} - {""})
    if len(days) > 1:
        return f" Found from {days[0]} to {days[-1]}."
    return f" Found on {days[0]}." if days else ""
