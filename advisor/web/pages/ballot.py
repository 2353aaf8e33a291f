"""The form of a ballot: every question in play, points for every criterion, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from advisor.answers.ballot import MAX_REASON, Ballot
from advisor.answers.points import LEAST_POINTS, MEANINGS, MOST_POINTS
from advisor.report.toolkit.markup import NOTHING, Html, folded, items, joined, some, tag, void
from advisor.web.ballot_form import ANSWER, NAMED, NO_POINTS, POINTS, REASON, BallotForm
from advisor.web.pages.layout import button, form, hidden, link
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.wording.answers import DONT_KNOW
from advisor.workshop.item_results import CriterionResult, QuestionResult
from advisor.workshop.plan import Plan
from rules.model import UNKNOWN, Criterion, KnowledgeBase, Question

SEVERAL = "Choose all"
LAST = " in the last round"
OFFERED = "My name may stand by my answers and reasons in the record"
GIVEN = "Their name may stand by the answers and reasons in the record"


@dataclass(frozen=True)
class BallotPage:
    """What the form asks of whom. ``before`` is the round revealed last, if any;
    ``name`` is whom the facilitator fills it in for, empty where it is one's own.
    """

    plan: Plan
    kb: KnowledgeBase
    number: int
    before: RoundView | None = None
    name: str = ""


def ballot_form(
    sheet: BallotPage, filled: BallotForm, action: str, token: str, *, locked: bool
) -> Html:
    """The form; ``locked`` where it can no longer be sent and merely shows what was typed."""
    seal = NOTHING if locked else tag("p", button("Seal these answers", class_="main"))
    inside = tag(
        "fieldset" if locked else "div",
        *_questions(sheet, filled),
        _points(sheet, filled),
        _named(sheet, filled.ballot),
        seal,
        class_="whole",
        **({"disabled": ""} if locked else {}),
    )
    whom = hidden("name", sheet.name) if sheet.name else NOTHING
    kept = {} if locked else {"data_keep": ""}
    return form(action, token, hidden("round", str(sheet.number)), whom, inside, **kept)


def mistakes_told(sheet: BallotPage, mistakes: Mapping[str, str]) -> Html:
    """What is wrong with the form, first of all, with the way to it."""
    if not mistakes:
        return NOTHING
    listed = items(
        joined([link(workshop.item_title(sheet.kb, item), f"#{_id(item)}"), f" {sentence}"])
        for item, sentence in mistakes.items()
    )
    told = tag("p", "Nothing was sealed yet: please look at this again.")
    return tag("div", told, listed, class_="problem", role="alert")


# Questions


def _questions(sheet: BallotPage, filled: BallotForm) -> Iterator[Html]:
    asked = [sheet.kb.questions[name] for name in sheet.plan.questions]
    spreads = {one.id: one for one in sheet.before.result.questions} if sheet.before else {}
    for id, section in sheet.kb.sections.items():
        inside = [
            _question(sheet, question, filled, spreads.get(question.id))
            for question in asked
            if question.section == id
        ]
        if inside:
            yield tag("section", tag("h2", section.title), *inside)


def _question(
    sheet: BallotPage, question: Question, filled: BallotForm, before: QuestionResult | None
) -> Html:
    given = filled.ballot.answers.get(question.id, ())
    optional = "It may not apply to you; leave it out then." if question.applies_when else ""
    several = "Choose all that apply." if question.multiple and SEVERAL not in question.help else ""
    kind, counts = "checkbox" if question.multiple else "radio", _counts(before)
    options = [(option.id, option.label, option.help) for option in question.options]
    chosen = [
        _option(
            *(kind, f"{ANSWER}{question.id}", value, label, help),
            many=counts.get(value, 0),
            checked=value in given,
        )
        for value, label, help in (*options, (UNKNOWN, DONT_KNOW, ""))
    ]
    return _item(
        sheet,
        question.id,
        question.ask,
        " ".join(filter(None, (question.help, several, optional))),
        filled,
        tag("div", *chosen, class_="options"),
    )


def _counts(before: QuestionResult | None) -> Mapping[str, int]:
    """Option -> how many chose it in the last round."""
    return {**before.counts, UNKNOWN: before.silent} if before else {}


@lru_cache(maxsize=4096)  # the same for everybody who chose it, and for who did not
def _option(
    kind: str, name: str, value: str, label: str, help: str, *, many: int, checked: bool
) -> Html:
    last = tag("span", f"{many}×", tag("span", LAST, class_="spoken"), class_="many")
    return tag(
        "label",
        _choice(kind, name, value, checked=checked),
        tag("span", label, some(help, "small")),
        last if many else NOTHING,
    )


def _choice(kind: str, name: str, value: str, *, checked: bool) -> Html:
    state = {"checked": ""} if checked else {}
    return void("input", type=kind, name_=name, value=value, **state)


# Points


def _points(sheet: BallotPage, filled: BallotForm) -> Html:
    if not sheet.plan.criteria:
        return NOTHING
    spreads = {one.id: one for one in sheet.before.result.criteria} if sheet.before else {}
    meanings = ", ".join(f"{points} {meaning}" for points, meaning in MEANINGS.items())
    rows = [
        _criterion(sheet, sheet.kb.criteria[name], filled, spreads.get(name))
        for name in sheet.plan.criteria
    ]
    note = f"Points from {LEAST_POINTS} to {MOST_POINTS}: {meanings}. Only their order counts."
    return tag("section", tag("h2", "What matters to you"), tag("p", note, class_="note"), *rows)


def _criterion(
    sheet: BallotPage, criterion: Criterion, filled: BallotForm, before: CriterionResult | None
) -> Html:
    given = filled.ballot.points.get(criterion.id)
    counts = Counter(before.points) if before else Counter[int]()
    scale = [
        _point(criterion.id, str(points), MEANINGS.get(points, ""), counts[points], given == points)
        for points in range(LEAST_POINTS, MOST_POINTS + 1)
    ]
    none = _point(criterion.id, NO_POINTS, "no points", 0, given is None)
    ends = tag("div", *(tag("span", word) for word in MEANINGS.values()), class_="ends")
    body = tag("div", none, *scale, ends, class_="scale")
    return _item(sheet, criterion.id, criterion.title, criterion.asks, filled, body)


@lru_cache(maxsize=4096)
def _point(criterion: str, value: str, meaning: str, many: int, checked: bool) -> Html:
    spoken = ", ".join(filter(None, (meaning, f"{many}{LAST}" if many else "")))
    dots = tag("span", "●" * many if many < 4 else f"{many}", class_="many", aria_hidden="true")
    return tag(
        "label",
        _choice("radio", f"{POINTS}{criterion}", value, checked=checked),
        tag("span", "–" if value == NO_POINTS else value, class_="point"),
        some(f" {spoken}".rstrip(), "span", class_="spoken"),
        dots if many else NOTHING,
    )


# Both


def _item(
    sheet: BallotPage,
    id: str,
    title: str,
    help: str,
    filled: BallotForm,
    body: Html,
) -> Html:
    reason, mistake = filled.ballot.reasons.get(id, ""), filled.mistakes.get(id, "")
    return tag(
        "fieldset",
        tag("legend", title),
        some(help, "p", class_="help"),
        some(mistake, "p", class_="mistake"),
        _said_before(sheet.before)[id] if sheet.before else NOTHING,
        body,
        _reason(id, title, reason),
        id=_id(id),
        class_="item",
    )


@lru_cache(maxsize=4)
def _said_before(shown: RoundView) -> Mapping[str, Html]:
    """Question or criterion -> what the group said in the last round, and why those at its edges
    did.
    """
    p = shown.result
    told = {spread.id: workshop.group_answer(p, spread) for spread in p.questions}
    told |= {spread.id: workshop.scale(spread) for spread in p.criteria}
    spreads: list[QuestionResult | CriterionResult] = [*p.questions, *p.criteria]
    return {
        spread.id: tag(
            "div",
            tag("p", tag("strong", f"Round {p.number}:"), f" {told[spread.id]}"),
            items(workshop.remark(p, spread, one) for one in spread.edges),
            class_="before",
        )
        for spread in spreads
    }


def _reason(id: str, title: str, reason: str) -> Html:
    name = f"{REASON}{id}"
    area = tag(
        "textarea",
        reason,
        name_=name,
        id=name,
        rows="2",
        maxlength=str(MAX_REASON),
        aria_label=f"Why: {title}",
    )
    opened = {"open": ""} if reason else {}
    return folded("Say why", area, class_="why", **opened)


def _named(sheet: BallotPage, ballot: Ballot) -> Html:
    box = _choice("checkbox", NAMED, "yes", checked=ballot.named)
    note = "Without it nobody learns whose they are, before the reveal or after."
    label = tag("label", box, tag("span", GIVEN if sheet.name else OFFERED, tag("small", note)))
    return tag("div", label, class_="options named")


def _id(item: str) -> str:
    return f"item-{item}"
