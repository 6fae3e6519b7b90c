"""The web application: the visible table of routes, and running it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from aiohttp import hdrs, web

from hub.errors import SettingsInvalid
from hub.organisation.signing.passwords import Passwords
from hub.organisation.signing.store import Lasts
from hub.web import files, health, live, rounds, routes
from hub.web.call import SITE, PlainHandler, Site
from hub.web.callers import Callers
from hub.web.described.pages import add_pages
from hub.web.described.served import Described
from hub.web.desks import Desks
from hub.web.door import Door
from hub.web.guard import guarded
from hub.web.looking import Lookers
from hub.web.opened import Open
from hub.web.outcomes import Outcomes
from hub.web.pages import add_desk
from hub.web.problems import MAX_BODY, answer_problems
from hub.web.room import Room
from hub.web.route import API, Group, Route
from hub.web.traced import traced
from hub.web.wall import Wall
from hub.web.webhooks import Webhooks

if TYPE_CHECKING:
    from hub.bootstrap import Parts

log = structlog.get_logger(__name__)

GRACE = 8.0
"""Seconds in which requests under way may finish; the whole stop takes no more than 10."""

GROUPS: tuple[Group, ...] = (
    Group("Signing in", "Who you are, and what is your own.", routes.me.ROUTES),
    Group("Customers", "Customers and their history.", routes.customers.ROUTES),
    Group(
        "Conversations",
        "What agents hold: read it, answer it, pass it on.",
        routes.conversations.ROUTES,
    ),
    Group("Messages", "The organisation writes first, and what became of what was asked.", routes.messages.ROUTES),
    Group("Files and templates", "What goes with messages, or instead of free text.", routes.files.ROUTES),
    Group("Canned answers", "Texts that agents say often.", routes.canned.ROUTES),
    Group("Agents and teams", "Who answers.", routes.agents.ROUTES + routes.teams.ROUTES),
    Group("Live wall", "Everybody at once. By supervisors and administrators.", routes.wall.ROUTES),
    Group(
        "Tokens and accounts",
        "Who and what has access. By administrators.",
        routes.access.ROUTES + routes.accounts.ROUTES,
    ),
    Group(
        "Running it",
        "How the hub fares, and what it could not do. By administrators.",
        routes.health.ROUTES + routes.dead.ROUTES,
    ),
    Group("Live", "What happens, as it happens.", routes.live.ROUTES),
)
"""The API, below ``/api/v1``: the table of each group stands in ``hub.web.routes``."""

ROUTES: tuple[Route, ...] = tuple(route for group in GROUPS for route in group.routes)

OPENED: tuple[Open, ...] = routes.opened.OPENED
"""What takes no token. ``build_app`` holds the handler of each by its name."""


def build_app(parts: "Parts") -> web.Application:
    """The application over these parts: the API, and what is open to anybody or proves itself."""
    around = [answer_problems] if parts.tracing is None else [traced(parts.tracing), answer_problems]
    app = web.Application(middlewares=around, client_max_size=MAX_BODY)
    outcomes = Outcomes()
    door = _door(parts)
    desks = Desks(outcomes.heard)
    callers, room = Callers(parts.store, door), Room(files.AT_ONCE)
    site = Site(parts, callers, outcomes, desks, Lookers(desks), room, door, Wall(parts))
    app[SITE] = site
    webhooks = Webhooks(parts)
    described = Described(GROUPS, OPENED, parts.workers)
    handlers: dict[str, PlainHandler] = {
        "webhook": webhooks.take,
        "webhook_of_kind": webhooks.take,
        "webhook_by_get": webhooks.take,
        "webhook_of_kind_by_get": webhooks.take,
        "file": files.open_to_provider,
        "healthz": health.healthz,
        "readyz": health.readyz,
        "metrics": health.Metrics(site).show,
        "openapi": described.openapi,
        "asyncapi": described.asyncapi,
    }
    for one in OPENED:
        for method in one.methods:
            app.router.add_route(method, one.path, handlers[one.name])
    add_pages(app)
    add_desk(app)
    for route in ROUTES:
        app.router.add_route(route.method, API + route.path, guarded(route))
    app.cleanup_ctx.append(rounds.run_rounds)
    app.cleanup_ctx.append(_keep_door)
    app.on_shutdown.append(live.close_all)
    app.on_response_prepare.append(_sign)
    return app


def _door(parts: "Parts") -> Door:
    settings = parts.settings
    lasts = Lasts(timedelta(hours=settings.sign_in_idle_hours), timedelta(days=settings.sign_in_days))
    return Door(settings.base_url, lasts, settings.trusted_proxies, Passwords())


async def _keep_door(app: web.Application) -> AsyncIterator[None]:
    yield
    app[SITE].door.passwords.close()


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    """Headers of every answer. The version of what we run on is nobody's business."""
    headers = response.headers
    headers[hdrs.SERVER] = "peyvand"
    if response.status != HTTPStatus.SWITCHING_PROTOCOLS:  # a socket has no content, and keeps its headers for hours
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
            why = f"cannot listen on {host}:{port} ({error.strerror or error})"
            raise SettingsInvalid([f"{why}; choose another port, by --port or HUB_PORT"]) from error
        log.info("web_started", host=host, port=runner.addresses[0][1])
        await stopping.wait()
        log.info("web_stopping")
    finally:
        await runner.cleanup()
