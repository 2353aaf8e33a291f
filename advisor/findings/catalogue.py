"""The documents under ``docs/``: every claim with what came out, made from recorded findings.

``python -m advisor.findings.catalogue [FOLDER]`` reads ``findings.json`` in the folder, which is
what ``advisor probe --all --provision --format json`` prints, and writes ``claims.md`` and
``capabilities.md`` beside it. The same findings and knowledge always give the same documents.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

import advisor
from advisor.consultation.evidence import ClaimStatus, WeighedClaim, weigh_claim
from advisor.files import write_whole
from advisor.findings import markdown as md
from advisor.findings.capability_table import capabilities_page
from advisor.wording.findings import day, tally
from advisor.wording.quantities import count
from probes.api import Finding, Probe
from probes.runtime.registry import load_probes
from rules.diagnostics import InputError, Problem, SourceLocation
from rules.loading.input_file import read_bytes
from rules.loading.loader import load
from rules.loading.yaml_nodes import decoded
from rules.model import KnowledgeBase, Statement

LARGEST = 20_000_000  # bytes of a file of findings
DOCS = Path(advisor.__file__).parents[1] / "docs"
FINDINGS = "findings.json"

OF_STATEMENTS = ("stated", "claim", "what comes out", "evidence", "versions", "date")
OF_CLAIMS = OF_STATEMENTS[1:]

INTRODUCTION = """\
This is the account of the blog post that the knowledge of `advisor` began with: what it states,
section by section and in our words, the claims that judge each statement, and what came out when
those claims were tried. It is generated; what stands here was computed from
[`findings.json`](findings.json) and from `rules/knowledge/`."""

AGAIN = """\
To make it again on your own machine:

```console
$ advisor probe --all --provision --format json > docs/findings.json
$ python -m advisor.findings.catalogue
```

`--provision` builds environments of their own for what cannot be installed beside the rest. Other
versions and other machines give other answers. A claim alone, by the name in brackets behind it, is
tried by `advisor probe --claim NAME`."""

LEGEND = """\
- **confirmed**: a probe ran it and compared numbers.
- **refuted**: a probe ran it, and it is not so. Some claims stand here as the post states them in
  order to be tried; no rule rests on those that are refuted.
- **deprecated** beside it: it works, and what was run warned that it is going away.
- unverified: it could not be tried here, and the evidence says what was missing. What a probe says
  of one machine's hardware stays unverified too: it speaks for that machine alone.
- cannot be tried: no program can. The reason and the source stand there, with the source's date.
- not run: it has a probe, and no finding of it is kept."""


def pages(
    kb: KnowledgeBase, probes: Mapping[str, Probe], findings: Mapping[str, Finding]
) -> dict[str, str]:
    """Each generated document by its file name."""
    return {
        "claims.md": claims_page(kb, findings),
        "capabilities.md": capabilities_page(kb, probes, findings),
    }


def claims_page(kb: KnowledgeBase, findings: Mapping[str, Finding]) -> str:
    """Every claim: those that judge a statement by section, then those beyond the source."""
    weighed = weigh(kb, findings)
    statements = kb.statements.values()
    sections = list(dict.fromkeys(statement.section for statement in statements))
    titles = _headings([kb.sources[section].title for section in sections])
    blocks = []
    for section, title in zip(sections, titles, strict=True):
        own = [statement for statement in statements if statement.section == section]
        blocks += [f"## {title}", md.table(OF_STATEMENTS, _statement_rows(kb, own, weighed))]
    judging = {name for statement in statements for name in statement.claims}
    beyond = [claim for name, claim in weighed.items() if name not in judging]
    return md.document(
        "# What is claimed, and what came out",
        INTRODUCTION,
        _counts(kb, weighed, findings),
        AGAIN,
        f"What comes out is one of these:\n\n{LEGEND}",
        *blocks,
        "## Beyond the post" if beyond else "",
        "What the post does not speak of, and rules rest on." if beyond else "",
        md.table(OF_CLAIMS, (_claim_cells(kb, claim) for claim in beyond)) if beyond else "",
    )


def weigh(kb: KnowledgeBase, findings: Mapping[str, Finding]) -> dict[str, WeighedClaim]:
    """Every claim with its status, where nothing is known of anybody's answers."""
    return {name: weigh_claim(claim, findings, lambda _: None) for name, claim in kb.claims.items()}


def _headings(titles: Sequence[str]) -> list[str]:
    """The titles of the sections from the last word on with which all of them begin."""
    words = [title.split() for title in titles]
    if len(words) < 2:
        return [*titles]
    shared = sum(1 for _ in takewhile(lambda same: len(set(same)) == 1, zip(*words, strict=False)))
    headings = (" ".join(each[max(shared - 1, 0) :]) for each in words)
    return [heading[:1].upper() + heading[1:] for heading in headings]


def _statement_rows(
    kb: KnowledgeBase, statements: Iterable[Statement], weighed: Mapping[str, WeighedClaim]
) -> Iterator[Sequence[str]]:
    for statement in statements:
        says = md.cell(statement.says)
        # What no longer holds comes first: nobody should have to read on to learn of it.
        for claim in sorted((weighed[name] for name in statement.claims), key=_order):
            yield (says, *_claim_cells(kb, claim))
            says = ""  # once, beside its first claim


def _order(weighed: WeighedClaim) -> int:
    if weighed.status is ClaimStatus.REFUTED:
        return 0
    return 1 if weighed.deprecated else 2


def _claim_cells(kb: KnowledgeBase, weighed: WeighedClaim) -> Sequence[str]:
    claim, finding = weighed.claim, weighed.finding
    says = f"{md.cell(claim.says)} (`{claim.id}`)"
    if claim.probe is None:
        source = kb.sources[claim.source]
        title = md.link(md.cell(source.title), source.url) if source.url else md.cell(source.title)
        reason = f"{md.cell(claim.not_probed.rstrip('.'))}. Source: {title}"
        return (says, _verdict(weighed), reason, "", source.date)
    probe = md.probe_link(claim.probe)
    if finding is None:
        return (says, _verdict(weighed), probe, "", "")
    answered = finding.outcome.answered
    reason = f"{md.account(finding, weighed.why if answered else None)} {probe}"
    if finding.deprecations:
        reason = f"{reason} warned: {md.cell(md.shortened(finding.deprecations[0]))}"
    libraries = md.versions(finding) if answered else ""
    return (says, _verdict(weighed), reason, libraries, day(finding))


def _verdict(weighed: WeighedClaim) -> str:
    """What comes out for a claim, in a word or two."""
    if weighed.claim.probe is None:
        return "cannot be tried"
    if weighed.finding is None:
        return "not run"
    status = weighed.status.value
    if not weighed.finding.outcome.answered:
        return f"{status} ({weighed.finding.outcome.value})"
    marked = status if weighed.status is ClaimStatus.UNVERIFIED else f"**{status}**"
    return f"{marked}, deprecated" if weighed.deprecated else marked


def _counts(
    kb: KnowledgeBase, weighed: Mapping[str, WeighedClaim], findings: Mapping[str, Finding]
) -> str:
    """How much there is and what came of it, in sentences."""
    claims = weighed.values()
    tried = [weighed for weighed in claims if weighed.claim.probe]
    numbers = Counter(weighed.status for weighed in tried)
    deprecated = sum(w.status is ClaimStatus.CONFIRMED and w.deprecated for w in tried)
    return (
        f"{count(len(kb.statements), 'statement')} of the post and"
        f" {count(len(claims), 'claim')} stand here.\n"
        f"{count(len(tried), 'claim')} can be tried:"
        f" {numbers[ClaimStatus.CONFIRMED]} confirmed ({deprecated} of them deprecated),"
        f" {numbers[ClaimStatus.REFUTED]} refuted,"
        f" {numbers[ClaimStatus.UNVERIFIED]} unverified or not run;"
        f" {len(claims) - len(tried)} cannot be tried by any program.\n"
        f"{_runs(findings)}"
    )


def _runs(findings: Mapping[str, Finding]) -> str:
    """What they rest on: ``61 probes: 45 yes, 16 no on 2026-11-22``."""
    days = sorted({day(finding) for finding in findings.values()} - {""})
    when = f" from {days[0]} to {days[-1]}" if len(days) > 1 else "".join(f" on {d}" for d in days)
    return f"They rest on {tally(findings.values())}{when}." if findings else "No probe was run."


def read_findings(path: Path) -> dict[str, Finding]:
    """The findings that ``advisor probe --format json`` printed, by probe. Raises InputError."""
    location = SourceLocation(str(path))
    try:
        text = decoded(read_bytes(path, limit=LARGEST, expected="a JSON file"), str(path))
        data = json.loads(text)
    except RecursionError:
        raise InputError([Problem(location, "is nested too deeply")]) from None
    except json.JSONDecodeError as error:
        location = SourceLocation(str(path), error.lineno)
        raise InputError([Problem(location, f"is not valid JSON: {error.msg}")]) from None
    except ValueError as error:  # a number with more digits than Python takes
        raise InputError([Problem(location, f"cannot be read: {error}")]) from None
    try:
        findings = [Finding.from_json(finding) for finding in data["findings"]]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        expected = "expected what 'advisor probe --all --format json' prints"
        raise InputError([Problem(location, f"does not hold findings, {expected}")]) from None
    return {finding.probe: finding for finding in findings}


def main(arguments: Sequence[str]) -> int:
    """Write the documents into the folder given, or into ``docs/``."""
    folder = Path(arguments[0]) if arguments else DOCS
    try:
        documents = pages(load(), load_probes(), read_findings(folder / FINDINGS))
    except InputError as error:
        print(error, file=sys.stderr)
        return 3
    try:
        for name, text in documents.items():
            write_whole(folder / name, text)
    except (OSError, UnicodeEncodeError) as error:
        print(f"{folder}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
