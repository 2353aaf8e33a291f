"""What projects state of versions, requirements and tags, read by ``packaging`` within bounds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

LONGEST_TERM = 2000  # characters; the longest requirements in use have some 300


@contextlib.contextmanager
def bounded_terms(*terms: str) -> Iterator[None]:
    """Read these terms within the block: whatever is wrong with one is a ValueError of one line.

    ``packaging`` gives up with other errors on what nobody means: parentheses in thousands, or
    numbers of as many digits.
    """
    for term in terms:
        if len(term) > LONGEST_TERM:
            raise ValueError(f"it is longer than {LONGEST_TERM:,} characters")
    try:
        yield
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    except ValueError as error:
        why = (str(error).splitlines() or ["it cannot be read"])[0]
        raise ValueError(why[:300]) from error
