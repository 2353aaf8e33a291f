"""How long evidence is valid, and when a decision that rests on it is due for review.

A date is a reminder and no finding: PyTorch and TensorFlow bring out a feature release every two
to six months, so that half a year later both have moved on; what a framework already warns about
may be gone with the next one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date

from advisor.consultation.evidence import WeighedClaim

MONTHS = 6
MONTHS_DEPRECATED = 3


def expiry(weighed: WeighedClaim) -> date | None:
    """The day from which a claim is to be tried again; None where nothing was found out."""
    finding = weighed.finding
    if finding is None or not finding.outcome.answered:
        return None
    taken = day(finding.taken[:10])
    return taken and later(taken, MONTHS_DEPRECATED if weighed.deprecated else MONTHS)


def revisit_by(claims: Iterable[WeighedClaim], today: date) -> tuple[date, str]:
    """The day by which a decision made ``today`` is looked at again, and what happens on it."""
    days = [(until, w.deprecated) for w in claims if (until := expiry(w)) is not None]
    if not days:
        return later(today, MONTHS), "half a year has passed"
    first, warned = min(days)
    if warned:
        return first, "evidence that came with a framework's warning is a quarter of a year old"
    return first, "its first evidence is half a year old"


def later(start: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def day(text: str) -> date | None:
    """The day that ``text`` states as ``YYYY-MM-DD``, or None where it is none."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
