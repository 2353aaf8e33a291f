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
    told = set()
    for section in document.sections:
        for block in section.blocks:
            for link in block.links:
                path = target(link)
                if path and (link, block.line) not in told and not _is_there(folder, path):
                    told.add((link, block.line))
                    message = f"the link {quoted(unquote(link))} leads to no file"
                    yield LintRemark(
                        LintKind.LINK_BROKEN, link, message, document.place(block.line)
                    )


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


def _is_there(folder: Path, path: str) -> bool:
    found = folder / path
    sources = [found.with_suffix(".md")] if found.suffix in RENDERED and found.name else []
    return any(_exists(one) for one in (found, *sources))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, or not allowed here
        return False
