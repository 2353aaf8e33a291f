"""The outcome of an audit of a workshop: each round, then the ballot behind each receipt."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from advisor.answers.ballot import Ballot
from advisor.report.toolkit.wrapping import ReportLine, print_lines
from advisor.wording.quantities import count
from advisor.wording.recommendation import answer_in_words
from advisor.wording.workshop import item_title
from advisor.workshop.audit import LEAST_DIGITS, Audit, AuditedRound, ReceiptState, TracedBallot
from rules.model import KnowledgeBase


def render(
    audit: Audit, console: Console, kb: KnowledgeBase, *, name: str, opened: int | None = None
) -> None:
    """Print it; ``name`` is what was audited, ``opened`` the round that is open, if one is."""
    print_lines(console, _lines(audit, kb, name, opened))


def _lines(audit: Audit, kb: KnowledgeBase, name: str, opened: int | None) -> Iterator[ReportLine]:
    yield 0, Text("")
    yield 0, Text(name)
    yield 0, _headline(audit)
    yield 0, Text("")
    for sentence in audit.wrong:
        yield 2, Text(sentence, style="red")
    for audited in audit.rounds:
        yield from _round(audited)
    if opened is not None:
        said = f"round {opened}  -    is open: nothing of it is published before its reveal"
        yield 2, Text(said, style="dim")
    for traced in audit.traced:
        yield 0, Text("")
        yield from _receipt(traced, kb)
    yield 0, Text("")


def _headline(audit: Audit) -> Text:
    if audit.mistakes:
        return Text("Not all is as it was sealed", style="bold red")
    if not audit.rounds:
        return Text("Nothing is published yet: no round was revealed", style="bold")
    return Text("Every ballot is the one that was sealed", style="bold green")


def _round(audited: AuditedRound) -> Iterator[ReportLine]:
    revealed = audited.revealed
    mark, style = ("NO", "bold red") if audited.wrong else ("yes", "green")
    ballots = count(len(revealed.ballots), "ballot")
    line = f"{ballots}, {'each ' if len(revealed.ballots) > 1 else ''}held against its receipt"
    if revealed.replaced:
        one = len(revealed.replaced) == 1
        were, whose = ("was", "its owner") if one else ("were", "their owners")
        line += f"; {len(revealed.replaced)} more {were} replaced by {whose} before the reveal"
    yield 2, Text(f"round {revealed.number}  ").append(f"{mark:<5}", style=style).append(line)
    yield 4, Text(f"seal {revealed.seal}", style="dim")
    for sentence in audited.wrong:
        yield 16, Text(sentence, style="red")


def _receipt(traced: TracedBallot, kb: KnowledgeBase) -> Iterator[ReportLine]:
    by = "" if len(traced.receipt) > LEAST_DIGITS else f" (by its first {LEAST_DIGITS} digits)"
    line = Text(f"Receipt {traced.receipt}{by}: ")
    match traced.state:
        case ReceiptState.COUNTED:
            yield 0, line.append(f"counted in round {traced.number}, as this ballot", "bold green")
            assert traced.ballot is not None  # of what was counted
            yield from _ballot(traced.ballot.ballot, kb)
            name = traced.ballot.name
            wish = f"Its owner wants their name beside it: {name}."
            yield 2, Text(wish if name else "No name stands beside it.", style="dim")
        case ReceiptState.REPLACED:
            said = f"replaced by its owner in round {traced.number}, before the reveal"
            yield 0, line.append(said, "bold").append("; the later ballot has a receipt of its own")
        case ReceiptState.SEALED:
            yield 0, line.append(ReceiptState.SEALED.value, "bold")
        case ReceiptState.UNKNOWN:
            yield 0, line.append("no ballot here has it", "bold red")


def _ballot(ballot: Ballot, kb: KnowledgeBase) -> Iterator[ReportLine]:
    """Everything in it, so that its owner can see that it is theirs."""
    for name, options in ballot.answers.items():
        try:
            answer = answer_in_words(kb, name, options)
        except KeyError:  # of other knowledge
            answer = ", ".join(options)
        yield from _item(name, answer, ballot, kb)
    for name, points in ballot.points.items():
        yield from _item(name, count(points, "point"), ballot, kb)
    for name in ballot.reasons:
        if name not in ballot.answers and name not in ballot.points:
            yield from _item(name, "", ballot, kb)


def _item(name: str, said: str, ballot: Ballot, kb: KnowledgeBase) -> Iterator[ReportLine]:
    known = name in kb.questions or name in kb.criteria
    title = item_title(kb, name) if known else name
    between = " " if title.endswith("?") else ": "
    yield 2, Text(f"{title}{between if said else ''}").append(said, style="bold")
    if name in ballot.reasons:
        yield 4, Text(f"“{ballot.reasons[name]}”")
