"""Which addresses may be connected to: literal tables, and properties over all of them."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.fetching.addresses import refusal

SHARED = IPv4Network("100.64.0.0/10")
REACHABLE = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.88.98.255",
    "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
    "203.0.112.255", "203.0.114.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2001:db7:ffff::", "2001:db9::", "2003::1", "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e", "3ffe:ffff::", "3fff:1000::",
    "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
]  # fmt: skip
INSIDE = [
    "0.0.0.0",  # noqa: S104 - an address to refuse, like the rest
    "0.0.0.1", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.100.100.200",
    "100.127.255.255", "127.0.0.1", "127.0.0.53", "127.255.255.255", "169.254.0.0", "169.254.169.254",
    "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.192",
    "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
    "::", "::1", "::2", "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9a::1", "64:ff9b:1::8.8.8.8",
    "64:ff9b:1:fffe::a00:1", "100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:1ff:ffff::", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1",
    "3fff:fff:ffff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fe80::1%2",
    "2606:4700:4700::1111%eth0", "fec0::1", "ff02::1", "ff0e::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b::192.168.1.1",
]  # fmt: skip
NO_ADDRESS = ["", "localhost", "127.1", "0", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1 ", "127.0.0.1\n"]
OPERATORS_OWN = [
    "10.1.2.3", "100.64.1.1", "127.0.0.1", "172.20.0.2", "192.168.1.1", "::1", "fd12::1", "::ffff:127.0.0.1",
]  # fmt: skip
NOT_EVEN_PRIVATE = [
    "0.0.0.0",  # noqa: S104 - the same
    "169.254.169.254", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "fe80::1",
    "fe80::1%eth0", "fd12::1%eth0", "ff02::1", "2002:7f00:1::", "::127.0.0.1", "2001::1", "64:ff9b:1::7f00:1",
    "::ffff:169.254.169.254", "2001:db8::1", "localhost",
]  # fmt: skip


@pytest.mark.parametrize("address", REACHABLE)
def test_what_is_reachable_for_all_passes(address: str) -> None:
    assert refusal(address) is None


@pytest.mark.parametrize("address", INSIDE + NO_ADDRESS)
def test_whatever_else_is_refused_and_says_why(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", OPERATORS_OWN)
def test_an_operators_own_origin_may_be_private(address: str) -> None:
    assert refusal(address)
    assert refusal(address, private=True) is None


@pytest.mark.parametrize("address", NOT_EVEN_PRIVATE)
def test_private_does_not_mean_anything_at_all(address: str) -> None:
    assert refusal(address, private=True)


four = st.integers(0, 2**32 - 1).map(IPv4Address) | st.ip_addresses(v=4)
six = st.integers(0, 2**128 - 1).map(IPv6Address) | st.ip_addresses(v=6)


def carried(prefix: str, address: IPv4Address, *, shift: int = 0) -> IPv6Address:
    return IPv6Address(int(IPv6Address(prefix)) | int(address) << shift)


@given(four)
def test_python_and_we_agree_at_least_that_nothing_inside_passes(address: IPv4Address) -> None:
    if refusal(str(address)) is None:
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(six)
@example(IPv6Address("64:ff9b::7f00:1"))
def test_what_passes_of_ipv6_is_global_unicast_or_leads_to_such_an_address(address: IPv6Address) -> None:
    if refusal(str(address)) is None:
        inside = IPv4Address(address.packed[-4:])
        leads = any(address in IPv6Network(one) for one in ("::ffff:0:0/96", "64:ff9b::/96"))
        assert address in IPv6Network("2000::/3") or (leads and refusal(str(inside)) is None)


@given(four)
@example(IPv4Address("127.0.0.1"))
@example(IPv4Address("8.8.8.8"))
def test_an_address_within_an_address_is_no_way_in(address: IPv4Address) -> None:
    allowed = refusal(str(address)) is None
    assert (refusal(str(carried("::ffff:0:0", address))) is None) is allowed
    assert (refusal(str(carried("64:ff9b::", address))) is None) is allowed
    assert refusal(str(carried("::", address)))  # compatible
    assert refusal(str(carried("64:ff9b:1::", address)))  # NAT64 of a network's own
    assert refusal(str(carried("2002::", address, shift=80)))  # 6to4
    assert refusal(str(IPv6Address(int(carried("2001::", address)) ^ 0xFFFFFFFF)))  # Teredo: the client's, inverted
    assert refusal(str(carried("2001::", address, shift=64)))  # Teredo: the server's


@given(six)
def test_how_an_address_is_spelled_changes_nothing(address: IPv6Address) -> None:
    spelled = [address.compressed, address.exploded, address.compressed.upper()]
    assert len({refusal(one) for one in spelled}) == 1


@given(four | six)
@example(IPv4Address("100.64.0.1"))
@example(IPv6Address("::ffff:127.0.0.1"))
@example(IPv6Address("64:ff9b::10.0.0.1"))
def test_private_only_ever_allows_more_and_only_what_is_private(address: IPv4Address | IPv6Address) -> None:
    if refusal(str(address), private=True) is None:
        inner = IPv4Address(address.packed[-4:])
        assert refusal(str(address)) is None or address.is_private or inner.is_private or inner in SHARED
    else:
        assert refusal(str(address))
