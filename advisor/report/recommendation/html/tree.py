"""The explanation as a tree that opens level by level."""

from __future__ import annotations

from advisor.consultation.consultation import Recommendation
from advisor.consultation.evidence import WeighedClaim
from advisor.explanation.how import how
from advisor.report.explanation import NAMED
from advisor.report.toolkit.markup import NOTHING, Html, items, tag
from advisor.wording.evidence import what_was_found
from advisor.wording.findings import circumstances_by_date
from rules.analysis.traces import Step

TITLE = "How it was concluded, step by step"
OPENED = 1  # levels that are open at first


def tree(r: Recommendation) -> Html:
    """From the outcome down to answers and findings; nothing where there is nothing to explain."""
    step = how(r)
    return (
        tag("ul", tag("li", _node(r, step, 0, None)), class_="tree") if step.children else NOTHING
    )


def _node(r: Recommendation, step: Step, level: int, claim: WeighedClaim | None) -> Html:
    """A step over what it rests on. ``claim`` is the one that it tells the evidence of."""
    if claim is not None:  # how old a finding is changes from reading to reading, its day does not
        return tag("p", what_was_found(claim, circumstances_by_date))
    name = tag("code", step.id) if step.kind in NAMED and step.id else NOTHING
    says = (tag("span", step.says, dir="auto"), " ", name)
    if not step.children:
        return tag("p", *says)
    below = r.claims[step.id] if step.kind == "claim" else None
    children = items(_node(r, child, level + 1, below) for child in step.children)
    opened = {"open": "open"} if level < OPENED else {}
    return tag("details", tag("summary", *says), children, **opened)
