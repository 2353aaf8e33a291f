"""The recommendation on a terminal: the answer first, the evidence under it.

Colour repeats what words and marks already say, so that nothing is lost without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from advisor.consultation.consultation import Recommendation
from advisor.report.toolkit.wrapping import (
    STATUS_STYLES,
    WIDEST,
    ReportLine,
    plain_table,
    print_lines,
    printable_text,
    section,
)
from advisor.wording import report as model
from advisor.wording.build_report import build_report
from advisor.wording.findings import Evidence
from advisor.wording.quantities import count, percent

BAR = 10  # characters of a bar of length 1
MOST_CLAIMS = 5  # of those that would change the outcome


def render(recommendation: Recommendation, console: Console) -> None:
    """Print the whole report."""
    report = build_report(recommendation)
    printed = print_lines(console, _ReportText(console).lines(report))
    if console.is_terminal and printed > console.height:
        # The head has scrolled away from whoever reads this as it comes.
        console.print(printable_text(headline(report.head)), soft_wrap=True)


def _head(head: model.Head) -> Iterator[ReportLine]:
    yield 0, Text("")
    if head.title:
        yield 0, Text(head.title)
    yield 0, headline(head)
    yield 0, Text(head.sureness)
    yield 0, Text(head.proof, style="yellow" if head.unproven else "")
    if head.open_ends:
        yield 0, Text(head.open_ends)
    if head.turn:
        yield 0, Text(head.turn, style="red" if head.overturned else "")


def headline(head: model.Head) -> Text:
    return Text(head.headline, style="bold green" if head.sure else "bold yellow")


class _ReportText:
    """One pass over a report; remembers of which claims it has already drawn the evidence."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = min(console.width, WIDEST)
        self.drawn: set[str] = set()

    def lines(self, report: model.Report) -> Iterator[ReportLine]:
        yield from _head(report.head)
        conflict = ((0, Text(f"{a.ask} ").append(a.answer, "bold")) for a in report.conflict.items)
        yield from section(report.conflict.title, conflict)
        scores = [(0, self.scores(report))] if report.scores.items else []
        yield from section(report.scores.title, scores)
        for arguments in report.arguments:
            for side in arguments.sides:
                yield from section(side.title, self.reasons(side.items))
        withdrawn = report.withdrawn
        fell = list(self.reasons(withdrawn.items))
        outcomes = (f"before: {withdrawn.before}", f"after:  {withdrawn.after}") if fell else ()
        yield from section(withdrawn.title, [*fell, *((0, Text(line)) for line in outcomes)])
        yield from section(report.stack.title, self.stack(report.stack.items))
        yield from section(report.deprecated.title, _deprecated(report.deprecated.items))
        yield from section(report.outdated.title, _outdated(report.outdated.items))
        untried = ((0, _labelled(*one, "yellow")) for one in report.untried.items)
        yield from section(report.untried.title, untried)
        yield from section(report.changes.title, _changes(report.changes))
        yield 0, Text("")

    def scores(self, report: model.Report) -> Table:
        """The scores as bars, or where these do not fit as numbers alone."""
        table = self.table(report, BAR)
        fits = Measurement.get(self.console, self.console.options, table).maximum <= self.width - 2
        return table if fits else self.table(report, 0)

    def table(self, report: model.Report, longest: int) -> Table:
        """A row a criterion: its weight, and what each alternative scores under it."""
        table = plain_table()
        table.add_column("")
        table.add_column("weight", justify="right")
        for alternative in report.alternatives:
            table.add_column(Text(alternative.title), no_wrap=True)
        for row in report.scores.items:
            bars = [self.bar(score or 0.0, longest) for score in row.scores]
            table.add_row(Text(row.title), percent(row.weight or 0.0), *bars)
        totals = [
            Text("ruled out", style="bold red") if total is None else Text(f"{total:+.2f}", "bold")
            for total in report.scores.totals.scores
        ]
        table.add_row(Text(report.scores.totals.title.lower(), style="bold"), "", *totals)
        return table

    def bar(self, score: float, longest: int) -> Text:
        """A bar of at most ``longest`` characters, with its number."""
        bar = Text("█" * round(abs(score) * longest), style="green" if score > 0 else "red")
        bar.append(" " if bar else "").append(f"{score:+.2f}" if score else "-", style="default")
        return bar

    def reasons(self, reasons: Iterable[model.RuleReason]) -> Iterator[ReportLine]:
        for reason in reasons:
            text = Text(f"• {reason.because}")
            yield 0, text.append(f" ({reason.effect})", style="dim")
            for claim in reason.claims:
                yield from self.claim(claim)

    def claim(self, claim: Evidence) -> Iterator[ReportLine]:
        """The claim with its status; its evidence where it stands for the first time."""
        flag = ", deprecated" if claim.deprecated else ""
        line = Text(
            f"{model.MARKS[claim.status]} {claim.status}{flag}: ", STATUS_STYLES[claim.status]
        )
        yield 2, line.append(claim.says, style="default")
        if claim.id not in self.drawn:
            self.drawn.add(claim.id)
            yield 4, Text(evidence(claim), style="dim")

    def stack(self, advised: Iterable[model.Advice]) -> Iterator[ReportLine]:
        for advice in advised:
            yield 0, _labelled(advice.heading, advice.text, "cyan")
            for claim in advice.claims:
                if claim.id not in self.drawn:
                    yield from self.claim(claim)


def evidence(claim: Evidence) -> str:
    """What was found, by which probe and where; why nothing was, where that is so."""
    if claim.run is None:
        return claim.why
    return f"{claim.run.measured} [{claim.probe}, {claim.run.by_age}]"


def _labelled(label: str, text: str, style: str) -> Text:
    return Text(f"{label}: ", style=style).append(text, style="default")


def _deprecated(claims: Iterable[Evidence]) -> Iterator[ReportLine]:
    for claim in claims:
        yield 0, Text(claim.says)
        for notice in claim.notices:
            yield 2, Text(notice, style="dim")


def _outdated(claims: Iterable[Evidence]) -> Iterator[ReportLine]:
    for claim in claims:
        yield 0, Text(f"{claim.says} (as of {claim.as_of})")
        yield 2, Text(claim.then, style="dim")


def _changes(changes: model.Changes) -> Iterator[ReportLine]:
    for question in changes.questions.first:
        yield 0, Text(question.ask).append(f" ({question.id})", style="dim")
        for move in question.moves:
            yield 2, _change(move.answer, move.outcome)
    yield from others_left(changes.questions)
    for other in changes.answers.first:
        yield 0, _change(f"{other.ask} If instead: {other.answer}", other.outcome)
    yield from others_left(changes.answers)
    for claim, outcome in changes.claims.items[:MOST_CLAIMS]:
        yield 0, _change(f"If this were false: {claim.says}", outcome)


def others_left(listed: model.ShortList[object]) -> Iterator[ReportLine]:
    if listed.rest:
        yield 0, Text(f"and {count(len(listed.rest), listed.noun)}", style="dim")


def _change(what: str, outcome: str) -> Text:
    return Text(f"{what} -> ").append(outcome, style="bold")
