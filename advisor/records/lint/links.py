"""Links to other files: whether these are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from advisor.records.lint.kinds import LintKind, LintRemark
from advisor.records.lint.wording import quoted
from advisor.records.parsed_record import Document

RENDERED = ("", ".html", ".htm")  # what sites make of a file, or show instead of its ending


def broken(document: Document) -> Iterator[LintRemark]:
    """Relative links that lead nowhere. What is on the web, or begins at a site's root, may be."""
    folder = Path(document.file).parent
    links = dict.fromkeys((link, block.line) for block in document.blocks for link in block.links)
    for link, line in links:
        path = target(link)
        if path and not _exists_as_source(folder / path):
            message = f"the link {quoted(unquote(link))} leads to no file"
            yield LintRemark(LintKind.LINK_BROKEN, link, message, document.place(line))


def target(link: str) -> str:
    """The path that a relative link to a file gives; empty for any other link."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as an unfinished address of IPv6
        return ""
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or path.startswith(("/", "{", "~", "<")) or "\0" in path:
        return ""
    return path


def _exists_as_source(path: Path) -> bool:
    """Whether the file is there, or the Markdown that a site makes it of."""
    if _exists(path):
        return True
    return path.suffix in RENDERED and bool(path.name) and _exists(path.with_suffix(".md"))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or not allowed here
        return False
