"""Which addresses may be connected to: globally reachable unicast, and nothing that only looks so.

``ipaddress.is_global`` is no help: it says True of ``64:ff9b::7f00:1``, ``2002:7f00:1::``, ``::127.0.0.1`` and
``224.0.0.1``, each of which is, or leads to, something inside. The tables are IANA's special-purpose registries (RFC
6890 as updated; https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry).
Two blocks are refused whole although a few of their addresses are reachable (192.0.0.0/24, 2001::/23): those are
anycast addresses of protocols, and no provider lives there.
"""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_GLOBAL_4: Mapping[IPv4Network, str] = {
    IPv4Network("0.0.0.0/8"): "of this network",  # RFC 791
    IPv4Network("10.0.0.0/8"): "private",  # RFC 1918
    IPv4Network("100.64.0.0/10"): "shared by a carrier",  # RFC 6598
    IPv4Network("127.0.0.0/8"): "this machine",  # RFC 1122
    IPv4Network("169.254.0.0/16"): "link-local",  # RFC 3927; clouds tell a machine's secrets there
    IPv4Network("172.16.0.0/12"): "private",  # RFC 1918
    IPv4Network("192.0.0.0/24"): "for protocols",  # RFC 6890
    IPv4Network("192.0.2.0/24"): "for documentation",  # RFC 5737
    IPv4Network("192.88.99.0/24"): "a tunnel",  # RFC 7526
    IPv4Network("192.168.0.0/16"): "private",  # RFC 1918
    IPv4Network("198.18.0.0/15"): "for benchmarks",  # RFC 2544
    IPv4Network("198.51.100.0/24"): "for documentation",  # RFC 5737
    IPv4Network("203.0.113.0/24"): "for documentation",  # RFC 5737
    IPv4Network("224.0.0.0/4"): "multicast",  # RFC 5771
    IPv4Network("240.0.0.0/4"): "reserved",  # RFC 1112; the last is the broadcast address
}
_GLOBAL_6 = IPv6Network("2000::/3")
"""All unicast there is on the Internet (RFC 4291, 2.4; IANA gives out no other). What it holds besides:"""
_NOT_GLOBAL_6: Mapping[IPv6Network, str] = {
    IPv6Network("2001::/23"): "for protocols or a tunnel",  # RFC 2928; Teredo (RFC 4380), benchmarks, ORCHID
    IPv6Network("2001:db8::/32"): "for documentation",  # RFC 3849
    IPv6Network("2002::/16"): "a tunnel",  # 6to4, RFC 3056: leads to any IPv4 address
    IPv6Network("3fff::/20"): "for documentation",  # RFC 9637
}
_CARRIES_4 = (IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))
"""Mapped (RFC 4291, 2.5.5.2) and NAT64's well-known prefix (RFC 6052): the packets go to the IPv4 address within."""

_OPERATORS_OWN = tuple(
    [IPv4Network(one) for one in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]
    + [IPv6Network(one) for one in ("::1/128", "fc00::/7")]
)
"""Where an operator may have a service: never link-local, multicast, unspecified or a tunnel."""


def refusal(address: str, *, private: bool = False) -> str | None:
    """What speaks against connecting to ``address``, as a word or two to show; None if nothing does.

    ``private``: an operator has named this very origin, so a private address or this machine is well.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return "no address"
    if isinstance(known, IPv6Address):
        if known.scope_id is not None:
            return "of one link"
        if any(known in block for block in _CARRIES_4):
            known = IPv4Address(known.packed[-4:])
    if private and any(known in block for block in _OPERATORS_OWN):
        return None
    return _why_not_4(known) if isinstance(known, IPv4Address) else _why_not_6(known)


def _why_not_4(address: IPv4Address) -> str | None:
    return next((why for block, why in _NOT_GLOBAL_4.items() if address in block), None)


def _why_not_6(address: IPv6Address) -> str | None:
    if address not in _GLOBAL_6:
        return "not on the Internet"
    return next((why for block, why in _NOT_GLOBAL_6.items() if address in block), None)
