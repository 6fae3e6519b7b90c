"""The live connection tells an agent nothing of a conversation she may not see, and of one that she may, no content."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hub.live import Hint
from hub.model import Presence, new_id
from tests.integration.web.conftest import World
from tests.integration.web.test_web_live import Socket, desk
from tests.waiting import until

PEOPLE = ("Mina", "Ali", "Stranger", "supervisor", "admin")
OF_SALES = "+989121239999"


class Ears:
    """What every desk hears, from when it was last asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.sockets: dict[str, Socket] = {}
        self._frames: dict[str, list[str]] = {who: [] for who in PEOPLE}

    async def listen(self, who: str) -> None:
        """Until cancelled."""
        async for message in self.sockets[who]:
            if json.loads(message.data)["type"] not in {"ping", "digest"}:
                self._frames[who].append(message.data)

    async def heard(self, *ids: str, by: set[str], kind: str = "") -> dict[str, list[Any]]:
        """What each heard since, once whoever shall hear of these has; nobody else does."""
        await until(lambda: asyncio.sleep(0, self._who(ids, kind)), lambda heard: heard >= by)
        end = await self._end()  # those who shall not hear it would have by now
        assert self._who(ids, kind) == by
        found = {
            who: [json.loads(frame) for frame in frames if end not in frame] for who, frames in self._frames.items()
        }
        self.forget()
        return found

    async def _end(self) -> str:
        """The id of a hint that everybody has heard since."""
        id_ = new_id()
        everybody = tuple(self._world.agents.values())
        await self._world.parts.live.hint([Hint(kind="end", id=id_, version=1, agents=everybody)])
        await until(lambda: asyncio.sleep(0, self._who((str(id_),), "")), lambda heard: heard == set(PEOPLE))
        return str(id_)

    def _who(self, ids: tuple[str, ...], kind: str) -> set[str]:
        return {who for who in PEOPLE if self._of(who, ids, kind)}

    def _of(self, who: str, ids: tuple[str, ...], kind: str) -> bool:
        return any(id_ in frame and kind in frame for frame in self._frames[who] for id_ in ids)

    def forget(self) -> None:
        self._frames = {who: [] for who in PEOPLE}


@pytest.fixture
async def ears(site: World) -> AsyncIterator[Ears]:
    listening = Ears(site)
    async with _desks(site, listening):
        yield listening


@asynccontextmanager
async def _desks(site: World, ears: Ears) -> AsyncIterator[None]:
    async with (
        desk(site, "Mina") as mina,
        desk(site, "Ali") as ali,
        desk(site, "Stranger") as stranger,
        desk(site, "supervisor") as lead,
        desk(site, "admin") as admin,
    ):
        ears.sockets = dict(zip(PEOPLE, (mina, ali, stranger, lead, admin), strict=True))
        tasks = [asyncio.create_task(ears.listen(who)) for who in PEOPLE]
        await ears.heard("snapshot", by=set(PEOPLE))
        yield
        for task in tasks:
            task.cancel()


async def _ok(site: World, who: str, method: str, path: str, body: Any = None) -> Any:
    response = await site.call(who, method, path, body)
    assert response.status < 300, await response.text()
    return await response.json() if response.status != 204 else None


async def _of_sales(site: World, ears: Ears) -> str:
    """A conversation that belongs to the other team, of which everybody has heard what there was to hear."""
    await site.text("S1", sender=OF_SALES, text="canary")
    id_ = str((await site.conversation(sender=OF_SALES))["id"])
    await _ok(site, "admin", "POST", f"/conversations/{id_}/assign", {"team": str(site.other_team)})
    await ears.heard(id_, by=set(PEOPLE))
    return id_


async def test_who_may_not_see_a_conversation_hears_nothing_of_it_until_she_may(site: World, ears: Ears) -> None:
    id_ = await _of_sales(site, ears)
    path, leads = f"/conversations/{id_}", {"supervisor", "admin"}
    await _ok(site, "Stranger", "POST", f"{path}/accept", {})
    await ears.heard(id_, by={"Stranger", *leads})
    sent = await _ok(site, "Stranger", "POST", f"{path}/messages", {"text": "canary"})
    await ears.heard(sent["id"], by={"Stranger", *leads}, kind='"message"')
    await site.text("S2", sender=OF_SALES, text="canary")
    said = await ears.heard(id_, by={"Stranger", *leads})
    assert "canary" not in json.dumps(said), "a hint says that something is new, not what"
    last = (await site.get("admin", path))["last_inbound_at"]
    await _ok(site, "Stranger", "POST", f"{path}/read", {"to": last})
    await ears.heard(id_, by={"Stranger"}, kind='"read"')
    note = {"text": "canary @Ali", "mentions": [str(site.agents["Ali"])]}
    await _ok(site, "Stranger", "POST", f"{path}/notes", note)
    await ears.heard(id_, by={"Ali"}, kind='"mention"')
    await site.text("S3", sender=OF_SALES, text="canary")
    await ears.heard(id_, by={"Ali", "Stranger", *leads})


async def test_what_goes_to_another_team_is_not_heard_where_it_was(site: World, ears: Ears) -> None:
    id_ = await _of_sales(site, ears)
    path, leads = f"/conversations/{id_}", {"supervisor", "admin"}
    await _ok(site, "Stranger", "POST", f"{path}/accept", {})
    await ears.heard(id_, by={"Stranger", *leads})
    given = await _ok(site, "Stranger", "POST", f"{path}/assign", {"team": str(site.team)})
    assert given["conversation"] is None, "it is not hers to see any more"
    await ears.heard(id_, by={"Mina", "Ali", "Stranger", *leads})
    assert (await site.call("Stranger", "GET", path)).status == 404
    await _ok(site, "Mina", "POST", f"{path}/accept", {})
    await site.text("S2", sender=OF_SALES, text="canary")
    await ears.heard(id_, by={"Mina", "Ali", *leads})
    await ears.sockets["Stranger"].send_json({"type": "resync"})
    said = await ears.heard("snapshot", by={"Stranger"})
    assert said["Stranger"][-1]["conversations"] == []


async def test_who_types_is_heard_by_those_who_look_there_and_may(site: World, ears: Ears) -> None:
    id_ = await _of_sales(site, ears)
    for who in ("Mina", "Ali", "supervisor", "Stranger"):
        await ears.sockets[who].send_json({"type": "looking", "conversation": id_, "typing": who == "Stranger"})
    said = await ears.heard("you", "not yours", "typing", by={"Mina", "Ali", "supervisor"})
    assert [frame["type"] for who in ("Mina", "Ali") for frame in said[who]] == ["problem", "problem"]
    assert [frame["name"] for frame in said["supervisor"] if frame["type"] == "looking"] == ["Stranger"]
    note = {"text": "@Ali", "mentions": [str(site.agents["Ali"])]}
    await _ok(site, "Stranger", "POST", f"/conversations/{id_}/notes", note)
    ears.forget()
    for who in ("Mina", "Ali"):
        await ears.sockets[who].send_json({"type": "looking", "conversation": id_})
    said = await ears.heard('"looking"', by={"Ali", "Stranger", "supervisor"})
    assert {frame["name"] for frame in said["Stranger"] if frame["type"] == "looking"} == {"Ali"}


async def test_whether_somebody_is_there_is_told_to_leads_and_herself(site: World, ears: Ears) -> None:
    mina = str(site.agents["Mina"])
    await _ok(site, "Mina", "POST", f"/agents/{mina}/presence", {"presence": Presence.AWAY, "reason": "canary"})
    said = await ears.heard(mina, by={"Mina", "supervisor", "admin"})
    assert "canary" not in json.dumps(said)
    await _ok(site, "admin", "PATCH", f"/agents/{mina}", {"name": "Mina M."})
    await ears.heard(mina, by=set(PEOPLE), kind='"agent"')
