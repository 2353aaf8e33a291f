"""Where this machine can be reached in its local networks."""

from __future__ import annotations

import contextlib
import socket

# One address of each private network, and one outside: the way to each says which of this machine's
# own addresses would be used. Nothing is sent there.
FAR = ("10.255.255.254", "172.31.255.254", "192.168.255.254", "192.0.2.1")


def own_addresses() -> list[str]:
    """The IPv4 addresses of this machine but for the loopback, the likeliest first."""
    found: dict[str, None] = {}
    for far in FAR:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((far, 9))
            found[way.getsockname()[0]] = None
    with contextlib.suppress(OSError):
        for address in socket.gethostbyname_ex(socket.gethostname())[2]:
            found[address] = None
    return [address for address in found if not address.startswith(("127.", "0."))]
