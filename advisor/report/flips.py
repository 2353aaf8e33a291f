"""What a recommendation hangs on: the smallest changes, the claims and the weights that turn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.consultation.consultation import Recommendation
from advisor.report.recommendation.text import headline, others_left
from advisor.report.toolkit.json_data import SCHEMA, dumped, recommendation_as_data
from advisor.report.toolkit.wrapping import (
    WIDEST,
    ReportLine,
    plain_table,
    print_lines,
    section,
)
from advisor.wording.build_report import build_report, shown_of
from advisor.wording.quantities import count, percent
from advisor.wording.recommendation import NOTHING_TRIED, change_in_words, outcome
from rules.analysis.flips import Change, ChangeSet, Flips
from rules.scoring.judgement import Judgement, Verdict
from rules.scoring.tipping_points import Tipping, tippings

BAR = 21  # characters from 0 to 100 %
RAIL, NOW, TURN = "─", "●", "×"


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
        "recommendation": recommendation_as_data(r),
        "changes": hinges.flips.radius,
        "changes_asked": hinges.asked,
        "flips": [_flip_as_data(flip) for flip in hinges.flips.sets],
        "resting_on": [
            {"claim": fall.claim, "says": r.kb.claims[fall.claim].says, **_outcome(fall.judgement)}
            for fall in r.fragile_claims
        ],
        "tipping": [asdict(tipping) for tipping in tippings(r.judgement)],
    }
    return dumped(data)


def _flip_as_data(flip: ChangeSet) -> Mapping[str, Any]:
    return {
        "changes": [asdict(change) for change in flip.changes],
        "size": flip.size,
        "by_ruling_out": flip.by_ruling_out,
        **_outcome(flip.judgement),
        "margin": flip.judgement.margin,
    }


def _outcome(judgement: Judgement) -> Mapping[str, Any]:
    either = judgement.verdict is Verdict.EITHER
    alternative = "either" if either else judgement.winner
    return {"alternative": alternative, "verdict": judgement.verdict.value}


def render(hinges: Hinges, console: Console) -> None:
    """Print what turns the outcome, the smallest things first."""
    print_lines(console, _FlipsText(hinges, console).lines())


class _FlipsText:
    def __init__(self, hinges: Hinges, console: Console) -> None:
        self.hinges, self.kb = hinges, hinges.recommendation.kb
        self.report = build_report(hinges.recommendation)
        self.width = min(console.width, WIDEST)

    def lines(self) -> Iterator[ReportLine]:
        yield from self.head()
        sets = self.hinges.flips.sets
        plain = [changes for changes in sets if not changes.by_ruling_out]
        levers = [changes for changes in sets if changes.by_ruling_out]
        title = "The smallest changes of answers that change the outcome"
        yield from section(title, self.sets(plain) or self.none())
        yield from section("Those that only rule an alternative out", self.sets(levers))
        yield from section("Claims it rests on: if one were false", self.claims())
        for points in self.report.tipping_points:
            yield from section(points.title, self.tipping(points.items))
        yield from section(self.report.shares.title, self.shares())
        yield 0, Text("")

    def head(self) -> Iterator[ReportLine]:
        head = self.report.head
        yield 0, Text("")
        if head.title:
            yield 0, Text(head.title)
        yield 0, headline(head)
        if head.verdict != "impossible":
            yield 0, Text(head.sureness)
        if not self.hinges.tried:
            yield 0, Text(NOTHING_TRIED, style="yellow")

    def none(self) -> list[ReportLine]:
        """Why there is no set of changes to show; nothing where there are some."""
        if self.hinges.flips.sets:
            return [(0, Text("none but those below"))]
        if not self.report.answers.items:
            nothing = "Nothing was answered, so there is nothing to change"
            return [(0, Text(f"{nothing}; “advisor explain” tells what to answer first."))]
        most = count(self.hinges.flips.radius, "change")
        return [(0, Text(f"No {most} of the answers given, or fewer, would change it."))]

    def sets(self, sets: Sequence[ChangeSet]) -> list[ReportLine]:
        varied = _varied(sets, shown_of(len(sets)))
        lines = [line for changes in varied for line in self.set(changes)]
        sizes = Counter(changes.size for changes in sets)
        sizes.subtract(changes.size for changes in varied)
        rest = [f"{number} of {count(size, 'change')}" for size, number in sizes.items() if number]
        if rest:
            lines.append((0, Text(f"and others: {', '.join(rest)}", style="dim")))
        return lines

    def set(self, changes: ChangeSet) -> Iterator[ReportLine]:
        headline = outcome(self.kb, changes.judgement)
        for index, change in enumerate(changes.changes):
            mark = "and" if index else "•"
            instead = change_in_words(self.kb, change.question, change.before, change.after)
            text = Text(f"{mark} {self.kb.questions[change.question].ask}  {instead}")
            if index < len(changes.changes) - 1:
                yield (2 if index else 0), text
            else:
                yield from self.leading_to(text, headline, 2 if index else 0)

    def leading_to(self, what: Text, outcome: str, indent: int) -> Iterator[ReportLine]:
        """What leads to an outcome, and the outcome behind it or, for want of room, under it."""
        arrow = f"=>  {outcome}"
        if len(what) + len(arrow) + indent + 6 <= self.width:
            yield indent, what.append(f"  {arrow}", style="bold")
        else:
            yield indent, what
            yield 2, Text(arrow, style="bold")

    def claims(self) -> Iterator[ReportLine]:
        fragile = self.report.changes.claims
        for claim, without in fragile.first:
            text = Text(f"• {claim.says}")
            yield from self.leading_to(text, without, 0)
        yield from others_left(fragile)

    def tipping(self, points: Iterable[Tipping]) -> Iterator[ReportLine]:
        table = plain_table()
        table.add_column("")
        table.add_column("now", justify="right", no_wrap=True)
        table.add_column("at", justify="right", no_wrap=True)
        table.add_column("0 %" + "100 %".rjust(BAR - 3), no_wrap=True)
        for point in points:
            at = percent(point.at) if point.at is not None else "never"
            line = _rail(point.weight, point.at)
            table.add_row(point.criterion, percent(point.weight), at, line)
        yield 0, table
        legend = f"{NOW} the weight now, {TURN} where they change places"
        rest = "; the other weights keep their proportions. Near it, it is too close to call."
        yield 0, Text(legend + rest, style="dim")

    def shares(self) -> Iterator[ReportLine]:
        if not self.report.shares.items:
            return
        table = plain_table(show_header=False)
        table.add_column("")
        table.add_column("", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for row in self.report.shares.items:
            bar = Text("█" * round(row.share * BAR), style="green")
            table.add_row(row.alternative.title, percent(row.share), bar)
        yield 0, table


def _rail(now: float, turn: float | None) -> Text:
    """A rail from 0 to 100 % with the two marks; where they meet the turning point shows."""
    cells = [RAIL] * BAR
    cells[round(now * (BAR - 1))] = NOW
    if turn is not None:
        cells[round(turn * (BAR - 1))] = TURN
    line = Text("".join(cells), style="dim")
    line.highlight_words([NOW], "not dim bold")
    line.highlight_words([TURN], "not dim bold yellow")
    return line


def _varied(sets: Sequence[ChangeSet], most: int) -> list[ChangeSet]:
    """The first to show: the smallest, those that come to a choice, no change again and again."""
    times: Counter[Change] = Counter()
    shown: list[ChangeSet] = []
    left = list(sets)
    while left and len(shown) < most:
        best = min(
            left,
            key=lambda changes: (
                changes.size,
                changes.judgement.winner is None,
                max(times[change] for change in changes.changes),
            ),
        )
        left.remove(best)
        shown.append(best)
        times.update(best.changes)
    return shown
