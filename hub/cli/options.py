"""Flags that override settings. They go to the settings as text, so that every error is reported at once."""

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from hub import settings as all_settings
from hub.settings import Settings

T = TypeVar("T")

OURS = frozenset({"HUB_TOKEN", "HUB_URL"})
"""Read by ``hub agents watch`` alone; no settings of the hub."""

_FLAGS: dict[str, tuple[str, str]] = {
    "data_dir": ("FOLDER", "Where embedded data, the spool and keys are kept. [./var]"),
    "database_url": ("URL", "PostgreSQL, e.g. postgresql://user@host/hub. Empty: embedded."),
    "amqp_url": ("URL", "RabbitMQ, e.g. amqp://user:password@host/. Empty: embedded."),
    "redis_url": ("URL", "Redis, e.g. redis://host/0. Empty: embedded."),
    "host": ("ADDRESS", "Address to listen at. [127.0.0.1]"),
    "port": ("N", "Port to listen at; 0 takes a free one. [8080]"),
    "public_url": ("URL", "How providers reach this hub, e.g. https://hub.example.ir."),
    "processes": ("N", "How many processes serve at once. [1]"),
}

STORES = ("data_dir", "database_url")
SERVICES = (*STORES, "amqp_url", "redis_url")
WEB = ("host", "port", "public_url")


def with_settings(*names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Give the command ``settings``, and a flag for each of these."""

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        @functools.wraps(function)
        def loaded(**given: Any) -> T:
            flags = {name: given.pop(name) for name in names}
            return function(settings=load(flags), **given)

        command: Callable[..., T] = loaded
        for name in reversed(names):
            metavar, text = _FLAGS[name]
            command = click.option(f"--{name.replace('_', '-')}", name, metavar=metavar, help=text)(command)
        return command

    return decorate


def load(flags: dict[str, Any]) -> Settings:
    """The settings in force. Raises ``SettingsInvalid``."""
    return all_settings.load(environment(), flags)


def environment() -> dict[str, str]:
    """The environment without what is not the hub's."""
    return {name: value for name, value in os.environ.items() if name not in OURS}


def debugging() -> bool:
    """Whether ``--debug`` was given."""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("debug"))
