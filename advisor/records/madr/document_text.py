"""A decision record in the format of MADR 4.0.0 (https://adr.github.io/madr/).

Front matter, then title, context, drivers, options, outcome, consequences, confirmation, pros
and cons, and more. Empty sections are left out. The record is proposed; people accept it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import yaml

from advisor import __version__
from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.records import parsed_record
from advisor.records.decision import Decision
from advisor.records.expiry import day
from advisor.records.madr.arguments import arguments, clause, consequences, in_favour, proof
from advisor.records.madr.arguments import tried as run_said
from advisor.records.madr.escaping import code, escape, in_markdown
from advisor.records.madr.more_information import information
from advisor.wording import recommendation as words
from advisor.wording.quantities import count, percent
from rules.diagnostics import either
from rules.model import UNKNOWN, RuleOut

if TYPE_CHECKING:  # most records are of one person, and are read without any picture
    from advisor.records.madr.team import Team

OPEN = "Leave it open for now"  # the option chosen when it is too close to call
ROLES = {
    "decision_makers": "decision-makers",
    "consulted": "consulted",
    "informed": "informed",
}
KNOWN_TO_TEAM = "This was known beforehand, or is what more than half of those who answered say:"
WEIGHED_BY_TEAM = "The weights are the group's: the mean of those that each one's points lead to."
DEFAULT_TITLE = "Choose a deep-learning framework"


@dataclass(frozen=True)
class Filing:
    """Where and when a record is filed, which its evidence knows nothing of.

    ``stem`` is the name of its file without ``.md``, ``seal`` the SHA-256 of the bundle beside it,
    ``revisit`` the day by which it is looked at again, and ``or_when`` how that sentence goes on.
    """

    stem: str
    today: date
    revisit: date
    bundle: str
    seal: str
    or_when: str = ", or earlier when"
    supersedes: str = ""  # the file name of the record it takes the place of


def record_text(recommendation: Recommendation, decision: Decision, filing: Filing) -> str:
    """The whole record as it is filed.

    No blank line follows the front matter: some readers need it so.
    """
    front = _front_matter(recommendation, filing.today)
    return f"{front}{body(recommendation, decision, filing)}"


def body(recommendation: Recommendation, decision: Decision, filing: Filing | None = None) -> str:
    """What follows the front matter; without ``filing``, what is sealed with the evidence."""
    r = in_markdown(recommendation)
    sections = _sections(r, _team(r), decision, filing)
    return "\n\n".join(sections) + "\n"


def _team(r: Recommendation) -> Team | None:
    """The team that decided; None where one person was asked."""
    if r.sheet.workshop is None:
        return None
    from advisor.records.madr.team import team_of

    return team_of(r, r.sheet.workshop)


def _front_matter(recommendation: Recommendation, today: date) -> str:
    data: dict[str, object] = {"status": "proposed", "date": today}
    for role, field in ROLES.items():
        if recommendation.sheet.people.get(role):
            data[field] = list(recommendation.sheet.people[role])
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{text}---\n"


def _sections(
    r: Recommendation, team: Team | None, decision: Decision, filing: Filing | None
) -> Iterator[str]:
    yield f"# {escape(r.sheet.title or DEFAULT_TITLE)}"
    yield f"## {parsed_record.CONTEXT}"
    yield from _context(r, team)
    yield f"## {parsed_record.DRIVERS}"
    yield from _drivers(r, team)
    yield f"## {parsed_record.OPTIONS}"
    options = _options(r, decision)
    yield "\n".join(f"* {title}" for title in options.values())
    yield f"## {parsed_record.OUTCOME}"
    yield from _outcome(r, decision)
    if team is not None:
        yield team.outcome(followed=decision.choice == r.choice)
    if told := "\n".join(consequences(r, decision.choice)):
        yield f"### {parsed_record.CONSEQUENCES}"
        yield told
    yield from _confirmation(r, filing)
    yield f"## {parsed_record.ARGUMENTS}"
    for alternative, title in options.items():
        if told := "\n".join(arguments(r, alternative)):
            yield f"### {title}"
            yield told
    yield f"## {parsed_record.MORE}"
    yield from information(r)
    yield from _filed(filing)
    on = ", ".join(words.versions(r.findings.values()))
    tried = f"which tried {on}" if on else "which tried no framework"
    yield f"Written by framework-advisor {__version__}, {tried}; knowledge base `{r.kb.digest}`."
    if team is not None:  # last: no words of people come before the seal, or pass for it
        yield from team.sections()


def _options(r: Recommendation, decision: Decision) -> Mapping[str, str]:
    """Alternative id (``either`` for leaving it open) -> the option's title."""
    options = {name: alternative.title for name, alternative in r.kb.alternatives.items()}
    left_open = "either" in (r.choice, decision.choice)
    return {**options, "either": OPEN} if left_open else options


def _context(r: Recommendation, team: Team | None) -> Iterator[str]:
    names = either(alternative.title for alternative in r.kb.alternatives.values())

    def given(name: str) -> str:
        if team is not None:
            return team.answer(name)
        return words.answer_in_words(r.kb, name, r.sheet.answers[name])

    known = [
        f"* {r.kb.questions[name].ask} {given(name)}"
        for name, options in r.sheet.answers.items()
        if options != (UNKNOWN,) and name not in r.facts.not_applicable
    ]
    whose = "This is known of it:" if team is None else KNOWN_TO_TEAM
    yield f"Which framework should this work be built on: {names}? {whose}"
    yield "\n".join(known)


def _drivers(r: Recommendation, team: Team | None) -> Iterator[str]:
    weights = sorted(r.judgement.weights.items(), key=lambda item: -item[1])
    if not weights:
        yield "* What is allowed at all"
        return
    if team is not None:
        yield WEIGHED_BY_TEAM
    own = {name: team.own_weights(name) if team else "" for name, _ in weights}
    yield "\n".join(
        f"* {r.kb.criteria[name].title}, weight {percent(weight)}{own[name]}: "
        f"{r.kb.criteria[name].asks}"
        for name, weight in weights
    )


def _outcome(r: Recommendation, decision: Decision) -> Iterator[str]:
    """The decision with its reason, and what was advised with how sure and how proven that is."""
    chosen = _options(r, decision)[decision.choice]
    reason = escape(decision.because.rstrip(".")) if decision.because else _because(r)
    yield f'Chosen option: "{chosen}", because {reason}.'
    told = [_counted(r), words.sureness(r), _proven(r)]
    if decision.because:
        as_well = (
            "The advice is the same" if decision.choice == r.choice else "The advice is different"
        )
        told = [f"{as_well}: {_advised(r)}.", *told[1:]]
    yield " ".join(part for part in told if part)


def _advised(r: Recommendation) -> str:
    outcome = words.outcome(r.kb, r.judgement)
    return outcome if r.choice == "either" else f"{outcome}, because {_because(r)}"


def _because(r: Recommendation) -> str:
    """The reason of the advice, with its rule and how far that was proven."""
    if r.choice == "either":
        return "the alternatives come too close to each other for what is known"
    if len(r.judgement.totals) == 1:
        out = [rule for rule in r.deciding if isinstance(rule.action, RuleOut)]
        reasons = dict.fromkeys(f"{clause(rule)} ({proof(r, rule)})" for rule in out)
        return f"every other alternative is ruled out: {'; '.join(reasons)}"
    first = in_favour(r)[0]
    return f"{clause(first)} ({proof(r, first)})"


def _counted(r: Recommendation) -> str:
    """How many reasons there are beside the one that the outcome names."""
    others = len(in_favour(r)) - 1
    if r.choice == "either" or len(r.judgement.totals) == 1 or not others:
        return ""
    return f"That weighs most of {others + 1} reasons for it."


def _proven(r: Recommendation) -> str:
    """How much of it was verified, by what and when."""
    if not r.verified:
        return words.proof(r)
    rules = count(len(r.deciding), "deciding rule")
    on = ", ".join(words.versions(r.findings.values()))
    where = f", with {on}" if on else ""
    was = "was" if len(r.verified) == 1 else "were"
    days = _days([r.claims[name] for rule in r.verified for name in rule.claims])
    return f"{len(r.verified)} of {rules} {was} verified by a run{days}{where}."


def _confirmation(r: Recommendation, filing: Filing | None) -> Iterator[str]:
    tried = [weighed for weighed in r.claims.values() if weighed.finding is not None]
    if filing is None and not tried:
        return
    yield f"### {parsed_record.CONFIRMATION}"
    if filing is not None:
        yield (
            f"Run `advisor record verify {filing.stem}.md --rerun` in the folder of this record "
            "and its evidence. It checks that both are unaltered, replays the rules, and puts "
            "every claim to the frameworks installed on that day: each reason holds, has changed, "
            "or cannot be run, and it says whether the advice would be another."
        )
    if tried:
        yield f"These claims were put to the installed frameworks{_days(tried)}:"
        yield "\n".join(f"* {run_said(weighed)}" for weighed in tried)


def _days(tried: list[WeighedClaim]) -> str:
    """When the claims were tried: findings may be older than the record."""
    found = (weighed.finding for weighed in tried)
    days = sorted({str(taken) for one in found if one and (taken := day(one.taken[:10]))})
    if not days:
        return ""
    return f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[-1]}"


def _filed(filing: Filing | None) -> Iterator[str]:
    if filing is None:
        return
    if filing.supersedes:
        yield supersedes(filing.supersedes)
    yield (
        f"{REVISIT} {filing.revisit}{filing.or_when} one of its frameworks moves to another major "
        "version. `advisor record due` says when that is."
    )
    yield f"Evidence: [{filing.bundle}]({filing.bundle}), SHA-256 {code(filing.seal)}."


REVISIT = "Look at this decision again by"


def supersedes(name: str) -> str:
    """The sentence by which a record says whose place it takes."""
    return f"Supersedes [ADR-{name.split('-', 1)[0]}]({name})."
