"""Facts: what the outcome rests on, the status of each claim, and the buttons to doubt and try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from advisor.report.toolkit.markup import NOTHING, Html, folded, items, joined, some, tag
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.layout import button, form, live
from advisor.wording import workshop
from advisor.wording.round_report import FactReport, RoundReport

NOTE = (
    "Each is a claim about the frameworks, and a program tries it. Who does not believe one doubts "
    "it; then it is tried here, and what is found counts for all."
)
UNTRIED = "The program was started with --no-probes: nothing is tried from here."


@dataclass(frozen=True)
class FactCheckActions:
    """What the reader may do with a claim: doubt it or, on one of ``testers``, have it tried.

    ``action`` is where that is sent to, and ``everything`` where the wish to have all of it tried
    is; empty where the reader may not.
    """

    action: str = ""
    token: str = ""
    doubts: bool = False
    testers: tuple[str, ...] = ()
    everything: str = ""


def facts(report: RoundReport, progress: FactCheckProgress, actions: FactCheckActions) -> Html:
    """The section, replaced by itself while claims are being tried."""
    label = "I doubt this" if actions.doubts else "Try it now" if actions.testers else ""
    # The script keeps fresh what is being tried.
    trying = tag("p", progress.says, data_trying="", class_="trying") if progress.busy else NOTHING
    title = f"What else the rules could come to rest on ({len(report.other_facts)})"
    others = _list(report, False, progress.tries, label)
    claims = [
        _everything(actions),
        _list(report, True, progress.tries, label),
        folded(title, others, id="other-claims") if others else NOTHING,
    ]
    body = [
        tag("h2", workshop.FACTS),
        tag("p", NOTE, class_="note"),
        trying,
        some(progress.failed, class_="mistake"),
        form(actions.action, actions.token, *claims),
    ]
    return live("facts", tag("section", *body))


def _everything(actions: FactCheckActions) -> Html:
    """The button that has everything tried, and on which interpreter where there are several."""
    if not actions.everything:
        return NOTHING
    if not actions.testers:
        return tag("p", UNTRIED, class_="note")
    label = "Try all that the outcome rests on"
    send = button(label, formaction=actions.everything, class_="plain")
    if len(actions.testers) < 2:
        return tag("p", send, class_="row")
    options = [tag("option", label, value=str(n)) for n, label in enumerate(actions.testers)]
    select = tag("select", *options, name_="tester", id="tester")
    return tag("p", tag("label", "On", for_="tester"), " ", select, " ", send, class_="row")


@lru_cache(maxsize=16)  # the same for everybody who may do the same
def _list(report: RoundReport, resting: bool, tries: tuple[str, ...], label: str) -> Html:
    facts = report.facts if resting else report.other_facts
    return items((joined(_fact(fact, tries, label)) for fact in facts), class_="claims")


def _fact(fact: FactReport, tries: tuple[str, ...], label: str) -> Iterator[Html]:
    claim = fact.claim
    yield tag("p", claim.says, class_="says")
    words = [tag("span", claim.status, class_=f"standing {claim.status}")]
    if claim.deprecated:
        words.append(tag("span", "deprecated", class_="deprecated"))
    if fact.doubts:
        words.append(tag("span", f"doubted by {fact.doubts}", class_="doubted"))
    yield tag("p", *(part for word in words for part in (word, " ")), class_="stands")
    yield tag("p", claim.run.measured if claim.run else claim.why, class_="why-so")
    if claim.id in tries:
        yield tag("p", "being tried …", class_="note")
    elif claim.probe and label:
        named = f"{label}: {claim.says}"
        yield button(label, name_="claim", value=claim.id, aria_label=named, class_="small")
