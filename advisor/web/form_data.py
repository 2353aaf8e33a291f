"""The fields of a form or an address, read strictly: what is no text is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from rules.diagnostics import CONTROL

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1000
MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Fields:
    """Name -> values, in the order in which they came."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value of a field that has one; empty where it is missing.

        Raises HTTPException where it is there several times.
        """
        values = self.values.get(name, ("",))
        if len(values) > 1:
            raise HTTPException(400, f"The form says '{name[:40]}' twice.")
        return values[0]

    def number(self, name: str) -> int:
        """The whole number in a field. Raises HTTPException where there is none."""
        text = self.text(name)
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise HTTPException(400, f"The form lacks a number for '{name[:40]}'.")
        return int(text)

    def starting(self, prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The fields whose names begin so, without that beginning."""
        for name, values in self.values.items():
            if name.startswith(prefix):
                yield name.removeprefix(prefix), values


async def read_body(chunks: AsyncIterable[bytes], announced: str | None) -> bytes:
    """A form's bytes. Raises HTTPException before reading on where they are too many.

    ``announced`` is the Content-Length, if there was one.
    """
    most = f"the most is {MOST_BYTES // 1024} kilobytes"
    sentence = f"That is more than can be sent at once; {most}. Shorten the reasons."
    if announced is not None and announced.isdecimal() and int(announced[:20]) > MOST_BYTES:
        raise HTTPException(413, sentence)
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, sentence)
    return bytes(body)


def read_fields(encoded: bytes) -> Fields:
    """The fields of an encoded form or query. Raises HTTPException for what is none."""
    try:
        pairs = parse_qsl(
            encoded.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise HTTPException(400, "That is no text: expected UTF-8.") from None
    except ValueError:  # the fields are too many
        raise HTTPException(400, f"The form has more than {MOST_FIELDS:,} fields.") from None
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        controls = re.findall(CONTROL, name + value)  # a browser ends lines by "\r\n"
        if any(control.isascii() and control != "\r" for control in controls):
            raise HTTPException(400, "The form holds control characters, which no keyboard types.")
        values[name] = (*values.get(name, ()), value)
    return Fields(values)
