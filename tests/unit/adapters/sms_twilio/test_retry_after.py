"""What Twilio says of when to come back, however oddly it says it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.adapters.sms_twilio.client import HttpClient
from hub.errors import SendError


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7.0),
        ("9" * 400, 999_999_999.0),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Mon, 31 Dec 9999 23:59:59 -2300", None),
    ],
)
async def test_it_is_seconds_or_nothing(said: str, seconds: float | None) -> None:
    async def busy(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": said})

    app, client = web.Application(), HttpClient(connect_timeout=5, total_timeout=5)
    app.router.add_post("/", busy)
    async with TestServer(app) as server:
        with pytest.raises(SendError) as refused:
            await client.request("POST", str(server.make_url("/")))
        await client.aclose()
    assert refused.value.retry_after == seconds
