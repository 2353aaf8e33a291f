"""What matters to whom, in a terminal: everybody's points for each criterion, as a table.

A cell is coloured by how far it lies from the median of its criterion, and marked, which says the
same without colour. Where the widest table does not fit the next one is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from advisor.answers.points import LEAST_POINTS, MOST_POINTS
from advisor.report.toolkit.wrapping import ReportLine
from advisor.wording import workshop
from advisor.wording.quantities import count, percent
from advisor.workshop.item_results import CriterionResult
from advisor.workshop.round_result import RoundResult
from rules.diagnostics import printable

MOST_PEOPLE = 20  # with more of them, how many gave which points says more than a row each
ONCE, TWICE = 1, 3  # points away from the median beyond which a cell is marked, and marked twice
STYLES = ("", "yellow", "red")  # of a cell, by how often it is marked
CELL = 3  # columns: a digit and its marks
SHORTEST_NAME, LONGEST_NAME = 6, 16  # columns that there are for a name before it is folded
EVERY = range(LEAST_POINTS, MOST_POINTS + 1)
UNBOUNDED = 1000  # columns, wider than any table
RAND = "RAND"
APART = "apart"


@dataclass(frozen=True)
class Signs:
    """The marks of cells: above and below the median, and of what nobody chose."""

    above: str
    below: str
    none: str


FANCY, PLAIN = Signs("↑", "↓", "·"), Signs("+", "-", ".")


def table_of(columns: str, *, gap: int = 1, header: bool = True) -> Table:
    """A table without lines, its first column headed by nothing."""
    table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, show_header=header)
    table.header_style = "dim"
    for title in columns.split(" "):
        table.add_column(Text(title), no_wrap=True, overflow="fold")
    return table


def fits(table: Table, console: Console, width: int, folding: Sequence[str] = ()) -> bool:
    """Whether no word in it has to be broken to stay within ``width`` columns, where a column
    whose widest cell is one of ``folding`` may be folded.
    """
    wanted = Measurement.get(console, console.options.update(max_width=UNBOUNDED), table).maximum
    longest = max(map(cell_len, folding), default=0)
    return wanted - longest + _longest_word(" ".join(folding)) <= width


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


class Chart:
    """The points of one round."""

    def __init__(self, p: RoundResult, signs: Signs) -> None:
        self.p = p
        self.signs = signs
        self.few = len(p.participants) <= MOST_PEOPLE
        self.letters = [workshop.letter(number) for number in range(len(p.participants))]
        self.disagreeing = any(scale.rand and scale.rand.disagreement for scale in p.criteria)

    def heat_map(self, console: Console, width: int) -> Iterator[ReportLine]:
        """The first table of at most ``width`` columns, and what its marks mean; or nothing."""
        if not self.p.criteria:
            return
        makes: list[tuple[Callable[[], Table], Callable[[], str]]] = [
            (lambda: self.people_down(width), self.marks_told),
            (self.people_across, lambda: f"{self.marks_told()} {self.named()}"),
            (self.counts, lambda: "How many gave so many points."),
        ]
        for make, told in makes if self.few else makes[2:]:
            table = make()
            if fits(table, console, width):
                yield 0, table
                yield 0, Text(f"{told()} {self.group_told()}", style="dim")
                return

    def people_down(self, width: int) -> Table:
        """A row a person, a column a criterion, and the group's rows below; folded where that
        makes it fit ``width``.
        """
        titles = [self.p.kb.criteria[scale.id].title for scale in self.p.criteria]
        widths = [max(_longest_word(title), CELL + 2) for title in titles]
        room = width - sum(widths) - len(widths)
        table = table_of("")
        table.columns[0].no_wrap = False
        table.columns[0].max_width = max(SHORTEST_NAME, min(room, LONGEST_NAME))
        for title, narrow in zip(titles, widths, strict=True):
            table.add_column(Text(title), width=narrow, vertical="bottom")
        for number, seat in enumerate(self.p.participants):
            name = f"{self.letters[number]} {printable(seat.revealed.name)}".rstrip()
            table.add_row(Text(name), *(self.cell(scale, number) for scale in self.p.criteria))
        table.add_row()
        group = [self.group(scale) for scale in self.p.criteria]
        for title in group[0]:
            table.add_row(Text(title, style="dim"), *(one[title] for one in group))
        return table

    def people_across(self) -> Table:
        """A row a criterion, a column a person, and the group's columns behind."""
        people = range(len(self.letters))
        return self._criteria_down(
            self.letters, lambda scale: [self.cell(scale, number) for number in people]
        )

    def counts(self) -> Table:
        """A row a criterion, a column for each number of points: how many gave it."""
        return self._criteria_down(
            [str(points) for points in EVERY],
            lambda scale: [self.amount(scale, points) for points in EVERY],
        )

    def in_line(self, scale: CriterionResult) -> Text:
        """The same of one criterion without a table: ``A 3, B 9++``."""
        if self.few:
            each = (
                Text.assemble(f"{letter} ", self.cell(scale, number))
                for number, letter in enumerate(self.letters)
            )
        else:
            given = (points for points in EVERY if points in scale.points)
            each = (
                Text(f"{count(points, 'point')}: {scale.points.count(points)}") for points in given
            )
        return Text(", ").join(each)

    def weight(self, scale: CriterionResult) -> str:
        """What the criterion weighs for the group; empty where no rule speaks to it."""
        weight = self.p.judgement.weights.get(scale.id)
        return "" if weight is None else percent(weight)

    def marks_told(self) -> str:
        above, below = self.signs.above, self.signs.below
        away = f"{above} more than {count(ONCE, 'point')} above the median"
        return f"{away}, {above * 2} more than {TWICE}; {below} below it."

    def group_told(self) -> str:
        told = "Spread: between the quartiles."
        if self.disagreeing:
            told += f" {RAND}: what is a disagreement by the RAND/UCLA method."
        if not all(map(self.weight, self.p.criteria)):
            told += " Weight: the group's mean, where some rule speaks to the criterion."
        return told

    def named(self) -> str:
        """Who is who, of those who want it known."""
        named = [
            f"{letter} is {seat.revealed.name}"
            for letter, seat in zip(self.letters, self.p.participants, strict=True)
            if seat.revealed.name
        ]
        return f"{', '.join(named)}." if named else ""

    def cell(self, scale: CriterionResult, number: int) -> Text:
        """One person's points; a question mark where they gave none."""
        points = self.p.participants[number].revealed.ballot.points.get(scale.id)
        if points is None:
            return Text("?", style="dim")
        marks = self.marks(scale, points)
        return Text(f"{points}{marks}", style=STYLES[len(marks)])

    def amount(self, scale: CriterionResult, points: int) -> Text:
        """How many people gave so many points."""
        people = scale.points.count(points)
        if not people:
            return Text(self.signs.none, style="dim")
        return Text(str(people), style=STYLES[len(self.marks(scale, points))])

    def marks(self, scale: CriterionResult, points: int) -> str:
        away = points - scale.quartiles.median if scale.quartiles else 0.0
        sign = self.signs.above if away > 0 else self.signs.below
        return sign * ((abs(away) > ONCE) + (abs(away) > TWICE))

    def group(self, scale: CriterionResult) -> dict[str, Text]:
        """What the group makes of one criterion, by what it is called."""
        q = scale.quartiles
        told = {
            "median": Text(f"{q.median:g}" if q else "?"),
            "spread": Text(f"{q.spread:g}" if q else "?", "green" if scale.agreed else "yellow"),
        }
        if self.disagreeing:
            disagree = scale.rand is not None and scale.rand.disagreement
            told[RAND] = Text(APART if disagree else "", style="bold red")
        told["weight"] = Text(self.weight(scale) or "-")
        return told

    def _criteria_down(
        self, columns: Sequence[str], cells: Callable[[CriterionResult], list[Text]]
    ) -> Table:
        table = table_of("")
        for title in columns:
            table.add_column(Text(title), no_wrap=True)
        for title in self.group(self.p.criteria[0]):
            table.add_column(Text(title), no_wrap=True)
        for scale in self.p.criteria:
            criterion = Text(self.p.kb.criteria[scale.id].title)
            table.add_row(criterion, *cells(scale), *self.group(scale).values())
        return table
