"""A workshop's round on a terminal: the answer first, then what could change it, then the votes.

Colour repeats what words and marks already say, so that nothing is lost without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from advisor.consultation.evidence import ClaimStatus, WeighedClaim
from advisor.report.recommendation.text import PLAIN_MARKS, STYLES, evidence
from advisor.report.toolkit.wrapping import WIDEST, ReportLine, can_encode, print_lines
from advisor.report.workshop.heat_map import FANCY, MOST_PEOPLE, PLAIN, Chart, fits, table_of
from advisor.wording import workshop
from advisor.wording.build_report import SHARES
from advisor.wording.evidence import evidence_of
from advisor.wording.quantities import percent
from advisor.wording.report import MARKS
from advisor.workshop.dissent import Dissent
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.round_result import RoundResult, round_result
from advisor.workshop.stopping_rule import Stage
from probes.api import Finding
from rules.scoring.judgement import Verdict

BAR = 20  # characters of a bar of everybody
NARROW = 60  # columns below which bars are half as long
PLAIN_QUOTES = str.maketrans("“”‘’", "\"\"''")
STAGES = {Stage.GO_ON: "", Stage.CONSENSUS: "green", Stage.NO_CONSENSUS: "yellow"}


def render(
    picture: RoundResult,
    console: Console,
    facts: Sequence[WeighedClaim] = (),
    *,
    title: str = "",
    proof: str = "",
    findings: Mapping[str, Finding] | None = None,
) -> None:
    """Print the whole picture, under the workshop's ``title``.

    ``facts`` are the claims to tell of, ``proof`` says how far they were verified. Earlier rounds
    are judged by ``findings``, or where they are not given by what ``facts`` rest on.
    """
    if findings is None:
        found = (weighed.finding for weighed in facts)
        findings = {finding.probe: finding for finding in found if finding is not None}
    report = _Report(picture, console, findings)
    printed = print_lines(console, _shown(report.lines(facts, title, proof), console))
    if console.is_terminal and printed > console.height:
        # The head has scrolled away from whoever reads this as it comes.
        print_lines(console, [(0, report.headline())])


def render_facts(facts: Sequence[WeighedClaim], console: Console) -> None:
    """Print claims with what became of them."""
    print_lines(console, _shown(_claims(facts, {}, fancy=can_encode(console, "✓")), console))


def _shown(lines: Iterable[ReportLine], console: Console) -> Iterator[ReportLine]:
    """The lines, their quotation marks plain where the console's encoding has no others."""
    for indent, content in lines:
        if isinstance(content, Text) and not can_encode(console, content.plain):
            content.plain = content.plain.translate(PLAIN_QUOTES)
        yield indent, content


class _Report:
    """One pass over a picture."""

    def __init__(self, p: RoundResult, console: Console, findings: Mapping[str, Finding]) -> None:
        self.p = p
        self.kb = p.kb
        self.console = console
        self.findings = findings
        self.width = min(console.width, WIDEST)
        self.fancy = can_encode(console, "✓█•↑↓·")
        self.block, self.bullet = ("█", "•") if self.fancy else ("#", "-")
        self.bar_length = BAR if self.width >= NARROW else BAR // 2

    def lines(self, facts: Sequence[WeighedClaim], title: str, proof: str) -> Iterator[ReportLine]:
        yield from self.head(title, proof)
        yield from self.section(workshop.MATTERS, self.disputes())
        yield from self.section(workshop.DISSENT, self.dissents())
        yield from self.section(workshop.WEIGHTS, self.weights())
        yield from self.section(SHARES, self.shares())
        yield from self.section(workshop.ANSWERS, self.answers())
        doubts = {doubt.claim: doubt.people for doubt in self.p.history.doubts}
        claims = _claims(facts, doubts, fancy=self.fancy, brief=True)
        yield from self.section(workshop.FACTS, claims)
        yield from self.section(workshop.ROUNDS, self.rounds())
        yield 0, Text("")

    def section(self, title: str, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
        """A heading over indented lines, or nothing where there are none."""
        body = list(lines)
        if body:
            yield 0, Text("")
            yield 0, Text(title, style="bold")
            yield from ((indent + 2, content) for indent, content in body)

    # The head

    def head(self, title: str, proof: str) -> Iterator[ReportLine]:
        yield 0, Text("")
        if title:
            yield 0, Text(title)
        yield 0, self.headline()
        told = [workshop.sureness(self.p), proof, workshop.tally(self.p)]
        told.append(workshop.agreement(self.p.agreement))
        yield from ((0, Text(sentence)) for sentence in told if sentence)
        if workshop.averaging(self.p):
            yield 0, Text(workshop.averaging(self.p), style="yellow")
        yield 0, Text(workshop.stopping(self.p), style=STAGES[self.p.stop.stage])

    def headline(self) -> Text:
        sure = self.p.judgement.verdict in (Verdict.CLEAR, Verdict.LEANING)
        return Text(workshop.headline(self.p), style="bold green" if sure else "bold yellow")

    # Disagreement

    def disputes(self) -> Iterator[ReportLine]:
        told = ""
        for one in self.p.disputes:
            title, outcome = workshop.dispute(self.p, one)
            if title != told:
                yield 0, Text(title)
            told = title
            yield 2, Text(f"{self.bullet} {outcome}")
        if not self.p.disputes:
            yield 0, Text(workshop.NO_DISPUTE)
        harmless = workshop.harmless(self.p)
        if harmless:
            yield 0, Text(f"{workshop.APART}: {'; '.join(harmless)}", style="dim")

    def dissents(self) -> Iterator[ReportLine]:
        for one in self.p.dissents:
            who, right = workshop.dissent(self.p, one)
            yield 0, Text(who).append(self.letters(one), style="dim")
            yield 2, Text(right)
            for them in one.people:
                for reason in workshop.dissenting_reasons(self.p, them):
                    yield 2, Text(f"{self.bullet} {reason}")

    def letters(self, one: Dissent) -> str:
        """What those of a dissent are called below, where there are letters."""
        if len(self.p.participants) > MOST_PEOPLE:
            return ""
        voices = [seat.revealed for seat in self.p.participants]
        places = sorted(voices.index(them.revealed) for them in one.people)
        return f" ({', '.join(map(workshop.letter, places))})"

    # What matters

    def weights(self) -> Iterator[ReportLine]:
        """The heat map, and below it the criteria of which there is more to say; all criteria
        where it does not fit.
        """
        chart = Chart(self.p, FANCY if self.fancy else PLAIN)
        shown = list(chart.heat_map(self.console, self.width - 2))
        yield from shown
        for scale in self.p.criteria:
            weight = "" if shown or not chart.weight(scale) else f"weight {chart.weight(scale)}"
            if shown and not (workshop.moved(scale) or scale.edges or scale.others):
                continue
            told = "; ".join(filter(None, (workshop.scale(scale), workshop.moved(scale), weight)))
            yield 0, Text(f"{self.kb.criteria[scale.id].title}: {told}")
            if not shown:
                yield 2, chart.in_line(scale)
            yield from self.remarks(scale)
        if self.p.criteria and chart.few and not shown:
            yield 0, Text(f"{chart.marks_told()} {chart.named()}", style="dim")

    def remarks(self, spread: QuestionResult | CriterionResult) -> Iterator[ReportLine]:
        """Reasons for saying otherwise first, then those for what the group says."""
        for style, remarks in (("", spread.edges), ("dim", spread.others)):
            for one in remarks:
                yield 2, Text(f"{self.bullet} {workshop.remark(self.p, spread, one)}", style=style)

    def shares(self) -> Iterator[ReportLine]:
        judgement = self.p.judgement
        if judgement.verdict is Verdict.UNDECIDED or len(judgement.acceptability) < 2:
            return
        width = max(len(self.kb.alternatives[name].title) for name in judgement.acceptability)
        for name, share in sorted(judgement.acceptability.items(), key=lambda item: -item[1]):
            line = Text(f"{self.kb.alternatives[name].title:{width}}  ")
            yield 0, line.append_text(self.bar(share, "green")).append(f" {percent(share)}")
            central = self.p.weight_sample.central.get(name)
            if central:
                yield (
                    2,
                    Text(
                        f"where it wins, on average: {workshop.weights(self.p, central)}",
                        style="dim",
                    ),
                )

    def bar(self, share: float, style: str) -> Text:
        return Text(self.block * round(share * self.bar_length), style=style)

    # The answers

    def answers(self) -> Iterator[ReportLine]:
        for spread in self.p.questions:
            yield 0, Text(spread.question.ask)
            told = "; ".join(
                filter(None, (workshop.group_answer(self.p, spread), workshop.moved(spread)))
            )
            word, style = ("agreed", "green") if spread.agreed else ("apart", "yellow")
            line = (
                Text(f"{word}: ", style).append(told, "default") if spread.answers else Text(told)
            )
            yield 2, line
            yield from ((2, row) for row in self.options(spread))
            if spread.answers and spread.silent:
                yield 2, Text(f"{spread.silent} did not say", style="dim")
            yield from self.remarks(spread)

    def options(self, spread: QuestionResult) -> Iterator[Table | Text]:
        """Each option that somebody chose, with a bar and how many; without bars where it is
        narrow.
        """
        chosen = {o: spread.counts[o.id] for o in spread.question.options if spread.counts[o.id]}
        table = table_of(" ", gap=2, header=False)
        table.columns[0].no_wrap = False
        for option, people in chosen.items():
            style = "green" if option.id in spread.group else "yellow"
            bar = self.bar(people / len(spread.answers), style)
            bar.append(" " if bar else "").append(str(people), style="default")
            table.add_row(Text(option.label), bar)
        if fits(table, self.console, self.width - 4, [option.label for option in chosen]):
            yield table
            return
        for option, people in chosen.items():
            yield Text(f"{people}  {option.label}")

    # The rounds

    def rounds(self) -> Iterator[ReportLine]:
        """How it went so far; nothing in the first round."""
        held = [one.number for one in self.p.history.rounds]
        place = held.index(self.p.number)
        if not place:
            return
        minutes = self.p.history
        earlier = [round_result(self.kb, minutes, self.findings, at) for at in range(place)]
        outcomes = [workshop.headline(one) for one in (*earlier, self.p)]
        table = table_of("round people agreed W outcome", gap=2)
        table.columns[-1].no_wrap = False
        rows = [self.row(one) for one in (*earlier, self.p)]
        for row, outcome in zip(rows, outcomes, strict=True):
            table.add_row(*row, Text(outcome))
        if fits(table, self.console, self.width - 2, outcomes):
            yield 0, table
            yield 0, Text("W: Kendall's, of what matters.", style="dim")
            return
        for (number, people, agreed, w), outcome in zip(rows, outcomes, strict=True):
            told = f"{number}, people: {people}, agreed: {agreed}, Kendall's W: {w}"
            yield 0, Text(f"Round {told}: {outcome}")

    def row(self, one: RoundResult) -> tuple[str, str, str, str]:
        """Number, people, items agreed and Kendall's W of a round."""
        agreed, w = one.stop.items - len(one.stop.apart), one.agreement.concordance
        told = "-" if w is None else f"{w:.2f}"
        return str(one.number), str(len(one.participants)), f"{agreed} of {one.stop.items}", told


def _claims(
    facts: Iterable[WeighedClaim], doubts: Mapping[str, int], *, fancy: bool, brief: bool = False
) -> Iterator[ReportLine]:
    """Each claim with its standing and evidence; ``doubts``: claim -> how many doubted it.

    ``brief`` leaves out the evidence of what nobody doubted and a run confirmed.
    """
    marks = MARKS if fancy else PLAIN_MARKS
    for weighed in facts:
        flag = ", deprecated" if weighed.deprecated else ""
        mark, standing = marks[weighed.status], weighed.status.value
        line = Text(f"{mark} {standing}{flag}: ", style=STYLES[weighed.status])
        line.append(weighed.claim.says, style="default")
        people = doubts.get(weighed.claim.id)
        if people:
            line.append(f" (doubted by {workshop.people(people)})", "dim")
        if not brief:
            line.append(f" ({weighed.claim.id})", "dim")
        yield 0, line
        if people or not brief or weighed.status is not ClaimStatus.CONFIRMED:
            yield 2, Text(evidence(evidence_of(weighed)), style="dim")
