"""A decision record in the format of MADR 4.0.0 (https://adr.github.io/madr/).

Front matter, then title, context, drivers, options, outcome, consequences, confirmation, pros
and cons, and more. Empty sections are left out. The record is proposed; people accept it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import yaml

from advisor import __version__
from advisor.consultation import Recommendation
from advisor.evidence import WeighedClaim
from advisor.records import document
from advisor.records.arguments import arguments, clause, consequences, in_favour
from advisor.records.escaping import code, escape, in_markdown
from advisor.records.information import information
from advisor.report import words
from rules.model import UNKNOWN, RuleOut
from rules.reading import either

OPEN = "Leave it open for now"  # the option chosen when it is too close to call
ROLES = {
    "decision_makers": "decision-makers",
    "consulted": "consulted",
    "informed": "informed",
}
DEFAULT_TITLE = "Choose a deep-learning framework"


@dataclass(frozen=True)
class Filing:
    """Where and when a record is filed, which its evidence knows nothing of.

    ``stem`` is the name of its file without ``.md``, ``seal`` the SHA-256 of the bundle beside it,
    ``revisit`` the day by which it is looked at again.
    """

    stem: str
    today: date
    revisit: date
    bundle: str
    seal: str
    supersedes: str = ""  # the file name of the record it takes the place of


def record_text(recommendation: Recommendation, filing: Filing) -> str:
    """The whole record as it is filed.

    No blank line follows the front matter: some readers need it so.
    """
    front = _front_matter(recommendation, filing.today)
    return f"{front}{body(recommendation, filing)}"


def body(recommendation: Recommendation, filing: Filing | None = None) -> str:
    """What follows the front matter; without ``filing``, what the evidence alone makes it say."""
    return "\n\n".join(_sections(in_markdown(recommendation), filing)) + "\n"


def _front_matter(recommendation: Recommendation, today: date) -> str:
    data: dict[str, object] = {"status": "proposed", "date": today}
    for role, field in ROLES.items():
        if recommendation.sheet.people.get(role):
            data[field] = list(recommendation.sheet.people[role])
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10_000)
    return f"---\n{text}---\n"


def _sections(r: Recommendation, filing: Filing | None) -> Iterator[str]:
    yield f"# {escape(r.sheet.title or DEFAULT_TITLE)}"
    yield f"## {document.CONTEXT}"
    yield from _context(r)
    yield f"## {document.DRIVERS}"
    yield _drivers(r)
    yield f"## {document.OPTIONS}"
    yield "\n".join(f"* {title}" for title in _options(r).values())
    yield f"## {document.OUTCOME}"
    yield from _outcome(r)
    if told := "\n".join(consequences(r)):
        yield f"### {document.CONSEQUENCES}"
        yield told
    yield from _confirmation(r, filing)
    yield f"## {document.ARGUMENTS}"
    for alternative, title in _options(r).items():
        if told := "\n".join(arguments(r, alternative)):
            yield f"### {title}"
            yield told
    yield f"## {document.MORE}"
    yield from information(r)
    yield from _filed(filing)
    on = ", ".join(words.versions(r.findings.values()))
    tried = f"which tried {on}" if on else "which tried no framework"
    yield f"Written by framework-advisor {__version__}, {tried}; knowledge base `{r.kb.digest}`."


def _options(r: Recommendation) -> Mapping[str, str]:
    """Alternative id (``either`` for leaving it open) -> the option's title."""
    options = {name: alternative.title for name, alternative in r.kb.alternatives.items()}
    return {**options, "either": OPEN} if r.choice == "either" else options


def _context(r: Recommendation) -> Iterator[str]:
    names = either(alternative.title for alternative in r.kb.alternatives.values())
    known = [
        f"* {r.kb.questions[name].ask} {words.answer_in_words(r.kb, name, given)}"
        for name, given in r.sheet.answers.items()
        if given != (UNKNOWN,) and name not in r.facts.not_applicable
    ]
    yield f"Which framework should this work be built on: {names}? This is known of it:"
    yield "\n".join(known)
    if r.unanswered:
        open_ = " ".join(r.kb.questions[name].ask for name in r.unanswered)
        yield f"Not known when this was written: {open_}"


def _drivers(r: Recommendation) -> str:
    weights = sorted(r.judgement.weights.items(), key=lambda item: -item[1])
    if not weights:
        return "* What is allowed at all"
    return "\n".join(
        f"* {r.kb.criteria[name].title}, weight {words.percent(weight)}: {r.kb.criteria[name].asks}"
        for name, weight in weights
    )


def _outcome(r: Recommendation) -> Iterator[str]:
    assert r.choice is not None  # the caller has refused a consultation without an outcome
    yield f'Chosen option: "{_options(r)[r.choice]}", because {_because(r)}.'
    yield " ".join(part for part in (_counted(r), words.sureness(r), words.proof(r)) if part)


def _because(r: Recommendation) -> str:
    if r.choice == "either":
        return "the alternatives come too close to each other for what is known"
    if len(r.judgement.totals) == 1:
        out = [clause(rule) for rule in r.deciding if isinstance(rule.action, RuleOut)]
        return f"every other alternative is ruled out: {'; '.join(dict.fromkeys(out))}"
    return clause(in_favour(r)[0])


def _counted(r: Recommendation) -> str:
    """How many reasons stand behind the one that the outcome names."""
    others = len(in_favour(r)) - 1
    if r.choice == "either" or len(r.judgement.totals) == 1 or not others:
        return ""
    more = words.count(others, "more reason")
    return f"That weighs most; {more} for it {'stands' if others == 1 else 'stand'} below."


def _confirmation(r: Recommendation, filing: Filing | None) -> Iterator[str]:
    tried = [weighed for weighed in r.claims.values() if weighed.finding is not None]
    if filing is None and not tried:
        return
    yield f"### {document.CONFIRMATION}"
    if filing is not None:
        yield (
            f"Run `advisor record verify {filing.stem}.md --rerun` in the folder of this record "
            "and its evidence. It checks that both are unaltered, replays the rules, and puts "
            "every claim to the frameworks installed then: each reason holds, has changed, or "
            "cannot be run, and it says whether the advice would be another."
        )
    if tried:
        yield f"These claims were put to the installed frameworks{_days(tried)}:"
        yield "\n".join(map(_tried, tried))


def _tried(weighed: WeighedClaim) -> str:
    assert weighed.finding is not None  # chosen by the caller
    flag = ", deprecated" if weighed.deprecated else ""
    found = f"`{weighed.finding.probe}`: {escape(weighed.finding.reason)}"
    return f"* {weighed.claim.says}: {weighed.standing.value}{flag} ({found})"


def _days(tried: list[WeighedClaim]) -> str:
    """When the claims were tried: findings may be older than the record."""
    found = (weighed.finding for weighed in tried)
    days = sorted({finding.taken[:10] for finding in found if finding and finding.taken})
    if not days:
        return ""
    return f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[-1]}"


def _filed(filing: Filing | None) -> Iterator[str]:
    if filing is None:
        return
    if filing.supersedes:
        yield supersedes(filing.supersedes)
    yield (
        f"{REVISIT} {filing.revisit}, or earlier when one of its frameworks moves to another "
        "major version; `advisor record due` says when that is."
    )
    yield f"Evidence: [{filing.bundle}]({filing.bundle}), SHA-256 {code(filing.seal)}."


REVISIT = "Look at this decision again by"


def supersedes(name: str) -> str:
    """The sentence by which a record says whose place it takes."""
    return f"Supersedes [ADR-{name.split('-', 1)[0]}]({name})."
