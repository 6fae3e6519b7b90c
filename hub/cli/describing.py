"""``hub openapi`` and ``hub asyncapi``: print what the hub says of itself. Needs no services."""

from typing import Any

import click
import msgspec

from hub.web.app import GROUPS, OPENED
from hub.web.described import asyncapi as events
from hub.web.described import openapi as routes
from workers import WORKERS


@click.command()
def openapi() -> None:
    """Print the HTTP API as OpenAPI 3.1, the same as GET /api/v1/openapi.json."""
    _print(routes.document(GROUPS, OPENED))


@click.command()
def asyncapi() -> None:
    """Print events and the live connection as AsyncAPI 3, the same as GET /api/v1/asyncapi.json."""
    _print(events.document(WORKERS))


def _print(document: dict[str, Any]) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(document)).decode())
