"""An open WebSocket in bare aiohttp and nothing else: what a desk costs at the least.

With a heartbeat (RFC 6455, 5.5.2), for without one nobody knows who is there.
``python -m benchmarks.bare --port N``.
"""

import argparse
import asyncio

import uvloop
from aiohttp import web


async def _desk(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=20, compress=False, max_msg_size=4096, timeout=2)
    await socket.prepare(request)
    async for _ in socket:
        continue
    return socket


async def _serve(port: int) -> None:
    app = web.Application()
    app.add_routes([web.get("/desk", _desk)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
