"""The explanation as a tree that opens level by level."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.report.explanation import NAMED
from advisor.report.toolkit.markup import NOTHING, Html, items, tag
from advisor.wording.findings import Evidence
from rules.analysis.traces import Step

TITLE = "How it was concluded, step by step"
OPENED = 1  # levels that are open at first


def tree(step: Step, evidence: Mapping[str, Evidence]) -> Html:
    """From the outcome down to answers and findings; nothing where there is nothing to explain."""
    if not step.children:
        return NOTHING
    return tag("ul", tag("li", _node(step, 0, None, evidence)), class_="tree")


def _node(step: Step, level: int, claim: Evidence | None, evidence: Mapping[str, Evidence]) -> Html:
    """A step over what it rests on. ``claim`` is the one that it tells the evidence of."""
    if claim is not None:  # how old a finding is changes from reading to reading, its day does not
        return tag("p", claim.account)
    name = tag("code", step.id) if step.kind in NAMED and step.id else NOTHING
    says = (tag("span", step.says, dir="auto"), " ", name)
    if not step.children:
        return tag("p", *says)
    below = evidence[step.id] if step.kind == "claim" else None
    children = items(_node(child, level + 1, below, evidence) for child in step.children)
    opened = {"open": "open"} if level < OPENED else {}
    return tag("details", tag("summary", *says), children, **opened)
