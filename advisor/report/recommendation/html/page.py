"""The page: the answer first, the evidence under it, what it was made with at its foot.

One file that fetches nothing and runs nothing. It holds no moment but the days of the findings,
so that the same recommendation gives the same bytes; and ASCII alone, so that no pipe or mail on
its way can spoil it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files

from advisor.consultation.consultation import Recommendation
from advisor.explanation.how import how
from advisor.report.explanation import NAMED
from advisor.report.recommendation.html import charts, sections
from advisor.report.recommendation.html.matrix import matrix
from advisor.report.recommendation.html.tornado import tornado
from advisor.report.toolkit.markup import NOTHING, Html, folded, items, some, tag
from advisor.wording.build_report import build_report
from advisor.wording.findings import Evidence
from advisor.wording.report import Changes, Report, Section
from rules.analysis.traces import Step

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SWINGS = (
    "Each bar runs from the lead if the criterion weighed nothing (circle) to the lead if it alone "
    "counted (square), the other weights keeping their proportions. A cross marks where the two "
    "change places. Near it, it is too close to call."
)
EXPLANATION = "How it was concluded, step by step"
OPENED = 1  # levels of it that are open at first


def render(recommendation: Recommendation) -> str:
    """The whole page."""
    report = build_report(recommendation)
    foot, headline, title = report.foot, report.head.headline, report.head.title
    shown = [section for section in _sections(report, how(recommendation)) if any(section.items)]
    made_with = tag("p", f"{foot.tool}, knowledge base ", tag("code", foot.knowledge_base))
    style = Html(files(__package__).joinpath("style.css").read_text(encoding="ascii"))
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        tag("title", f"{title}: {headline}" if title else headline),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("header", sections.head(report.head), class_=report.head.verdict),
        _contents(shown),
        tag("main", *map(_drawn, shown)),
        tag("footer", made_with, some(foot.tally), some(foot.versions)),
    )
    page = f"<!DOCTYPE html>\n{tag('html', head, body, lang='en').source}\n"
    return page.encode("ascii", "xmlcharrefreplace").decode()


def _sections(report: Report, explanation: Step) -> Iterator[Section[Html]]:
    yield _of(report.conflict, sections.conflict(report.conflict.items))
    yield _of(report.shares, charts.shares(report.shares))
    if report.scores.items:
        yield _of(report.scores, charts.criteria(report), sections.scores(report))
    for arguments in report.arguments:
        for side in arguments.sides:
            yield _of(side, sections.reasons(side.items))
    yield _of(report.withdrawn, sections.withdrawn(report.withdrawn))
    yield _of(report.stack, sections.stack(report.stack.items))
    yield _of(report.changes, *sections.changes(report.changes))
    for points in report.tipping_points:
        note = tag("p", SWINGS, class_="note")
        yield _of(points, note, tornado(points), sections.tippings(points))
    yield _of(report.deprecated, sections.deprecated(report.deprecated.items))
    yield _of(report.outdated, sections.outdated(report.outdated.items))
    yield _of(report.untried, sections.untried(report.untried.items))
    yield _of(report.matrix, matrix(report))
    yield Section("explanation", EXPLANATION, (_tree(explanation, report.evidence),))
    yield _of(report.answers, *sections.answers(report))


def _of(part: Section[object] | Changes, *body: Html) -> Section[Html]:
    return Section(part.id, part.title, body)


def _drawn(section: Section[Html]) -> Html:
    return tag("section", tag("h2", section.title), *section.items, id=section.id)


def _contents(shown: Sequence[Section[Html]]) -> Html:
    links = [tag("li", tag("a", section.title, href=f"#{section.id}")) for section in shown]
    if len(links) < 2:
        return NOTHING
    return tag("nav", folded("Contents", tag("ul", *links)), aria_label="Contents")


# The explanation: a tree that opens level by level


def _tree(step: Step, evidence: Mapping[str, Evidence]) -> Html:
    """From the outcome down to answers and findings; nothing where there is nothing to explain."""
    if not step.children:
        return NOTHING
    return tag("ul", tag("li", _node(step, 0, None, evidence)), class_="tree")


def _node(step: Step, level: int, claim: Evidence | None, evidence: Mapping[str, Evidence]) -> Html:
    """A step over what it rests on. ``claim`` is the one that it tells the evidence of."""
    if claim is not None:  # how old a finding is changes from reading to reading, its day does not
        return tag("p", claim.account)
    name = tag("code", step.id) if step.kind in NAMED and step.id else NOTHING
    says = (tag("span", step.says, dir="auto"), " ", name)
    if not step.children:
        return tag("p", *says)
    below = evidence[step.id] if step.kind == "claim" else None
    children = items(_node(child, level + 1, below, evidence) for child in step.children)
    opened = {"open": "open"} if level < OPENED else {}
    return tag("details", tag("summary", *says), children, **opened)
