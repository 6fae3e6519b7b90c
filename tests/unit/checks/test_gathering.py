"""A check that breaks off, fails or hangs hides nothing and holds nobody up."""

import asyncio
from collections.abc import AsyncIterator

from hub.checks.findings import Finding, Mark, good
from hub.checks.gathering import gathered
from hub.errors import StoreAway


async def _then(ends: Exception | None) -> AsyncIterator[Finding]:
    yield good("one")
    if ends is not None:
        raise ends
    yield good("two")


async def _for_ever() -> AsyncIterator[Finding]:
    yield good("one")
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:  # as a library may that is in the middle of closing
            await asyncio.sleep(60)


async def test_all_it_found() -> None:
    assert await gathered(_then(None)) == [good("one"), good("two")]


async def test_what_came_before_it_broke_off_is_kept() -> None:
    first, last = await gathered(_then(StoreAway("PostgreSQL does not answer: [Errno 111] Connection refused")))
    assert first == good("one")
    assert (last.mark, last.text) == (Mark.BAD, "PostgreSQL does not answer: Connection refused")


async def test_a_fault_says_its_kind_and_its_place_and_no_more() -> None:
    _, last = await gathered(_then(KeyError("a customer's words")))
    assert last.mark is Mark.BAD
    assert last.text.startswith("looking at it failed with KeyError, in test_gathering.py:")
    assert "customer" not in last.text


async def test_one_that_hangs_is_not_waited_for() -> None:
    async with asyncio.timeout(20):
        first, last = await gathered(_for_ever(), within=0.05)
    assert (first, last.mark, last.text) == (good("one"), Mark.BAD, "no answer within 0.05 s")
