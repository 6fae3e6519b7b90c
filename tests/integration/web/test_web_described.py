"""The descriptions and their pages as a running hub serves them."""

import asyncio

import pytest
from aiohttp import web

from hub.web.app import GROUPS, OPENED
from hub.web.described import asyncapi, openapi
from tests.integration.web.conftest import World
from workers import WORKERS

PAGES = {"/api/docs", "/api/events", "/api/reference/{name}", "/", "/desk", "/desk/{path}"}


async def test_everybody_may_read_the_descriptions(edge: World) -> None:
    for path, wanted in (("openapi", openapi.document(GROUPS, OPENED)), ("asyncapi", asyncapi.document(WORKERS))):
        response = await edge.call(None, "GET", f"/{path}.json")
        assert (response.status, response.content_type) == (200, "application/json")
        said = await response.json()
        assert said[path] == wanted[path]
        assert said.keys() == wanted.keys()


async def test_every_address_of_the_application_is_described(edge: World) -> None:
    described = openapi.document(GROUPS, OPENED)["paths"]
    there = {
        (resource.canonical, route.method)
        for resource in edge.app.router.resources()
        if isinstance(resource, web.PlainResource | web.DynamicResource) and resource.canonical not in PAGES
        for route in resource
    }
    assert there == {(path, method.upper()) for path, methods in described.items() for method in methods}


@pytest.mark.parametrize("path", ["/api/docs", "/api/events", "/api/reference/main.js", "/api/reference/reference.css"])
async def test_a_page_lets_nothing_in_from_elsewhere(edge: World, path: str) -> None:
    response = await edge.client.get(path)
    assert response.status == 200
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_only_the_files_there_are_can_be_had(edge: World) -> None:
    for name in ("..%2Fapp.py", "nothing.js", "%2e%2e"):
        response = await edge.client.get(f"/api/reference/{name}")
        assert response.status in {404, 405}, name


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/api/docs?lang=en#commands_assign", ("Assign it to an agent or a team", "Idempotency-Key", "Try it")),
        ("/api/docs?lang=fa#customers_listed", ('dir="rtl"', "پارامترها", "/customers", "contact_point")),
        ("/api/events?lang=fa#interaction.received.v1", ("رویدادها", "record_interactions", "provider_id")),
        ("/api/events?lang=en#live.snapshot", ("conversations", "what a desk gets")),
    ],
)
async def test_the_page_shows_what_is_described(edge: World, browser: str, address: str, said: tuple[str, ...]) -> None:
    url = str(edge.client.make_url("/")).rstrip("/") + address
    process = await asyncio.create_subprocess_exec(
        browser,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=20000",
        "--dump-dom",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    shown, _ = await asyncio.wait_for(process.communicate(), 60)
    assert [one for one in said if one not in shown.decode()] == []
