"""What is taken in at once, one after the other, again and again, and not at all."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.faults.cluster import Cluster, Urls
from tests.faults.load import PATH, Load, message, phone_of, sid_of

AT_ONCE = 50
IN_A_ROW = 20


@pytest.mark.slow
async def test_fifty_at_once_twenty_in_a_row_and_the_same_one_over_a_restart(urls: Urls, folder: Path) -> None:
    async with Cluster(urls, folder, agents=1) as cluster, aiohttp.ClientSession() as session:
        await cluster.serve(2)
        await cluster.work(2)
        load = Load(cluster.webs, cluster.public_url, 0, 1, 0)

        async def send(number: int, place: int, web: int) -> bool:
            body, headers = load.signed(message(sid_of(1, number, place), phone_of(number), f"text {place}"))
            return await load.post(session, cluster.webs[web], body, headers)

        assert all(await asyncio.gather(*(send(1, place, place % 2) for place in range(AT_ONCE))))
        assert all([await send(2, place, place % 2) for place in range(IN_A_ROW)])
        assert all([await send(3, 0, web) for web in (0, 1)])
        for process in cluster.victims:
            process.kill()
            process.start()
        await cluster.ready()
        assert all([await send(3, 0, web) for web in (0, 1, 0)])

        assert len(await _until(cluster, phone_of(1), AT_ONCE)) == AT_ONCE
        assert await _people(cluster, phone_of(1)) == (1, 1)
        in_a_row = await _until(cluster, phone_of(2), IN_A_ROW)
        assert [row["provider_id"] for row in in_a_row] == [sid_of(1, 2, place) for place in range(IN_A_ROW)]
        assert len(await _until(cluster, phone_of(3), 1)) == 1


@pytest.mark.slow
async def test_what_does_not_prove_to_come_from_the_provider_is_403_and_leaves_nothing(
    urls: Urls, folder: Path
) -> None:
    async with Cluster(urls, folder, agents=1) as cluster, aiohttp.ClientSession() as session:
        await cluster.serve(1)
        await cluster.work(1)
        load = Load(cluster.webs, cluster.public_url, 0, 1, 0)
        for name, (path, body, headers) in _forged(load).items():
            async with session.post(cluster.webs[0] + path, data=body, headers=headers) as answer:
                assert answer.status == 403, f"{name}: {await answer.text()}"
                assert answer.content_type == "application/problem+json", name

        body, headers = load.signed(message(sid_of(1, 9, 0), phone_of(9), "a true one"))
        assert await load.post(session, cluster.webs[0], body, headers)
        await _until(cluster, phone_of(9), 1)
        async with cluster.store.reading() as tx:
            assert await tx.fetchval("SELECT count(*) FROM interactions") == 1
            assert await tx.fetchval("SELECT count(*) FROM contact_points") == 1
            assert await tx.fetchval("SELECT count(*) FROM dead_events") == 0
        assert not list((folder / "var").glob("spool/*.spool"))


def _forged(load: Load) -> dict[str, tuple[str, bytes, dict[str, str]]]:
    """Requests as somebody else would make them: (path, body, headers)."""
    form = message(sid_of(1, 8, 0), phone_of(8), "forged")
    body, signed = load.signed(form)
    signature, of_form = signed["X-Twilio-Signature"], {"Content-Type": signed["Content-Type"]}
    as_json = {"Content-Type": "application/json"}
    wrong = ("b" if signature[0] == "a" else "a") + signature[1:]
    return {
        "no signature": (PATH, body, of_form),
        "a wrong signature": (PATH, body, {**of_form, "X-Twilio-Signature": wrong}),
        "a signature for another text": (PATH, urlencode({**form, "Body": "paid"}).encode(), signed),
        "a signature for another address": (PATH + "/status", body, signed),
        "a signature with a query added": (PATH + "?x=1", body, signed),
        "another account": (PATH, urlencode({**form, "AccountSid": "AC" + "0" * 32}).encode(), signed),
        "json without its hash": (PATH, json.dumps(form).encode(), {**as_json, "X-Twilio-Signature": signature}),
        "garbage": (PATH, b"\xff\x00%%%", signed),
        "nothing": (PATH, b"", {**of_form, "X-Twilio-Signature": signature}),
    }


async def _until(cluster: Cluster, phone: str, count: int) -> Sequence[Any]:
    """Its interactions in the history's order, when there are so many, and a moment later."""

    async def rows() -> Sequence[Any]:
        async with cluster.store.reading() as tx:
            return await tx.fetch(
                "SELECT provider_id FROM interactions WHERE contact_point = $1 ORDER BY accepted_at, event_id",
                f"tel:{phone}",
            )

    await _eventually(rows, count)
    await asyncio.sleep(1)
    return await rows()


async def _eventually(rows: Callable[[], Awaitable[Sequence[Any]]], count: int) -> None:
    async with asyncio.timeout(30):
        while len(await rows()) < count:
            await asyncio.sleep(0.1)


async def _people(cluster: Cluster, phone: str) -> tuple[int, int]:
    async with cluster.store.reading() as tx:
        (row,) = await tx.fetch(
            "SELECT count(DISTINCT customer_id), count(DISTINCT conversation_id) FROM interactions"
            " WHERE contact_point = $1",
            f"tel:{phone}",
        )
    return row[0], row[1]
