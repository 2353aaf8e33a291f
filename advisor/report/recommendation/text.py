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
from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.report.toolkit.wrapping import WIDEST, ReportLine, can_encode, print_lines
from advisor.wording import outline
from advisor.wording import recommendation as words
from advisor.wording.findings import circumstances, measured, notice
from advisor.wording.outline import MOST_SHOWN, SIDES
from advisor.wording.quantities import count, percent
from rules.model import Rule
from rules.scoring.judgement import Judgement, Verdict

PLAIN_MARKS = {ClaimStatus.CONFIRMED: "+", ClaimStatus.REFUTED: "x", ClaimStatus.UNVERIFIED: "?"}
STYLES = {
    ClaimStatus.CONFIRMED: "green",
    ClaimStatus.REFUTED: "red",
    ClaimStatus.UNVERIFIED: "yellow",
}
BAR = 10  # characters of a bar of length 1


def render(recommendation: Recommendation, console: Console) -> None:
    """Print the whole report."""
    report = _Report(recommendation, console)
    printed = print_lines(console, report.lines())
    if console.is_terminal and printed > console.height:
        # The head has scrolled away from whoever reads this as it comes.
        console.print(report.headline(), soft_wrap=True)


class _Report:
    """One pass over a recommendation; remembers which claims it has already told in full."""

    def __init__(self, recommendation: Recommendation, console: Console) -> None:
        fancy = can_encode(console, "✓█•")
        self.r = recommendation
        self.kb = recommendation.kb
        self.console = console
        self.width = min(console.width, WIDEST)
        self.marks = outline.MARKS if fancy else PLAIN_MARKS
        self.block, self.bullet = ("█", "•") if fancy else ("#", "-")
        self.told: set[str] = set()

    def lines(self) -> Iterator[ReportLine]:
        yield from self.head()
        yield from self.section(outline.CONFLICT, self.conflict())
        yield from self.section(outline.CRITERIA, self.bars())
        for alternative in outline.alternatives_by_total(self.r):
            for sign, word in SIDES.items():
                rules = outline.speaking(self.r, alternative.id, sign)
                yield from self.section(f"{word} {alternative.title}", self.reasons(rules))
        yield from self.section(outline.withdrawn_title(self.r), self.withdrawn())
        yield from self.section(outline.STACK, self.stack())
        yield from self.section(outline.DEPRECATED, self.deprecated())
        yield from self.section(outline.HISTORY, self.history())
        yield from self.section(outline.UNTRIED, self.untried())
        yield from self.section(outline.changes_title(self.r), self.changes())
        yield 0, Text("")

    def section(self, title: str, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
        """A heading over indented lines, or nothing where there are none."""
        body = list(lines)
        if body:
            yield 0, Text("")
            yield 0, Text(title, style="bold")
            yield from ((indent + 2, content) for indent, content in body)

    def head(self) -> Iterator[ReportLine]:
        yield 0, Text("")
        if self.r.sheet.title:
            yield 0, Text(self.r.sheet.title)
        yield 0, self.headline()
        yield 0, Text(words.sureness(self.r))
        yield 0, Text(words.proof(self.r), style="yellow" if self.r.unproven else "")
        if words.open_ends(self.r):
            yield 0, Text(words.open_ends(self.r))
        if self.r.withdrawn:
            yield 0, Text(words.turn(self.r), style="red" if self.r.overturned else "")

    def headline(self) -> Text:
        sure = self.r.judgement.verdict in (Verdict.CLEAR, Verdict.LEANING)
        headline = words.outcome(self.kb, self.r.judgement)
        return Text(headline, style="bold green" if sure else "bold yellow")

    def bars(self) -> Iterator[ReportLine]:
        """The scores as bars, or where these do not fit as numbers alone."""
        if not self.r.judgement.weights:
            return
        table = self.table(BAR)
        fits = Measurement.get(self.console, self.console.options, table).maximum <= self.width - 2
        yield 0, table if fits else self.table(0)

    def table(self, longest: int) -> Table:
        """A row a criterion: its weight, and what each alternative scores under it."""
        judgement = self.r.judgement
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("weight", justify="right")
        for name in judgement.scores:
            table.add_column(Text(self.kb.alternatives[name].title), no_wrap=True)
        for criterion in outline.criteria_by_weight(self.r):
            weight = judgement.weights[criterion]
            cells = [self.bar(scores[criterion], longest) for scores in judgement.scores.values()]
            table.add_row(Text(self.kb.criteria[criterion].title), percent(weight), *cells)
        totals = [self.total(name) for name in judgement.scores]
        table.add_row(Text("weighted total", style="bold"), "", *totals)
        return table

    def bar(self, score: float, longest: int) -> Text:
        """A bar of at most ``longest`` characters, with its number."""
        bar = Text(self.block * round(abs(score) * longest), style="green" if score > 0 else "red")
        bar.append(" " if bar else "").append(f"{score:+.2f}" if score else "-", style="default")
        return bar

    def total(self, name: str) -> Text:
        totals = self.r.judgement.totals
        if name not in totals:
            return Text("ruled out", style="bold red")
        return Text(f"{totals[name]:+.2f}", style="bold")

    def reasons(self, rules: Iterable[Rule]) -> Iterator[ReportLine]:
        for rule in rules:
            yield 0, self.item(rule, words.effect(self.kb, rule))
            for name in rule.claims:
                yield from self.claim(self.r.claims[name])

    def item(self, rule: Rule, effect: str) -> Text:
        return Text(f"{self.bullet} {rule.because}").append(f" ({effect})", style="dim")

    def claim(self, weighed: WeighedClaim) -> Iterator[ReportLine]:
        """The claim with its standing; its evidence where it is told for the first time."""
        flag = ", deprecated" if weighed.deprecated else ""
        mark, standing = self.marks[weighed.status], weighed.status.value
        line = Text(f"{mark} {standing}{flag}: ", style=STYLES[weighed.status])
        yield 2, line.append(weighed.claim.says, style="default")
        if weighed.claim.id not in self.told:
            self.told.add(weighed.claim.id)
            yield 4, Text(evidence(weighed), style="dim")

    def withdrawn(self) -> Iterator[ReportLine]:
        for withdrawal in outline.withdrawals(self.r):
            rule = self.kb.rules[withdrawal.rule]
            yield 0, self.item(rule, words.effect_on(self.kb, rule))
            for name in withdrawal.claims:
                yield from self.claim(self.r.claims[name])
        if self.r.withdrawn:
            yield 0, Text(f"before: {words.outcome(self.kb, self.r.written)}")
            yield 0, Text(f"after:  {words.outcome(self.kb, self.r.judgement)}")

    def deprecated(self) -> Iterator[ReportLine]:
        for weighed, messages in outline.deprecated(self.r):
            yield 0, Text(weighed.claim.says)
            for message in messages:
                yield 2, Text(notice(message), style="dim")

    def history(self) -> Iterator[ReportLine]:
        for weighed in outline.outdated(self.r):
            yield 0, Text(f"{weighed.claim.says} (as of {weighed.claim.as_of})")
            yield 2, Text(weighed.claim.then, style="dim")

    def untried(self) -> Iterator[ReportLine]:
        for finding, why in outline.untried(self.r):
            yield 0, Text(f"{finding.probe}: ", style="yellow").append(why, style="default")

    def conflict(self) -> Iterator[ReportLine]:
        for name in self.r.conflict:
            answer = words.answer_in_words(self.kb, name, self.r.sheet.answers[name])
            yield 0, Text(f"{self.kb.questions[name].ask} ").append(answer, style="bold")

    def changes(self) -> Iterator[ReportLine]:
        yield from self.open_questions()
        yield from self.other_answers()
        for fall in self.r.fragile_claims[:MOST_SHOWN]:
            claim = self.kb.claims[fall.claim]
            yield 0, self.change(f"If this were false: {claim.says}", fall.judgement)

    def open_questions(self) -> Iterator[ReportLine]:
        movers = words.movers(self.r)
        first = outline.shown(len(movers))
        for influence in movers[:first]:
            question = self.kb.questions[influence.question]
            yield 0, Text(question.ask).append(f" ({question.id})", style="dim")
            for option, judgement in words.moved_by(self.r, influence).items():
                yield 2, self.change(question.option(option).label, judgement)
        left = len(movers) - first
        if left:
            yield 0, Text(f"and {count(left, 'other open question')}", style="dim")

    def other_answers(self) -> Iterator[ReportLine]:
        first = outline.shown(len(self.r.flips))
        for flip in self.r.flips[:first]:
            ask = self.kb.questions[flip.question].ask
            answer = words.answer_in_words(self.kb, flip.question, flip.answer)
            yield 0, self.change(f"{ask} If instead: {answer}", flip.judgement)
        left = len(self.r.flips) - first
        if left:
            yield 0, Text(f"and {count(left, 'other single change')}", style="dim")

    def change(self, what: str, judgement: Judgement) -> Text:
        return Text(f"{what} -> ").append(words.outcome(self.kb, judgement), style="bold")

    def stack(self) -> Iterator[ReportLine]:
        for topic, text, claims in outline.advised(self.r):
            yield 0, Text(f"{topic}: ", style="cyan").append(text, style="default")
            for claim in claims:
                if claim not in self.told:
                    yield from self.claim(self.r.claims[claim])


def evidence(weighed: WeighedClaim) -> str:
    """What was found, by which probe and where; why nothing was, where that is so."""
    if weighed.finding is None:
        return weighed.why
    told = measured(weighed.finding, weighed.why)
    return f"{told} [{weighed.finding.probe}, {circumstances(weighed.finding)}]"
