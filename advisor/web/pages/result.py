"""The group's picture: the outcome first, then what could change it, then who said what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from advisor.web.pages.heat_map import NOTE, heat_map
from advisor.web.pages.layout import bar, heading, live
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.wording.quantities import percent
from advisor.workshop.dissent import Dissent
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.round_result import RoundResult
from rules.model import KnowledgeBase

EARLIER = "Round by round"
WINS = "Share of all weightings under which each wins"
WEIGHS = "What the criteria weigh, in the mean"


def picture_head(shown: RoundView) -> Html:
    """What the group comes to, how sure that is, and where the workshop stands."""
    p = shown.result
    told = [
        workshop.sureness(p),
        workshop.tally(p),
        workshop.averaging(p),
        workshop.agreement(p.agreement),
        shown.proof,
    ]
    title = tag("p", f"{shown.title} · round {p.number}", class_="title")
    lines = [some(sentence) for sentence in told]
    stopping = tag("p", workshop.stopping(p), class_="stopping")
    return heading(workshop.headline(p), title, *lines, stopping, kind=p.judgement.verdict.value)


def picture_body(shown: RoundView, own: int | None, facts: Html) -> Html:
    """All of it. ``own`` is the place of the reader's row; ``facts`` is the part on them, which
    differs by who may do what.
    """
    first, between, last = _sections(shown)
    weights = tag("div", tag("p", NOTE, class_="note"), heat_map(shown, own))
    return joined([first, _section("weights", workshop.WEIGHTS, weights, between), facts, last])


@lru_cache(maxsize=4)
def _sections(shown: RoundView) -> tuple[Html, Html, Html]:
    """What all see alike: before the heat map, under it, and after the facts."""
    p = shown.result
    first = [
        _section("matters", workshop.MATTERS, *_matters(p)),
        _section("dissent", workshop.DISSENT, *_dissents(p)),
    ]
    between = [_acceptability(p), _weights(p), *_scales(p)]
    last = [
        _section("answers", workshop.ANSWERS, *_answers(p)),
        _section("earlier", EARLIER, _earlier(shown)),
    ]
    return joined(first), joined(between), joined(last)


def _section(id: str, title: str, *content: HtmlPart) -> Html:
    inside = joined(content)
    return tag("section", tag("h2", title), inside, id=id) if inside else NOTHING


# Disagreements and dissent


def _matters(p: RoundResult) -> Iterator[Html]:
    told = [workshop.dispute(p, one) for one in p.disputes]
    if not told:
        yield tag("p", "None: no disagreement, taken alone, would change what wins.")
    yield items(joined([tag("strong", about), tag("p", what)]) for about, what in told)
    harmless = workshop.harmless(p)
    if harmless:
        yield folded(f"{workshop.APART} ({len(harmless)})", items(harmless), id="apart")


def _dissents(p: RoundResult) -> Iterator[Html]:
    for number, one in enumerate(p.dissents):
        who, right = workshop.dissent(p, one)
        yield tag("div", tag("h3", who), tag("p", right), _reasons(p, one, number))


def _reasons(p: RoundResult, dissent: Dissent, number: int) -> Html:
    reasons = [why for one in dissent.people for why in workshop.dissenting_reasons(p, one)]
    told = f"Their reasons ({len(reasons)})"
    return folded(told, items(reasons), id=f"dissent-{number}", open="") if reasons else NOTHING


# Weights


def _acceptability(p: RoundResult) -> Html:
    shares = p.judgement.acceptability
    if len(shares) < 2:
        return NOTHING
    rows = [
        _bar_row(p.kb.alternatives[name].title, share, _colour(p.kb, name))
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    return joined([tag("h3", WINS), tag("dl", *rows, class_="bars")])


def _weights(p: RoundResult) -> Html:
    weights = sorted(p.judgement.weights.items(), key=lambda item: -item[1])
    rows = [_bar_row(p.kb.criteria[name].title, weight, "plain") for name, weight in weights]
    return joined([tag("h3", WEIGHS), tag("dl", *rows, class_="bars")]) if rows else NOTHING


def _bar_row(title: str, share: float, colour: str, told: str = "") -> Html:
    said = told or percent(share)
    drawn = bar(share, f"{title}: {said}", colour)
    return tag("div", tag("dt", title), tag("dd", drawn, tag("span", said, class_="end")))


def _colour(kb: KnowledgeBase, alternative: str) -> str:
    return f"alternative-{list(kb.alternatives).index(alternative) % COLOURS}"


def _scales(p: RoundResult) -> Iterator[Html]:
    """How the points for each criterion spread, with the reasons of those at the edges."""
    told = []
    for scale in p.criteria:
        line = "; ".join(filter(None, (workshop.scale(scale), workshop.moved(scale))))
        title = tag("strong", p.kb.criteria[scale.id].title)
        told.append(joined([title, f": {line}", *_remarks(p, scale)]))
    if told:
        yield tag("h3", "Criterion by criterion")
        yield items(told, class_="scales")


# Answers


def _answers(p: RoundResult) -> Iterator[Html]:
    """The questions in dispute, then, folded, those on which all are one."""
    disputed = [one for one in p.questions if one.disputed]
    alike = [one for one in p.questions if not one.disputed]
    for spread in disputed:
        yield _question(p, spread)
    if alike:
        told = f"Nobody differs ({len(alike)})"
        yield folded(told, *(_question(p, spread) for spread in alike), id="alike")


def _question(p: RoundResult, spread: QuestionResult) -> Html:
    said = "; ".join(filter(None, (workshop.group_answer(p, spread), workshop.moved(spread))))
    return tag(
        "div",
        tag("h3", spread.question.ask),
        tag("p", f"{said[:1].upper()}{said[1:]}", class_="dim"),
        _counts(spread),
        *_remarks(p, spread),
        class_="question",
    )


def _counts(spread: QuestionResult) -> Html:
    """A bar for each answer that somebody gave, and for those who gave none."""
    people = len(spread.answers) + spread.silent
    rows = []
    for option in spread.question.options:
        many = spread.counts[option.id]
        if many:
            colour = "plain" if option.id in spread.group else "other"
            rows.append(_bar_row(option.label, many / people, colour, f"{many}"))
    if spread.silent:
        rows.append(_bar_row("No answer", spread.silent / people, "silent", f"{spread.silent}"))
    return tag("dl", *rows, class_="bars counts")


def _remarks(p: RoundResult, spread: QuestionResult | CriterionResult) -> Iterator[Html]:
    """The reasons at the edges, and the others folded."""
    yield items((workshop.remark(p, spread, one) for one in spread.edges), class_="remarks")
    if spread.others:
        told = f"Other reasons ({len(spread.others)})"
        others = items((workshop.remark(p, spread, one) for one in spread.others), class_="remarks")
        yield folded(told, others, id=f"others-{spread.id}")


# Earlier rounds


def _earlier(shown: RoundView) -> Html:
    if not shown.earlier:
        return NOTHING
    p, rounds = shown.result, shown.earlier
    heads = ["", *(f"Round {one.number}" for one in rounds), f"Round {p.number}"]
    scales = zip(*(one.criteria for one in rounds), p.criteria, strict=True)
    questions = zip(*(one.questions for one in rounds), p.questions, strict=True)
    rows = [*_medians(p.kb, scales), *_shares(p, questions)]
    return table(EARLIER, heads, rows)


def _medians(
    kb: KnowledgeBase, scales: Iterable[tuple[CriterionResult, ...]]
) -> Iterator[tuple[str, ...]]:
    for spreads in scales:
        yield kb.criteria[spreads[0].id].title, *map(_median, spreads)


def _median(spread: CriterionResult) -> str:
    q = spread.quartiles
    return f"{q.median:g} ({q.low:g} to {q.high:g})" if q else "–"


def _shares(
    p: RoundResult, questions: Iterable[tuple[QuestionResult, ...]]
) -> Iterator[tuple[str, ...]]:
    """Of the questions that were ever in dispute."""
    for spreads in questions:
        if any(spread.disputed for spread in spreads):
            said = (workshop.group_answer(p, spread) for spread in spreads)
            yield spreads[0].question.ask, *said


def picture(shown: RoundView, own: int | None, facts: Html) -> Html:
    """The picture as a part that is replaced once there is another; the facts in it are fresh by
    themselves.
    """
    content = picture_head(shown), picture_body(shown, own, facts)
    return live("picture", *content, key=shown.drawn)
