"""What speaks for and against each option, as the items of a record.

The report comes with its texts escaped, see :mod:`advisor.records.madr.escaping`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from advisor.wording.findings import Evidence
from advisor.wording.report import Arguments, RuleReason

# Names at the head of a reason that look like ordinary words; others have a capital inside.
NAMES = frozenset({"Android", "Apple", "Core", "Fortran", "Google", "Hugging", "Keras"})


def consequences(arguments: Sequence[Arguments], choice: str) -> Iterator[str]:
    """What follows from the choice: what speaks for it, and what it gives up."""
    if choice == "either":
        yield "* Good, because nobody is bound by a difference that is not there"
        yield "* Bad, because the question will come up again; see below for what would settle it"
        return
    chosen = next(option for option in arguments if option.alternative.id == choice)
    for reason in chosen.reasons_for.items:
        yield f"* Good, because {clause(reason)}"
    for reason in chosen.reasons_against.items:
        yield f"* Bad, because {clause(reason)}"
    for other in arguments:
        if other is not chosen:
            given_up = f"it gives up what speaks for {other.alternative.title}"
            for reason in other.reasons_for.items:
                yield f"* Bad, because {given_up}: {clause(reason)}"


def pros_and_cons(arguments: Arguments | None) -> Iterator[str]:
    """Those of an option, each with its rule and how far that was proven.

    None stands for leaving it open.
    """
    if arguments is None:
        yield "* Neutral, because it costs nothing until work depends on the choice"
        return
    for reason in arguments.reasons_for.items:
        yield f"* Good, because {proven(reason)}"
    for reason in arguments.reasons_against.items:
        yield f"* Bad, because {proven(reason)}"
    if not any(side.items for side in arguments.sides):
        yield "* Neutral, because nothing that is known speaks for it or against it"


def clause(reason: RuleReason) -> str:
    """The rule's reason as the end of a sentence that began with "because"."""
    text = reason.because.rstrip(".") or reason.because
    first = text.split(" ", 1)[0].removesuffix("'s")
    is_name = first in NAMES or (len(first) > 1 and not first[1:].islower())
    return text if is_name else text[0].lower() + text[1:]


def proven(reason: RuleReason) -> str:
    """The same with the rule's id and how far it was verified, so that it can be looked up."""
    if not reason.claims:
        proof = "from the answers alone"
    elif not reason.verified:
        proof = "not verified"
    else:
        proof = f"verified by {' and '.join(f'`{probe}`' for probe in reason.probes)}"
    return f"{clause(reason)} (rule `{reason.id}`, {proof})"


def tried(claim: Evidence) -> str:
    """What a run said of a claim; one must have been made."""
    assert claim.run is not None  # chosen by the caller
    flag = ", deprecated" if claim.deprecated else ""
    return f"{claim.says}: {claim.status}{flag} (`{claim.probe}`: {claim.run.reason})"
