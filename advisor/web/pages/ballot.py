"""The form of a ballot: every question in play, points for every criterion, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from advisor.answers.ballot import LEAST_POINTS, MAX_REASON, MEANINGS, MOST_POINTS, SCALE, Ballot
from advisor.report.toolkit.markup import NOTHING, Html, folded, items, joined, some, tag, void
from advisor.web.ballot_form import ANSWER, NAMED, NO_POINTS, POINTS, REASON, BallotForm
from advisor.web.pages.layout import button, form, hidden, link
from advisor.wording import workshop
from advisor.wording.answers import DONT_KNOW
from advisor.wording.round_report import CriterionReport, QuestionReport, RoundReport
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
    before: RoundReport | None = None
    name: str = ""


def ballot_form(
    page: BallotPage, filled: BallotForm, action: str, token: str, *, locked: bool
) -> Html:
    """The form; ``locked`` where it can no longer be sent and merely shows what was typed."""
    seal = NOTHING if locked else tag("p", button("Seal these answers", class_="main"))
    inside = tag(
        "fieldset" if locked else "div",
        *_questions(page, filled),
        _points(page, filled),
        _named(page, filled.ballot),
        seal,
        class_="whole",
        **({"disabled": ""} if locked else {}),
    )
    whom = hidden("name", page.name) if page.name else NOTHING
    saving = {} if locked else {"data_keep": ""}
    return form(action, token, hidden("round", str(page.number)), whom, inside, **saving)


def mistake_list(page: BallotPage, mistakes: Mapping[str, str]) -> Html:
    """The mistakes in the form, each with a link to its item."""
    if not mistakes:
        return NOTHING
    listed = items(
        joined([link(workshop.item_title(page.kb, item), f"#{_id(item)}"), f" {sentence}"])
        for item, sentence in mistakes.items()
    )
    note = tag("p", "Nothing was sealed yet: please look at this again.")
    return tag("div", note, listed, class_="problem", role="alert")


# Questions


def _questions(page: BallotPage, filled: BallotForm) -> Iterator[Html]:
    asked = [page.kb.questions[name] for name in page.plan.questions]
    before = {question.id: question for question in page.before.questions} if page.before else {}
    for id, section in page.kb.sections.items():
        inside = [
            _question(page, question, filled, before.get(question.id))
            for question in asked
            if question.section == id
        ]
        if inside:
            yield tag("section", tag("h2", section.title), *inside)


def _question(
    page: BallotPage, question: Question, filled: BallotForm, before: QuestionReport | None
) -> Html:
    chosen_ids = filled.ballot.answers.get(question.id, ())
    optional = "It may not apply to you; leave it out then." if question.applies_when else ""
    several = "Choose all that apply." if question.multiple and SEVERAL not in question.help else ""
    kind, counts = "checkbox" if question.multiple else "radio", {}  # option -> people, last round
    if before is not None:
        counts = {option.id: option.people for option in before.options}
        counts[UNKNOWN] = before.silent
    options = [(option.id, option.label, option.help) for option in question.options]
    chosen = [
        _option(
            *(kind, f"{ANSWER}{question.id}", value, label, help),
            many=counts.get(value, 0),
            checked=value in chosen_ids,
        )
        for value, label, help in (*options, (UNKNOWN, DONT_KNOW, ""))
    ]
    return _item(
        page,
        question.id,
        question.ask,
        " ".join(filter(None, (question.help, several, optional))),
        filled,
        tag("div", *chosen, class_="options"),
    )


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


def _points(page: BallotPage, filled: BallotForm) -> Html:
    if not page.plan.criteria:
        return NOTHING
    before = {criterion.id: criterion for criterion in page.before.criteria} if page.before else {}
    meanings = ", ".join(f"{points} {meaning}" for points, meaning in MEANINGS.items())
    criteria = [page.kb.criteria[name] for name in page.plan.criteria]
    rows = [_criterion(page, criterion, filled, before.get(criterion.id)) for criterion in criteria]
    note = f"Points from {LEAST_POINTS} to {MOST_POINTS}: {meanings}. Only their order counts."
    return tag("section", tag("h2", "What matters to you"), tag("p", note, class_="note"), *rows)


def _criterion(
    page: BallotPage, criterion: Criterion, filled: BallotForm, before: CriterionReport | None
) -> Html:
    own = filled.ballot.points.get(criterion.id)
    counts = {cell.points: cell.people for cell in before.counts} if before else {}
    scale = [
        _point(criterion.id, str(n), MEANINGS.get(n, ""), counts.get(n, 0), own == n) for n in SCALE
    ]
    none = _point(criterion.id, NO_POINTS, "no points", 0, own is None)
    ends = tag("div", *(tag("span", word) for word in MEANINGS.values()), class_="ends")
    body = tag("div", none, *scale, ends, class_="scale")
    return _item(page, criterion.id, criterion.title, criterion.asks, filled, body)


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


def _item(page: BallotPage, id: str, title: str, help: str, filled: BallotForm, body: Html) -> Html:
    reason, mistake = filled.ballot.reasons.get(id, ""), filled.mistakes.get(id, "")
    name, longest = f"{REASON}{id}", str(MAX_REASON)
    typing = {"id": name, "rows": "2", "maxlength": longest, "aria_label": f"Why: {title}"}
    area = tag("textarea", reason, name_=name, **typing)
    return tag(
        "fieldset",
        tag("legend", title),
        some(help, "p", class_="help"),
        some(mistake, "p", class_="mistake"),
        _before(page.before)[id] if page.before else NOTHING,
        body,
        folded("Say why", area, class_="why", **({"open": ""} if reason else {})),
        id=_id(id),
        class_="item",
    )


@lru_cache(maxsize=4)
def _before(report: RoundReport) -> Mapping[str, Html]:
    """Question or criterion -> what the group said in the last round, and why those at its edges
    did.
    """
    return {
        item.id: tag(
            "div",
            tag("p", tag("strong", f"Round {report.number}:"), f" {item.group}"),
            items(reason.text for reason in item.edges),
            class_="before",
        )
        for item in (*report.questions, *report.criteria)
    }


def _named(page: BallotPage, ballot: Ballot) -> Html:
    box = _choice("checkbox", NAMED, "yes", checked=ballot.named)
    note = "Without it nobody learns whose they are, before the reveal or after."
    label = tag("label", box, tag("span", GIVEN if page.name else OFFERED, tag("small", note)))
    return tag("div", label, class_="options named")


def _id(item: str) -> str:
    return f"item-{item}"
