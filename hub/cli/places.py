"""What runs where, in words. Addresses are shown without their user and password."""

import re
from urllib.parse import urlsplit

from hub.settings import Settings

_NOISE = re.compile(r"\[Errno -?\d+\] |\b\w+(?:Error|Exception): (?=\S)|Error -?\d+ connecting to \S+[:.] ")
"""What libraries put before their words: numbers and class names."""
_PORTS = {"postgresql": 5432, "postgres": 5432, "amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379}


def described(settings: Settings) -> str:
    """``database embedded in ./var, broker embedded, Redis embedded``, or their addresses."""
    if settings.embedded and not settings.amqp_url and not settings.redis_url:
        return f"database, broker and Redis embedded, data in {settings.data_dir}"
    parts = (
        f"database {place(settings.database_url)}" if settings.database_url else f"database in {settings.data_dir}",
        f"broker {place(settings.amqp_url)}" if settings.amqp_url else "broker in the database",
        f"Redis {place(settings.redis_url)}" if settings.redis_url else "Redis embedded in this process",
    )
    return ", ".join(parts)


def place(url: str) -> str:
    """``host:port/name`` of a URL: never its user, its password or its query."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        port = None
    host = parts.hostname or "the local socket"
    return f"{host}:{port}{parts.path.rstrip('/')}" if port and parts.hostname else host + parts.path


def reached(host: str, port: int) -> str:
    """The address at which a server listening at ``host`` can be reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - read, not listened at
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}"


def plainly(error: Exception) -> str:
    """Why a service does not answer, without the numbers and class names of libraries, and without a full stop."""
    return _NOISE.sub("", str(error)).rstrip(".")
