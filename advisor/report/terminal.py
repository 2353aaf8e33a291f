"""The recommendation on a terminal: the answer first, the evidence under it.

Colour repeats what words and marks already say, so that nothing is lost without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from advisor.consultation import Recommendation
from advisor.evidence import Standing, WeighedClaim, decides
from advisor.report import words
from advisor.report.findings import circumstances, notice
from advisor.report.folding import WIDEST, Line, print_lines
from probes.api import Finding, Outcome
from rules.model import Alternative, History, Prefer, Rule, RuleOut
from rules.scoring import Judgement, Verdict

MARKS = {Standing.CONFIRMED: "✓", Standing.REFUTED: "✗", Standing.UNVERIFIED: "?"}
PLAIN_MARKS = {Standing.CONFIRMED: "+", Standing.REFUTED: "x", Standing.UNVERIFIED: "?"}
STYLES = {Standing.CONFIRMED: "green", Standing.REFUTED: "red", Standing.UNVERIFIED: "yellow"}
MOST_SHOWN = 5  # of each kind of thing that would change the outcome
BAR = 10  # characters of a bar of length 1


def standard_output() -> Console:
    """Where reports go. Under NO_COLOR nothing but text, though rich would still print bold."""
    console = Console(highlight=False, color_system=None if os.environ.get("NO_COLOR") else "auto")
    if not console.width:  # a terminal that nobody has measured says it has no columns
        console.width = 80
    return console


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
        fancy = _can_encode(console, "✓█•")
        self.r = recommendation
        self.kb = recommendation.kb
        self.console = console
        self.width = min(console.width, WIDEST)
        self.marks = MARKS if fancy else PLAIN_MARKS
        self.block, self.bullet = ("█", "•") if fancy else ("#", "-")
        self.told: set[str] = set()

    def lines(self) -> Iterator[Line]:
        yield from self.head()
        yield from self.section("These answers exclude each other", self.conflict())
        yield from self.section("How the criteria speak", self.bars())
        for alternative in self.alternatives_by_total():
            for word, sign in (("For", 1), ("Against", -1)):
                rules = self.speaking(alternative.id, sign)
                yield from self.section(f"{word} {alternative.title}", self.reasons(rules))
        why = "by the evidence, or for the lack of it" if self.r.strict else "by the evidence"
        yield from self.section(f"Withdrawn {why}", self.withdrawn())
        yield from self.section("The stack", self.stack())
        yield from self.section("Works, but on the way out", self.deprecated())
        yield from self.section("Where older advice is out of date", self.history())
        yield from self.section("Could not be tried here", self.untried())
        yield from self.section(self.change_title(), self.changes())
        yield 0, Text("")

    def section(self, title: str, lines: Iterable[Line]) -> Iterator[Line]:
        """A heading over indented lines, or nothing where there are none."""
        body = list(lines)
        if body:
            yield 0, Text("")
            yield 0, Text(title, style="bold")
            yield from ((indent + 2, content) for indent, content in body)

    def head(self) -> Iterator[Line]:
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

    def bars(self) -> Iterator[Line]:
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
        for criterion, weight in sorted(judgement.weights.items(), key=lambda item: -item[1]):
            cells = [self.bar(scores[criterion], longest) for scores in judgement.scores.values()]
            table.add_row(Text(self.kb.criteria[criterion].title), words.percent(weight), *cells)
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

    def alternatives_by_total(self) -> list[Alternative]:
        totals = self.r.judgement.totals
        order = sorted(self.kb.alternatives, key=lambda name: -totals.get(name, -2.0))
        return [self.kb.alternatives[name] for name in order]

    def speaking(self, alternative: str, sign: int) -> list[Rule]:
        """The deciding rules for (+1) or against (-1) an alternative, the weightiest first."""
        found: list[tuple[float, Rule]] = []
        for rule in self.r.deciding:
            match rule.action:
                case Prefer(name, criterion, factor) if name == alternative and factor * sign > 0:
                    found.append((self.r.judgement.weights[criterion] * abs(factor), rule))
                case RuleOut(name) if name == alternative and sign < 0:
                    found.append((float("inf"), rule))
        return [rule for _, rule in sorted(found, key=lambda pair: -pair[0])]

    def reasons(self, rules: Iterable[Rule]) -> Iterator[Line]:
        for rule in rules:
            yield (
                0,
                Text(f"{self.bullet} {rule.because}").append(
                    f" ({words.effect(self.kb, rule)})", style="dim"
                ),
            )
            for name in rule.claims:
                yield from self.claim(self.r.claims[name])

    def item(self, rule: Rule, effect: str) -> Text:
        return Text(f"{self.bullet} {rule.because}").append(f" ({effect})", style="dim")

    def claim(self, weighed: WeighedClaim) -> Iterator[Line]:
        """The claim with its standing; its evidence where it is told for the first time."""
        flag = ", deprecated" if weighed.deprecated else ""
        mark, standing = self.marks[weighed.standing], weighed.standing.value
        line = Text(f"{mark} {standing}{flag}: ", style=STYLES[weighed.standing])
        yield 2, line.append(weighed.claim.says, style="default")
        if weighed.claim.id not in self.told:
            self.told.add(weighed.claim.id)
            yield 4, Text(_evidence(weighed), style="dim")

    def withdrawn(self) -> Iterator[Line]:
        # What decided comes first; concepts and advice that fell with it follow.
        deciding_first = sorted(
            self.r.withdrawn, key=lambda withdrawal: not decides(self.kb.rules[withdrawal.rule])
        )
        for withdrawal in deciding_first:
            rule = self.kb.rules[withdrawal.rule]
            yield (
                0,
                Text(f"{self.bullet} {rule.because}").append(
                    f" ({words.effect_on(self.kb, rule)})", style="dim"
                ),
            )
            for name in withdrawal.claims:
                yield from self.claim(self.r.claims[name])
        if self.r.withdrawn:
            yield 0, Text(f"before: {words.outcome(self.kb, self.r.written)}")
            yield 0, Text(f"after:  {words.outcome(self.kb, self.r.judgement)}")

    def told_claims(self) -> list[WeighedClaim]:
        """The claims that stand further up; what the others rest on was not shown."""
        return [weighed for name, weighed in self.r.claims.items() if name in self.told]

    def deprecated(self) -> Iterator[Line]:
        for weighed in self.told_claims():
            if weighed.finding is not None and weighed.deprecated:
                yield 0, Text(weighed.claim.says)
                for message in weighed.finding.deprecations:
                    yield 2, Text(notice(message), style="dim")

    def history(self) -> Iterator[Line]:
        for weighed in self.told_claims():
            claim = weighed.claim
            if claim.then and claim.history is not History.STILL_TRUE:
                yield 0, Text(f"{claim.says} (as of {claim.as_of})")
                yield 2, Text(claim.then, style="dim")

    def untried(self) -> Iterator[Line]:
        for finding in self.r.findings.values():
            if not finding.outcome.answered:
                line = Text(f"{finding.probe}: ", style="yellow")
                yield 0, line.append(_untried(finding), style="default")

    def conflict(self) -> Iterator[Line]:
        for name in self.r.conflict:
            answer = words.answer_in_words(self.kb, name, self.r.sheet.answers[name])
            yield 0, Text(f"{self.kb.questions[name].ask} ").append(answer, style="bold")

    def change_title(self) -> str:
        match self.r.judgement.verdict:
            case Verdict.UNDECIDED:
                return "What to answer first"
            case Verdict.EITHER:
                return "What would settle it"
            case Verdict.CLEAR | Verdict.LEANING | Verdict.IMPOSSIBLE:
                return "What would change this"

    def changes(self) -> Iterator[Line]:
        yield from self.open_questions()
        yield from self.other_answers()
        for fall in self.r.falls[:MOST_SHOWN]:
            claim = self.kb.claims[fall.claim]
            yield 0, self.change(f"If this were false: {claim.says}", fall.judgement)

    def open_questions(self) -> Iterator[Line]:
        movers = words.movers(self.r)
        shown = _shown(len(movers))
        for influence in movers[:shown]:
            question = self.kb.questions[influence.question]
            yield 0, Text(question.ask).append(f" ({question.id})", style="dim")
            for option, judgement in words.moved_by(self.r, influence).items():
                yield 2, self.change(question.option(option).label, judgement)
        left = len(movers) - shown
        if left:
            yield 0, Text(f"and {words.count(left, 'other open question')}", style="dim")

    def other_answers(self) -> Iterator[Line]:
        shown = _shown(len(self.r.flips))
        for flip in self.r.flips[:shown]:
            ask = self.kb.questions[flip.question].ask
            answer = words.answer_in_words(self.kb, flip.question, flip.answer)
            yield 0, self.change(f"{ask} If instead: {answer}", flip.judgement)
        left = len(self.r.flips) - shown
        if left:
            yield 0, Text(f"and {words.count(left, 'other single change')}", style="dim")

    def change(self, what: str, judgement: Judgement) -> Text:
        return Text(f"{what} -> ").append(words.outcome(self.kb, judgement), style="bold")

    def stack(self) -> Iterator[Line]:
        either = self.r.judgement.verdict is Verdict.EITHER
        for rule, advice in words.advice_in_order(self.r):
            whom = advice.alternative if either else None
            name = f" ({self.kb.alternatives[whom].title})" if whom else ""
            line = Text(f"{advice.topic}{name}: ", style="cyan")
            yield 0, line.append(advice.text, style="default")
            for claim in rule.claims:
                if claim not in self.told:
                    yield from self.claim(self.r.claims[claim])


def _shown(there: int) -> int:
    """How many of these to show: all, rather than a line that says one is left."""
    return there if there <= MOST_SHOWN + 1 else MOST_SHOWN


def _evidence(weighed: WeighedClaim) -> str:
    if weighed.finding is None:
        return weighed.why
    told = words.measured(weighed.finding, weighed.why)
    return f"{told} [{weighed.finding.probe}, {circumstances(weighed.finding)}]"


def _untried(finding: Finding) -> str:
    match finding.outcome:
        case Outcome.TIMEOUT | Outcome.ERROR:
            return f"{finding.outcome.value}: {finding.reason}"
        case Outcome.UNAVAILABLE | Outcome.YES | Outcome.NO:
            return finding.reason


def _can_encode(console: Console, text: str) -> bool:
    try:
        text.encode(console.encoding)
    except UnicodeEncodeError:
        return False
    return True
