"""How a team decided, as its record tells it: the rule, the rounds, the dissent, what lies apart.

All of it follows from the minutes and the findings, and is told of the group's own answers. The
recommendation comes as :func:`advisor.records.madr.escaping.in_markdown` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.answers.points import LEAST_POINTS, MOST_POINTS
from advisor.answers.rounds import RevealedRound, WorkshopHistory, group_ranking
from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.records.madr.escaping import code, escape
from advisor.records.madr.team_data import changed_afterwards
from advisor.records.parsed_record import HOW
from advisor.wording import recommendation
from advisor.wording import workshop as told
from advisor.wording.quantities import count, percent
from advisor.workshop.dissent import Dissent, Dissenter
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.round_result import RoundResult, round_result
from advisor.workshop.stopping_rule import Stage
from rules.model import UNKNOWN
from rules.scoring.judgement import differs, weigh

DISSENT = "Dissent"
DISAGREEMENTS = "Disagreements"
DOUBTS = "Facts that were doubted"


@dataclass(frozen=True)
class Team:
    """A team's consultation and the pictures of its rounds, in their order."""

    r: Recommendation
    history: WorkshopHistory
    results: tuple[RoundResult, ...]

    @property
    def last(self) -> RoundResult:
        """What was revealed last: by that it was decided."""
        return self.results[-1]

    @property
    def people(self) -> str:
        return told.people(len(self.last.participants))

    def answer(self, name: str) -> str:
        """The answer that it was decided by, and how many of the group gave it."""
        given = recommendation.answer_in_words(self.r.kb, name, self.r.sheet.answers[name])
        if name in changed_afterwards(self.r.kb, self.r.sheet):
            return f"{given} (changed after the workshop)"
        spread = next((one for one in self.last.questions if one.id == name), None)
        return told.group_answer(self.last, spread) if spread else given

    def own_weights(self, criterion: str) -> str:
        """How far the people's own weights of a criterion lie apart; empty where they do not."""
        spoken = tuple(self.r.judgement.weights)
        rankings = group_ranking(self.history).rankings
        own = [weigh(spoken, ranking)[criterion] for ranking in rankings]
        low, high = percent(min(own)), percent(max(own))
        return "" if low == high else f" (people's own from {low} to {high})"

    def outcome(self, *, followed: bool) -> str:
        """Who decided, whether that is consensus, and who would choose otherwise. ``followed``:
        whether what was decided is what the group comes to.
        """
        by = f"by {self.people} in {count(len(self.results), 'round')}"
        first = f"Decided {by}." if followed else f"Advised {by}, and decided otherwise."
        parts = [first, told.stopping(self.last)]
        if self.last.stop.stage is Stage.GO_ON:
            parts.append("This was written before another round was held.")
        parts.append(told.tally(self.last))
        if self.last.dissents:
            parts.append(f"Their reasons stand under “{DISSENT}”.")
        return " ".join([*parts, *_changed(self)])

    def sections(self) -> Iterator[str]:
        """Headings of the third level and what stands under them."""
        for heading, parts in (
            (HOW, _how(self)),
            (DISSENT, _dissent(self.last)),
            (DISAGREEMENTS, _disagreements(self.last)),
            (DOUBTS, _doubts(self)),
        ):
            paragraphs = [part for part in parts if part]
            if paragraphs:
                yield f"### {heading}"
                yield from paragraphs


def team_of(r: Recommendation, minutes: WorkshopHistory) -> Team:
    """The group behind a consultation that has these minutes."""
    places = range(len(minutes.rounds))
    pictures = tuple(round_result(r.kb, minutes, r.findings, at) for at in places)
    return Team(r, minutes, pictures)


def _changed(g: Team) -> Iterator[str]:
    """What was decided by that the group did not say."""
    kb = g.r.kb
    for name, (group, now) in changed_afterwards(kb, g.r.sheet).items():
        said, instead = (recommendation.answer_in_words(kb, name, given) for given in (group, now))
        had = "had no answer" if group == (UNKNOWN,) else f"said “{said}”"
        yield f"Changed after the workshop: {kb.questions[name].ask} “{instead}”; the group {had}."
    if differs(g.last.judgement, g.r.judgement):
        yield f"The group's own answers come to something else: {told.headline(g.last)}."


# How


def _how(g: Team) -> Iterator[str]:
    minutes = g.history
    asked = []
    if minutes.questions:
        asked.append(f"answered {count(len(minutes.questions), 'question')}")
    if minutes.criteria:
        number = len(minutes.criteria)
        criteria = "1 criterion" if number == 1 else f"{number} criteria"
        asked.append(f"gave {criteria} points from {LEAST_POINTS} to {MOST_POINTS}")
    did = " and ".join(asked) or "took part"
    yield (
        f"{_capital(g.people)} {did}, unseen by one another until each reveal. What more than "
        "half of those who answered a question say is the group's answer. Of points only the "
        "order counts; everybody's weightings count alike, and are not averaged away."
    )
    yield _rule(minutes)
    yield " ".join(filter(None, (told.agreement(g.last.agreement), told.averaging(g.last))))
    yield "\n".join(map(_round, g.results, minutes.rounds))
    yield (
        "`advisor workshop audit` holds every ballot of this record against its receipt, and the "
        "receipts of a round against its seal. With `--receipt` it shows the ballot to whoever "
        "holds the receipt."
    )


def _rule(minutes: WorkshopHistory) -> str:
    rule = minutes.stop
    return (
        f"Fixed beforehand: points agree where their middle half spans at most {rule.spread:g}, "
        f"answers where at least {percent(rule.share)} of those who answered say the same. "
        f"They are stable where the median has moved by at most {rule.shift:g} since the round "
        "before, or the group's answer is the same. All agreed and stable is consensus; without "
        f"it {count(rule.rounds, 'round')} {'is' if rule.rounds == 1 else 'are'} the end."
    )


def _round(p: RoundResult, held: RevealedRound) -> str:
    ballots = count(len(held.ballots), "ballot")
    if held.replaced:
        whose = "its owner" if len(held.replaced) == 1 else "their owners"
        ballots += f" ({len(held.replaced)} more replaced by {whose} before the reveal)"
    agreed = f"{p.stop.items - len(p.stop.apart)} of {p.stop.items} items agreed"
    concordance = p.agreement.concordance
    ordered = "" if concordance is None else f", Kendall's W {concordance:.2f}"
    return (
        f"* Round {held.number}: {ballots}; {agreed}{ordered}; {told.headline(p)}. "
        f"Seal {code(held.seal)}"
    )


# Dissent


def _dissent(p: RoundResult) -> Iterator[str]:
    if not p.dissents:
        yield "There is none: nobody's own answers and points come to another outcome."
    for one in p.dissents:
        yield ". ".join(told.dissent(p, one))
        named = [them.revealed.name for them in one.people if them.revealed.name]
        yield f"By name, as they wish: {', '.join(named)}." if named else ""
        reasons = [_reason(p, them, i) for them in one.people for i in them.revealed.ballot.reasons]
        yield "\n".join(reasons) or _no_reasons(one)


def _no_reasons(one: Dissent) -> str:
    return f"{'They' if len(one.people) > 1 else 'This person'} wrote no reason down."


def _reason(p: RoundResult, them: Dissenter, item: str) -> str:
    ballot, who = them.revealed.ballot, them.revealed.name or "One person"
    said = ""
    if item in ballot.points:
        said = f", {count(ballot.points[item], 'point')}"
    elif item in ballot.answers:
        said = f", “{recommendation.answer_in_words(p.kb, item, ballot.answers[item])}”"
    return f"* {who} on “{told.item_title(p.kb, item)}”{said}: {ballot.reasons[item]}"


# Disagreements


def _disagreements(p: RoundResult) -> Iterator[str]:
    if p.disputes:
        yield "Each of these alone could have changed the outcome:"
        yield "\n".join(f"* {_about(*told.dispute(p, one))}" for one in p.disputes)
        reasons = list(_reasons_on(p, [one.item for one in p.disputes]))
        if reasons:
            yield f"What {'others wrote' if p.dissents else 'was written'} on them:"
            yield "\n".join(reasons)
    else:
        yield "None alone could have changed the outcome."
    harmless = told.harmless(p)
    if harmless:
        yield f"{told.APART}:"
        yield "\n".join(f"* {title}" for title in harmless)
    elif not p.stop.apart:
        yield "By the rule that was fixed beforehand nothing is apart."


def _about(title: str, what: str) -> str:
    return f"{title} {_capital(what)}" if title.endswith("?") else f"{title}: {what}"


def _reasons_on(p: RoundResult, items: Sequence[str]) -> Iterator[str]:
    """What was written on these items, but for what stands under the dissent."""
    every: list[QuestionResult | CriterionResult] = [*p.questions, *p.criteria]
    spreads = {spread.id: spread for spread in every}
    dissenters = [them for one in p.dissents for them in one.people]
    known = {reason for them in dissenters for reason in them.revealed.ballot.reasons.items()}
    for item in dict.fromkeys(items):
        spread = spreads[item]
        for remark in (*spread.edges, *spread.others):
            if (item, remark.reason) not in known:
                yield f"* {_about(told.item_title(p.kb, item), told.remark(p, spread, remark))}"


# Facts


def _doubts(g: Team) -> Iterator[str]:
    doubts = [doubt for doubt in g.history.doubts if doubt.claim in g.r.kb.claims]
    if doubts:
        yield "Facts are tried, not voted on:"
        yield "\n".join(
            f"* Doubted by {told.people(doubt.people)}: {_stands(g.r.weigh(doubt.claim))}"
            for doubt in doubts
        )


def _stands(weighed: WeighedClaim) -> str:
    flag = ", deprecated" if weighed.deprecated else ""
    finding = weighed.finding
    why = f"`{finding.probe}`: {escape(finding.reason)}" if finding else escape(weighed.why)
    return f"{weighed.claim.says}: {weighed.status.value}{flag} ({why})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
