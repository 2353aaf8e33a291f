"""What matters to whom, in a terminal: everybody's points for each criterion, as a table.

A cell is coloured by how far it lies from the median of its criterion, and marked, which says the
same without colour. Where the widest table does not fit the next one is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from advisor.answers.ballot import SCALE
from advisor.report.toolkit.wrapping import ReportLine
from advisor.wording.quantities import count
from advisor.wording.round_report import MARKED, CriterionReport, PointsReport, RoundReport
from rules.diagnostics import printable

MOST_PEOPLE = 20  # with more of them, how many gave which points says more than a row each
STYLES = ("", "yellow", "red")  # of a cell, by how often it is marked
CELL = 3  # columns: a digit and its marks
SHORTEST_NAME, LONGEST_NAME = 6, 16  # columns that there are for a name before it is folded
UNBOUNDED = 1000  # columns, wider than any table
RAND = "RAND"
APART = "apart"


ABOVE, BELOW, NOBODY = "↑", "↓", "·"  # the median; what nobody chose


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

    def __init__(self, report: RoundReport) -> None:
        self.people = report.participants
        self.criteria = report.criteria
        self.few = len(self.people) <= MOST_PEOPLE
        self.disagreeing = any(criterion.boxed for criterion in self.criteria)

    def heat_map(self, console: Console, width: int) -> Iterator[ReportLine]:
        """The first table of at most ``width`` columns, and its legend; or nothing."""
        if not self.criteria:
            return
        layouts: list[tuple[Callable[[], Table], Callable[[], str]]] = [
            (lambda: self.people_down(width), self.legend_of_marks),
            (self.people_across, lambda: f"{self.legend_of_marks()} {self.named()}"),
            (self.counts, lambda: "How many gave so many points."),
        ]
        for make, legend in layouts if self.few else layouts[2:]:
            table = make()
            if fits(table, console, width):
                yield 0, table
                yield 0, Text(f"{legend()} {self.legend_of_group()}", style="dim")
                return

    def people_down(self, width: int) -> Table:
        """A row a person, a column a criterion, and the group's rows below; folded where that
        makes it fit ``width``.
        """
        titles = [criterion.title for criterion in self.criteria]
        widths = [max(_longest_word(title), CELL + 2) for title in titles]
        room = width - sum(widths) - len(widths)
        table = table_of("")
        table.columns[0].no_wrap = False
        table.columns[0].max_width = max(SHORTEST_NAME, min(room, LONGEST_NAME))
        for title, narrow in zip(titles, widths, strict=True):
            table.add_column(Text(title), width=narrow, vertical="bottom")
        for number, person in enumerate(self.people):
            name = f"{person.letter} {printable(person.name)}".rstrip()
            table.add_row(Text(name), *(self.cell(c.cells[number]) for c in self.criteria))
        table.add_row()
        group = [self.group(criterion) for criterion in self.criteria]
        for title in group[0]:
            table.add_row(Text(title, style="dim"), *(values[title] for values in group))
        return table

    def people_across(self) -> Table:
        """A row a criterion, a column a person, and the group's columns behind."""
        letters = [person.letter for person in self.people]
        return self._criteria_down(letters, lambda criterion: map(self.cell, criterion.cells))

    def counts(self) -> Table:
        """A row a criterion, a column for each number of points: how many gave it."""
        columns = [str(points) for points in SCALE]
        return self._criteria_down(columns, lambda criterion: map(self.amount, criterion.counts))

    def in_line(self, criterion: CriterionReport) -> Text:
        """The same of one criterion without a table: ``A 3, B 9++``."""
        if self.few:
            each = (
                Text.assemble(f"{person.letter} ", self.cell(cell))
                for person, cell in zip(self.people, criterion.cells, strict=True)
            )
        else:
            each = (
                Text(f"{count(c.points or 0, 'point')}: {c.people}")
                for c in criterion.counts
                if c.people
            )
        return Text(", ").join(each)

    def legend_of_marks(self) -> str:
        once, twice = MARKED
        away = f"{ABOVE} more than {count(once, 'point')} above the median"
        return f"{away}, {ABOVE * 2} more than {twice}; {BELOW} below it."

    def legend_of_group(self) -> str:
        legend = "Spread: between the quartiles."
        if self.disagreeing:
            legend += f" {RAND}: what is a disagreement by the RAND/UCLA method."
        if not all(criterion.weight for criterion in self.criteria):
            legend += " Weight: the group's mean, where some rule speaks to the criterion."
        return legend

    def named(self) -> str:
        """Who is who, of those who want it known."""
        named = [f"{person.letter} is {person.name}" for person in self.people if person.name]
        return f"{', '.join(named)}." if named else ""

    def cell(self, cell: PointsReport) -> Text:
        """One person's points; a question mark where they gave none."""
        if cell.points is None:
            return Text("?", style="dim")
        marks = (ABOVE if cell.marks > 0 else BELOW) * abs(cell.marks)
        return Text(f"{cell.points}{marks}", style=STYLES[abs(cell.marks)])

    def amount(self, cell: PointsReport) -> Text:
        """How many people gave so many points."""
        style = STYLES[abs(cell.marks)] if cell.people else "dim"
        return Text(str(cell.people or NOBODY), style=style)

    def group(self, criterion: CriterionReport) -> dict[str, Text]:
        """Title -> what the group makes of one criterion."""
        values = {
            "median": Text(criterion.median or "?"),
            "spread": Text(criterion.spread or "?", "green" if criterion.agreed else "yellow"),
        }
        if self.disagreeing:
            values[RAND] = Text(APART if criterion.boxed else "", style="bold red")
        values["weight"] = Text(criterion.weight or "-")
        return values

    def _criteria_down(
        self, columns: Sequence[str], cells: Callable[[CriterionReport], Iterable[Text]]
    ) -> Table:
        table = table_of("")
        for title in (*columns, *self.group(self.criteria[0])):
            table.add_column(Text(title), no_wrap=True)
        for criterion in self.criteria:
            group = self.group(criterion).values()
            table.add_row(Text(criterion.title), *cells(criterion), *group)
        return table
