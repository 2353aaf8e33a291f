"""The join address as a QR code."""

from __future__ import annotations

import io
from functools import lru_cache
from urllib.parse import quote


def join_link(address: str, code: str) -> str:
    """What a phone opens: the join page with the code in it."""
    return f"{address}/?code={quote(code)}"


@lru_cache(maxsize=4)
def qr_code(text: str) -> bytes:
    """An SVG image, dark on white in either colour scheme so that it can be read."""
    import segno

    image = io.BytesIO()
    made = segno.make(text, error="m", micro=False)
    made.save(image, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False)
    return image.getvalue()
