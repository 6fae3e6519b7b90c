"""The tables of routes, one a group; ``hub.web.app.GROUPS`` holds them together."""

from hub.web.routes import access, agents, conversations, customers, files, live, messages, opened

__all__ = ["access", "agents", "conversations", "customers", "files", "live", "messages", "opened"]
