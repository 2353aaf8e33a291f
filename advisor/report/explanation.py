"""Explanations on a terminal, as trees cut to a depth, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from advisor.report.toolkit.json_data import SCHEMA, dumped
from advisor.report.toolkit.wrapping import STATUS_STYLES, WIDEST
from rules.analysis.traces import Step
from rules.diagnostics import shown

OVERVIEW = "explanation"  # the kind of a step whose children are answers of their own
EVERYTHING = 99  # a depth below which nothing lies
NARROWEST = 24  # columns that a sentence has, however deep its step is

# Kinds of steps whose id other commands take.
NAMED = {"answer", "claim", "concept", "criterion", "flip", "missing", "open", "question", "rule"}
_DEPTHS = {"why_not": 1}  # in an overview: how it was concluded has shown the rules already
_STYLES = {
    "clear": "bold green",
    "leaning": "bold green",
    "either": "bold yellow",
    "undecided": "bold yellow",
    "impossible": "bold yellow",
    **STATUS_STYLES,
    "withdrawn": "red",
    "unproven": "yellow",
}


# What is drawn before a child, before the last one, and under each of them.
CHILD, LAST, UNDER_CHILD, UNDER_LAST = "├─ ", "└─ ", "│  ", "   "


def as_json(step: Step, depth: int | None = None) -> str:
    """One JSON object, as ``advisor explain --format json`` prints it: the tree itself.

    ``schema``, and of each step ``kind``, ``id``, ``says`` (sentences), ``state`` (one word),
    ``numbers`` (name -> number) and ``children`` (steps, none below ``depth``, which an overview
    counts from each of its answers). Keys are only ever added.
    """
    depth = EVERYTHING if depth is None else depth + (step.kind == OVERVIEW)
    return dumped({"schema": SCHEMA, **_as_data(step, depth)})


def _as_data(step: Step, depth: int) -> dict[str, Any]:
    children = step.children if depth else ()
    return {
        "kind": step.kind,
        "id": step.id,
        "says": step.says,
        "state": step.state,
        "numbers": dict(step.numbers),
        "children": [_as_data(child, depth - 1) for child in children],
    }


def render(step: Step, console: Console, depth: int = EVERYTHING) -> None:
    """Print a tree down to ``depth`` below its root, and how much lies deeper."""
    _print(console, step, _STYLES.get(step.state, "bold"))
    _render_children(console, step.children, "", depth)
    levels = list(_levels(step, 0))
    hidden = sum(level > depth for level in levels)
    if hidden:
        more = Step("hidden", "", f"… {hidden} more below: --depth {max(levels)}")
        _print(console, more, "dim")


def render_overview(step: Step, console: Console, depth: int | None = None) -> None:
    """Print the trees under the root one after the other, each down to ``depth``; or, so that
    the whole stays short, to a depth of its own.
    """
    _print(console, step, "bold")
    for child in step.children:
        console.print()
        render(child, console, depth or _DEPTHS.get(child.kind, 2))
    console.print()


def _render_children(console: Console, steps: Sequence[Step], margin: str, depth: int) -> None:
    if depth == 0:
        return
    for index, step in enumerate(steps):
        last = index == len(steps) - 1
        under = margin + (UNDER_LAST if last else UNDER_CHILD)
        # The line to what is below the step goes on beside its own further lines.
        open_below = bool(step.children) and depth > 1
        hang = under + (UNDER_CHILD if open_below else UNDER_LAST)
        first = margin + (LAST if last else CHILD)
        _print(console, step, _STYLES.get(step.state, ""), first, hang)
        _render_children(console, step.children, under, depth - 1)


def _print(console: Console, step: Step, style: str, first: str = "", hang: str = "") -> None:
    text = Text(shown(step.says), style=style)
    if step.kind in NAMED:
        text.append(f" ({step.id})", style="not bold dim")
    width = max(NARROWEST, min(console.width, WIDEST) - len(hang))
    for index, line in enumerate(text.wrap(console, width)):
        line.rstrip()
        margin = hang if index else first
        console.print(Text(margin, style="dim").append_text(line), soft_wrap=True)


def _levels(step: Step, level: int) -> Iterator[int]:
    yield level
    for child in step.children:
        yield from _levels(child, level + 1)
