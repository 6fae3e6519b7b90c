"""The tables of routes, one a group; ``hub.web.app.GROUPS`` holds them together."""

from hub.web.routes import (
    access,
    accounts,
    agents,
    canned,
    conversations,
    customers,
    dead,
    files,
    health,
    live,
    me,
    messages,
    opened,
    teams,
    wall,
)

__all__ = [
    "access",
    "accounts",
    "agents",
    "canned",
    "conversations",
    "customers",
    "dead",
    "files",
    "health",
    "live",
    "me",
    "messages",
    "opened",
    "teams",
    "wall",
]
