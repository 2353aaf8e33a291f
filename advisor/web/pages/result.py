"""The group's result: the outcome first, then what could change it, then who said what."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from advisor.report.recommendation.html.svg import COLOURS
from advisor.report.toolkit.markup import (
    NOTHING,
    Html,
    HtmlPart,
    folded,
    items,
    joined,
    some,
    table,
    tag,
)
from advisor.web.pages.layout import bar, heading, live
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.wording.build_report import SHARES
from advisor.wording.quantities import percent
from advisor.wording.round_report import (
    CriterionReport,
    ItemReport,
    PointsReport,
    QuestionReport,
    RoundReport,
)

WEIGHS = "What the criteria weigh, in the mean"


def result_part(view: RoundView, own: int | None, facts: Html) -> Html:
    """All of it, as a part that is replaced once there is another; the facts in it are fresh by
    themselves. ``own`` is the number of the reader's row; ``facts`` is the part on them, which
    differs by who may do what.
    """
    first, between, last = _sections(view.report)
    heat = tag("div", tag("p", NOTE, class_="note"), heat_map(view.report, own))
    weights = _section("weights", workshop.WEIGHTS, heat, between)
    return live("picture", _head(view), first, weights, facts, last, key=view.key)


def _head(view: RoundView) -> Html:
    """What the group comes to, how sure that is, and where the workshop stands."""
    report = view.report
    title = tag("p", f"{view.title} · round {report.number}", class_="title")
    sentences = [report.sureness, report.tally, report.averaging, report.agreement, report.proof]
    stopping = tag("p", report.stopping, class_="stopping")
    lines = [title, *map(some, sentences), stopping]
    return heading(report.headline, *lines, kind=report.verdict.value)


@lru_cache(maxsize=4)
def _sections(report: RoundReport) -> tuple[Html, Html, Html]:
    """What all see alike: before the heat map, under it, and after the facts."""
    first = [
        _section("matters", workshop.MATTERS, *_disputes(report)),
        _section("dissent", workshop.DISSENT, *_dissents(report)),
    ]
    between = [*_shares(report), *_criteria(report)]
    last = [
        _section("answers", workshop.ANSWERS, *_answers(report)),
        _section("earlier", workshop.ROUNDS, _rounds(report)),
    ]
    return joined(first), joined(between), joined(last)


def _section(id: str, title: str, *content: HtmlPart) -> Html:
    inside = joined(content)
    return tag("section", tag("h2", title), inside, id=id) if inside else NOTHING


# Disagreements and dissent


def _disputes(report: RoundReport) -> Iterator[Html]:
    if not report.disputes:
        yield tag("p", "None: no disagreement, taken alone, would change what wins.")
    yield items(
        joined([tag("strong", dispute.title), tag("p", dispute.outcome)])
        for dispute in report.disputes
    )
    if report.harmless:
        title = f"{workshop.APART} ({len(report.harmless)})"
        yield folded(title, items(report.harmless), id="apart")


def _dissents(report: RoundReport) -> Iterator[Html]:
    for number, dissent in enumerate(report.dissents):
        reasons = items(reason.text for reason in dissent.reasons)
        title = f"Their reasons ({len(dissent.reasons)})"
        why = folded(title, reasons, id=f"dissent-{number}", open="") if reasons else NOTHING
        yield tag("div", tag("h3", dissent.who), tag("p", dissent.right), why)


# Weights


def _shares(report: RoundReport) -> Iterator[Html]:
    pairs = [(share.alternative, share.share) for share in report.shares]
    rows = [_bar_row(a.title, share, f"alternative-{a.number % COLOURS}") for a, share in pairs]
    weights = [_bar_row(title, weight, "plain") for title, weight in report.weights]
    for title, bars in ((SHARES, rows), (WEIGHS, weights)):
        if bars:
            yield from (tag("h3", title), tag("dl", *bars, class_="bars"))


def _bar_row(title: str, share: float, colour: str, label: str = "") -> Html:
    text = label or percent(share)
    drawn = bar(share, f"{title}: {text}", colour)
    return tag("div", tag("dt", title), tag("dd", drawn, tag("span", text, class_="end")))


def _criteria(report: RoundReport) -> Iterator[Html]:
    """The points for each criterion, with the reasons of those at the edges."""
    if report.criteria:
        yield tag("h3", "Criterion by criterion")
        yield items(
            (
                joined([tag("strong", item.title), f": {item.line}", *_reasons(item)])
                for item in report.criteria
            ),
            class_="scales",
        )


# Answers


def _answers(report: RoundReport) -> Iterator[Html]:
    """The questions in dispute, then, folded, those on which all are one."""
    alike = [question for question in report.questions if not question.disputed]
    yield from (_question(question) for question in report.questions if question.disputed)
    if alike:
        yield folded(f"Nobody differs ({len(alike)})", *map(_question, alike), id="alike")


def _question(question: QuestionReport) -> Html:
    """A bar for each answer that somebody gave, and for those who gave none; and the reasons."""
    line, silent, people = question.line, question.silent, question.answered + question.silent
    rows = [
        _bar_row(o.label, o.people / people, "plain" if o.chosen else "other", f"{o.people}")
        for o in question.options
    ]
    if silent:
        rows.append(_bar_row("No answer", silent / people, "silent", f"{silent}"))
    return tag(
        "div",
        tag("h3", question.title),
        tag("p", f"{line[:1].upper()}{line[1:]}", class_="dim"),
        tag("dl", *rows, class_="bars counts"),
        *_reasons(question),
        class_="question",
    )


def _reasons(item: ItemReport) -> Iterator[Html]:
    """The reasons at the edges, and the others folded."""
    yield items((reason.text for reason in item.edges), class_="remarks")
    if item.others:
        others = items((reason.text for reason in item.others), class_="remarks")
        yield folded(f"Other reasons ({len(item.others)})", others, id=f"others-{item.id}")


# Earlier rounds


def _rounds(report: RoundReport) -> Html:
    if len(report.rounds_so_far) < 2:
        return NOTHING
    heads = ["", *(f"Round {number}" for number in report.rounds_so_far)]
    every: tuple[ItemReport, ...] = (*report.criteria, *report.questions)
    rows = [(item.title, *item.by_round) for item in every if item.by_round]
    return table(workshop.ROUNDS, heads, rows)


CAPTION = "Points for each criterion, a row for each person"
NOTE = (
    "Letters are chance, and others in each round; a name stands where its owner wants it. Blue is "
    "below the median, orange above it, the stronger the further. A boxed criterion is in "
    "disagreement by RAND/UCLA."
)
MARK = Html("<!-- rows -->")  # nothing that is escaped can hold it


def heat_map(report: RoundReport, own: int | None) -> Html:
    """The table; ``own`` is the number of the reader's row, None where there is none."""
    before, rows, after = _parts(report)
    if own is None:
        return joined([before, *rows, after])
    marked = _row(report, own, own=True)
    return joined([before, *rows[:own], marked, *rows[own + 1 :], after])


@lru_cache(maxsize=4)
def _parts(report: RoundReport) -> tuple[Html, tuple[Html, ...], Html]:
    """What comes before the rows, the rows with nobody's marked, and what comes after them."""
    rows = tuple(_row(report, number, own=False) for number in range(len(report.participants)))
    head = tag("tr", tag("th", "", scope="col"), *map(_criterion_head, report.criteria))
    medians = [tag("td", criterion.median or "–") for criterion in report.criteria]
    table = tag(
        "table",
        tag("caption", CAPTION),
        tag("thead", head),
        tag("tbody", tag("tr", tag("th", "Median", scope="row"), *medians, class_="median"), MARK),
        class_="heat",
    )
    box = tag("div", table, class_="scroll", tabindex="0", role="region", aria_label=CAPTION)
    before, after = box.source.split(MARK.source)
    return Html(before), rows, Html(after)


def _criterion_head(criterion: CriterionReport) -> Html:
    spoken = [tag("span", ": disagreement", class_="spoken")] if criterion.boxed else []
    title = tag("span", criterion.title, *spoken, class_="upright")
    return tag("th", title, scope="col", **({"class_": "apart"} if criterion.boxed else {}))


def _row(report: RoundReport, number: int, *, own: bool) -> Html:
    letter = report.participants[number].letter
    name = tag("th", f"{letter} (you)" if own else letter, scope="row")
    cells = [_cell(criterion.cells[number]) for criterion in report.criteria]
    return tag("tr", name, *cells, **({"class_": "own"} if own else {}))


def _cell(cell: PointsReport) -> Html:
    if cell.points is None:
        return tag("td", "–", class_="none")
    side = "over" if cell.shade > 0 else "under"
    return tag("td", str(cell.points), class_=f"{side}-{abs(cell.shade)}" if cell.shade else "near")
