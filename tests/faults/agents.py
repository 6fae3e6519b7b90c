"""Agents at their desks: connected live, answering some of what they hold, and repeating until they are answered."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.faults.cluster import AgentSeat

LOOK_EVERY = 2.0
AGAIN = 0.3
FINAL = frozenset({400, 403, 404, 409, 413, 422})


@dataclass
class Answer:
    """One answer of an agent. ``taken`` once it was answered 2xx; ``refused`` with the status if it was not to be."""

    key: str
    conversation: str
    to: str
    text: str
    resolve: bool
    taken: bool = False
    refused: int = 0
    tries: int = 0
    message_id: str = ""


@dataclass
class Desks:
    """All agents of a run. ``share`` of what waits is answered, ``closing`` of the answers resolve."""

    webs: Sequence[str]
    seats: Sequence[AgentSeat]
    seed: int = 1
    share: float = 0.4
    closing: float = 0.3
    answers: dict[str, Answer] = field(default_factory=dict)
    connected: set[str] = field(default_factory=set)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Desks"]:
        """Connected while the block lasts."""
        self._answering = asyncio.Event()
        self._answering.set()
        self._writing: set[asyncio.Task[None]] = set()
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15), connector=connector) as session:
            tasks = [asyncio.create_task(self._desk(session, seat)) for seat in self.seats]
            try:
                yield self
            finally:
                for task in (*tasks, *self._writing):
                    task.cancel()
                await asyncio.wait([*tasks, *self._writing])

    async def all_connected(self, seconds: float = 30) -> None:
        """Wait until every desk has its live connection."""
        async with asyncio.timeout(seconds):
            while len(self.connected) < len(self.seats):
                await asyncio.sleep(0.05)

    async def rest(self, seconds: float = 60) -> None:
        """Begin no new answers, and wait until those begun are taken or refused."""
        self._answering.clear()
        async with asyncio.timeout(seconds):
            while self._writing:
                await asyncio.wait(self._writing)

    def resume(self) -> None:
        """Answer again."""
        self._answering.set()

    async def _desk(self, session: aiohttp.ClientSession, seat: AgentSeat) -> None:
        dice = random.Random(f"{self.seed}:{seat.name}")
        poke = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._live(session, seat, poke, random.Random(f"{self.seed}:live:{seat.name}")))
            while True:
                await self._look(session, seat, dice)
                try:
                    async with asyncio.timeout(LOOK_EVERY):
                        await poke.wait()
                        await asyncio.sleep(0.5)  # a person needs a moment, and hints come in crowds
                except TimeoutError:
                    continue
                finally:
                    poke.clear()

    async def _live(
        self, session: aiohttp.ClientSession, seat: AgentSeat, poke: asyncio.Event, dice: random.Random
    ) -> None:
        while True:
            try:
                url = f"{dice.choice(self.webs)}/api/v1/live".replace("http", "ws", 1)
                async with session.ws_connect(url, headers=_bearer(seat), heartbeat=20) as socket:
                    async for frame in socket:
                        if json.loads(frame.data)["type"] == "snapshot":
                            self.connected.add(seat.id)
                        poke.set()
            except (aiohttp.ClientError, OSError, TimeoutError):
                poke.set()
            finally:
                self.connected.discard(seat.id)
            await asyncio.sleep(AGAIN)

    async def _look(self, session: aiohttp.ClientSession, seat: AgentSeat, dice: random.Random) -> None:
        if not self._answering.is_set():
            return
        url = f"{dice.choice(self.webs)}/api/v1/conversations"
        asked = {"assignee": seat.id, "status": "open", "limit": "200"}
        try:
            async with session.get(url, params=asked, headers=_bearer(seat)) as answer:
                found = (await answer.json())["items"] if answer.status == 200 else []
        except (aiohttp.ClientError, OSError, TimeoutError):
            return
        for conversation in found:
            if conversation["waiting_since"] is not None:
                self._maybe(session, seat, conversation)

    def _maybe(self, session: aiohttp.ClientSession, seat: AgentSeat, conversation: dict[str, Any]) -> None:
        key = f"{conversation['id']} {conversation['last_inbound_at']}"
        if key in self.answers:
            return
        dice = random.Random(f"{self.seed}:{key}")
        answer = Answer(
            key=key,
            conversation=conversation["id"],
            to=conversation["contact_point"].removeprefix("tel:"),
            text=f"{seat.name} answers {key}",
            resolve=dice.random() < self.closing,
        )
        self.answers[key] = answer
        if dice.random() >= self.share:
            answer.refused = -1  # she waits for what the customer writes next
            return
        task = asyncio.create_task(self._write(session, seat, answer, dice))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(
        self, session: aiohttp.ClientSession, seat: AgentSeat, answer: Answer, dice: random.Random
    ) -> None:
        headers = {**_bearer(seat), "Idempotency-Key": answer.key}
        body = {"text": answer.text, "resolve": answer.resolve}
        while not (answer.taken or answer.refused):
            answer.tries += 1
            url = f"{dice.choice(self.webs)}/api/v1/conversations/{answer.conversation}/messages"
            try:
                async with session.post(url, json=body, headers=headers) as reply:
                    said = await reply.json()
            except (aiohttp.ClientError, OSError, TimeoutError):
                await asyncio.sleep(AGAIN)
                continue
            if reply.status in {201, 202}:
                answer.taken, answer.message_id = True, said["id"]
            elif reply.status in FINAL:
                answer.refused = reply.status
            else:
                await asyncio.sleep(AGAIN)


def _bearer(seat: AgentSeat) -> dict[str, str]:
    return {"Authorization": f"Bearer {seat.token}"}
