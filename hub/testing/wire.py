"""A TCP wire to a service that can be cut: what a test puts between ours and a real server."""

import asyncio
import socket
import struct

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER 0: close with RST, as a killed machine would seem."""


class Wire:
    """Forwards connections to ``host:port``. ``url_port`` is where ours connects."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.whole = True
        self.flowing = asyncio.Event()
        self.flowing.set()

    async def open(self) -> int:
        """Begin to forward; the port."""
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def cut(self) -> None:
        """Reset every connection and take no new one until ``mend``."""
        self.whole = False
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    def mend(self) -> None:
        """Take connections again."""
        self.whole = True

    async def close(self) -> None:
        """Cut for good."""
        self.cut()
        self.flowing.set()
        if self._server is not None:
            self._server.close()
        for pump in self._pumps:
            pump.cancel()
        if self._pumps:
            await asyncio.wait(self._pumps)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.whole:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection(*self._target)
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (there, writer)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self.flowing.wait()
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            self._writers.discard(sink)
        finally:
            sink.close()
            self._writers.discard(sink)
