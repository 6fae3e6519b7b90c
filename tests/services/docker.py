"""The same private servers in containers, where Docker answers and the server itself is not installed."""

import asyncio
import functools
import secrets
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence

from tests.services.server import START_SECONDS, Server, ServerFailed, free_port

PULL_SECONDS = 300


@functools.cache
def engine_answers() -> bool:
    """Whether a Docker engine takes our commands."""
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=20)
    return asked.returncode == 0


class DockerServer(Server):
    """A server in a container of its own, its port published on the loopback address alone."""

    def __init__(  # what differs between the three servers, and nothing else
        self,
        name: str,
        image: str,
        inner_port: int,
        url: str,
        answers: Callable[[str], Awaitable[bool]],
        *,
        options: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.port = free_port()
        self.url = url.format(port=self.port)
        self._answers = answers
        self._container = f"peyvand-{name.lower()}-{secrets.token_hex(4)}"
        published = f"127.0.0.1:{self.port}:{inner_port}"
        self._create = ("create", "--name", self._container, "--publish", published, *options, image)
        self._created = False

    async def start(self) -> str:
        if not self._created:
            await self._docker(*self._create)
            self._created = True
        await self._docker("start", self._container)
        deadline = time.monotonic() + START_SECONDS
        while not await self._answers(self.url):
            if time.monotonic() > deadline:
                raise ServerFailed(f"{self.name} in Docker did not answer within {START_SECONDS:.0f} s")
            await asyncio.sleep(0.1)
        return self.url

    async def stop(self) -> None:
        await self._docker("stop", "--time", "30", self._container)

    async def kill(self) -> None:
        await self._docker("kill", self._container)

    def pause(self) -> None:
        _run("pause", self._container)

    def resume(self) -> None:
        _run("unpause", self._container)

    async def aclose(self) -> None:
        if self._created:
            await self._docker("rm", "--force", "--volumes", self._container)

    async def run_tool(self, *command: str) -> str:
        return await self._docker("exec", self._container, *command)

    async def stop_at_once(self) -> None:
        await self._docker("kill", "--signal", "QUIT", self._container)
        await self._docker("wait", self._container)

    async def _docker(self, *arguments: str) -> str:
        return await asyncio.to_thread(_run, *arguments)


def _run(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True, timeout=PULL_SECONDS)
    if done.returncode:
        raise ServerFailed(f"docker {arguments[0]}: {done.stderr.strip()[-2000:]}")
    return done.stdout.strip()
