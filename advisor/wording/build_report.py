"""The report of a recommendation: what it says, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.wording.build_reasons import (
    Spoken,
    advice,
    arguments,
    deciding_reasons,
    grounds,
    matrix_rows,
    reported_claims,
    withdrawn,
)
from advisor.wording.evidence import Evidence, evidence_of
from advisor.wording.findings import day, framework_versions, tally
from advisor.wording.quantities import percent
from advisor.wording.recommendation import (
    answer_in_words,
    moved_by,
    movers,
    open_ends,
    outcome,
    proof,
    sureness,
    turn,
)
from advisor.wording.report import (
    AlternativeLabel,
    AnsweredQuestion,
    Changes,
    Choice,
    CriterionScores,
    Foot,
    Head,
    OpenQuestion,
    Report,
    Scores,
    Section,
    ShortList,
    WinningShare,
)
from probes.api import UNKNOWN as UNKNOWN_VERSION
from probes.api import Outcome
from rules.model import UNKNOWN, History, RuleOut
from rules.scoring.judgement import Judgement, Verdict
from rules.scoring.tipping_points import Tipping, tippings, tornado

SHARES = "Share of all weightings under which each wins"
MOST_SHOWN = 5  # of each kind of thing that would change the outcome
MOST_IN_RECORD = 8
Item = TypeVar("Item")


def build_report(r: Recommendation) -> Report:
    """Everything that terminal, page and record draw."""
    evidence = {name: evidence_of(weighed) for name, weighed in r.claims.items()}
    reasons = deciding_reasons(r, evidence)
    reported = [evidence[name] for name in reported_claims(r)]
    deprecated = tuple(claim for claim in reported if claim.deprecated)
    outdated = tuple(claim for claim in reported if _is_outdated(r, claim))
    conflict, answers = (
        tuple(_answer(r, name) for name in names) for names in (r.conflict, r.sheet.answers)
    )
    return Report(
        head=_head(r),
        conflict=Section("conflict", "These answers exclude each other", conflict),
        shares=Section("shares", SHARES, _shares(r)),
        scores=_scores(r),
        alternatives=_alternatives(r),
        arguments=arguments(r, reasons, _alternatives(r)),
        withdrawn=withdrawn(r, evidence),
        stack=Section("stack", "The stack", advice(r, evidence)),
        changes=_changes(r, evidence),
        tipping_points=tuple(_tipping_points(r)),
        deprecated=Section("deprecated", "Works, but on the way out", deprecated),
        outdated=Section("outdated", "Where older advice is out of date", outdated),
        untried=Section("untried", "Could not be tried here", tuple(_untried(r))),
        matrix=Section("evidence", "The evidence, claim by claim", matrix_rows(r, evidence)),
        answers=Section("answers", "The answers", answers),
        ranking=_ranking(r),
        points=_points(r),
        open_questions=tuple(r.kb.questions[name].ask for name in r.unanswered),
        evidence=evidence,
        choice=_choice(r, evidence, reasons),
        foot=_foot(r),
    )


def _head(r: Recommendation) -> Head:
    return Head(
        title=r.sheet.title,
        headline=outcome(r.kb, r.judgement),
        verdict=r.judgement.verdict.value,
        sureness=sureness(r),
        proof=proof(r),
        unproven=r.unproven,
        open_ends=open_ends(r),
        turn=turn(r) if r.withdrawn else "",
        overturned=r.overturned,
    )


def _choice(r: Recommendation, evidence: Mapping[str, Evidence], reasons: Spoken) -> Choice:
    verified = dict.fromkeys(name for rule in r.verified for name in rule.claims)
    return Choice(
        id=r.choice,
        grounds=grounds(r, reasons),
        exclusions=tuple(reason for action, reason in reasons if isinstance(action, RuleOut)),
        only_one_left=len(r.judgement.totals) == 1,
        balance=_balance(r),
        deciding=len(r.deciding),
        verified=len(r.verified),
        proof=tuple(evidence[name] for name in verified),
    )


# Who is compared, and by what


def _alternatives(r: Recommendation) -> tuple[AlternativeLabel, ...]:
    numbered = enumerate(r.kb.alternatives.values())
    return tuple(AlternativeLabel(option.id, option.title, number) for number, option in numbered)


def _shares(r: Recommendation) -> tuple[WinningShare, ...]:
    """The largest first; none where there is nothing to compare."""
    wins = r.judgement.acceptability
    if r.judgement.verdict is Verdict.UNDECIDED or len(wins) < 2:
        return ()
    compared = [
        WinningShare(option, wins[option.id]) for option in _alternatives(r) if option.id in wins
    ]
    return tuple(sorted(compared, key=lambda row: -row.share))


def _scores(r: Recommendation) -> Scores:
    judgement, kb = r.judgement, r.kb
    rows = [
        CriterionScores(
            name,
            kb.criteria[name].title,
            kb.criteria[name].asks,
            judgement.weights[name],
            tuple(scores[name] for scores in judgement.scores.values()),
        )
        for name in judgement.criteria_by_weight
    ]
    totals = tuple(judgement.totals.get(name) for name in judgement.scores)
    in_total = CriterionScores("", "Weighted total", "", None, totals)
    return Scores("criteria", "How the criteria speak", tuple(rows), in_total)


def _tipping_points(r: Recommendation) -> Iterator[Section[Tipping]]:
    """For each rival that the best could lose to, the widest swing first."""
    alternatives, criteria = r.kb.alternatives, r.kb.criteria
    for rival, rows in groupby(tornado(r.judgement), key=lambda row: row.rival):
        points = tuple(
            replace(
                row,
                criterion=criteria[row.criterion].title,
                best=alternatives[row.best].title,
                rival=alternatives[rival].title,
            )
            for row in rows
        )
        title = f"Weights at which {points[0].best} and {points[0].rival} change places"
        yield Section(f"weights-{rival}", title, points)


def _balance(r: Recommendation) -> str:
    """The criterion whose weight is the least way from changing what leads."""
    points = tippings(r.judgement)
    distances = [
        (abs(point.at - point.weight), point.at, point) for point in points if point.at is not None
    ]
    if distances:
        _, at, nearest = min(distances, key=lambda distance: distance[0])
        way = "more" if at > nearest.weight else "less"
        rival = r.kb.alternatives[nearest.rival].title
        criterion = r.kb.criteria[nearest.criterion].title
        bound, now = percent(at), percent(nearest.weight)
        return f"{rival} would lead if “{criterion}” weighed {way} than {bound} (now {now})."
    return "No weight of one criterion alone would change which leads." if points else ""


# Findings


def _is_outdated(r: Recommendation, claim: Evidence) -> bool:
    return bool(claim.then) and r.kb.claims[claim.id].history is not History.STILL_TRUE


def _untried(r: Recommendation) -> Iterator[tuple[str, str]]:
    """The findings that are no answer, each with the reason."""
    for finding in r.findings.values():
        if finding.outcome is Outcome.UNAVAILABLE:
            yield finding.probe, finding.reason
        elif not finding.outcome.answered:
            yield finding.probe, f"{finding.outcome.value}: {finding.reason}"


def _foot(r: Recommendation) -> Foot:
    findings = r.findings.values()
    libraries = {
        f"{name} {version}"
        for finding in findings
        if finding.outcome.answered
        for name, version in finding.versions.items()
        if version != UNKNOWN_VERSION
    }
    days = sorted({day(finding) for finding in findings} - {""})
    when = f" Found on {days[0]}." if days else ""
    when = f" Found from {days[0]} to {days[-1]}." if len(days) > 1 else when
    return Foot(
        tool=f"framework-advisor {__version__}",
        knowledge_base=r.kb.digest,
        tally=f"{tally(findings)}.{when}" if findings else "",
        frameworks=", ".join(framework_versions(findings)),
        versions=", ".join(sorted(libraries)),
    )


# What would change the outcome


def _changes(r: Recommendation, evidence: Mapping[str, Evidence]) -> Changes:
    match r.judgement.verdict:
        case Verdict.UNDECIDED:
            title = "What to answer first"
        case Verdict.EITHER:
            title = "What would settle it"
        case Verdict.CLEAR | Verdict.LEANING | Verdict.IMPOSSIBLE:
            title = "What would change this"
    claims = [(evidence[fall.claim], outcome(r.kb, fall.judgement)) for fall in r.fragile_claims]
    answers = [_other_answer(r, flip.question, flip.answer, flip.judgement) for flip in r.flips]
    return Changes(
        "changes",
        title,
        _short_list("other open question", list(_open_questions(r))),
        _short_list("other single change", answers),
        _short_list("other claim", claims),
    )


def _open_questions(r: Recommendation) -> Iterator[OpenQuestion]:
    for influence in movers(r):
        moves = (
            _other_answer(r, influence.question, (option,), judgement)
            for option, judgement in moved_by(r, influence).items()
        )
        ask = r.kb.questions[influence.question].ask
        yield OpenQuestion(influence.question, ask, tuple(moves))


def _other_answer(
    r: Recommendation, name: str, answer: tuple[str, ...], judgement: Judgement
) -> AnsweredQuestion:
    label = answer_in_words(r.kb, name, answer)
    return AnsweredQuestion(name, r.kb.questions[name].ask, label, outcome=outcome(r.kb, judgement))


def _short_list(noun: str, items: Sequence[Item]) -> ShortList[Item]:
    shown = shown_of(len(items), MOST_SHOWN)
    return ShortList(noun, tuple(items), shown, shown_of(len(items), MOST_IN_RECORD))


def shown_of(number: int, most: int = MOST_SHOWN) -> int:
    """How many of these to show: all, rather than a line that says one is left."""
    return number if number <= most + 1 else most


# The answers


def _answer(r: Recommendation, name: str) -> AnsweredQuestion:
    answer = r.sheet.answers[name]
    known = answer != (UNKNOWN,) and name not in r.facts.not_applicable
    ask = r.kb.questions[name].ask
    return AnsweredQuestion(name, ask, answer_in_words(r.kb, name, answer), known)


def _ranking(r: Recommendation) -> Section[str]:
    ranked = () if r.sheet.workshop or r.sheet.points else r.sheet.priorities
    titles = tuple(r.kb.criteria[name].title for name in ranked)
    return Section("ranking", "Your ranking of the criteria", titles)


def _points(r: Recommendation) -> Section[tuple[str, str]]:
    """What one person gave, or how a group's points lie."""
    title, given = "points for the criteria, from 1 to 9", r.sheet.points
    if r.sheet.workshop is None:
        rows = tuple((r.kb.criteria[name].title, str(points)) for name, points in given.items())
        return Section("points", f"Your {title}", rows)
    from advisor.wording.workshop import scale
    from advisor.workshop.item_results import criterion_results

    people = len(r.sheet.workshop.last.ballots)
    whom = "one person" if people == 1 else f"{people} people"
    results = criterion_results(r.sheet.workshop, len(r.sheet.workshop.rounds) - 1)
    rows = tuple((r.kb.criteria[result.id].title, scale(result)) for result in results)
    return Section("points", f"{title.capitalize()}, of {whom}", rows)
