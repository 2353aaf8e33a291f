"""What seals a ballot to its owner and its place, without telling anybody whose it is.

A receipt is a hash of the ballot and a salt, and both are published at the reveal. The salt is
itself a hash, of whose ballot it is, of which round and version, and of a nonce that is never
published: who has the file can hold a ballot against its place, who has the record cannot learn
its owner, and a ballot that was moved is not the one that its receipt was given for.
"""

from __future__ import annotations

import hashlib
import json
import secrets

NONCE, EARLIER_SALT = 64, 32  # hexadecimal digits


def new_nonce() -> str:
    """What a salt is made of; nobody can guess it."""
    return secrets.token_hex(NONCE // 2)


def salt_of(
    nonce: str, *, workshop: str, number: int, person: str, version: int, entered: str
) -> str:
    """The salt, in hex, of a person's ballot in round ``number``: as many digits as the nonce.

    Files of version 2 and before hold salts that were drawn themselves; these are shorter, so that
    no ballot can be passed off as one of them.
    """
    if len(nonce) == EARLIER_SALT:
        return nonce
    place = json.dumps([workshop, number, person, version, entered], separators=(",", ":"))
    return hashlib.sha256(f"{nonce}\n{place}".encode()).hexdigest()
