"""A demo in which something of everything has passed, so that no page is empty."""

import asyncio
import base64
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.e2e.demos import GRACE, MARYAM, OURS, REZA, SARA, Demo, text
from tests.waiting import eventually, until

PASSWORD = "nine blue kettles on a shelf"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Hub:
    """The API of a running demo."""

    http: aiohttp.ClientSession
    demo: Demo

    async def call(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """What it answers. Anything but 2xx is a failure."""
        url, headers = f"{self.demo.hub}/api/v1{path}", self.demo.bearer(who)
        async with self.http.request(method, url, json=body, headers=headers) as response:
            assert response.status < 300, await response.text()
            return await response.json() if response.content_type == "application/json" else None

    async def upload(self, who: str, name: str, body: bytes) -> str:
        """The id of an uploaded file."""
        url, headers = f"{self.demo.hub}/api/v1/files", self.demo.bearer(who)
        async with self.http.post(url, params={"name": name}, data=body, headers=headers) as response:
            assert response.status == 201, await response.text()
            return str((await response.json())["id"])

    async def conversation(self, customer: str) -> dict[str, Any]:
        """Hers, once there is one."""

        async def look() -> dict[str, Any] | None:
            items = (await self.call("admin", "GET", "/conversations?limit=200"))["items"]
            return next((one for one in items if one["customer_name"] == customer), None)

        return await eventually(look)

    async def decisions(self, conversation: str) -> list[dict[str, Any]]:
        """Those about it, oldest first."""
        return list((await self.call("admin", "GET", f"/conversations/{conversation}/decisions"))["items"])

    async def colleague(self, name: str, *, language: str, role: str, teams: list[str] = []) -> None:  # noqa: B006 - read only
        """One more who can sign in with ``PASSWORD``."""
        body = {"name": name, "language": language, "role": role, "teams": teams}
        made = await self.call("admin", "POST", "/agents", body)
        await self.call("admin", "POST", f"/agents/{made['id']}/password", {"password": PASSWORD})


async def fill(hub: Hub) -> None:
    """Conversations that wait and are resolved; a note, a picture, canned answers."""
    demo, http = hub.demo, hub.http
    await asyncio.gather(
        text(http, demo, SARA, "سلام، سفارش A-1204 من کجاست؟ 021-88776655 یا https://example.ir/track?id=1"),
        text(http, demo, GRACE, "Hi, where is my order? Call +1 202 555 0147 or see https://example.com/a"),
        text(http, demo, REZA, "فاکتور می‌خواهم"),
        text(http, demo, MARYAM, "Thanks!"),
        text(http, demo, "+12025550199", "Who are you?"),
    )
    sara, reza = await hub.conversation("سارا احمدی"), await hub.conversation("رضا کریمی")
    # Else why it waits may come to stand below what she writes next.
    await until(lambda: hub.decisions(sara["id"]))
    await picture(hub, SARA, "عکس بسته")
    await hub.call("admin", "POST", f"/conversations/{sara['id']}/notes", {"text": "مشتری قدیمی است"})
    await hub.call(
        "admin", "POST", f"/conversations/{reza['id']}/resolve", {"topic": "فاکتور", "outcome": "فرستاده شد"}
    )
    for shortcut, title, said in (
        ("hi", "Greeting", "Hello {{customer.first_name}}"),
        ("dir", "نشانی", "تهران، ولیعصر"),
    ):
        await hub.call("admin", "POST", "/canned-answers", {"shortcut": shortcut, "title": title, "text": said})
    await _has_come(hub, sara["id"])


async def _has_come(hub: Hub, conversation: str) -> None:
    """Wait until the note and the picture stand in the history, the file is there and all of it is decided."""

    async def look() -> bool:
        items = (await hub.call("admin", "GET", f"/conversations/{conversation}/interactions"))["items"]
        decided = await hub.decisions(conversation)
        files = [file["status"] for one in items for file in one.get("media") or ()]
        noted = any(one["direction"] == "internal" for one in items)
        undecided = {one["id"] for one in items} - {one["event_id"] for one in decided}
        return noted and files == ["stored"] and not undecided

    await until(look)


async def picture(hub: Hub, phone: str, body: str, *, name: str = "بسته.png", data: bytes = PNG) -> None:
    """A phone sends a file."""
    media = [{"content_type": "image/png", "data": base64.b64encode(data).decode(), "name": name}]
    said = {"from": phone, "to": OURS, "body": body, "media": media}
    async with hub.http.post(f"{hub.demo.phone}/sandbox/api/texts", json=said) as response:
        assert response.status == 201, await response.text()
