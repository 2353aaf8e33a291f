"""The report of a recommendation: what it says, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.wording import build_reasons
from advisor.wording import recommendation as words
from advisor.wording import report as model
from advisor.wording.findings import Evidence, day, evidence_of, framework_versions, tally
from advisor.wording.quantities import percent
from probes.api import UNKNOWN as UNKNOWN_VERSION
from probes.api import Outcome
from rules.model import UNKNOWN, History, KnowledgeBase, RuleOut
from rules.scoring.judgement import Judgement, Verdict
from rules.scoring.tipping_points import Tipping, tippings, tornado

SHARES = "Share of all weightings under which each wins"
MOST_SHOWN = 5  # of each kind of thing that would change the outcome
MOST_IN_RECORD = 8
Item = TypeVar("Item")


def build_report(r: Recommendation) -> model.Report:
    """Everything that terminal, page and record draw."""
    evidence = {name: evidence_of(weighed) for name, weighed in r.claims.items()}
    matrix = build_reasons.matrix_rows(r, evidence)
    reasons = build_reasons.deciding_reasons(r, evidence)
    reported = [evidence[name] for name in build_reasons.reported_claims(r)]
    deprecated = tuple(claim for claim in reported if claim.deprecated)
    still_true = {claim.id for claim in r.kb.claims.values() if claim.history is History.STILL_TRUE}
    outdated = tuple(claim for claim in reported if claim.then and claim.id not in still_true)
    undecided = r.judgement.verdict is Verdict.UNDECIDED
    shares = () if undecided else winning_shares(r.kb, r.judgement)
    conflict, answers = (
        tuple(_answer(r, name) for name in names) for names in (r.conflict, r.sheet.answers)
    )
    return model.Report(
        head=_head(r),
        conflict=model.Section("conflict", "These answers exclude each other", conflict),
        shares=model.Section("shares", SHARES, shares),
        scores=_scores(r),
        alternatives=_alternatives(r.kb),
        arguments=build_reasons.arguments(r, reasons, _alternatives(r.kb)),
        withdrawn=build_reasons.withdrawn(r, evidence),
        stack=model.Section("stack", "The stack", build_reasons.advice(r, evidence)),
        changes=_changes(r, evidence),
        tipping_points=tuple(_tipping_points(r)),
        deprecated=model.Section("deprecated", "Works, but on the way out", deprecated),
        outdated=model.Section("outdated", "Where older advice is out of date", outdated),
        untried=model.Section("untried", "Could not be tried here", tuple(_untried(r))),
        matrix=model.Section("evidence", "The evidence, claim by claim", matrix),
        answers=model.Section("answers", "The answers", answers),
        ranking=_ranking(r),
        points=_points(r),
        open_questions=tuple(r.kb.questions[name].ask for name in r.unanswered),
        evidence=evidence,
        choice=_choice(r, evidence, reasons),
        foot=_foot(r),
    )


def _head(r: Recommendation) -> model.Head:
    return model.Head(
        title=r.sheet.title,
        headline=words.outcome(r.kb, r.judgement),
        verdict=r.judgement.verdict.value,
        sureness=words.sureness(r),
        proof=words.proof(r),
        unproven=r.unproven,
        open_ends=words.open_ends(r),
        turn=words.turn(r) if r.withdrawn else "",
        overturned=r.overturned,
    )


def _choice(
    r: Recommendation, evidence: Mapping[str, Evidence], reasons: build_reasons.Spoken
) -> model.Choice:
    verified = dict.fromkeys(name for rule in r.verified for name in rule.claims)
    return model.Choice(
        id=r.choice,
        grounds=build_reasons.grounds(r, reasons),
        exclusions=tuple(reason for action, reason in reasons if isinstance(action, RuleOut)),
        only_one_left=len(r.judgement.totals) == 1,
        balance=_balance(r),
        deciding=len(r.deciding),
        verified=len(r.verified),
        proof=tuple(evidence[name] for name in verified),
    )


# Who is compared, and by what


def _alternatives(kb: KnowledgeBase) -> tuple[model.AlternativeLabel, ...]:
    numbered = enumerate(kb.alternatives.values())
    return tuple(model.AlternativeLabel(one.id, one.title, number) for number, one in numbered)


def winning_shares(
    kb: KnowledgeBase, judgement: Judgement, weights: Mapping[str, str] | None = None
) -> tuple[model.WinningShare, ...]:
    """The largest first; none where there is nothing to compare. ``weights``: see the class."""
    wins = judgement.acceptability
    compared = [
        model.WinningShare(option, wins[option.id], (weights or {}).get(option.id, ""))
        for option in _alternatives(kb)
        if option.id in wins
    ]
    return tuple(sorted(compared, key=lambda row: -row.share)) if len(compared) > 1 else ()


def _scores(r: Recommendation) -> model.Scores:
    judgement, kb = r.judgement, r.kb
    rows = [
        model.CriterionScores(
            name,
            kb.criteria[name].title,
            kb.criteria[name].asks,
            judgement.weights[name],
            tuple(scores[name] for scores in judgement.scores.values()),
        )
        for name in judgement.criteria_by_weight
    ]
    totals = tuple(judgement.totals.get(name) for name in judgement.scores)
    in_total = model.CriterionScores("", "Weighted total", "", None, totals)
    return model.Scores("criteria", "How the criteria speak", tuple(rows), in_total)


def _tipping_points(r: Recommendation) -> Iterator[model.Section[Tipping]]:
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
        yield model.Section(f"weights-{rival}", title, points)


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


def _untried(r: Recommendation) -> Iterator[tuple[str, str]]:
    """The findings that are no answer, each with the reason."""
    for finding in r.findings.values():
        if finding.outcome is Outcome.UNAVAILABLE:
            yield finding.probe, finding.reason
        elif not finding.outcome.answered:
            yield finding.probe, f"{finding.outcome.value}: {finding.reason}"


def _foot(r: Recommendation) -> model.Foot:
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
    return model.Foot(
        tool=f"framework-advisor {__version__}",
        knowledge_base=r.kb.digest,
        tally=f"{tally(findings)}.{when}" if findings else "",
        frameworks=", ".join(framework_versions(findings)),
        versions=", ".join(sorted(libraries)),
    )


# What would change the outcome


def _changes(r: Recommendation, evidence: Mapping[str, Evidence]) -> model.Changes:
    match r.judgement.verdict:
        case Verdict.UNDECIDED if not (r.flips or r.fragile_claims):
            title = "What to answer first"
        case Verdict.UNDECIDED | Verdict.EITHER:  # another answer to what was answered would do too
            title = "What would settle it"
        case Verdict.CLEAR | Verdict.LEANING | Verdict.IMPOSSIBLE:
            title = "What would change this"
    falls = [(evidence[f.claim], words.outcome(r.kb, f.judgement)) for f in r.fragile_claims]
    answers = [_other_answer(r, flip.question, flip.answer, flip.judgement) for flip in r.flips]
    return model.Changes(
        "changes",
        title,
        _short_list("other open question", list(_open_questions(r))),
        _short_list("other single change", answers),
        _short_list("other claim", falls),
    )


def _open_questions(r: Recommendation) -> Iterator[model.OpenQuestion]:
    for influence in words.movers(r):
        moves = (
            _other_answer(r, influence.question, (option,), judgement)
            for option, judgement in words.moved_by(r, influence).items()
        )
        ask = r.kb.questions[influence.question].ask
        yield model.OpenQuestion(influence.question, ask, tuple(moves))


def _other_answer(
    r: Recommendation, name: str, answer: tuple[str, ...], judgement: Judgement
) -> model.AnsweredQuestion:
    label, outcome = words.answer_in_words(r.kb, name, answer), words.outcome(r.kb, judgement)
    return model.AnsweredQuestion(name, r.kb.questions[name].ask, label, outcome=outcome)


def _short_list(noun: str, items: Sequence[Item]) -> model.ShortList[Item]:
    shown = shown_of(len(items), MOST_SHOWN)
    return model.ShortList(noun, tuple(items), shown, shown_of(len(items), MOST_IN_RECORD))


def shown_of(number: int, most: int = MOST_SHOWN) -> int:
    """How many of these to show: all, rather than a line that says one is left."""
    return number if number <= most + 1 else most


# The answers


def _answer(r: Recommendation, name: str) -> model.AnsweredQuestion:
    answer = r.sheet.answers[name]
    known = answer != (UNKNOWN,) and name not in r.facts.not_applicable
    ask = r.kb.questions[name].ask
    return model.AnsweredQuestion(name, ask, words.answer_in_words(r.kb, name, answer), known)


def _ranking(r: Recommendation) -> model.Section[str]:
    ranked = () if r.sheet.workshop or r.sheet.points else r.sheet.priorities
    titles = tuple(r.kb.criteria[name].title for name in ranked)
    return model.Section("ranking", "Your ranking of the criteria", titles)


def _points(r: Recommendation) -> model.Section[tuple[str, str]]:
    """What one person gave, or how a group's points lie."""
    title, given = "points for the criteria, from 1 to 9", r.sheet.points
    if r.sheet.workshop is None:
        rows = tuple((r.kb.criteria[name].title, str(points)) for name, points in given.items())
        return model.Section("points", f"Your {title}", rows)
    from advisor.wording.workshop import scale
    from advisor.workshop.item_results import criterion_results

    people = len(r.sheet.workshop.last.ballots)
    whom = "one person" if people == 1 else f"{people} people"
    results = criterion_results(r.sheet.workshop, len(r.sheet.workshop.rounds) - 1)
    rows = tuple((r.kb.criteria[result.id].title, scale(result)) for result in results)
    return model.Section("points", f"{title.capitalize()}, of {whom}", rows)
