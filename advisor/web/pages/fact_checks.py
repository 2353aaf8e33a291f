"""Facts: what the outcome rests on, how each claim stands, and the buttons to doubt and to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from advisor.consultation.evidence import WeighedClaim
from advisor.report.toolkit.markup import NOTHING, Html, folded, items, joined, some, tag
from advisor.web.fact_checks import FactCheckProgress
from advisor.web.pages.layout import button, form, live
from advisor.web.result_cache import RoundView
from advisor.wording import workshop
from advisor.wording.findings import measured

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


def facts(shown: RoundView, progress: FactCheckProgress, acting: FactCheckActions) -> Html:
    """The section, replaced by itself while claims are being tried."""
    body = [
        tag("h2", workshop.FACTS),
        tag("p", NOTE, class_="note"),
        trying(progress),
        form(
            acting.action,
            acting.token,
            _everything(acting),
            _listed(shown, True, progress.tries, acting.button),
            _others(shown, progress, acting),
        ),
    ]
    return live("facts", tag("section", *body))


def _everything(acting: FactCheckActions) -> Html:
    """The button that has everything tried, and on which interpreter."""
    if not acting.everything:
        return NOTHING
    if not acting.testers:
        return tag("p", UNTRIED, class_="note")
    label = "Try all that the outcome rests on"
    send = button(label, formaction=acting.everything, class_="plain")
    return tag("p", _which(acting.testers), send, class_="row")


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


def _others(shown: RoundView, progress: FactCheckProgress, acting: FactCheckActions) -> Html:
    if not shown.others:
        return NOTHING
    told = f"What else the rules could come to rest on ({len(shown.others)})"
    return folded(told, _listed(shown, False, progress.tries, acting.button), id="other-claims")


@lru_cache(maxsize=16)  # the same for everybody who may do the same
def _listed(shown: RoundView, resting: bool, tries: tuple[str, ...], label: str) -> Html:
    claims = shown.resting if resting else shown.others
    return items((joined(_claim(shown, one, tries, label)) for one in claims), class_="claims")


def _claim(
    shown: RoundView, one: WeighedClaim, tries: tuple[str, ...], label: str
) -> Iterator[Html]:
    claim, standing = one.claim, one.status.value
    yield tag("p", claim.says, class_="says")
    many = shown.doubts.get(claim.id, 0)
    said = [tag("span", standing, class_=f"standing {standing}")]
    if one.deprecated:
        said.append(tag("span", "deprecated", class_="deprecated"))
    if many:
        said.append(tag("span", f"doubted by {many}", class_="doubted"))
    yield tag("p", *(part for word in said for part in (word, " ")), class_="stands")
    yield tag("p", _why(one), class_="why-so")
    if claim.id in tries:
        yield tag("p", "being tried …", class_="note")
    elif claim.probe is not None and label:
        named = f"{label}: {claim.says}"
        yield button(label, name_="claim", value=claim.id, aria_label=named, class_="small")


def _why(one: WeighedClaim) -> str:
    return measured(one.finding, one.why) if one.finding else one.why
