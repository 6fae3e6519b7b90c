"""Whether this process lives, whether it can take in, and its metrics."""

import time
from typing import Protocol, runtime_checkable

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from hub.errors import BrokerAway
from hub.metrics import DEPTH, SPOOL_AGE, SPOOL_DEPTH, shown
from hub.web.answers import answer
from hub.web.call import SITE, Site
from hub.web.shapes.health import ALIVE, Broker, Ready, SpoolState

log = structlog.get_logger(__name__)

DEPTHS_KEPT = 5.0
"""Seconds for which the queues' depths are not asked for again, however often somebody scrapes."""


@runtime_checkable
class Spool(Protocol):
    """The publisher of a process that keeps events on disk while the broker is away."""

    def depth(self) -> int:
        """Events in it."""

    def oldest_age(self) -> float:
        """Seconds since the oldest came."""

    def writable(self) -> bool:
        """Whether the disk would take something in."""


async def healthz(_: web.Request) -> web.Response:
    """``GET /healthz``: the process answers."""
    return answer(ALIVE)


async def readyz(request: web.Request) -> web.Response:
    """``GET /readyz``: 200 while it can take in, by the broker or by the spool; else 503 and why."""
    says = ready(request.app[SITE])
    return answer(says, status=200 if says.ready else 503)


def ready(site: Site) -> Ready:
    """Whether this process can take in."""
    bus = site.parts.bus.state()
    spool = spool_of(site)
    writable = spool is not None and spool.writable()
    takes_in = bus.ready or writable
    return Ready(
        ready=takes_in,
        takes_in_by="broker" if bus.ready else "spool" if takes_in else None,
        broker=Broker(ready=bus.ready, reason=bus.reason),
        spool=None if spool is None else SpoolState(writable=writable, events=spool.depth()),
    )


def spool_of(site: Site) -> Spool | None:
    """The spool, if this process has one."""
    publisher = site.parts.publisher
    publisher = getattr(publisher, "behind", publisher)
    return publisher if isinstance(publisher, Spool) else None


class Metrics:
    """``GET /metrics``, in Prometheus' text format."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._asked_at = -DEPTHS_KEPT

    async def show(self, _: web.Request) -> web.Response:
        """Everything this process counts, with the queues' depths as of the last five seconds."""
        if (spool := spool_of(self._site)) is not None:
            SPOOL_DEPTH.set(spool.depth())
            SPOOL_AGE.set(spool.oldest_age())
        await self._depths()
        return web.Response(body=shown(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _depths(self) -> None:
        now = time.monotonic()
        if now - self._asked_at < DEPTHS_KEPT:
            return
        self._asked_at = now
        try:
            depths = await self._site.parts.bus.depths()
        except BrokerAway as error:
            log.warning("depths_unknown", reason=str(error))
            return
        for lane, depth in depths.items():
            DEPTH.labels(lane).set(depth)
