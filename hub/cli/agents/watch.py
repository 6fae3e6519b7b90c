"""``hub agents watch``: an agent's live connection on a terminal, until the desk exists."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import click

from hub.cli.agents.api import Api, NotLetIn, Unreachable
from hub.cli.agents.terminal import Terminal, terminal
from hub.cli.agents.typed import Hands, Quit, Unsent
from hub.cli.agents.view import View
from hub.cli.demo import notes
from hub.cli.options import with_settings
from hub.cli.places import reached
from hub.cli.running import run
from hub.settings import Settings
from hub.waiting import cancelled

_PAUSES = (0.5, 1, 2, 5)


@click.command()
@click.argument("name")
@click.option("--token", envvar="HUB_TOKEN", metavar="TOKEN", help="Her token; better in HUB_TOKEN. [the demo's]")
@click.option("--url", envvar="HUB_URL", metavar="URL", help="The hub; or in HUB_URL. [the demo's, else this machine]")
@with_settings("data_dir")
def watch(*, settings: Settings, name: str, token: str | None, url: str | None) -> None:
    """Be the agent NAME on this terminal: see what arrives, and answer by typing.

    With a demo in the data folder nothing else is needed. Else make a token with
    `hub token create --role agent --agent NAME`. While this runs she is connected and gets conversations.
    """
    run(_watch(name, Where(settings, name, token, url), terminal()))


@dataclass(slots=True)
class Where:
    """Which hub, and with what token: as said, else what the demo in the data folder left. A restart changes both."""

    settings: Settings
    name: str
    token: str | None
    url: str | None

    def look(self) -> tuple[str, str]:
        """Address and token. Raises ``UsageError`` if there is no token to be had."""
        left = notes.read(self.settings.data_dir)
        named = {key.casefold(): value for key, value in left.sign_ins.items()} if left else {}
        token = self.token or named.get(self.name.casefold())
        if token is None:
            known = f" The demo there knows {', '.join(left.sign_ins)}." if left else ""
            raise click.UsageError(
                f"Whose token? There is none for {self.name} in {self.settings.data_dir}.{known} Give --token or "
                f"HUB_TOKEN; `hub token create --role agent --agent {self.name}` makes one."
            )
        own = left.url if left and self.token is None else ""
        url = self.url or own or reached(self.settings.host, self.settings.port)
        return url.rstrip("/"), token


async def _watch(name: str, where: Where, screen: Terminal) -> None:
    async with aiohttp.ClientSession() as session:
        desk = Desk(session, where, screen)
        await desk.connect(name)
        with screen.shared():
            await desk.sit()


@dataclass(slots=True)
class Desk:
    """The connection, kept open, and what it brings."""

    session: aiohttp.ClientSession
    where: Where
    screen: Terminal
    view: View = field(default_factory=View)
    api: Api = field(init=False)
    socket: aiohttp.ClientWebSocketResponse = field(init=False)
    stale: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    unsent: list[Unsent] = field(default_factory=list)

    async def connect(self, name: str) -> None:
        """The first connection: what is wrong is an error. Raises ``ClickException``."""
        await self._open()
        frame = await self.socket.receive_json()
        agent = frame.get("agent")
        if agent is None:
            raise click.ClickException(
                "this token stands for no agent: `hub token create --role agent --agent NAME` makes one that does."
            )
        if agent["name"].casefold() != name.casefold():
            raise click.ClickException(f"this token is {agent['name']}'s, not {name}'s.")
        self.view.agent = agent
        self._say(f"Connected to {self.api.url} as {agent['name']}. /help shows what can be typed.")
        if agent["declared"] == "offline":
            await self._hands().available("")
        elif agent["declared"] != "available":
            self._say(f"You are {agent['declared']}: /available lets new conversations come.")
        if not frame["conversations"]:
            self._say("Nothing is open yet. What arrives shows by itself.")
        self._snapshot(frame)

    async def sit(self) -> None:
        """Until she quits. What is typed, what arrives and what it leads to go on beside each other."""
        tasks = [asyncio.create_task(work) for work in (self._type(), self._listen(), self._fetch())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancelled(tasks)
            await self.socket.close()
        for task in done:
            task.result()

    # ── what is typed ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _type(self) -> None:
        async for line in self.screen.lines(self.view.prompt):
            try:
                await self._hands().do(line)
            except Quit:
                return

    def _hands(self) -> Hands:
        return Hands(self.api, self.view, self.unsent, self._say, self._refresh)

    # ── what arrives ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _open(self) -> None:
        url, token = self.where.look()
        self.api = Api(self.session, url, token)
        self.socket = await self.api.live()

    async def _listen(self) -> None:
        """Take frames; open the connection again whenever it is lost."""
        while True:
            async for message in self.socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.json())
            self._say(click.style("The connection is lost; trying again …", fg="yellow"))
            await self._again()
            self._say(click.style(f"Connected again.{self._left()}", fg="yellow"))

    def _left(self) -> str:
        perhaps = "perhaps " if any(one.perhaps for one in self.unsent) else ""
        return f" Answers {perhaps}not sent: {len(self.unsent)}. /again sends them." if self.unsent else ""

    async def _again(self) -> None:
        attempt = 0
        while True:
            await asyncio.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
            attempt += 1
            with suppress(Unreachable):
                try:
                    await self._open()
                except NotLetIn:
                    # A demo that starts again writes new sign-ins a moment later; any other token has ended for good.
                    if self.where.token is not None or attempt > 5:
                        raise
                else:
                    return

    def _take(self, frame: dict[str, Any]) -> None:
        kind = frame.get("type")
        if kind == "snapshot":
            self._snapshot(frame)
        elif kind == "hint" and frame["kind"] in {"conversation", "message", "media", "reply_warning"}:
            self.stale.put_nowait(frame.get("conversation") or frame["id"])
            if frame["kind"] == "reply_warning":
                self._warn(frame.get("conversation") or frame["id"])
        elif self._is_of_her(frame) or (kind in {"digest", "resync_needed"} and self._differs(frame)):
            asyncio.get_running_loop().create_task(self.socket.send_json({"type": "resync"}))

    def _is_of_her(self, frame: dict[str, Any]) -> bool:
        """Whether she herself is not as she was: a snapshot tells how she is."""
        return frame.get("kind") == "agent" and frame["id"] == self.view.agent.get("id")

    def _warn(self, id_: str) -> None:
        if (shown := self.view.known.get(id_)) is not None:
            self._say(click.style(f"     #{shown.number} has waited long: it goes to somebody else soon.", fg="yellow"))

    def _snapshot(self, frame: dict[str, Any]) -> None:
        if frame.get("agent"):
            self._show(list(self.view.declared(frame["agent"])))
        listed = {one["id"]: one["version"] for one in frame["conversations"]}
        for id_, version in listed.items():
            known = self.view.known.get(id_)
            if known is None or known.state["version"] != version:
                self.stale.put_nowait(id_)
        for id_, shown in self.view.known.items():
            if id_ not in listed and shown.state["status"] != "resolved":
                self.stale.put_nowait(id_)

    def _differs(self, frame: dict[str, Any]) -> bool:
        """Whether a hint was lost: what is alive here is not what the digest counts."""
        if frame["type"] == "resync_needed":
            return True
        alive = sum(one.state["status"] != "resolved" for one in self.view.known.values())
        return bool(frame["complete"]) and frame["count"] != alive and self.stale.empty()

    # ── what it leads to ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _fetch(self) -> None:
        while True:
            wanted = {await self.stale.get(): None}
            while not self.stale.empty():
                wanted[self.stale.get_nowait()] = None
            for id_ in wanted:
                try:
                    await self._refresh(id_)
                except Unreachable:
                    self.stale.put_nowait(id_)
                    await asyncio.sleep(1)
                except click.ClickException as error:
                    self._say(error.format_message())

    async def _refresh(self, id_: str) -> None:
        try:
            state = await self.api.get(f"/conversations/{id_}")
        except NotLetIn:
            raise
        except Unreachable:
            raise
        except click.ClickException:
            self._show(list(self.view.gone(id_)))
            return
        page = await self.api.get(f"/conversations/{id_}/interactions", limit="200")
        self._show(list(self.view.take(state, page["items"])))

    def _show(self, lines: Sequence[str]) -> None:
        for line in lines:
            self._say(line)

    def _say(self, line: str) -> None:
        self.screen.say(line)
