"""A decision record in the format of MADR 4.0.0 (https://adr.github.io/madr/).

Front matter, then title, context, drivers, options, outcome, consequences, confirmation, pros
and cons, and more. Empty sections are left out. The record is proposed; people accept it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import yaml

from advisor.consultation.consultation import Recommendation
from advisor.records import parsed_record
from advisor.records.decision import Decision
from advisor.records.expiry import day
from advisor.records.madr.arguments import consequences, pros_and_cons, proven, tried
from advisor.records.madr.escaping import code, escape, escaped, in_markdown
from advisor.records.names import name_of
from advisor.wording.build_report import build_report
from advisor.wording.findings import Evidence
from advisor.wording.quantities import count, percent
from advisor.wording.report import Changes, Choice, Report, ShortList, Withdrawn
from rules.diagnostics import either

if TYPE_CHECKING:  # most records are of one person, and are read without any picture
    from advisor.records.madr.team import Team

OPEN = "Leave it open for now"  # the option chosen when it is too close to call
# How the answers call people -> how the front matter does.
ROLES = {"decision_makers": "decision-makers", "consulted": "consulted", "informed": "informed"}
KNOWN_TO_TEAM = "This was known beforehand, or is what more than half of those who answered say:"
WEIGHED_BY_TEAM = "The weights are the group's: the mean of those that each one's points lead to."
DEFAULT_TITLE = "Choose a deep-learning framework"
REVISIT = "Look at this decision again by"
CONFIDENCE = {
    "clear": "Confidence: clear, the highest of three grades (clear, leaning, too close).",
    "leaning": "Confidence: leaning, the middle of three grades (clear, leaning, too close).",
    "either": "Confidence: too close to call, the lowest of three grades.",
}


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
    supersedes: str = ""  # the path, from its folder, of the record it takes the place of


def record_text(recommendation: Recommendation, decision: Decision, filing: Filing) -> str:
    """The whole record as it is filed.

    No blank line follows the front matter: some readers need it so.
    """
    data: dict[str, object] = {"status": "proposed", "date": filing.today}
    people = recommendation.sheet.people
    data |= {field: list(people[role]) for role, field in ROLES.items() if people.get(role)}
    front = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{front}---\n{body(recommendation, decision, filing)}"


def body(recommendation: Recommendation, decision: Decision, filing: Filing | None = None) -> str:
    """What follows the front matter; without ``filing``, what is sealed with the evidence."""
    report = escaped(build_report(recommendation))
    sections = _sections(report, _team(recommendation), decision, filing)
    return "\n\n".join(sections) + "\n"


def _team(recommendation: Recommendation) -> Team | None:
    """The team that decided; None where one person was asked."""
    if recommendation.sheet.workshop is None:
        return None
    from advisor.records.madr.team import team_of

    r = in_markdown(recommendation)
    assert r.sheet.workshop is not None  # as it was
    return team_of(r, r.sheet.workshop)


def _sections(
    report: Report, team: Team | None, decision: Decision, filing: Filing | None
) -> Iterator[str]:
    options = _options(report, decision)
    yield f"# {report.head.title or DEFAULT_TITLE}"
    yield f"## {parsed_record.CONTEXT}"
    yield from _context(report, team)
    yield f"## {parsed_record.DRIVERS}"
    yield from _drivers(report, team)
    yield f"## {parsed_record.OPTIONS}"
    yield "\n".join(f"* {title}" for title in options.values())
    yield f"## {parsed_record.OUTCOME}"
    yield from _outcome(report, options[decision.choice], decision)
    if team is not None:
        yield team.outcome(followed=decision.choice == report.choice.id)
    if lines := "\n".join(consequences(report.arguments, decision.choice)):
        yield f"### {parsed_record.CONSEQUENCES}"
        yield lines
    yield from _confirmation(report, filing)
    yield f"## {parsed_record.ARGUMENTS}"
    by_alternative = {arguments.alternative.id: arguments for arguments in report.arguments}
    for option, title in options.items():
        yield f"### {title}"
        yield "\n".join(pros_and_cons(by_alternative.get(option)))
    yield f"## {parsed_record.MORE}"
    yield from _information(report)
    yield from _filed(filing)
    foot = report.foot
    on = f"which tried {foot.frameworks or 'no framework'}"
    yield f"Written by {foot.tool}, {on}; knowledge base `{foot.knowledge_base}`."
    if team is not None:  # last: no words of people come before the seal, or pass for it
        yield from team.sections()


def _options(report: Report, decision: Decision) -> Mapping[str, str]:
    """Alternative id (``either`` for leaving it open) -> the option's title."""
    options = {alternative.id: alternative.title for alternative in report.alternatives}
    left_open = "either" in (report.choice.id, decision.choice)
    return {**options, "either": OPEN} if left_open else options


def _context(report: Report, team: Team | None) -> Iterator[str]:
    names = either(alternative.title for alternative in report.alternatives)
    whose = "This is known of it:" if team is None else KNOWN_TO_TEAM
    yield f"Which framework should this work be built on: {names}? {whose}"
    yield "\n".join(
        f"* {answer.ask} {team.answer(answer.id) if team else answer.answer}"
        for answer in report.answers.items
        if answer.known
    )


def _drivers(report: Report, team: Team | None) -> Iterator[str]:
    criteria = report.scores.items
    if not criteria:
        yield "* What is allowed at all"
        return
    if team is not None:
        yield WEIGHED_BY_TEAM
    yield "\n".join(
        f"* {criterion.title}, weight {percent(criterion.weight or 0.0)}"
        f"{team.own_weights(criterion.id) if team else ''}: {criterion.asks}"
        for criterion in criteria
    )


def _outcome(report: Report, chosen: str, decision: Decision) -> Iterator[str]:
    """The decision with its reason, and what was advised with how sure and how proven that is."""
    advised, because = report.head.headline, _because(report.choice)
    reason = escape(decision.because.rstrip(".")) if decision.because else because
    yield f'Chosen option: "{chosen}", because {reason}.'
    first = _counted(report.choice)
    if decision.because:
        as_well = "the same" if decision.choice == report.choice.id else "different"
        why = "" if report.choice.id == "either" else f", because {because}"
        first = f"The advice is {as_well}: {advised}{why}."
    sentences = (first, report.head.sureness, _verified(report))
    yield " ".join(sentence for sentence in sentences if sentence)


def _because(choice: Choice) -> str:
    """The reason of the advice, with its rule and how far that was proven."""
    if choice.id == "either":
        return "the alternatives come too close to each other for what is known"
    if choice.only_one_left:
        reasons = dict.fromkeys(map(proven, choice.exclusions))
        return f"every other alternative is ruled out: {'; '.join(reasons)}"
    return proven(choice.grounds[0])


def _counted(choice: Choice) -> str:
    """How many reasons there are beside the one that the outcome names."""
    number = len(choice.grounds)
    if choice.id == "either" or choice.only_one_left or number == 1:
        return ""
    return f"That weighs most of {number} reasons for it."


def _verified(report: Report) -> str:
    """How much of it was verified, by what and when."""
    choice, on = report.choice, report.foot.frameworks
    if not choice.verified:
        return report.head.proof
    rules = count(choice.deciding, "deciding rule")
    where = f", with {on}" if on else ""
    was = "was" if choice.verified == 1 else "were"
    return f"{choice.verified} of {rules} {was} verified by a run{_days(choice.proof)}{where}."


def _confirmation(report: Report, filing: Filing | None) -> Iterator[str]:
    if filing is None and not report.tried:
        return
    yield f"### {parsed_record.CONFIRMATION}"
    if filing is not None:
        yield verification(filing.stem)
    if report.tried:
        yield f"These claims were put to the installed frameworks{_days(report.tried)}:"
        yield "\n".join(f"* {tried(claim)}" for claim in report.tried)


def _days(claims: Iterable[Evidence]) -> str:
    """When the claims were tried: findings may be older than the record."""
    days = sorted({claim.run.day for claim in claims if claim.run and day(claim.run.day)})
    if not days:
        return ""
    return f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[-1]}"


def _filed(filing: Filing | None) -> Iterator[str]:
    if filing is None:
        return
    if filing.supersedes:
        yield supersedes(filing.supersedes)
    yield review(str(filing.revisit), filing.or_when)
    yield evidence(filing.bundle, filing.seal)


def _information(report: Report) -> Iterator[str]:
    """How sure it is, and what would make it otherwise: paragraphs and lists but the empty ones."""
    head = report.head
    sentences = (CONFIDENCE[head.verdict], head.open_ends, report.choice.balance)
    yield " ".join(sentence for sentence in sentences if sentence)
    if report.withdrawn.items:
        yield head.turn
        yield "\n".join(_withdrawn(report.withdrawn))
    advice = (f"* {f'With {a.whom}: ' if a.whom else ''}{a.text}" for a in report.stack.items)
    yield from _listed("Advice on the stack:", advice)
    questions = (f"* {question}" for question in report.open_questions)
    yield from _listed("Open when this was written:", questions)
    yield from _listed(f"{report.changes.title}:", _changes(report.changes))
    unverified = (f"* {claim.says} ({claim.why})" for claim in report.unverified)
    yield from _listed("What could not be verified when this was written:", unverified)


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    if lines := "\n".join(items):
        yield title
        yield lines


def _withdrawn(withdrawn: Withdrawn) -> Iterator[str]:
    for reason in sorted(withdrawn.items, key=lambda reason: reason.number):
        claims = "; ".join(f"{claim.status}: {claim.says}" for claim in reason.claims)
        yield f"* {reason.because} (rule `{reason.id}`, {claims})"


def _changes(changes: Changes) -> Iterator[str]:
    for other in changes.answers.first_in_record:
        yield f"* {other.ask} With “{other.answer}”: {other.outcome}"
    yield from _left(changes.answers, "other changed answer", "flips")
    for claim, outcome in changes.claims.first_in_record:
        yield f"* If this were false: {claim.says}: {outcome}"
    yield from _left(changes.claims, "other claim", "flips")
    for question in changes.questions.first_in_record:
        yield f"* {question.ask} (not answered)"
    yield from _left(changes.questions, "other open question", "explain")


def _left(changes: ShortList[object], noun: str, command: str) -> Iterator[str]:
    left = len(changes.items) - len(changes.first_in_record)
    if left:
        yield f"* And {count(left, noun)}; `advisor {command}` tells more"


def verification(stem: str) -> str:
    """How the record that is filed as ``stem`` is proven again."""
    return (
        f"Run `advisor record verify {stem}.md --rerun` in the folder of this record "
        "and its evidence. It checks that both are unaltered, replays the rules, and puts "
        "every claim to the frameworks installed on that day: each reason holds, has changed, "
        "or cannot be run, and it says whether the advice would be another."
    )


def review(revisit: str, or_when: str) -> str:
    """When the record is looked at again; :func:`or_when` has the second half."""
    return (
        f"{REVISIT} {revisit}{or_when} one of its frameworks moves to another major "
        "version. `advisor record due` says when that is."
    )


def or_when(why: str, expires: str = "") -> str:
    """How that sentence goes on from the day to the other occasions. ``why`` is what happens on
    that day, or on the day ``expires`` where people have set another.
    """
    return (
        f", earlier when {why} ({expires}), or when"
        if expires
        else f", when {why}, or earlier when"
    )


def evidence(bundle: str, seal: str) -> str:
    """Where the evidence is, and its SHA-256."""
    return f"Evidence: [{bundle}]({bundle}), SHA-256 {code(seal)}."


def supersedes(link: str) -> str:
    """The sentence by which a record says whose place it takes; ``link`` leads to its file."""
    name = name_of(Path(link))
    label = Path(link).stem if name is None or name.number is None else f"ADR-{name.label}"
    return f"Supersedes [{label}]({quote(link, safe='/%')})."
