"""The web application: the visible table of routes, and running it."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from aiohttp import hdrs, web

from hub.errors import SettingsInvalid
from hub.model import Role
from hub.web import access, agents, commands, conversations, customers, health, live, messages, results
from hub.web.call import SITE, ApiHandler, Site
from hub.web.callers import Callers
from hub.web.desks import Desks
from hub.web.guard import guarded
from hub.web.outcomes import Outcomes
from hub.web.problems import answer_problems
from hub.web.webhooks import Webhooks

if TYPE_CHECKING:
    from hub.bootstrap import Parts

log = structlog.get_logger(__name__)

MAX_WEBHOOK = 1024 * 1024
"""Bytes of a request's body; JSON bodies of the API have a lower limit of their own."""
GRACE = 8.0
"""Seconds in which requests under way may finish; the whole stop takes no more than 10."""

ADMIN = frozenset({Role.ADMIN})
DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
ALL = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table: ``may`` are the roles that may call it; within it, an agent sees only what is hers."""

    method: str
    path: str
    handler: ApiHandler
    may: frozenset[Role]


API = "/api/v1"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/customers", customers.listed, ALL),
    Route("GET", "/customers/{id}", customers.one, ALL),
    Route("GET", "/customers/{id}/history", customers.history_of, ALL),
    Route("GET", "/conversations", conversations.listed, DESK),
    Route("GET", "/conversations/{id}", conversations.one, DESK),
    Route("GET", "/conversations/{id}/interactions", conversations.interactions, DESK),
    Route("GET", "/conversations/{id}/decisions", conversations.decisions, DESK),
    Route("POST", "/conversations/{id}/messages", messages.reply, DESK),
    Route("POST", "/conversations/{id}/notes", commands.note, DESK),
    Route("POST", "/conversations/{id}/accept", commands.accept, DESK),
    Route("POST", "/conversations/{id}/assign", commands.assign, DESK),
    Route("POST", "/conversations/{id}/decline", commands.decline, DESK),
    Route("POST", "/conversations/{id}/resolve", commands.resolve, DESK),
    Route("POST", "/conversations/{id}/snooze", commands.snooze, DESK),
    Route("POST", "/conversations/{id}/reopen", commands.reopen, DESK),
    Route("POST", "/messages", messages.write, DESK),
    Route("GET", "/outcomes/{event_id}", results.outcome, DESK),
    Route("GET", "/agents", agents.listed, ALL),
    Route("POST", "/agents", agents.add, ADMIN),
    Route("GET", "/agents/{id}", agents.one, ALL),
    Route("PATCH", "/agents/{id}", agents.change, ADMIN),
    Route("POST", "/agents/{id}/presence", agents.declare, DESK),
    Route("GET", "/teams", agents.teams, ALL),
    Route("POST", "/teams", agents.add_team, ADMIN),
    Route("GET", "/tokens", access.tokens, ADMIN),
    Route("POST", "/tokens", access.add_token, ADMIN),
    Route("DELETE", "/tokens/{id}", access.revoke_token, ADMIN),
    Route("GET", "/accounts", access.accounts, ADMIN),
    Route("GET", "/live", live.live, DESK),
)
"""The API, below ``/api/v1``."""


def build_app(parts: "Parts") -> web.Application:
    """The application over these parts: the API, and what is open to anybody or proves itself."""
    app = web.Application(middlewares=[answer_problems], client_max_size=MAX_WEBHOOK)
    outcomes = Outcomes()
    site = Site(parts, Callers(parts.store), outcomes, Desks(outcomes.heard))
    app[SITE] = site
    webhooks = Webhooks(parts)
    app.router.add_post("/channels/{channel}/{provider}", webhooks.take)
    app.router.add_post("/channels/{channel}/{provider}/{kind}", webhooks.take)
    app.router.add_get("/healthz", health.healthz)
    app.router.add_get("/readyz", health.readyz)
    app.router.add_get("/metrics", health.Metrics(site).show)
    for route in ROUTES:
        handler = guarded(route.path, route.handler, route.may)
        app.router.add_route(route.method, API + route.path, handler)
    app.cleanup_ctx.append(live.run_live)
    app.on_shutdown.append(live.close_all)
    app.on_response_prepare.append(_sign)
    return app


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer. The version of what we run on is nobody's business."""
    headers = response.headers
    headers[hdrs.SERVER] = "peyvand"
    headers["X-Content-Type-Options"] = "nosniff"


async def serve(parts: "Parts", *, host: str, port: int, reuse_port: bool, stopping: asyncio.Event) -> None:
    """Serve until ``stopping`` is set; then stop accepting, finish requests, and close sockets with 1001.

    Raises ``SettingsInvalid`` if the port is taken.
    """
    runner = web.AppRunner(build_app(parts), access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, reuse_port=reuse_port or None, backlog=1024)
        try:
            await site.start()
        except OSError as error:
            why = f"HUB_PORT: cannot listen on {host}:{port} ({error.strerror or error}); choose another port"
            raise SettingsInvalid([why]) from error
        log.info("web_started", host=host, port=runner.addresses[0][1])
        await stopping.wait()
        log.info("web_stopping")
    finally:
        await runner.cleanup()
