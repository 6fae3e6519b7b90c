"""Real servers for tests, soak and benchmarks: what is running, what can be started, and how to break it.

``find(POSTGRES)`` says what this machine offers; ``new(POSTGRES)`` makes a private server on a free port, in a folder
of its own, which may be killed, stopped and frozen without harm to anyone::

    async with new(RABBITMQ) as broker:
        await broker.kill()
        await broker.start()

Nothing here needs pytest.
"""

from tests.services.discovery import (
    BROWSER,
    POSTGRES,
    RABBITMQ,
    REDIS,
    SERVICES,
    Found,
    Service,
    SettingWrong,
    find,
    new,
)
from tests.services.postgres import PrivatePostgres, as_superuser, create_database, drop_database
from tests.services.rabbitmq import PrivateRabbitMQ, VirtualHosts
from tests.services.redis import PrivateRedis
from tests.services.server import LocalServer, Server, ServerFailed, free_port

__all__ = [
    "BROWSER",
    "POSTGRES",
    "RABBITMQ",
    "REDIS",
    "SERVICES",
    "Found",
    "LocalServer",
    "PrivatePostgres",
    "PrivateRabbitMQ",
    "PrivateRedis",
    "Server",
    "ServerFailed",
    "Service",
    "SettingWrong",
    "VirtualHosts",
    "as_superuser",
    "create_database",
    "drop_database",
    "find",
    "free_port",
    "new",
]
