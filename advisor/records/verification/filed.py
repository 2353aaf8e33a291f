"""What a record says of its own file: how it is proven again, when it is looked at again, where its
evidence is, and whose place it takes. None of it is in the text that is sealed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from advisor.consultation.consultation import Recommendation
from advisor.records.evidence.bundle import SUFFIX
from advisor.records.evidence.restore import bundle_path, revisit_date, seal
from advisor.records.expiry import day, revisit_by
from advisor.records.madr import document_text
from advisor.records.parsed_record import CONFIRMATION, MORE, Document
from advisor.records.verification.comparison import FiledStatement
from advisor.records.verification.rendering import Seen, paragraph

_DAY = re.compile(r"\(([0-9]{4}-[0-9]{2}-[0-9]{2})\)")


def filed_statements(
    path: Path, document: Document, replayed: Recommendation | None
) -> Iterator[FiledStatement]:
    """The statements of the record at ``path``. ``replayed`` is None for one that another version
    wrote, or whose evidence cannot be reasoned with: of its wording only how it begins is known.
    """
    bundle = bundle_path(path, document).name
    stems = dict.fromkeys((bundle.removesuffix(SUFFIX), path.stem))
    stated = seal(document) or "0" * 64
    revisit = revisit_date(document)
    yield FiledStatement(MORE, *_exactly(document_text.evidence(bundle, stated)))
    verifications = list(map(document_text.verification, stems))
    reviews = list(_reviews(document, revisit, replayed))
    if replayed is None:
        yield FiledStatement(CONFIRMATION, *_beginning(verifications, "It checks"))
        yield FiledStatement(MORE, *_beginning(reviews, ","))
    else:
        yield FiledStatement(CONFIRMATION, *_exactly(*verifications))
        yield FiledStatement(MORE, *_exactly(*reviews))
    yield FiledStatement(MORE, "", _supersedes, optional=True)


def _reviews(document: Document, revisit: str, replayed: Recommendation | None) -> Iterator[str]:
    """How the sentence may read that says when to look at the record again."""
    stated = revisit if day(revisit) else "YYYY-MM-DD"
    expires, why = revisit_by(replayed.claims.values() if replayed else (), date.min)
    yield document_text.review(stated, document_text.or_when(why))
    dates = {str(expires)}
    if expires.year == date.min.year:  # nothing was found: it was counted from the day it was filed
        dates = {d for block in document.blocks for d in _DAY.findall(block.text) if day(d)}
    for expiry in sorted(dates):
        yield document_text.review(stated, document_text.or_when(why, expiry))


def _exactly(*texts: str) -> tuple[str, Callable[[Seen], bool]]:
    expected = [paragraph(text) for text in texts]
    return expected[0].text, lambda seen: seen in expected


def _beginning(texts: list[str], end: str) -> tuple[str, Callable[[Seen], bool]]:
    """The same up to ``end``, whatever follows."""
    expected = [paragraph(text) for text in texts]
    begins = tuple(one.text.split(end, 1)[0] for one in expected)

    def is_it(seen: Seen) -> bool:
        same = (seen.shape, seen.around, seen.html) == (expected[0].shape, (), ())
        return same and not seen.links and seen.text.startswith(begins)

    return expected[0].text, is_it


def _supersedes(seen: Seen) -> bool:
    return len(seen.links) == 1 and seen == paragraph(document_text.supersedes(seen.links[0]))
