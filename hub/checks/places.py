"""Where a service is, and why it does not answer, in words. Addresses are shown without their user and password."""

import re
from urllib.parse import urlsplit

_NOISE = re.compile(r"\[Errno -?\d+\] |\b\w+(?:Error|Exception): (?=\S)|Error -?\d+ connecting to \S+[:.] ")
"""What libraries put before their words: numbers and class names."""
_PORTS = {"postgresql": 5432, "postgres": 5432, "amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379}


def place(url: str) -> str:
    """``host:port/name`` of a URL: never its user, its password or its query."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        port = None
    host = parts.hostname or "the local socket"
    return f"{host}:{port}{parts.path.rstrip('/')}" if port and parts.hostname else host + parts.path


def plainly(error: Exception) -> str:
    """Why a service does not answer, without the numbers and class names of libraries, and without a full stop."""
    return _NOISE.sub("", str(error)).rstrip(".")
