"""Before and after, side by side: what other answers make of a consultation."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from advisor.consultation.comparison import ChangedAnswer, Comparison
from advisor.consultation.consultation import Recommendation
from advisor.report.toolkit.json_data import SCHEMA, dumped, recommendation_as_data
from advisor.report.toolkit.wrapping import WIDEST, ReportLine, plain_table, print_lines, section
from advisor.wording.quantities import percent
from advisor.wording.recommendation import (
    NOTHING_TRIED,
    change_in_words,
    effect_on,
    outcome,
    proof,
    sureness,
)
from rules.model import KnowledgeBase, Rule
from rules.scoring.judgement import Judgement, Verdict


def as_json(comparison: Comparison, *, tried: bool, other_knowledge: bool) -> str:
    """One JSON object, as ``advisor whatif --format json`` prints it.

    ``schema``; ``knowledge_base``, ``other_knowledge`` (the session was made with other) and
    ``tried`` (it holds findings); ``changes [{question, before [option], after [option]}]``;
    ``differs``; ``before`` and ``after`` as the ``recommendation`` of ``advisor ask``; ``gained``
    and ``lost [{rule, because, decides}]``; ``missing [{claim, says, probe}]``, the claims that
    only the new answers rest on and that were not tried.
    """
    after, missing = comparison.after, [weighed.claim for weighed in comparison.missing]
    data = {
        "schema": SCHEMA,
        "knowledge_base": after.kb.digest,
        "other_knowledge": other_knowledge,
        "tried": tried,
        "changes": [asdict(change) for change in comparison.changes],
        "differs": comparison.differs,
        "before": recommendation_as_data(comparison.before),
        "after": recommendation_as_data(after),
        "gained": _rules(comparison.gained),
        "lost": _rules(comparison.lost),
        "missing": [
            {"claim": claim.id, "says": claim.says, "probe": claim.probe} for claim in missing
        ],
    }
    return dumped(data)


def _rules(rules: Iterable[Rule]) -> Sequence[Mapping[str, Any]]:
    return [{"rule": r.id, "because": r.because, "decides": r.decides} for r in rules]


def render(comparison: Comparison, console: Console, *, tried: bool) -> None:
    """Print the changes, both outcomes, and what makes the difference."""
    print_lines(console, _lines(comparison, console, tried=tried))


def _lines(comparison: Comparison, console: Console, *, tried: bool) -> Iterator[ReportLine]:
    before, after, kb = comparison.before, comparison.after, comparison.after.kb
    yield 0, Text("")
    if before.sheet.title:
        yield 0, Text(before.sheet.title)
    yield from _head(comparison)
    if not tried:
        yield 0, Text(NOTHING_TRIED, style="yellow")
    yield from section("What if", _changes(kb, comparison.changes, after.facts.not_applicable))
    if not comparison.changes:
        yield 0, Text("")
        return
    yield from section("Now", _result(before, tried=tried))
    yield from section("Then", _result(after, tried=tried))
    yield from section("How the criteria speak, now -> then", _scores(comparison, console))
    yield from section("Rules that speak only then", _reasons(kb, comparison.gained))
    yield from section("Rules that speak no longer", _reasons(kb, comparison.lost))
    missing = [
        (0, Text(f"? {w.claim.says}", style="yellow").append(f" ({w.claim.probe})", "dim"))
        for w in comparison.missing
    ]
    yield from section("Would rest on this too, which was not tried", missing)
    yield 0, Text("")


def _head(comparison: Comparison) -> Iterator[ReportLine]:
    now = outcome(comparison.before.kb, comparison.before.judgement)
    then = outcome(comparison.after.kb, comparison.after.judgement)
    if comparison.differs:
        yield 0, Text(f"{now}  =>  {then}", style="bold yellow")
    elif now != then:
        yield 0, Text(f"{now}  =>  {then}", style="bold green")
        yield 0, Text("The choice stays; how sure it is changes.")
    else:
        yield 0, Text(f"It stays: {now}", style="bold green")


def _changes(
    kb: KnowledgeBase, changes: Sequence[ChangedAnswer], not_applicable: Container[str]
) -> Iterator[ReportLine]:
    for change in changes:
        words = change_in_words(kb, change.question, change.before, change.after)
        line = Text(f"{kb.questions[change.question].ask}  ").append(words, style="bold")
        if change.question in not_applicable:
            line.append("  (set aside: the other answers leave this question out)", style="dim")
        yield 0, line
    if not changes:
        yield 0, Text("These are the answers given already: nothing changes.")


def _result(r: Recommendation, *, tried: bool) -> Iterator[ReportLine]:
    yield 0, Text(outcome(r.kb, r.judgement), style="bold")
    if r.judgement.verdict is not Verdict.IMPOSSIBLE:
        yield 0, Text(sureness(r))
    else:
        questions = "; ".join(r.kb.questions[name].ask for name in r.conflict)
        yield 0, Text(f"The answers to these questions exclude each other: {questions}")
    if tried:  # else the head says so of both
        yield 0, Text(proof(r))


def _scores(comparison: Comparison, console: Console) -> Iterator[ReportLine]:
    """A table of both; where it does not fit the weights are left out."""
    before, after = comparison.before.judgement, comparison.after.judgement
    if not (before.weights or after.weights):
        return
    table = _table(comparison, with_weights=True)
    widest = Measurement.get(console, console.options, table).maximum
    fits = widest <= min(console.width, WIDEST) - 2
    yield 0, table if fits else _table(comparison, with_weights=False)


def _table(comparison: Comparison, *, with_weights: bool) -> Table:
    kb = comparison.after.kb
    now, then = comparison.before.judgement, comparison.after.judgement
    table = plain_table()
    table.add_column("")
    if with_weights:
        table.add_column("weight", justify="right")
    for alternative in kb.alternatives.values():
        table.add_column(Text(alternative.title), no_wrap=True)
    weighted = [c for c in kb.criteria if c in now.weights or c in then.weights]
    for criterion in sorted(weighted, key=lambda c: -then.weights.get(c, 0.0)):
        weight = _both(_percent(now.weights, criterion), _percent(then.weights, criterion))
        cells = [
            _both(_score(now, name, criterion), _score(then, name, criterion))
            for name in kb.alternatives
        ]
        title = kb.criteria[criterion].title
        table.add_row(title, *([weight] if with_weights else []), *cells)
    totals = [_both(_total(now, name), _total(then, name)) for name in kb.alternatives]
    for cell in totals:
        cell.stylize("bold")
    table.add_row("weighted total", *([Text()] if with_weights else []), *totals)
    return table


def _both(now: str, then: str) -> Text:
    """A value that stays, or the old and the new one; ``-`` stands for nothing."""
    if now == then:
        return Text(now, style="dim")
    return Text(" -> ".join("0" if value == "-" else value for value in (now, then)))


def _percent(weights: Mapping[str, float], criterion: str) -> str:
    return percent(weights[criterion]) if criterion in weights else "-"


def _score(judgement: Judgement, name: str, criterion: str) -> str:
    score = judgement.scores.get(name, {}).get(criterion, 0.0)
    return f"{score:+.2f}" if score else "-"


def _total(judgement: Judgement, name: str) -> str:
    return f"{judgement.totals[name]:+.2f}" if name in judgement.totals else "ruled out"


def _reasons(kb: KnowledgeBase, rules: Sequence[Rule]) -> Iterator[ReportLine]:
    """The rules that decide; those that conclude or advise are counted."""
    for rule in rules:
        if rule.decides:
            effect = effect_on(kb, rule)
            yield 0, Text(f"- {rule.because}").append(f" ({effect})", style="dim")
    others = sum(not rule.decides for rule in rules)
    if others:
        one = "1 rule that concludes or advises"
        counted = one if others == 1 else f"{others} rules that conclude or advise"
        yield 0, Text(f"and {counted}", style="dim")
