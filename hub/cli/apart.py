"""Processes apart from each other meet in real services only; what is embedded is known to one process."""

from hub.errors import SettingsInvalid
from hub.settings import Settings

_SERVICES = {"database_url": "PostgreSQL", "amqp_url": "RabbitMQ", "redis_url": "Redis"}


def apart(settings: Settings, command: str) -> None:
    """Raises ``SettingsInvalid`` if this command's process could not meet the others."""
    missing = [(name, what) for name, what in _SERVICES.items() if not getattr(settings, name)]
    if missing:
        raise SettingsInvalid(
            [
                f"HUB_{name.upper()}: {command} needs {what}, where it meets the other processes; `hub up` needs none"
                for name, what in missing
            ]
        )
