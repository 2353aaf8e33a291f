"""How a team decided, as its record says it: the rule, the rounds, the dissent, the disagreements.

All of it follows from the workshop's history and the findings, and is said of the group's own
answers. The recommendation comes as :func:`advisor.records.madr.escaping.in_markdown` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.answers.ballot import LEAST_POINTS, MOST_POINTS
from advisor.answers.rounds import Majority, RevealedRound, WorkshopHistory, group_ranking
from advisor.consultation.consultation import Recommendation
from advisor.records.madr.escaping import code, escape
from advisor.records.madr.team_data import changed_afterwards
from advisor.records.parsed_record import HOW
from advisor.wording import recommendation
from advisor.wording.build_round_report import build_round_report
from advisor.wording.quantities import count, percent
from advisor.wording.round_report import (
    DissentReason,
    FactReport,
    RoundReport,
    RoundRow,
    titled,
)
from advisor.wording.workshop import APART, people
from advisor.workshop.item_results import Stage
from advisor.workshop.round_result import round_results
from rules.model import UNKNOWN
from rules.scoring.judgement import differs, weigh

DISSENT = "Dissent"
DISAGREEMENTS = "Disagreements"
DOUBTS = "Facts that were doubted"


@dataclass(frozen=True)
class Team:
    """A team's consultation and the report of its last round, by which it was decided.

    ``changed``: the group's own answers come to something else.
    """

    r: Recommendation
    history: WorkshopHistory
    report: RoundReport
    changed: bool

    @property
    def people(self) -> str:
        return people(len(self.report.participants))

    def answer(self, name: str) -> str:
        """The answer that it was decided by, and how many of the group gave it."""
        answer = recommendation.answer_in_words(self.r.kb, name, self.r.sheet.answers[name])
        if name in changed_afterwards(self.r.kb, self.r.sheet):
            return f"{answer} (changed after the workshop)"
        question = self.report.item(name)
        return question.group if question else answer

    def own_weights(self, criterion: str) -> str:
        """How far the people's own weights of a criterion lie apart; empty where they do not."""
        criteria = tuple(self.r.judgement.weights)
        rankings = group_ranking(self.history).rankings
        own = [weigh(criteria, ranking)[criterion] for ranking in rankings]
        low, high = percent(min(own)), percent(max(own))
        return "" if low == high else f" (people's own from {low} to {high})"

    def outcome(self, *, followed: bool) -> str:
        """Who decided, whether that is consensus, and who would choose otherwise. ``followed``:
        whether what was decided is what the group comes to.
        """
        by = f"by {self.people} in {count(len(self.history.rounds), 'round')}"
        first = f"Decided {by}." if followed else f"Advised {by}, and decided otherwise."
        parts = [first, self.report.stopping]
        if self.report.stage is Stage.GO_ON:
            parts.append("This was written before another round was held.")
        parts.append(self.report.tally)
        if self.report.dissents:
            parts.append(f"Their reasons stand under “{DISSENT}”.")
        return " ".join([*parts, *_changes(self)])

    def sections(self) -> Iterator[str]:
        """Headings of the third level and the paragraphs under them."""
        for heading, parts in (
            (HOW, _how(self)),
            (DISSENT, _dissents(self.report)),
            (DISAGREEMENTS, _disagreements(self.report)),
            (DOUBTS, _doubts(self.report)),
        ):
            paragraphs = [part for part in parts if part]
            if paragraphs:
                yield f"### {heading}"
                yield from paragraphs


def team_of(r: Recommendation, history: WorkshopHistory) -> Team:
    """The group behind a consultation that has this history."""
    *earlier, result = round_results(r.kb, history, r.findings)
    doubted = [doubt.claim for doubt in history.doubts if doubt.claim in r.kb.claims]
    facts = [r.weigh(claim) for claim in doubted]
    report = build_round_report(result, earlier=earlier, facts=facts)
    return Team(r, history, report, changed=differs(result.judgement, r.judgement))


def _changes(team: Team) -> Iterator[str]:
    """The answers it was decided by that the group did not give."""
    kb = team.r.kb
    for name, answers in changed_afterwards(kb, team.r.sheet).items():
        group, now = (recommendation.answer_in_words(kb, name, answer) for answer in answers)
        had = "had no answer" if answers[0] == (UNKNOWN,) else f"said “{group}”"
        yield f"Changed after the workshop: {kb.questions[name].ask} “{now}”; the group {had}."
    if team.changed:
        yield f"The group's own answers come to something else: {team.report.headline}."


def _how(team: Team) -> Iterator[str]:
    history, report = team.history, team.report
    asked = []
    if history.questions:
        asked.append(f"answered {count(len(history.questions), 'question')}")
    if history.criteria:
        number = len(history.criteria)
        criteria = "1 criterion" if number == 1 else f"{number} criteria"
        asked.append(f"gave {criteria} points from {LEAST_POINTS} to {MOST_POINTS}")
    did = " and ".join(asked) or "took part"
    of_all = history.majority is Majority.OF_ALL
    whole = "all people" if of_all else "those who answered a question"
    yield (
        f"{_capital(team.people)} {did}, unseen by one another until each reveal. What more than "
        f"half of {whole} say is the group's answer. Of points only the "
        "order counts; everybody's weightings count alike, and are not averaged away."
    )
    yield _rule(history)
    yield " ".join(filter(None, (report.agreement, report.averaging)))
    yield "\n".join(map(_round, report.rounds, history.rounds))
    yield (
        "`advisor workshop audit` holds every ballot of this record against its receipt, and the "
        "receipts of a round against its seal. With `--receipt` it shows the ballot to whoever "
        "holds the receipt."
    )


def _rule(history: WorkshopHistory) -> str:
    rule = history.stop
    return (
        f"Fixed beforehand: points agree where their middle half spans at most {rule.spread:g}, "
        f"answers where at least {percent(rule.share)} of those who answered say the same"
        f"{', and the group has one' if history.majority is Majority.OF_ALL else ''}. "
        f"They are stable where the median has moved by at most {rule.shift:g} since the round "
        "before, or the group's answer is the same. All agreed and stable is consensus; without "
        f"it {count(rule.rounds, 'round')} {'is' if rule.rounds == 1 else 'are'} the end."
    )


def _round(row: RoundRow, revealed: RevealedRound) -> str:
    ballots = count(row.people, "ballot")
    if revealed.replaced:
        whose = "its owner" if len(revealed.replaced) == 1 else "their owners"
        ballots += f" ({len(revealed.replaced)} more replaced by {whose} before the reveal)"
    ordered = f", Kendall's W {row.concordance}" if row.concordance else ""
    return (
        f"* Round {row.number}: {ballots}; {row.agreed} items agreed{ordered}; {row.outcome}. "
        f"Seal {code(revealed.seal)}"
    )


def _dissents(report: RoundReport) -> Iterator[str]:
    if not report.dissents:
        yield "There is none: nobody's own answers and points come to another outcome."
    for dissent in report.dissents:
        yield f"{dissent.who}. {dissent.right}"
        yield f"By name, as they wish: {', '.join(dissent.names)}." if dissent.names else ""
        who = "They" if len(dissent.participants) > 1 else "This person"
        yield "\n".join(map(_reason, dissent.reasons)) or f"{who} wrote no reason down."


def _reason(reason: DissentReason) -> str:
    vote = f", {reason.vote}" if reason.vote else ""
    return f"* {reason.name or 'One person'} on “{reason.title}”{vote}: {reason.reason}"


def _disagreements(report: RoundReport) -> Iterator[str]:
    if report.disputes:
        yield "Each of these alone could have changed the outcome:"
        yield "\n".join(f"* {_about(d.title, d.outcome)}" for d in report.disputes)
        if reasons := "\n".join(_reasons_on_disputes(report)):
            yield f"What {'others wrote' if report.dissents else 'was written'} on them:"
            yield reasons
    else:
        yield "None alone could have changed the outcome."
    if report.harmless:
        yield f"{APART}:"
        yield "\n".join(f"* {title}" for title in report.harmless)
    elif report.all_agreed:
        yield "By the rule that was fixed beforehand nothing is apart."


def _reasons_on_disputes(report: RoundReport) -> Iterator[str]:
    """The reasons on the items in dispute, but for those listed under the dissent."""
    for item in map(report.item, dict.fromkeys(dispute.item for dispute in report.disputes)):
        assert item is not None  # a dispute is about what was voted on
        for reason in (*item.edges, *item.others):
            if not reason.dissenting:
                yield f"* {_about(item.title, reason.text)}"


def _about(title: str, text: str) -> str:
    return titled(title, _capital(text) if title.endswith("?") else text)


def _doubts(report: RoundReport) -> Iterator[str]:
    if report.facts:
        yield "Facts are tried, not voted on:"
        yield "\n".join(
            f"* Doubted by {people(fact.doubts)}: {_fact(fact)}" for fact in report.facts
        )


def _fact(fact: FactReport) -> str:
    claim = fact.claim
    flag = ", deprecated" if claim.deprecated else ""
    why = f"`{claim.probe}`: {escape(claim.run.reason)}" if claim.run else escape(claim.why)
    return f"{claim.says}: {claim.status}{flag} ({why})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
