"""One line of what is open to anybody or proves itself: webhooks, health, and the descriptions themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from hub.web.shapes.common import Shape


@dataclass(frozen=True, slots=True)
class Said:
    """An answer that is no struct of ours."""

    media_type: str
    example: Any
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """One address. ``name`` is also that of its handler; ``takes`` the media type of its body, if it has one."""

    group: str
    name: str
    methods: tuple[str, ...]
    path: str
    summary: str
    gives: Mapping[int, Shape | Said]
    more: str = ""
    takes: str | None = None
    errors: tuple[Callable[[], web.Response], ...] = ()
