"""Redis: a private server."""

from collections.abc import Sequence

import redis.asyncio
import redis.exceptions

from tests.services.server import LocalServer


async def answers(url: str) -> bool:
    """Whether a Redis answers there."""
    client = redis.asyncio.Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3)
    try:
        return bool(await client.ping())
    except (OSError, TimeoutError, redis.exceptions.RedisError):
        return False
    finally:
        await client.aclose()


class PrivateRedis(LocalServer):
    """A Redis of our own, which keeps nothing over a restart."""

    name = "Redis"

    def __init__(self) -> None:
        super().__init__()
        self.url = f"redis://127.0.0.1:{self.port}/"

    def command(self) -> Sequence[str]:
        where = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        return ["redis-server", *where, "--save", "", "--appendonly", "no"]

    async def answers(self) -> bool:
        return await answers(self.url)

    async def run_tool(self, *command: str) -> str:
        """As ``redis-cli`` does: ``run_tool("redis-cli", "FLUSHALL")`` speaks to this server."""
        if command[0] == "redis-cli":
            command = (command[0], "-p", str(self.port), *command[1:])
        return await super().run_tool(*command)
