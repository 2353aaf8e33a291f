"""What stands in words: reasons, what fell, the stack, what would change it, the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from advisor.report.recommendation.html.charts import score_in_words
from advisor.report.recommendation.html.matrix import claim_line
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
from advisor.wording import report as model
from advisor.wording.findings import Evidence
from advisor.wording.quantities import count, percent, signed
from rules.scoring.tipping_points import Tipping

Item = TypeVar("Item")


def head(sentences: model.Head) -> Html:
    """The answer, before everything else."""
    return joined(
        [
            some(sentences.title, class_="title", dir="auto"),
            tag("h1", sentences.headline),
            tag("p", sentences.sureness, class_="sureness"),
            tag("p", sentences.proof, class_="unproven" if sentences.unproven else "proof"),
            some(sentences.open_ends),
            some(sentences.turn, class_="overturned" if sentences.overturned else "upheld"),
        ]
    )


# The numbers under the charts


def scores(report: model.Report) -> Html:
    """The numbers of the criteria: weights, scores and totals."""
    heading = ["Criterion", "Weight", *(alternative.title for alternative in report.alternatives)]
    rows = [
        [
            row.title,
            "" if row.weight is None else percent(row.weight),
            *map(score_in_words, row.scores),
        ]
        for row in (*report.scores.items, report.scores.totals)
    ]
    caption = "Weights of the criteria and scores from -1 to +1"
    return folded("The numbers", table(caption, heading, rows))


def tippings(points: model.Section[Tipping]) -> Html:
    """The numbers of one tornado."""
    rows = [
        [
            point.criterion,
            percent(point.weight),
            percent(point.at) if point.at is not None else "never",
            signed(point.lead_at_0),
            signed(point.lead_at_1),
        ]
        for point in points.items
    ]
    heading = ["Criterion", "Weight now", "Change places at", "Lead at 0 %", "Lead at 100 %"]
    return folded("The numbers", table(points.title, heading, rows))


# Reasons


def conflict(answers: Iterable[model.AnsweredQuestion]) -> Html:
    """The answers that exclude each other."""
    return _list((answer.ask, " ", tag("strong", answer.answer)) for answer in answers)


def reasons(rules: Iterable[model.RuleReason]) -> Html:
    """Rules, each with the claims it rests on."""
    return _list(
        (
            tag("span", rule.because, dir="auto"),
            " ",
            tag("span", f"({rule.effect})", class_="dim"),
            _claims(rule.claims),
        )
        for rule in rules
    )


def _list(entries: Iterable[Iterable[HtmlPart]]) -> Html:
    return items(map(joined, entries))


def _claims(claims: Iterable[Evidence]) -> Html:
    return items(map(claim_line, claims), class_="claims")


def withdrawn(fallen: model.Withdrawn) -> Html:
    """Rules that fell, with the claims they fell with; the outcome before and after."""
    if not fallen.items:
        return NOTHING
    outcomes = (("Before", fallen.before), ("After", fallen.after))
    pairs = [tag("div", tag("dt", name), tag("dd", outcome)) for name, outcome in outcomes]
    return joined([tag("dl", *pairs, class_="outcomes"), reasons(fallen.items)])


def stack(advised: Iterable[model.Advice]) -> Html:
    """Advice by topic, with the claims it rests on."""
    return _list(
        (tag("strong", advice.heading), ": ", advice.text, _claims(advice.claims))
        for advice in advised
    )


def deprecated(claims: Iterable[Evidence]) -> Html:
    """What works and warned that it is going away."""
    return _list((claim_line(claim), *(tag("p", n) for n in claim.notices)) for claim in claims)


def outdated(claims: Iterable[Evidence]) -> Html:
    """Where older advice says something else than what is known now."""
    return _list(
        (claim_line(c), tag("span", f" (as of {c.as_of})", class_="dim"), tag("p", c.then))
        for c in claims
    )


def untried(probes: Iterable[tuple[str, str]]) -> Html:
    """Probes that gave no answer, each with the reason."""
    return _list((tag("code", probe), f": {why}") for probe, why in probes)


# What would change this


def changes(possible: model.Changes) -> Iterator[Html]:
    """Open questions, other answers and claims that would change the outcome."""

    def question(open: model.OpenQuestion) -> Html:
        moves = items(_change(move.answer, move.outcome) for move in open.moves)
        return joined([open.ask, " ", tag("code", open.id), moves])

    def answer(other: model.AnsweredQuestion) -> Html:
        return _change(f"{other.ask} If instead: {other.answer}", other.outcome)

    def claim(if_false: tuple[Evidence, str]) -> Html:
        return _change(claim_line(if_false[0]), if_false[1])

    yield _some_shown("Open questions", possible.questions, question)
    yield _some_shown("Other answers", possible.answers, answer)
    yield _some_shown("Claims, if they were false", possible.claims, claim)


def _change(what: HtmlPart, outcome: str) -> Html:
    return joined([what, " → ", tag("strong", outcome)])


def _some_shown(title: str, listed: model.ShortList[Item], drawn: Callable[[Item], Html]) -> Html:
    """The first few, and the others under a fold."""
    if not listed.items:
        return NOTHING
    rest = items(map(drawn, listed.rest))
    more = folded(f"And {count(len(listed.rest), listed.noun)}", rest) if rest else NOTHING
    return joined([tag("h3", title), items(map(drawn, listed.first)), more])


# The answers


def answers(report: model.Report) -> Iterator[Html]:
    """What was answered, how the criteria were ranked, what is still open."""
    rows = [(answer.ask, answer.answer) for answer in report.answers.items]
    if rows:
        yield table("The answers given", ("Question", "Answer"), rows)
    if report.ranking.items:
        yield tag("h3", report.ranking.title)
        yield items(report.ranking.items, "ol")
    if report.points.items:
        yield table(report.points.title, ("Criterion", "Points"), report.points.items)
    still = report.open_questions
    if still:
        yield folded(f"Open: {count(len(still), 'question')}", items(still))
