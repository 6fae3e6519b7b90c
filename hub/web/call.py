"""One API request as a handler sees it, and the keys under which the application keeps its parts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from aiohttp import web

from hub.model import Role
from hub.organisation.store import Caller

if TYPE_CHECKING:
    from hub.bootstrap import Parts
    from hub.web.callers import Callers
    from hub.web.desks import Desks
    from hub.web.door import Door
    from hub.web.looking import Lookers
    from hub.web.outcomes import Outcomes
    from hub.web.room import Room
    from hub.web.wall import Wall


@dataclass(slots=True)
class Site:
    """What the handlers of one process share."""

    parts: "Parts"
    callers: "Callers"
    outcomes: "Outcomes"
    desks: "Desks"
    lookers: "Lookers"
    room: "Room"
    door: "Door"
    wall: "Wall"


SITE: web.AppKey[Site] = web.AppKey("site", Site)

NOBODY = UUID(int=0)
"""Stands for the agent of a token that has none, where nothing may be found."""

NOBODY_IN_PARTICULAR = Caller(NOBODY, "nobody in particular", Role.MARKETER, None, ())
"""The caller of a route that is open to everybody."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose caller is known and may call this route."""

    request: web.Request
    caller: Caller
    site: Site

    @property
    def parts(self) -> "Parts":
        """Everything bootstrap built."""
        return self.site.parts

    @property
    def leads(self) -> bool:
        """Whether the caller sees every conversation and may take any."""
        return self.caller.role in {Role.SUPERVISOR, Role.ADMIN}


ApiHandler = Callable[[Call], Awaitable[web.StreamResponse]]
"""A handler of the API: signed in and allowed already; whatever ``HubError`` it raises becomes a problem."""

PlainHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""A handler that is open to anybody, or sees to its callers itself."""
