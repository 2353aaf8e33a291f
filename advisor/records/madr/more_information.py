"""What a record tells under More Information: how sure it is, and what would make it otherwise.

The report comes with its texts escaped, see :mod:`advisor.records.madr.escaping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from advisor.wording.quantities import count
from advisor.wording.report import Advice, Changes, Report, ShortList, Withdrawn

CONFIDENCE = {
    "clear": "Confidence: clear, the highest of three grades (clear, leaning, too close).",
    "leaning": "Confidence: leaning, the middle of three grades (clear, leaning, too close).",
    "either": "Confidence: too close to call, the lowest of three grades.",
}


def information(report: Report) -> Iterator[str]:
    """The paragraphs and lists, each but the empty ones."""
    head = report.head
    sentences = (CONFIDENCE[head.verdict], head.open_ends, report.choice.balance)
    yield " ".join(sentence for sentence in sentences if sentence)
    if report.withdrawn.items:
        yield head.turn
        yield "\n".join(_withdrawn(report.withdrawn))
    yield from _listed("Advice on the stack:", map(_advice, report.stack.items))
    questions = (f"* {question}" for question in report.open_questions)
    yield from _listed("Open when this was written:", questions)
    yield from _listed(f"{report.changes.title}:", _changes(report.changes))
    unverified = (f"* {claim.says} ({claim.why})" for claim in report.unverified)
    yield from _listed("What could not be verified when this was written:", unverified)


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = list(items)
    if lines:
        yield title
        yield "\n".join(lines)


def _withdrawn(withdrawn: Withdrawn) -> Iterator[str]:
    for reason in sorted(withdrawn.items, key=lambda reason: reason.number):
        claims = "; ".join(f"{claim.status}: {claim.says}" for claim in reason.claims)
        yield f"* {reason.because} (rule `{reason.id}`, {claims})"


def _advice(advice: Advice) -> str:
    whom = f"With {advice.whom}: " if advice.whom else ""
    return f"* {whom}{advice.text}"


def _changes(changes: Changes) -> Iterator[str]:
    for other in changes.answers.first_in_record:
        yield f"* {other.ask} With “{other.answer}”: {other.outcome}"
    yield from _left(changes.answers, "other changed answer", "flips")
    for fragile in changes.claims.first_in_record:
        yield f"* If this were false: {fragile.claim.says}: {fragile.outcome}"
    yield from _left(changes.claims, "other claim", "flips")
    for question in changes.questions.first_in_record:
        yield f"* {question.ask} (not answered)"
    yield from _left(changes.questions, "other open question", "explain")


def _left(changes: ShortList[object], noun: str, command: str) -> Iterator[str]:
    left = len(changes.items) - len(changes.first_in_record)
    if left:
        yield f"* And {count(left, noun)}; `advisor {command}` tells more"
