"""Private services, to be broken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.faults.cluster import Urls
from tests.services import POSTGRES, RABBITMQ, REDIS, Server, new


@dataclass(frozen=True)
class Services:
    """One of each, of our own."""

    postgres: Server
    rabbitmq: Server
    redis: Server

    @property
    def urls(self) -> Urls:
        """Where they are."""
        return Urls(self.postgres.url, self.rabbitmq.url, self.redis.url)


@asynccontextmanager
async def private_services() -> AsyncIterator[Services]:
    """Started together, gone at the end."""
    async with AsyncExitStack() as stack:
        postgres, rabbitmq, redis = (new(service) for service in (POSTGRES, RABBITMQ, REDIS))
        starting = [stack.enter_async_context(server) for server in (postgres, rabbitmq, redis)]
        await asyncio.gather(*starting)
        yield Services(postgres, rabbitmq, redis)
