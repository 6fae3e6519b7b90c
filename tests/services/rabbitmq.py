"""RabbitMQ: a private broker, and virtual hosts of one's own on any broker."""

import asyncio
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import psutil
from aio_pika.exceptions import AMQPError

from tests.services.server import LocalServer, ServerFailed, free_port

DEBIAN = Path("/usr/lib/rabbitmq/bin")
"""Here Debian keeps the scripts that do not change the user; those on the PATH become user ``rabbitmq``."""

Run = Callable[..., Awaitable[str]]
"""``await run("rabbitmqctl", "list_queues")``: what it printed."""


async def answers(url: str) -> bool:
    """Whether a RabbitMQ lets us in there."""
    where = urlsplit(url)
    try:
        # First without aio_pika, which logs an error for each port that is not open yet.
        _, writer = await asyncio.open_connection(where.hostname, where.port or 5672)
        writer.close()
        connection = await aio_pika.connect(url, timeout=5)
    except (OSError, TimeoutError, AMQPError):
        return False
    await connection.close()
    return True


def server_script() -> str | None:
    """The script that starts a broker as whoever we are; None if RabbitMQ is not installed."""
    if (DEBIAN / "rabbitmq-server").exists():
        return str(DEBIAN / "rabbitmq-server")
    return shutil.which("rabbitmq-server")


def ctl_script() -> str:
    """``rabbitmqctl``, as whoever we are."""
    return str(DEBIAN / "rabbitmqctl") if (DEBIAN / "rabbitmqctl").exists() else "rabbitmqctl"


async def run_here(*command: str) -> str:
    """Run a tool against this machine's own broker. Raises ``ServerFailed``."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except FileNotFoundError as error:
        raise ServerFailed(f"{command[0]} is not installed") from error
    said, _ = await process.communicate()
    if process.returncode:
        raise ServerFailed(f"{command[0]} {command[1]}: {said.decode(errors='replace')[-2000:]}")
    return said.decode(errors="replace").strip()


class PrivateRabbitMQ(LocalServer):
    """A broker of our own: user and password ``guest``, no plugins, its own Erlang name server."""

    name = "RabbitMQ"

    def __init__(self) -> None:
        super().__init__()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self.node = f"peyvand{self.port}@localhost"
        self._ports = (free_port(), free_port())

    async def prepare(self) -> None:
        (self.folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        (self.folder / "enabled_plugins").write_text("[].\n")
        (self.folder / "rabbitmq-env.conf").write_text("")  # in place of the system's

    def environment(self) -> Mapping[str, str]:
        names, distribution = self._ports
        return {
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(names),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }

    def command(self) -> Sequence[str]:
        # epmd as our child, in the foreground: left to itself Erlang starts a daemon that outlives the broker.
        return ["sh", "-c", 'epmd & exec "$0"', server_script() or "rabbitmq-server"]

    def main_process(self, family: Sequence[psutil.Process]) -> psutil.Process:
        """Erlang's virtual machine, which takes SIGTERM as "stop in order"; the scripts around it end with it."""
        return next((process for process in family if process.name() == "beam.smp"), family[0])

    async def answers(self) -> bool:
        return await answers(self.url)

    async def run_tool(self, *command: str) -> str:
        if command[0] == "rabbitmqctl":
            command = (ctl_script(), "--node", self.node, *command[1:])
        return await super().run_tool(*command)


class VirtualHosts:
    """Virtual hosts on one broker, made several at a time: each ``rabbitmqctl`` costs more than a second of CPU.

    Those given back are removed when the next are made. A quorum queue reserves three file handles for as long as it is
    there; where they run out (309 queues under a limit of 1,024) the broker answers nobody any more.
    """

    def __init__(self, run: Run, url: str, *, at_a_time: int = 8) -> None:
        self._run = run
        self.url = url
        self._at_a_time = at_a_time
        self._free: list[str] = []
        self._made: list[str] = []
        self._used: list[str] = []

    async def usable(self) -> bool:
        """Whether we may make virtual hosts, and on the broker behind the URL and no other."""
        try:
            url = await self.take()
        except ServerFailed:
            return False
        self.give_back(url)
        return await answers(url)

    async def take(self) -> str:
        """The URL of an empty virtual host that nobody else gets. Raises ``ServerFailed``."""
        if not self._free:
            await self._make()
        return urlsplit(self.url)._replace(path=f"/{self._free.pop()}").geturl()

    def give_back(self, url: str) -> None:
        """Nobody needs it any more."""
        name = urlsplit(url).path.removeprefix("/")
        if name in self._made:
            self._used.append(name)

    async def sweep(self) -> None:
        """Remove what runs left behind that were ended before they could."""
        there = set(_OURS.findall(await self._run("rabbitmqctl", "eval", "rabbit_vhost:list_names().")))
        await self._eval(_REMOVE.format(_listed(name for name, pid in there if not psutil.pid_exists(int(pid)))))

    async def remove(self) -> None:
        """Remove all that were made, with their queues."""
        await self._eval(_REMOVE.format(_listed(self._made)))
        self._made, self._free, self._used = [], [], []

    async def _make(self) -> None:
        names = [f"peyvand_test_{os.getpid()}_{secrets.token_hex(6)}" for _ in range(self._at_a_time)]
        user = urlsplit(self.url).username or "guest"
        used, self._used = self._used, []
        self._made = [*(name for name in self._made if name not in used), *names]
        await self._eval(_REMOVE.format(_listed(used)), _ADD.format(user=user, names=_listed(names)))
        self._free += names

    async def _eval(self, *expressions: str) -> None:
        await self._run("rabbitmqctl", "eval", ", ".join(expressions) + ".")


_OURS = re.compile(r"(peyvand_test_(\d+)_[0-9a-f]+)")
_REMOVE = 'lists:foreach(fun(V) -> rabbit_vhost:delete(V, <<"tests">>) end, {})'
_ADD = (
    'lists:foreach(fun(V) -> ok = rabbit_vhost:add(V, <<"tests">>), ok = rabbit_auth_backend_internal:set_permissions('
    '<<"{user}">>, V, <<".*">>, <<".*">>, <<".*">>, <<"tests">>) end, {names})'
)


def _listed(names: Iterable[str]) -> str:
    return "[" + ", ".join(f'<<"{name}">>' for name in names) + "]"
