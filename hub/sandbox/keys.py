"""Where the running application keeps what its handlers share."""

import asyncio

from aiohttp import web

from hub.sandbox.network import Network
from hub.sandbox.state import Sandbox

SANDBOX = web.AppKey("SANDBOX", Sandbox)
NETWORK = web.AppKey("NETWORK", Network)
CLOSING: web.AppKey[asyncio.Future[None]] = web.AppKey("CLOSING", asyncio.Future)
"""Done when the application closes; whatever waits for long waits for this too."""
