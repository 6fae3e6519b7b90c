"""Our processes over one database, broker and Redis: ``hub sandbox``, ``hub serve`` and ``hub work``."""

import asyncio
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import aiohttp

from hub.model import Presence, Role, derived_id
from hub.organisation import store as organisation
from hub.sandbox import sample_account
from hub.store import Store, migrate
from tests.faults.processes import Process
from tests.services import free_port
from workers import WORKERS

ACCOUNT = sample_account()
OURS = ACCOUNT.numbers[0]
HUB = str(Path(sys.executable).with_name("hub"))
READY_SECONDS = 40.0


@dataclass(frozen=True)
class Urls:
    """Where the three services are."""

    database: str
    amqp: str
    redis: str


@dataclass(frozen=True)
class AgentSeat:
    """An agent and the token of her desk."""

    id: str
    name: str
    token: str
    capacity: int


@dataclass
class Cluster:
    """Everything of ours in one run. ``webs`` are addresses, the first of which is the public one."""

    urls: Urls
    folder: Path
    agents: int = 6
    capacity: int = 300
    processes: dict[str, Process] = field(default_factory=dict)
    webs: list[str] = field(default_factory=list)
    doors: dict[str, str] = field(default_factory=dict)
    """By worker process: where it answers /readyz and /metrics."""
    seats: list[AgentSeat] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prefix = f"f{secrets.token_hex(3)}"
        self.store = Store(self.urls.database)
        self.sandbox = f"http://127.0.0.1:{free_port()}"
        self.public_url = f"http://127.0.0.1:{free_port()}"

    async def __aenter__(self) -> Self:
        await migrate.migrate(self.urls.database)
        await self._seed()
        port = self.sandbox.rpartition(":")[2]
        self.add("sandbox", HUB, "sandbox", "--port", port, "--webhook-url", f"{self.public_url}/channels/sms/twilio")
        await self._until(f"{self.sandbox}/sandbox/api/state", "sandbox")
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await asyncio.gather(*(process.end() for process in self.processes.values()))
        await self.store.aclose()

    @classmethod
    @asynccontextmanager
    async def looking(cls, urls: Urls, folder: Path) -> AsyncIterator["Cluster"]:
        """Only to look at what is in the database: nothing is started."""
        cluster = cls(urls, folder)
        try:
            yield cluster
        finally:
            await cluster.store.aclose()

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, name: str, *command: str, extra: Mapping[str, str] | None = None) -> Process:
        """Start one more process."""
        log = self.folder / f"{name}.log"
        process = self.processes[name] = Process(name, command, {**self.environment(), **(extra or {})}, log)
        process.start()
        return process

    async def serve(self, count: int) -> None:
        """Start so many web processes, each on its port, and wait until they answer."""
        for number in range(1, count + 1):
            url = self.public_url if number == 1 else f"http://127.0.0.1:{free_port()}"
            self.webs.append(url)
            self.add(f"web{number}", HUB, "serve", "--port", url.rpartition(":")[2])
        await asyncio.gather(*(self._until(f"{url}/readyz", f"web{n}") for n, url in enumerate(self.webs, 1)))

    async def work(self, count: int, *, hurried: bool = False) -> None:
        """Start so many processes with all workers, and wait until they are ready. ``hurried``: see ``dying``."""
        names = ",".join(worker.name for worker in WORKERS)
        for number in range(1, count + 1):
            port = free_port()
            name = f"work{number}"
            self.doors[name] = f"http://127.0.0.1:{port}"
            operators = (HUB, "work", "--metrics-port", str(port))
            quick = (sys.executable, "-m", "tests.faults.dying", str(self.folder / "no_deaths"), names, str(port))
            self.add(name, *(quick if hurried else operators))
        await asyncio.gather(*(self._until(f"{url}/readyz", name) for name, url in self.doors.items()))

    @property
    def victims(self) -> list[Process]:
        """What may be killed: everything of the hub's, nothing of the provider's."""
        return [process for name, process in sorted(self.processes.items()) if name != "sandbox"]

    def keep_all(self) -> None:
        """Start again what ends."""
        for process in self.victims:
            process.keep()

    def own_ends(self) -> dict[str, list[int]]:
        """Processes that ended by themselves, with their exit codes."""
        return {process.name: process.own_ends for process in self.victims if process.own_ends}

    def environment(self) -> dict[str, str]:
        """The settings, as an operator gives them; nothing of what the one who tests has set."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        return clean | {
            "HUB_DATABASE_URL": self.urls.database,
            "HUB_AMQP_URL": self.urls.amqp,
            "HUB_REDIS_URL": self.urls.redis,
            "HUB_DATA_DIR": str(self.folder / "var"),
            "HUB_PUBLIC_URL": self.public_url,
            "HUB_BUS_PREFIX": self.prefix,
            "HUB_LOG_FORMAT": "json",
            "HUB_TWILIO_API_URL": self.sandbox,
            "HUB_TWILIO_ACCOUNT_SID": ACCOUNT.sid,
            "HUB_TWILIO_AUTH_TOKEN": ACCOUNT.auth_token,
            "HUB_TWILIO_NUMBERS": OURS,
        }

    # ── what an operator sets up ─────────────────────────────────────────────────────────────────────────────────────

    async def _seed(self) -> None:
        """One team, which the account is given at the first start, and its agents, who say that they are there."""
        team = derived_id("team", self.prefix)
        async with self.store.transaction() as tx:
            await organisation.add_team(tx, team, "Everybody")
            for number in range(1, self.agents + 1):
                agent, name = derived_id("agent", number), f"Agent {number}"
                await organisation.add_agent(tx, agent, name=name, teams=[team], written_capacity=self.capacity)
                await organisation.declare(tx, agent, Presence.AVAILABLE, reason="", by="seed")
                _, token = await organisation.add_token(tx, name=name, role=Role.AGENT, agent_id=agent)
                self.seats.append(AgentSeat(str(agent), name, token, self.capacity))

    # ── looking from outside ─────────────────────────────────────────────────────────────────────────────────────────

    async def get(self, url: str) -> str:
        """What stands there. Raises ``OSError`` or ``aiohttp.ClientError``."""
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
            answer.raise_for_status()
            return await answer.text()

    async def ready(self) -> None:
        """Wait until every process answers that it is ready."""
        names = {f"web{number}": url for number, url in enumerate(self.webs, 1)} | self.doors
        await asyncio.gather(*(self._until(f"{url}/readyz", name) for name, url in names.items()))

    async def _until(self, url: str, name: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        said = "nothing yet"
        while time.monotonic() < deadline:
            try:
                await self.get(url)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                said = str(error)
                await asyncio.sleep(0.1)
            else:
                return
        raise AssertionError(f"{name} was not ready after {READY_SECONDS:.0f} s ({said}):\n{self._tail(name)}")

    def _tail(self, name: str) -> str:
        return self.processes[name].tail() if name in self.processes else ""

    def logged(self, events: Sequence[str]) -> dict[str, int]:
        """How often these log events stand in all logs: what the hub did about the faults."""
        text = "".join(process.tail(1_000_000_000) for process in self.processes.values())
        return {event: text.count(f'"event":"{event}"') + text.count(f'"event": "{event}"') for event in events}
