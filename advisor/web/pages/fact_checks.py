"""Facts: what the outcome rests on, the status of each claim, and the buttons to doubt and try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

    @property
    def button(self) -> str:
        """What stands on the button of a claim; empty where there is none."""
        if self.doubts:
            return "I doubt this"
        return "Try it now" if self.testers else ""


def facts(report: RoundReport, progress: FactCheckProgress, actions: FactCheckActions) -> Html:
    """The section, replaced by itself while claims are being tried."""
    body = [
        tag("h2", workshop.FACTS),
        tag("p", NOTE, class_="note"),
        trying(progress),
        form(
            actions.action,
            actions.token,
            _everything(actions),
            _list(report, True, progress.tries, actions.button),
            _others(report, progress, actions),
        ),
    ]
    return live("facts", tag("section", *body))


def _everything(actions: FactCheckActions) -> Html:
    """The button that has everything tried, and on which interpreter."""
    if not actions.everything:
        return NOTHING
    if not actions.testers:
        return tag("p", UNTRIED, class_="note")
    label = "Try all that the outcome rests on"
    send = button(label, formaction=actions.everything, class_="plain")
    return tag("p", _which(actions.testers), send, class_="row")


def trying(progress: FactCheckProgress) -> Html:
    """What is being tried, which the script keeps fresh, and what failed."""
    line = tag("p", progress.says if progress.busy else "", data_trying="", class_="trying")
    return joined([line if progress.busy else NOTHING, some(progress.failed, class_="mistake")])


def _which(testers: Sequence[str]) -> Html:
    """Which interpreter to try on, where there are several."""
    if len(testers) < 2:
        return NOTHING
    options = [tag("option", label, value=str(n)) for n, label in enumerate(testers)]
    select = tag("select", *options, name_="tester", id="tester")
    return joined([tag("label", "On", for_="tester"), " ", select, " "])


def _others(report: RoundReport, progress: FactCheckProgress, actions: FactCheckActions) -> Html:
    if not report.other_facts:
        return NOTHING
    title = f"What else the rules could come to rest on ({len(report.other_facts)})"
    others = _list(report, False, progress.tries, actions.button)
    return folded(title, others, id="other-claims")


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
