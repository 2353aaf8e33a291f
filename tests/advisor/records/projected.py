"""A record for one test, its projections, and what a reader sees of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from advisor.records.names import name_of
from advisor.records.parsed_record import Document
from advisor.records.parsing import parse_document
from advisor.records.projections import log4brains, nygard
from advisor.records.projections.source import ProjectedRecords, Projection, ProjectionSource

Project: TypeAlias = Callable[..., Projection]

BODY = """\
## Context and Problem Statement

What to build on?

## Decision Drivers

* Price

## Considered Options

* Alpha
* Beta

## Decision Outcome

Chosen option: "Alpha", because it is cheaper.

### Consequences

* Good, because money is left
  for the rest
* Bad, because it is slow
* Good, because it is known

### Confirmation

A review.

## Pros and Cons of the Options

### Alpha

* Good, because it is cheap

## More Information

Ask again in a year.
"""
TEXTS = [
    "Quotes \"double\", 'single' and `ticks`",
    "A colon: and # a hash, --- and ...",
    "*bold* _italic_ ~~gone~~ [link](https://x.example) ![image](x.png) | cell |",
    "<script>alert('x')</script> <!-- comment --> &lt;b&gt; <https://x.example>",
    "emoji 🦀👩‍🔬, 中文, right to left אבג أحمد",
    "- a list? {no} # ##",
    "null",
    "a name of three hundred characters " * 8 + "and some more",
]
# What any record may be made of, in any order.
LINES = [
    *BODY.splitlines(),
    "#### Deep", "# Another", "===", "---", "***", "", "  more [q](../q.md)", "- item", "1. one",
    "> quoted [a](b c.md)", "> ## Quoted", "```", "~~~", "    code [n](n.md)", "`[a](b.md)",
    "<div>", "</div>", "<!-- comment", "-->", "<script>", "<a href='h.html'>there</a>",
    "[r]: t.md", "[r]", "[a](b.md) ![i](p.png)", "[x](y.md\n'titled')", "[a]( b.md",
    "![a [b](c.md)](<e f.png>)", "[a [b](c.md) d](e.md)", "[![a](b.png)](c.md)", "\tTab [t](t.md)",
]  # fmt: skip
EACH_TEXT = pytest.mark.parametrize("text", TEXTS)


def source(
    number: int, title: str = "Use Alpha", front: str = "status: accepted", body: str = BODY
) -> ProjectionSource:
    fences = f"---\n{front}\n---\n" if front else ""
    name = name_of(Path(f"{number:04d}-record.md"))
    assert name is not None
    document = parse_document(f"{fences}# {title}\n\n{body}", str(name.path))
    assert document.problems == ()
    return ProjectionSource(name, document, name.path.name)


def in_nygard(record: ProjectionSource, *others: ProjectionSource) -> Projection:
    return nygard.project(record, ProjectedRecords([record, *others]))


def in_log4brains(record: ProjectionSource, *others: ProjectionSource) -> Projection:
    return log4brains.project(record, ProjectedRecords([record, *others]))


FORMATS = pytest.mark.parametrize("project", [in_nygard, in_log4brains])


def read(projection: Projection) -> Document:
    return parse_document(projection.text, "projection.md")


def headings(projection: Projection) -> list[str]:
    return re.findall(r"^#+ .*$", projection.text, re.MULTILINE)


def under(projection: Projection, heading: str) -> list[str]:
    """What a reader sees under a heading, block by block."""
    found = read(projection).section(heading)
    assert found is not None
    return [block.text for block in found.blocks]


def escaped(text: str) -> str:
    """A title as people write it who want it shown as it is."""
    return re.sub(r"([\\`*_\[\]<>&#|~$])", r"\\\1", text)


def quoted(text: str) -> str:
    """A text as a value of YAML."""
    escapes = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escapes}"'
