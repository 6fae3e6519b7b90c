"""What runs where, in words."""

from hub.checks.places import place
from hub.settings import Settings


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


def reached(host: str, port: int) -> str:
    """The address at which a server listening at ``host`` can be reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - read, not listened at
    return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{port}"
