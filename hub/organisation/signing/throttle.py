"""How long guessing is made to wait, without locking anybody out. Pure; the counts are in PostgreSQL (``store``).

Three counts, each with some free tries and then a wait that doubles with every wrong one, up to a minute or a quarter
of an hour, and that is forgotten a day after the last:

- of the **name**, from places where nobody has signed in under it before. It ends at a minute: whoever wants to hold
  somebody up cannot do so for longer than that at a time;
- of the **address**, whatever the name;
- of a name **at a place** where it has signed in before. There the other two do not count, so nobody else's guessing
  keeps an agent from her own desk.

A try is counted before the password is looked at, and given back if it was right: a hundred at once are a hundred.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

FORGOTTEN = timedelta(days=1)
"""After this long without a wrong one a count begins anew."""
PLACE_KEPT = timedelta(days=90)
"""For so long is an address known from which somebody has signed in."""


@dataclass(frozen=True, slots=True)
class Count:
    """One count: ``free`` tries without a wait, then 1 s, 2 s, 4 s … and no more than ``most`` seconds."""

    key: bytes
    free: int
    most: int
    shared: bool = False
    """By several people: one who knows her password takes back her own try alone."""


def counts(name: str, address: str, *, known: bool) -> tuple[Count, ...]:
    """What a try counts for. ``known``: under this name somebody has signed in from this address before."""
    if known:
        return (Count(_key("place", name.casefold(), address), free=10, most=60),)
    # In one order for everybody: two tries at once lock the rows in it.
    both = (of_name(name), Count(_key("address", address), free=20, most=15 * 60, shared=True))
    return tuple(sorted(both, key=lambda count: count.key))


def of_name(name: str) -> Count:
    """The count of a name, which a new password sets back."""
    return Count(_key("name", name.casefold()), free=5, most=60)


def of_agent(agent: object) -> Count:
    """The count of an agent who is signed in and says her password again."""
    return Count(_key("again", str(agent)), free=5, most=60)


def place_of(address: str) -> str:
    """What counts as one address: of IPv6 the network of 64 bits, which one household has (RFC 6177)."""
    try:
        at = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:100]
    if mapped := getattr(at, "ipv4_mapped", None):
        return str(mapped)
    return str(at) if at.version == 4 else str(ip_network((at, 64), strict=False))


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
