"""The hub's own web, asked from outside."""

from collections.abc import AsyncIterator

import aiohttp

from hub.checks.findings import Finding, bad, good, worth
from hub.cli.places import reached
from hub.settings import Settings


async def web(settings: Settings) -> AsyncIterator[Finding]:
    """Whether the hub's web answers on this machine, and takes in."""
    url = f"{reached(settings.host, settings.port)}/readyz"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
            http.get(url) as response,
        ):
            said = await response.text()
    except (aiohttp.ClientError, OSError, TimeoutError):
        yield worth(f"nothing answers at {url}", "start `hub up`, or `hub serve`; elsewhere: give --host and --port")
        return
    if response.status == 200:
        yield good(f"{url}: it takes in")
    else:
        yield bad(f"{url} says {response.status}: {said[:200]}", "mend what it names")
