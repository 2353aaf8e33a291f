"""A workshop's round on a terminal: the answer first, then what could change it, then the votes.

Colour repeats what words and marks already say, so that nothing is lost without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from advisor.report.recommendation.text import evidence
from advisor.report.toolkit.wrapping import (
    STATUS_STYLES,
    WIDEST,
    ReportLine,
    print_lines,
    section,
)
from advisor.report.workshop.heat_map import MOST_PEOPLE, Chart, fits, table_of
from advisor.wording import workshop
from advisor.wording.build_report import SHARES
from advisor.wording.findings import Evidence
from advisor.wording.quantities import percent
from advisor.wording.report import MARKS
from advisor.wording.round_report import (
    DissentReport,
    FactReport,
    ItemReport,
    QuestionReport,
    RoundReport,
)
from advisor.workshop.item_results import Stage
from rules.scoring.judgement import Verdict

BAR = 20  # characters of a bar of everybody
NARROW = 60  # columns below which bars are half as long
STAGES = {Stage.GO_ON: "", Stage.CONSENSUS: "green", Stage.NO_CONSENSUS: "yellow"}


def render(report: RoundReport, console: Console, *, title: str = "") -> None:
    """Print the whole report, under the workshop's ``title``."""
    text = _Text(report, console)
    printed = print_lines(console, text.lines(title))
    if console.is_terminal and printed > console.height:
        # The head has scrolled away from whoever reads this as it comes.
        print_lines(console, [(0, text.headline())])


def render_facts(claims: Iterable[Evidence], console: Console) -> None:
    """Print claims with their evidence."""
    facts = (FactReport(claim, doubts=0) for claim in claims)
    lines = (line for fact in facts for line in _fact(fact, alone=True))
    print_lines(console, lines)


class _Text:
    """One pass over a report."""

    def __init__(self, report: RoundReport, console: Console) -> None:
        self.report = report
        self.console = console
        self.width = min(console.width, WIDEST)
        self.bar_length = BAR if self.width >= NARROW else BAR // 2

    def lines(self, title: str) -> Iterator[ReportLine]:
        yield from self.head(title)
        yield from section(workshop.MATTERS, self.disputes())
        yield from section(workshop.DISSENT, self.dissents())
        yield from section(workshop.WEIGHTS, self.weights())
        yield from section(SHARES, self.shares())
        yield from section(workshop.ANSWERS, self.answers())
        facts = (line for fact in self.report.facts for line in _fact(fact))
        yield from section(workshop.FACTS, facts)
        yield from section(workshop.ROUNDS, self.rounds())
        yield 0, Text("")

    # The head

    def head(self, title: str) -> Iterator[ReportLine]:
        report = self.report
        yield 0, Text("")
        if title:
            yield 0, Text(title)
        yield 0, self.headline()
        sentences = (report.sureness, report.proof, report.tally, report.agreement)
        yield from ((0, Text(sentence)) for sentence in sentences if sentence)
        if report.averaging:
            yield 0, Text(report.averaging, style="yellow")
        yield 0, Text(report.stopping, style=STAGES[report.stage])

    def headline(self) -> Text:
        sure = self.report.verdict in (Verdict.CLEAR, Verdict.LEANING)
        return Text(self.report.headline, style="bold green" if sure else "bold yellow")

    # Disagreement

    def disputes(self) -> Iterator[ReportLine]:
        title = ""
        for dispute in self.report.disputes:
            if dispute.title != title:
                yield 0, Text(dispute.title)
            title = dispute.title
            yield 2, Text(f"• {dispute.outcome}")
        if not self.report.disputes:
            yield 0, Text(workshop.NO_DISPUTE)
        if self.report.harmless:
            harmless = "; ".join(self.report.harmless)
            yield 0, Text(f"{workshop.APART}: {harmless}", style="dim")

    def dissents(self) -> Iterator[ReportLine]:
        for dissent in self.report.dissents:
            yield 0, Text(dissent.who).append(self.letters(dissent), style="dim")
            yield 2, Text(dissent.right)
            yield from ((2, Text(f"• {why.text}")) for why in dissent.reasons)

    def letters(self, dissent: DissentReport) -> str:
        """The letters of the dissenters in the heat map, where there are letters."""
        people = self.report.participants
        if len(people) > MOST_PEOPLE:
            return ""
        return f" ({', '.join(people[number].letter for number in dissent.participants)})"

    # What matters

    def weights(self) -> Iterator[ReportLine]:
        """The heat map, and below it the criteria of which there is more to say; all criteria
        where it does not fit.
        """
        chart = Chart(self.report)
        heat_map = list(chart.heat_map(self.console, self.width - 2))
        yield from heat_map
        for criterion in self.report.criteria:
            if heat_map and not (criterion.moved or criterion.edges or criterion.others):
                continue
            weight = "" if heat_map or not criterion.weight else f"; weight {criterion.weight}"
            yield 0, Text(f"{criterion.title}: {criterion.line}{weight}")
            if not heat_map:
                yield 2, chart.in_line(criterion)
            yield from self.reasons(criterion)
        if self.report.criteria and chart.few and not heat_map:
            yield 0, Text(f"{chart.legend_of_marks()} {chart.named()}", style="dim")

    def reasons(self, item: ItemReport) -> Iterator[ReportLine]:
        """Reasons for voting otherwise first, then those for what the group says."""
        for style, reasons in (("", item.edges), ("dim", item.others)):
            yield from ((2, Text(f"• {why.text}", style=style)) for why in reasons)

    def shares(self) -> Iterator[ReportLine]:
        if self.report.verdict is Verdict.UNDECIDED:
            return
        width = max((len(share.alternative.title) for share in self.report.shares), default=0)
        for share in self.report.shares:
            line = Text(f"{share.alternative.title:{width}}  ")
            line.append_text(self.bar(share.share, "green"))
            yield 0, line.append(f" {percent(share.share)}")
            if share.weights:
                yield 2, Text(f"where it wins, on average: {share.weights}", style="dim")

    def bar(self, share: float, style: str) -> Text:
        return Text("█" * round(share * self.bar_length), style=style)

    # The answers

    def answers(self) -> Iterator[ReportLine]:
        for question in self.report.questions:
            yield 0, Text(question.title)
            line = Text(question.line)
            if question.answered:
                word, style = ("agreed", "green") if question.agreed else ("apart", "yellow")
                line = Text(f"{word}: ", style).append(question.line, "default")
            yield 2, line
            yield from ((2, row) for row in self.options(question))
            if question.answered and question.silent:
                yield 2, Text(f"{question.silent} did not say", style="dim")
            yield from self.reasons(question)

    def options(self, question: QuestionReport) -> Iterator[Table | Text]:
        """Each option with a bar and how many chose it; without bars where it is narrow."""
        table = table_of(" ", gap=2, header=False)
        table.columns[0].no_wrap = False
        for option in question.options:
            style = "green" if option.chosen else "yellow"
            bar = self.bar(option.people / question.answered, style)
            bar.append(" " if bar else "").append(str(option.people), style="default")
            table.add_row(Text(option.label), bar)
        labels = [option.label for option in question.options]
        if fits(table, self.console, self.width - 4, labels):
            yield table
            return
        for option in question.options:
            yield Text(f"{option.people}  {option.label}")

    # Facts and rounds

    def rounds(self) -> Iterator[ReportLine]:
        """How it went so far; nothing in the first round."""
        rounds = self.report.rounds
        if len(rounds) < 2:
            return
        table = table_of("round people agreed W outcome", gap=2)
        table.columns[-1].no_wrap = False
        cells = [(f"{r.number}", f"{r.people}", r.agreed, r.concordance or "-") for r in rounds]
        for row, own in zip(rounds, cells, strict=True):
            table.add_row(*own, Text(row.outcome))
        if fits(table, self.console, self.width - 2, [row.outcome for row in rounds]):
            yield 0, table
            yield 0, Text("W: Kendall's, of what matters.", style="dim")
            return
        for row, (number, people, agreed, w) in zip(rounds, cells, strict=True):
            line = f"{number}, people: {people}, agreed: {agreed}, Kendall's W: {w}"
            yield 0, Text(f"Round {line}: {row.outcome}")


def _fact(fact: FactReport, *, alone: bool = False) -> Iterator[ReportLine]:
    """A claim with its status and evidence; with its id, and evidence in any case, ``alone``."""
    claim = fact.claim
    mark = MARKS[claim.status]
    flag = ", deprecated" if claim.deprecated else ""
    line = Text(f"{mark} {claim.status}{flag}: ", style=STATUS_STYLES[claim.status])
    line.append(claim.says, style="default")
    if fact.doubts:
        line.append(f" (doubted by {workshop.people(fact.doubts)})", "dim")
    if alone:
        line.append(f" ({claim.id})", "dim")
    yield 0, line
    if alone or fact.remarkable:
        yield 2, Text(evidence(claim), style="dim")
