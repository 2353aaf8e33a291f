"""A decision record in the format of MADR 4.0.0 (https://adr.github.io/madr/).

Front matter, then title, context, drivers, options, outcome, consequences, confirmation, pros
and cons, and more. Empty sections are left out. The record is proposed; people accept it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import yaml

from advisor import __version__
from advisor.consultation import Recommendation
from advisor.evidence import Standing, WeighedClaim
from advisor.files import create_whole
from advisor.report import words
from advisor.session import finished_text
from rules.model import Advise, Prefer, Rule, RuleOut
from rules.reading import either

OPEN = "Leave it open for now"  # the option chosen when it is too close to call
ROLES = {
    "decision_makers": "decision-makers",
    "consulted": "consulted",
    "informed": "informed",
}
DEFAULT_TITLE = "Choose a deep-learning framework"
LONGEST_SLUG = 60
# Names at the head of a reason that look like ordinary words; others have a capital inside.
NAMES = frozenset({"Android", "Apple", "Core", "Fortran", "Google", "Hugging", "Keras"})


def write_record(
    recommendation: Recommendation, folder: Path, *, today: date | None = None
) -> Path:
    """Write the record into ``folder`` under its next number; returns the new file's path.

    Beside it, under the same name, goes the session it can be proven again from. The folder is
    made if it is missing. Raises OSError. The outcome must carry a choice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    slug = _slug(recommendation.sheet.title or DEFAULT_TITLE)
    while True:
        session = folder / f"{_next_number(folder):04d}-{slug}.yaml"
        try:
            create_whole(session, finished_text(recommendation))
        except FileExistsError:
            continue
        record = session.with_suffix(".md")
        try:
            create_whole(record, record_text(recommendation, today or date.today(), session.name))
        except BaseException:
            session.unlink()
            raise
        return record


def record_text(recommendation: Recommendation, today: date, session: str) -> str:
    """The whole record; ``session`` is the name of the file it can be proven again from.

    No blank line follows the front matter: some readers need it so.
    """
    body = "\n\n".join(_sections(_in_markdown(recommendation), session))
    return f"{_front_matter(recommendation, today)}{body}\n"


def _in_markdown(r: Recommendation) -> Recommendation:
    """The recommendation with every text of the knowledge base shown as it is by Markdown."""
    kb = replace(
        r.kb,
        alternatives={
            name: replace(alternative, title=escape(alternative.title))
            for name, alternative in r.kb.alternatives.items()
        },
        criteria={
            name: replace(criterion, title=escape(criterion.title), asks=escape(criterion.asks))
            for name, criterion in r.kb.criteria.items()
        },
        questions={
            name: replace(
                question,
                ask=escape(question.ask),
                options=tuple(replace(o, label=escape(o.label)) for o in question.options),
            )
            for name, question in r.kb.questions.items()
        },
        claims={
            name: replace(claim, says=escape(claim.says)) for name, claim in r.kb.claims.items()
        },
        rules={name: _rule_in_markdown(rule) for name, rule in r.kb.rules.items()},
    )
    return replace(
        r,
        kb=kb,
        fired=tuple(kb.rules[rule.id] for rule in r.fired),
        claims={name: replace(w, claim=kb.claims[name]) for name, w in r.claims.items()},
        findings={
            name: replace(f, versions={v: escape(text) for v, text in f.versions.items()})
            for name, f in r.findings.items()
        },
    )


def _rule_in_markdown(rule: Rule) -> Rule:
    action = rule.action
    if isinstance(action, Advise):
        action = replace(action, text=escape(action.text))
    return replace(rule, because=escape(rule.because), action=action)


def _front_matter(recommendation: Recommendation, today: date) -> str:
    data: dict[str, object] = {"status": "proposed", "date": today}
    for role, field in ROLES.items():
        if recommendation.sheet.people.get(role):
            data[field] = list(recommendation.sheet.people[role])
    text: str = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    return f"---\n{text}---\n"


def _sections(r: Recommendation, session: str) -> Iterator[str]:
    yield f"# {escape(r.sheet.title or DEFAULT_TITLE)}"
    yield "## Context and Problem Statement"
    yield _context(r)
    yield "## Decision Drivers"
    yield _drivers(r)
    yield "## Considered Options"
    yield "\n".join(f"* {title}" for title in _options(r).values())
    yield "## Decision Outcome"
    yield _outcome(r)
    consequences = "\n".join(_consequences(r))
    if consequences:
        yield "### Consequences"
        yield consequences
    yield "### Confirmation"
    yield _confirmation(r, session)
    yield "## Pros and Cons of the Options"
    for alternative, title in _options(r).items():
        arguments = "\n".join(_arguments(r, alternative))
        if arguments:
            yield f"### {title}"
            yield arguments
    yield "## More Information"
    yield from _more(r)


def _options(r: Recommendation) -> Mapping[str, str]:
    """Alternative id (``either`` for leaving it open) -> the option's title."""
    options = {name: alternative.title for name, alternative in r.kb.alternatives.items()}
    return {**options, "either": OPEN} if r.choice == "either" else options


def _context(r: Recommendation) -> str:
    names = either(alternative.title for alternative in r.kb.alternatives.values())
    lines = [f"Which framework should this work be built on: {names}? What is known of it:", ""]
    for name, given in r.sheet.answers.items():
        if name in r.facts.not_applicable:
            continue
        answer = words.answer_in_words(r.kb, name, given)
        lines.append(f"* {r.kb.questions[name].ask} {answer}")
    return "\n".join(lines)


def _drivers(r: Recommendation) -> str:
    weights = sorted(r.judgement.weights.items(), key=lambda item: -item[1])
    if not weights:
        return "* What is allowed at all"
    return "\n".join(
        f"* {r.kb.criteria[name].title}, weight {words.percent(weight)}: {r.kb.criteria[name].asks}"
        for name, weight in weights
    )


def _outcome(r: Recommendation) -> str:
    assert r.choice is not None  # the caller has refused a consultation without an outcome
    sentence = f'Chosen option: "{_options(r)[r.choice]}", because {_because(r)}'
    return f"{sentence}\n\n{words.sureness(r)} {words.proof(r)}"


def _because(r: Recommendation) -> str:
    if r.choice == "either":
        return "the alternatives come too close to each other for what is known."
    if len(r.judgement.totals) == 1:
        out = [rule.because for rule in r.deciding if isinstance(rule.action, RuleOut)]
        return f"every other alternative is ruled out: {' '.join(dict.fromkeys(out))}"
    return f"above all: {max(_in_favour(r), key=lambda rule: _weight(r, rule)).because}"


def _consequences(r: Recommendation) -> Iterator[str]:
    if r.choice == "either":
        yield "* Good, because nobody is bound by a difference that is not there"
        yield "* Bad, because the question will come up again; see below for what would settle it"
        return
    for rule in _speaking(r, r.choice or ""):
        yield f"* Good, because {_clause(rule)}"
    for rule in _speaking_otherwise(r, r.choice or ""):
        yield f"* Bad, because {_clause(rule)}"


def _arguments(r: Recommendation, alternative: str) -> Iterator[str]:
    for rule in _speaking(r, alternative):
        yield f"* Good, because {_clause(rule)} ({_proof(r, rule)})"
    for rule in r.deciding:
        if _speaks_against(rule, alternative):
            yield f"* Bad, because {_clause(rule)} ({_proof(r, rule)})"
    if alternative == "either":
        yield "* Neutral, because it costs nothing until work depends on the choice"


def _in_favour(r: Recommendation) -> Iterator[Rule]:
    """The rules that speak for the choice, or against what it was compared with."""
    for rule in r.deciding:
        if isinstance(rule.action, Prefer) and rule.action.alternative in r.judgement.totals:
            is_choice = rule.action.alternative == r.choice
            if is_choice == (rule.action.factor > 0):
                yield rule


def _speaking(r: Recommendation, alternative: str) -> list[Rule]:
    """The rules that speak for the alternative, the weightiest first."""
    found = [
        rule
        for rule in r.deciding
        if isinstance(rule.action, Prefer)
        and rule.action.alternative == alternative
        and rule.action.factor > 0
    ]
    return sorted(found, key=lambda rule: -_weight(r, rule))


def _weight(r: Recommendation, rule: Rule) -> float:
    assert isinstance(rule.action, Prefer)  # a rule that rules out needs no weight
    return r.judgement.weights[rule.action.criterion] * abs(rule.action.factor)


def _speaking_otherwise(r: Recommendation, alternative: str) -> Iterator[Rule]:
    """The rules that speak against the alternative or for another one that is left."""
    for rule in r.deciding:
        favours_other = (
            isinstance(rule.action, Prefer)
            and rule.action.factor > 0
            and rule.action.alternative != alternative
            and rule.action.alternative in r.judgement.totals
        )
        if favours_other or _speaks_against(rule, alternative):
            yield rule


def _speaks_against(rule: Rule, alternative: str) -> bool:
    match rule.action:
        case Prefer(name, _, factor):
            return name == alternative and factor < 0
        case RuleOut(name):
            return name == alternative
        case _:
            return False


def _clause(rule: Rule) -> str:
    """The rule's reason as the end of a sentence that began with "because"."""
    text = rule.because.rstrip(".") or rule.because
    first = text.split(" ", 1)[0].removesuffix("'s")
    is_name = first in NAMES or (len(first) > 1 and not first[1:].islower())
    return text if is_name else text[0].lower() + text[1:]


def _proof(r: Recommendation, rule: Rule) -> str:
    """Rule id and how far it was verified, so that each reason can be looked up."""
    return f"rule `{rule.id}`, {words.standing_mark(r, rule)}"


def _days(tried: list[WeighedClaim]) -> str:
    """When the claims were tried: findings may be older than the record."""
    found = (weighed.finding for weighed in tried)
    days = sorted({finding.taken[:10] for finding in found if finding and finding.taken})
    if not days:
        return ""
    return f" on {days[0]}" if len(days) == 1 else f" from {days[0]} to {days[-1]}"


def _confirmation(r: Recommendation, session: str) -> str:
    lines = [
        f"Run `advisor ask --answers {session}` in this folder: it puts the claims to the "
        "frameworks installed then, and says what it recommends then."
    ]
    tried = [weighed for weighed in r.claims.values() if weighed.finding is not None]
    if tried:
        lines += [f"These claims were put to the installed frameworks{_days(tried)}:", ""]
    for weighed in tried:
        assert weighed.finding is not None  # chosen above
        flag = ", deprecated" if weighed.deprecated else ""
        lines.append(
            f"* {weighed.claim.says}: {weighed.standing.value}{flag}"
            f" (`{weighed.finding.probe}`: {escape(weighed.finding.reason)})"
        )
    return "\n".join(lines)


def _more(r: Recommendation) -> Iterator[str]:
    if r.withdrawn:
        fallen = "\n".join(
            f"* {r.kb.rules[w.rule].because} "
            + "; ".join(f"{r.claims[c].standing.value}: {r.kb.claims[c].says}" for c in w.claims)
            for w in r.withdrawn
        )
        yield f"{words.turn(r)}\n\n{fallen}"
    advice = [f"* {_whom(r, advice)}{advice.text}" for _, advice in words.advice_in_order(r)]
    if advice:
        yield "Advice on the stack:\n\n" + "\n".join(advice)
    changes = list(_changes(r))
    if changes:
        yield "Look at this again if one of these turns out otherwise:\n\n" + "\n".join(changes)
    untried = [w for w in r.claims.values() if w.standing is Standing.UNVERIFIED]
    if untried:
        listed = "\n".join(f"* {w.claim.says} ({escape(w.why)})" for w in untried)
        yield f"Not verified when this was written:\n\n{listed}"
    on = ", ".join(words.versions(r.findings.values()))
    tried = f"which tried {on}" if on else "which tried no framework"
    base = f"knowledge base `{r.kb.digest}`"
    yield f"Written by framework-advisor {__version__}, {tried}; {base}."


def _whom(r: Recommendation, advice: Advise) -> str:
    """Whom the advice is for, where that is not clear from the choice."""
    if r.choice != "either" or advice.alternative is None:
        return ""
    return f"With {r.kb.alternatives[advice.alternative].title}: "


def _changes(r: Recommendation) -> Iterator[str]:
    for flip in r.flips:
        answer = words.answer_in_words(r.kb, flip.question, flip.answer)
        ask = r.kb.questions[flip.question].ask
        yield f"* {ask} With “{answer}”: {words.outcome(r.kb, flip.judgement)}"
    for fall in r.falls:
        claim = r.kb.claims[fall.claim].says
        yield f"* If this were false: {claim}: {words.outcome(r.kb, fall.judgement)}"
    for influence in words.movers(r):
        yield f"* {r.kb.questions[influence.question].ask} (not answered)"


def escape(text: str) -> str:
    """Text as one line of Markdown that shows it as it is: no markup, no HTML, no formula."""
    return re.sub(r"([\\`*_\[\]<>&#|~$])", r"\\\1", " ".join(text.split()))


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return slug or "choose-a-framework"


def _next_number(folder: Path) -> int:
    numbered = (re.match(r"([0-9]{4,})-", path.name) for path in folder.iterdir())
    return max((int(found[1]) for found in numbered if found), default=0) + 1
