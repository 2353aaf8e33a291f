"""What stands in words: reasons, what fell, the stack, what would change it, the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from advisor.consultation.consultation import Recommendation
from advisor.report.recommendation.html.charts import score_in_words
from advisor.report.recommendation.html.matrix import claim_line
from advisor.report.toolkit.markup import NOTHING, Html, folded, items, joined, some, table, tag
from advisor.wording import outline, recommendation
from advisor.wording.findings import notice
from advisor.wording.quantities import count, percent, signed
from rules.model import Rule
from rules.scoring.judgement import Judgement
from rules.scoring.tipping_points import Tipping

# The numbers under the charts


def scores(r: Recommendation) -> Html:
    """The numbers of the criteria: weights, scores and totals."""
    judgement = r.judgement
    titles = [r.kb.alternatives[name].title for name in judgement.scores]
    rows = [
        [
            r.kb.criteria[name].title,
            percent(judgement.weights[name]),
            *(signed(by[name]) for by in judgement.scores.values()),
        ]
        for name in outline.criteria_by_weight(r)
    ]
    totals = [score_in_words(judgement.totals.get(name)) for name in judgement.scores]
    rows.append(["Weighted total", "", *totals])
    caption = "Weights of the criteria and scores from -1 to +1"
    return folded("The numbers", table(caption, ["Criterion", "Weight", *titles], rows))


def tippings(r: Recommendation, rows: Sequence[Tipping]) -> Html:
    """The numbers of one tornado."""
    told = [
        [
            r.kb.criteria[one.criterion].title,
            percent(one.weight),
            percent(one.at) if one.at is not None else "never",
            signed(one.lead_at_0),
            signed(one.lead_at_1),
        ]
        for one in rows
    ]
    heading = ["Criterion", "Weight now", "Change places at", "Lead at 0 %", "Lead at 100 %"]
    caption = outline.tipping_title(r, rows[0].best, rows[0].rival)
    return folded("The numbers", table(caption, heading, told))


# Reasons


def conflict(r: Recommendation) -> Html:
    """The answers that exclude each other."""
    return items(
        joined([r.kb.questions[name].ask, " ", tag("strong", _answer(r, name))])
        for name in r.conflict
    )


def reasons(r: Recommendation, rules: Iterable[Rule]) -> Html:
    """Rules that decide, each with the claims it rests on."""
    return items(_rule(r, rule, recommendation.effect(r.kb, rule), rule.claims) for rule in rules)


def withdrawn(r: Recommendation) -> Html:
    """Rules that fell, with the claims they fell with; the outcome before and after."""
    fallen = [
        _rule(
            r,
            r.kb.rules[one.rule],
            recommendation.effect_on(r.kb, r.kb.rules[one.rule]),
            one.claims,
        )
        for one in outline.withdrawals(r)
    ]
    if not fallen:
        return NOTHING
    judged = (("Before", r.written), ("After", r.judgement))
    pairs = [
        tag("div", tag("dt", name), tag("dd", recommendation.outcome(r.kb, judgement)))
        for name, judgement in judged
    ]
    return joined([tag("dl", *pairs, class_="outcomes"), items(fallen)])


def _rule(r: Recommendation, rule: Rule, effect: str, claims: Iterable[str]) -> Html:
    told = items((claim_line(r.claims[name]) for name in claims), class_="claims")
    because = tag("span", rule.because, dir="auto")
    return joined([because, " ", tag("span", f"({effect})", class_="dim"), told])


def stack(r: Recommendation) -> Html:
    """Advice by topic, with the claims it rests on."""
    return items(
        joined(
            [
                tag("strong", topic),
                ": ",
                text,
                items((claim_line(r.claims[name]) for name in claims), class_="claims"),
            ]
        )
        for topic, text, claims in outline.advised(r)
    )


def deprecated(r: Recommendation) -> Html:
    """What works and warned that it is going away."""
    return items(
        joined([claim_line(weighed), *(tag("p", notice(message)) for message in messages)])
        for weighed, messages in outline.deprecated(r)
    )


def outdated(r: Recommendation) -> Html:
    """Where older advice says something else than what is known now."""
    return items(
        joined(
            [
                claim_line(weighed),
                tag("span", f" (as of {weighed.claim.as_of})", class_="dim"),
                tag("p", weighed.claim.then),
            ]
        )
        for weighed in outline.outdated(r)
    )


def untried(r: Recommendation) -> Html:
    """Probes that gave no answer, each with the reason."""
    return items(
        joined([tag("code", finding.probe), f": {why}"]) for finding, why in outline.untried(r)
    )


# What would change this


def changes(r: Recommendation) -> Html:
    """Open questions, other answers and claims that would change the outcome."""
    parts = [
        _some_shown("Open questions", list(_open_questions(r)), "other open question"),
        _some_shown("Other answers", list(_other_answers(r)), "other single change"),
        _some_shown("Claims, if they were false", list(_falls(r)), "other claim"),
    ]
    return joined(parts)


def _some_shown(title: str, found: Sequence[Html], noun: str) -> Html:
    """The first few, and the others under a fold."""
    if not found:
        return NOTHING
    first = outline.shown(len(found))
    rest = found[first:]
    more = folded(f"And {count(len(rest), noun)}", items(rest)) if rest else NOTHING
    return joined([tag("h3", title), items(found[:first]), more])


def _open_questions(r: Recommendation) -> Iterator[Html]:
    for influence in recommendation.movers(r):
        question = r.kb.questions[influence.question]
        moves = items(
            _change(question.option(option).label, judgement, r)
            for option, judgement in recommendation.moved_by(r, influence).items()
        )
        yield joined([question.ask, " ", tag("code", question.id), moves])


def _other_answers(r: Recommendation) -> Iterator[Html]:
    for flip in r.flips:
        answer = recommendation.answer_in_words(r.kb, flip.question, flip.answer)
        what = f"{r.kb.questions[flip.question].ask} If instead: {answer}"
        yield _change(what, flip.judgement, r)


def _falls(r: Recommendation) -> Iterator[Html]:
    for fall in r.fragile_claims:
        yield _change(claim_line(r.claims[fall.claim]), fall.judgement, r)


def _change(what: Html | str, judgement: Judgement, r: Recommendation) -> Html:
    return joined([what, " → ", tag("strong", recommendation.outcome(r.kb, judgement))])


# The answers


def answers(r: Recommendation) -> Html:
    """What was answered, how the criteria were ranked, what is still open."""
    rows = [(r.kb.questions[name].ask, _answer(r, name)) for name in r.sheet.answers]
    given = table("The answers given", ("Question", "Answer"), rows) if rows else NOTHING
    still = items(r.kb.questions[name].ask for name in r.unanswered)
    left = folded(f"Open: {count(len(r.unanswered), 'question')}", still) if still else NOTHING
    return joined([given, _what_matters(r), left])


def _what_matters(r: Recommendation) -> Html:
    """The ranking of the criteria, or the points for them: a person's, or a group's."""
    if r.sheet.workshop is not None:
        return _points_of_group(r)
    if r.sheet.points:
        rows = [(r.kb.criteria[name].title, str(n)) for name, n in r.sheet.points.items()]
        return table("Your points for the criteria, from 1 to 9", ("Criterion", "Points"), rows)
    ranking = items((r.kb.criteria[name].title for name in r.sheet.priorities), "ol")
    return joined([tag("h3", "Your ranking of the criteria"), ranking]) if ranking else NOTHING


def _points_of_group(r: Recommendation) -> Html:
    from advisor.wording.workshop import scale
    from advisor.workshop.item_results import criterion_results

    assert r.sheet.workshop is not None  # asked by the caller
    people = len(r.sheet.workshop.last.ballots)
    by_whom = "one person" if people == 1 else f"{people} people"
    spreads = criterion_results(r.sheet.workshop, len(r.sheet.workshop.rounds) - 1)
    rows = [(r.kb.criteria[one.id].title, scale(one)) for one in spreads]
    caption = f"Points for the criteria, from 1 to 9, of {by_whom}"
    return table(caption, ("Criterion", "Points"), rows) if rows else NOTHING


def _answer(r: Recommendation, name: str) -> str:
    return recommendation.answer_in_words(r.kb, name, r.sheet.answers[name])


# Head and foot


def head(r: Recommendation) -> Html:
    """The answer, before everything else."""
    turn = recommendation.turn(r) if r.withdrawn else ""
    return joined(
        [
            some(r.sheet.title, class_="title", dir="auto"),
            tag("h1", recommendation.outcome(r.kb, r.judgement)),
            tag("p", recommendation.sureness(r), class_="sureness"),
            tag("p", recommendation.proof(r), class_="unproven" if r.unproven else "proof"),
            some(recommendation.open_ends(r)),
            some(turn, class_="overturned" if r.overturned else "upheld"),
        ]
    )
