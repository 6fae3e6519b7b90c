"""A running `hub demo`, started as an operator would, with what it wrote for others."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from hub.sandbox.model import ORGANISATION_NUMBERS
from tests.services import free_port

SARA, REZA, MARYAM, GRACE = "+989121234567", "+989121234568", "+989121234569", "+12025550147"
SOPHIA = "+14155550104"
OURS = ORGANISATION_NUMBERS[1]
_FIRST_START = 100.0


@dataclass(slots=True)
class Demo:
    """A running `hub demo` and what it wrote for others."""

    process: asyncio.subprocess.Process
    folder: Path
    hub: str
    phone: str
    printed: str

    @property
    def notes(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "demo.json").read_text()))

    def bearer(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.notes['sign_ins'][name]}"}

    async def stop(self) -> float:
        """Ask it to end; how long that took."""
        began = time.monotonic()
        self.process.terminate()
        async with asyncio.timeout(60):
            await self.process.communicate()
        return time.monotonic() - began


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}


async def start(folder: Path, **settings: str) -> Demo:
    """As an operator would, with these settings; returns when it has said that it is running."""
    hub, phone = free_port(), free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", "demo", "--data-dir", str(folder)),
        *("--port", str(hub), "--sandbox-port", str(phone)),
        env=environment() | settings,
        stdout=asyncio.subprocess.PIPE,
        process_group=0,
    )
    assert process.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(_FIRST_START):
        while not (lines and lines[-1].strip().startswith("admin")):
            line = await process.stdout.readline()
            assert line, f"it ended: {''.join(lines)}"
            lines.append(line.decode())
    return Demo(process, folder, f"http://127.0.0.1:{hub}", f"http://127.0.0.1:{phone}", "".join(lines))


@asynccontextmanager
async def demo_in(folder: Path, **settings: str) -> AsyncIterator[Demo]:
    """One for as long as the block lasts; it is killed if nobody has stopped it."""
    running = await start(folder, **settings)
    try:
        yield running
    finally:
        if running.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            await running.process.wait()


async def text(http: aiohttp.ClientSession, demo: Demo, from_: str, body: str) -> None:
    await text_to(http, demo.phone, from_, OURS, body)


async def text_to(http: aiohttp.ClientSession, sandbox: str, from_: str, to: str, body: str) -> None:
    """A phone of this sandbox writes, and the hub takes it."""
    said = {"from": from_, "to": to, "body": body}
    async with http.post(f"{sandbox}/sandbox/api/texts", json=said) as response:
        assert response.status == 201
        assert (await response.json())["hub"]["taken"] is True


async def on_the_phone(http: aiohttp.ClientSession, demo: Demo, phone: str) -> list[dict[str, Any]]:
    query = {"phone": phone, "number": OURS}
    async with http.get(f"{demo.phone}/sandbox/api/messages", params=query) as response:
        return list((await response.json())["messages"])


async def accepted(http: aiohttp.ClientSession, sandbox: str, to: str, body: str) -> int:
    """How often the provider has taken this text for this number, as it counts itself."""
    async with http.get(f"{sandbox}/sandbox/api/counts", params={"to": to, "body": body}) as response:
        return sum(one["accepted"] for one in (await response.json())["counts"])
