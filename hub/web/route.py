"""One line of the table of routes: what answers, who may call, and all that is said of it to the world.

A route that does not describe itself cannot be made: ``summary`` and ``gives`` have no default, and whatever else it
takes (a body, parameters) it takes only if it is named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.errors import Refused
from hub.model import Role
from hub.web.asked import Body
from hub.web.call import ApiHandler
from hub.web.door import SAFE
from hub.web.opened import Said
from hub.web.parameters import Parameter
from hub.web.shapes.common import PageOf, Shape

ADMIN = frozenset({Role.ADMIN})
LEADS = frozenset({Role.SUPERVISOR, Role.ADMIN})
DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
ALL = frozenset(Role)

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API, ``path`` below ``/api/v1``.

    ``may`` are the roles that may call it; within it, an agent sees only what is hers. ``body`` is an example of what
    it takes, and its type is what is taken; ``gives`` an example of each answer by status, ``None`` for one without a
    body. ``refuses`` are examples of its own errors; those of all routes, of a path with an id and of a body come by
    themselves. ``keyed``: it takes an ``Idempotency-Key``.
    """

    method: str
    path: str
    handler: ApiHandler
    may: frozenset[Role]
    summary: str = field(kw_only=True)
    gives: Mapping[int, Shape | PageOf | Said | None] = field(kw_only=True)
    more: str = field(default="", kw_only=True)
    query: tuple[Parameter[Any], ...] = field(default=(), kw_only=True)
    body: Body | None = field(default=None, kw_only=True)
    takes: str | None = field(default=None, kw_only=True)
    """The media type of a body that is taken as it is: a file."""
    keyed: bool = field(default=False, kw_only=True)
    refuses: tuple[Refused, ...] = field(default=(), kw_only=True)
    located: frozenset[int] = field(default=frozenset(), kw_only=True)
    """Statuses of its answers that carry a ``Location``."""
    open: bool = field(default=False, kw_only=True)
    """Also for who has not signed in: whoever calls is ``NOBODY_IN_PARTICULAR``."""

    @property
    def takes_nothing(self) -> bool:
        """Whether it could have a body, and has none: one that comes all the same is refused, as unknown fields are."""
        return self.body is None and self.takes is None and self.method not in SAFE

    @property
    def known(self) -> Mapping[str, Parameter[Any]]:
        """Its query parameters by name."""
        return {one.name: one for one in self.query}


@dataclass(frozen=True, slots=True)
class Group:
    """Routes about one thing."""

    name: str
    says: str
    routes: tuple[Route, ...]
