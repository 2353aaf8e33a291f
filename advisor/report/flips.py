"""What a recommendation hangs on: the smallest changes, the claims and the weights that turn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from advisor.consultation.consultation import Recommendation
from advisor.report.toolkit.json_data import SCHEMA, dumped, judgement_as_data
from advisor.report.toolkit.wrapping import WIDEST, ReportLine, print_lines
from advisor.wording import outline
from advisor.wording import recommendation as words
from advisor.wording.quantities import count, percent
from advisor.wording.recommendation import change_in_words
from rules.analysis.flips import Change, ChangeSet, Flips
from rules.scoring.judgement import Judgement, Verdict
from rules.scoring.tipping_points import Tipping, tippings

BAR = 21  # characters from 0 to 100 %


@dataclass(frozen=True)
class Hinges:
    """What a recommendation hangs on. ``asked`` is how many changes at once were to be tried."""

    recommendation: Recommendation
    flips: Flips
    asked: int
    tried: bool
    other_knowledge: bool


def as_json(hinges: Hinges) -> str:
    """One JSON object, as ``advisor flips --format json`` prints it.

    ``schema``; ``knowledge_base``, ``other_knowledge`` (the session was made with other) and
    ``tried`` (it holds findings); ``recommendation`` as in ``advisor ask``; ``changes``, how many
    at once were tried, and ``changes_asked``; ``flips [{changes [{question, before [option], after
    [option]}], size, by_ruling_out, alternative, verdict, margin}]``, all of them; ``resting_on
    [{claim, says, alternative, verdict}]``, the claims whose refutation changes the outcome;
    ``tipping [{criterion, best, rival, weight, lead, lead_at_0, lead_at_1, at}]``, ``at`` being the
    weight at which the lead changes hands, or null.
    """
    r = hinges.recommendation
    data = {
        "schema": SCHEMA,
        "knowledge_base": r.kb.digest,
        "other_knowledge": hinges.other_knowledge,
        "tried": hinges.tried,
        "recommendation": judgement_as_data(r.judgement) | {"alternative": r.choice},
        "changes": hinges.flips.radius,
        "changes_asked": hinges.asked,
        "flips": [_flip_as_data(one) for one in hinges.flips.sets],
        "resting_on": [
            {"claim": fall.claim, "says": r.kb.claims[fall.claim].says, **_outcome(fall.judgement)}
            for fall in r.fragile_claims
        ],
        "tipping": [_tipping_as_data(one) for one in tippings(r.judgement)],
    }
    return dumped(data)


def _flip_as_data(one: ChangeSet) -> Mapping[str, Any]:
    return {
        "changes": [
            {"question": c.question, "before": list(c.before), "after": list(c.after)}
            for c in one.changes
        ],
        "size": one.size,
        "by_ruling_out": one.by_ruling_out,
        **_outcome(one.judgement),
        "margin": one.judgement.margin,
    }


def _outcome(judgement: Judgement) -> Mapping[str, Any]:
    either = judgement.verdict is Verdict.EITHER
    return {
        "alternative": "either" if either else judgement.winner,
        "verdict": judgement.verdict.value,
    }


def _tipping_as_data(one: Tipping) -> Mapping[str, Any]:
    names = ("criterion", "best", "rival", "weight", "lead", "lead_at_0", "lead_at_1", "at")
    return {name: getattr(one, name) for name in names}


def render(hinges: Hinges, console: Console) -> None:
    """Print what turns the outcome, the smallest things first."""
    print_lines(console, _Report(hinges, console).lines())


class _Report:
    def __init__(self, hinges: Hinges, console: Console) -> None:
        self.hinges, self.r, self.kb = hinges, hinges.recommendation, hinges.recommendation.kb
        self.marks = _Marks.for_console(console)
        self.width = min(console.width, WIDEST)

    def lines(self) -> Iterator[ReportLine]:
        yield from self.head()
        plain = [one for one in self.hinges.flips.sets if not one.by_ruling_out]
        levers = [one for one in self.hinges.flips.sets if one.by_ruling_out]
        title = "The smallest changes of answers that change the outcome"
        yield from _section(title, self.sets(plain) or self.none())
        yield from _section("Those that only rule an alternative out", self.sets(levers))
        yield from _section("Claims it rests on: if one were false", self.falls())
        for rival, rows in outline.tippings_by_rival(self.r).items():
            title = outline.tipping_title(self.r, rows[0].best, rival)
            yield from _section(title, self.tipping(rows))
        yield from _section(outline.SHARES, self.shares())
        yield 0, Text("")

    def head(self) -> Iterator[ReportLine]:
        yield 0, Text("")
        if self.r.sheet.title:
            yield 0, Text(self.r.sheet.title)
        sure = self.r.judgement.winner is not None
        headline = words.outcome(self.kb, self.r.judgement)
        yield 0, Text(headline, style="bold green" if sure else "bold yellow")
        if self.r.judgement.verdict is not Verdict.IMPOSSIBLE:
            yield 0, Text(words.sureness(self.r))
        if not self.hinges.tried:
            said = "From written knowledge only: nothing was tried for these answers."
            yield 0, Text(said, style="yellow")

    def none(self) -> list[ReportLine]:
        """Why there is no set of changes to show; nothing where there are some."""
        if self.hinges.flips.sets:
            return [(0, Text("none but those below"))]
        if not self.r.sheet.answers:
            nothing = "Nothing was answered, so there is nothing to change"
            return [(0, Text(f"{nothing}; “advisor explain” tells what to answer first."))]
        most = count(self.hinges.flips.radius, "change")
        return [(0, Text(f"No {most} of the answers given, or fewer, would change it."))]

    def sets(self, found: Sequence[ChangeSet]) -> list[ReportLine]:
        varied = _varied(found, outline.shown(len(found)))
        lines = [line for one in varied for line in self.set(one)]
        sizes = Counter(one.size for one in found)
        sizes.subtract(one.size for one in varied)
        rest = [f"{number} of {count(size, 'change')}" for size, number in sizes.items() if number]
        if rest:
            lines.append((0, Text(f"and others: {', '.join(rest)}", style="dim")))
        return lines

    def set(self, one: ChangeSet) -> Iterator[ReportLine]:
        for place, change in enumerate(one.changes):
            mark = "and" if place else self.marks.bullet
            told = change_in_words(self.kb, change.question, change.before, change.after)
            text = Text(f"{mark} {self.kb.questions[change.question].ask}  {told}")
            if place < len(one.changes) - 1:
                yield (2 if place else 0), text
            else:
                yield from self.leading_to(text, one.judgement, 2 if place else 0)

    def leading_to(self, what: Text, judgement: Judgement, indent: int) -> Iterator[ReportLine]:
        """What leads to an outcome, and the outcome behind it or, for want of room, under it."""
        outcome = f"=>  {words.outcome(self.kb, judgement)}"
        if len(what) + len(outcome) + indent + 6 <= self.width:
            yield indent, what.append(f"  {outcome}", style="bold")
        else:
            yield indent, what
            yield 2, Text(outcome, style="bold")

    def falls(self) -> Iterator[ReportLine]:
        first = outline.shown(len(self.r.fragile_claims))
        for fall in self.r.fragile_claims[:first]:
            claim = Text(f"{self.marks.bullet} {self.kb.claims[fall.claim].says}")
            yield from self.leading_to(claim, fall.judgement, 0)
        left = len(self.r.fragile_claims) - first
        if left:
            yield 0, Text(f"and {count(left, 'other claim')}", style="dim")

    def tipping(self, rows: Iterable[Tipping]) -> Iterator[ReportLine]:
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("now", justify="right", no_wrap=True)
        table.add_column("at", justify="right", no_wrap=True)
        table.add_column("0 %" + "100 %".rjust(BAR - 3), no_wrap=True)
        for one in rows:
            at = percent(one.at) if one.at is not None else "never"
            title = self.kb.criteria[one.criterion].title
            table.add_row(title, percent(one.weight), at, self.marks.line(one.weight, one.at))
        yield 0, table
        legend = f"{self.marks.now} the weight now, {self.marks.turn} where they change places"
        rest = "; the other weights keep their proportions. Near it, it is too close to call."
        yield 0, Text(legend + rest, style="dim")

    def shares(self) -> Iterator[ReportLine]:
        shares = outline.shares(self.r)
        if not shares:
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        table.add_column("")
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for alternative, share in shares:
            bar = Text(self.marks.block * round(share * BAR), style="green")
            table.add_row(alternative.title, percent(share), bar)
        yield 0, table


@dataclass(frozen=True)
class _Marks:
    bullet: str
    block: str
    rail: str
    now: str
    turn: str

    @classmethod
    def for_console(cls, console: Console) -> _Marks:
        marks = cls("•", "█", "─", "●", "×")
        try:
            "".join(vars(marks).values()).encode(console.encoding)
        except UnicodeEncodeError:
            return cls("-", "#", "-", "o", "x")
        return marks

    def line(self, now: float, turn: float | None) -> Text:
        """A rail from 0 to 100 % with the two marks; where they meet the turning point shows."""
        cells = [self.rail] * BAR
        cells[round(now * (BAR - 1))] = self.now
        if turn is not None:
            cells[round(turn * (BAR - 1))] = self.turn
        line = Text("".join(cells), style="dim")
        line.highlight_words([self.now], "not dim bold")
        line.highlight_words([self.turn], "not dim bold yellow")
        return line


def _section(title: str, lines: Iterable[ReportLine]) -> Iterator[ReportLine]:
    """A heading over indented lines, or nothing where there are none."""
    body = list(lines)
    if body:
        yield 0, Text("")
        yield 0, Text(title, style="bold")
        yield from ((indent + 2, content) for indent, content in body)


def _varied(sets: Sequence[ChangeSet], most: int) -> list[ChangeSet]:
    """The first to show: the smallest, those that come to a choice, no change again and again."""
    told: Counter[Change] = Counter()
    shown: list[ChangeSet] = []
    left = list(sets)
    while left and len(shown) < most:
        best = min(
            left,
            key=lambda one: (
                one.size,
                one.judgement.winner is None,
                max(told[change] for change in one.changes),
            ),
        )
        left.remove(best)
        shown.append(best)
        told.update(best.changes)
    return shown
