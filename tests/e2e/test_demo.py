"""The demo as people meet it: `hub demo`, an agent on its live connection, a text from the sandbox's phone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from hub.cli.demo.people import CUSTOMERS
from tests.e2e.demos import GRACE, SARA, Demo, demo_in, environment, on_the_phone, start, text
from tests.waiting import PATIENCE, eventually

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    """From nothing, as a new user has it."""
    async with demo_in(tmp_path / "var") as running:
        yield running


async def frame_of(live: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(PATIENCE):
        while True:
            frame = await live.receive_json()
            if frame["type"] == kind:
                return dict(frame)


async def get(http: aiohttp.ClientSession, demo: Demo, path: str, name: str) -> Any:
    async with http.get(f"{demo.hub}/api/v1{path}", headers=demo.bearer(name)) as response:
        assert response.status == 200, await response.text()
        return await response.json()


async def test_a_text_reaches_its_agent_and_her_answer_the_phone_with_its_receipt(demo: Demo) -> None:
    assert "agents watch Mina" in demo.printed
    assert f"{demo.phone}/" in demo.printed
    assert "waits in line" in demo.printed
    async with aiohttp.ClientSession() as http:
        async with http.ws_connect(f"{demo.hub}/api/v1/live", headers=demo.bearer("Mina")) as live:
            snapshot = await frame_of(live, "snapshot")
            assert snapshot["agent"]["name"] == "Mina"
            assert snapshot["agent"]["declared"] == "available"
            assert snapshot["conversations"] == []

            await text(http, demo, SARA, "سلام، سفارش من کجاست؟")
            hint = await frame_of(live, "hint")
            assert hint["kind"] == "conversation"
            conversation = await get(http, demo, f"/conversations/{hint['id']}", "Mina")
            assert conversation["assignee_id"] == snapshot["agent"]["id"]
            assert conversation["customer_name"] == "سارا احمدی"
            page = await get(http, demo, f"/conversations/{hint['id']}/interactions", "Mina")
            assert [one["text"] for one in page["items"]] == ["سلام، سفارش من کجاست؟"]

            async with http.post(
                f"{demo.hub}/api/v1/conversations/{hint['id']}/messages",
                headers=demo.bearer("Mina"),
                json={"text": "همین الان نگاه می‌کنم"},
            ) as response:
                assert response.status in {201, 202}, await response.text()

            async def answered() -> dict[str, Any] | None:
                messages = await on_the_phone(http, demo, SARA)
                return messages[-1] if len(messages) == 2 else None

            assert (await eventually(answered))["body"] == "همین الان نگاه می‌کنم"

            async def delivered() -> dict[str, Any] | None:
                page = await get(http, demo, f"/customers/{conversation['customer_id']}/history", "Mina")
                newest = page["items"][0]
                return dict(newest) if newest["delivery"] == "delivered" else None

            newest = await eventually(delivered)
            assert (newest["direction"], newest["text"]) == ("outbound", "همین الان نگاه می‌کنم")
        messages = await on_the_phone(http, demo, SARA)
        assert [one["direction"] for one in messages] == ["inbound", "outbound-api"]

    server = int((demo.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])
    family = [one.pid for one in psutil.Process(demo.process.pid).children(recursive=True)]
    assert psutil.pid_exists(server)
    assert await demo.stop() < 10
    assert demo.process.returncode == 0
    assert [pid for pid in (server, *family) if psutil.pid_exists(pid)] == []
    for url in (demo.hub, demo.phone):
        with pytest.raises(OSError, match=r"refused|failed"):
            await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))


async def test_it_starts_again_on_its_data_with_new_sign_ins(demo: Demo, tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        # Nobody is connected: it waits in line.
        await text(http, demo, GRACE, "Hello?")

        async def waits() -> dict[str, Any] | None:
            page = await get(http, demo, "/conversations?waiting=true", "supervisor")
            return dict(page["items"][0]) if page["items"] else None

        waiting = await eventually(waits)
        assert waiting["customer_name"] == "Grace Miller"
        async with http.get(f"{demo.phone}/sandbox/api/state") as response:
            offered = [one["number"] for one in (await response.json())["phones"]]
        assert (offered[0], len(offered)) == (SARA, len(CUSTOMERS)), "it opens as the README says, and offers them all"
        before = demo.notes
        old = demo.bearer("Emma")
        await demo.stop()

        again = await start(tmp_path / "var")
        try:
            after = again.notes
            assert after["account_sid"] == before["account_sid"]
            assert after["passwords"] == before["passwords"], "whoever noted one can use it again"
            assert after["auth_token"] == before["auth_token"]
            assert set(after["sign_ins"].values()).isdisjoint(before["sign_ins"].values())
            async with http.get(f"{again.hub}/api/v1/conversations", headers=old) as response:
                assert response.status == 401
            assert [one["body"] for one in await on_the_phone(http, again, GRACE)] == ["Hello?"]
            agents = await get(http, again, "/agents", "supervisor")
            assert sorted(one["name"] for one in agents["items"]) == ["Ali", "Emma", "Kian", "Mina", "Shirin"]
            async with http.ws_connect(f"{again.hub}/api/v1/live", headers=again.bearer("Emma")) as live:
                await frame_of(live, "snapshot")

                async def hers() -> dict[str, Any] | None:
                    one = await get(http, again, f"/conversations/{waiting['id']}", "supervisor")
                    return dict(one) if one["assignee_id"] else None

                assert (await eventually(hers))["status"] == "open"
        finally:
            assert await again.stop() < 10
        assert again.process.returncode == 0


async def test_watching_and_answering_by_typing(demo: Demo) -> None:
    watching = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", "agents", "watch", "mina", "--data-dir", str(demo.folder)),
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert watching.stdin is not None
    assert watching.stdout is not None

    async def until(words: str) -> str:
        assert watching.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while words not in (line := (await watching.stdout.readline()).decode()):
                assert line, f"it ended without {words}"
        return line

    await until("as Mina")
    async with aiohttp.ClientSession() as http:
        await text(http, demo, SARA, "where is it?\x1b[2J")
        assert "سارا احمدی" in await until("yours")
        assert "\x1b[2J" not in await until("where is it?")
        watching.stdin.write(b"#1 On its way\n")
        await until("▶ On its way")
        await until("✓✓ delivered")
        assert (await on_the_phone(http, demo, SARA))[-1]["body"] == "On its way"
        watching.stdin.write(b"/resolve\n")
        await until("resolved")
        watching.stdin.write(b"/quit\n")
        async with asyncio.timeout(PATIENCE):
            await watching.communicate()
        assert watching.returncode == 0
    assert await demo.stop() < 10
