"""fetch_media: bring home the files that customers send, while the provider still has them.

Each goes through the safe client, to the provider's own hosts and no others. The provider's credentials go only to the
address a message names; where that leads is asked once more, as a stranger would, and no further.
"""

import asyncio
from collections.abc import Sequence

import structlog

from hub import logs
from hub.bootstrap import Parts
from hub.channel import Adapter, FileRequest, KeepsFiles
from hub.errors import DependencyAway, FetchError, FetchFailed, Redirected
from hub.events import Event, MediaFetch
from hub.fetching import Fetched, Origin
from hub.live import hints
from hub.media import patience
from hub.media import store as media
from hub.media.content import kind_of
from hub.metrics import FILES
from hub.model import AccountId
from hub.store import Row, blobs
from hub.worker import Worker

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 4
"""Files under way at once; each is held in memory whole."""
WITHIN = 20.0
"""Seconds for one answer."""
MOST = 16_000_000
"""Bytes of a file, where the adapter names no limit."""
SWEEP_EVERY = 3600.0
SWEPT_AT_ONCE = 100
"""Files forgotten in one commit: each may be of 16 MB, and the database has half a minute for a statement."""
UNUSABLE = "The account it came by cannot be used here now; `hub doctor` says why."


class FetchMedia:
    """Handles ``MediaFetch``; once an hour it forgets bytes that nothing names."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)

    async def handle(self, events: Sequence[Event]) -> Sequence[Event]:
        """Fetch what waits for these interactions. Nothing follows: what failed for now has its time in its row."""
        ids = {event.data.interaction_id for event in events if isinstance(event.data, MediaFetch)}
        async with self._parts.store.reading() as tx:
            rows = await media.waiting(tx, ids, now=self._parts.clock.now())
        ends = await asyncio.gather(*map(self._bring, rows), return_exceptions=True)
        for error in ends:
            if error is not None:  # only now, when none of them is under way any more
                raise error
        return ()

    async def tick(self) -> Sequence[Event]:
        """Sweep until nothing is left. Nothing follows."""
        count, more = 0, True
        while more:
            async with self._parts.store.transaction() as tx:
                swept = await media.sweep(tx, now=self._parts.clock.now(), limit=SWEPT_AT_ONCE)
            count, more = count + swept.count, swept.more
        if count:
            log.info("files_swept", count=count)
        return ()

    async def _bring(self, row: Row) -> None:
        adapter = self._parts.accounts.adapters.get(AccountId(row["account"]))
        if adapter is None:
            await self._put_off(row)
            return
        async with self._slots:
            try:
                await self._store(row, await self._fetched(row, adapter))
            except DependencyAway:
                raise  # the whole batch comes again
            except FetchError as error:
                await self._failed(row, error)
            except Exception as error:  # noqa: BLE001 - one file that nobody foresaw must not hold up the others
                said = {"error": logs.shown(error), "trace": logs.trace(error)}
                log.error("fetch_broke", **_ids(row), **said)  # noqa: TRY400 - its own text may hold a secret
                await self._failed(row, FetchFailed("An error in the hub; the log line `fetch_broke` says where."))

    async def _fetched(self, row: Row, adapter: Adapter) -> Fetched:
        if not isinstance(adapter, KeepsFiles):
            raise FetchError("This provider's files cannot be fetched.")
        request, most = adapter.file_request(row["url"]), _most(adapter)
        try:
            return await self._ask(request, most)
        except Redirected as error:
            there = FileRequest(url=error.location, origins=request.origins, private=request.private)
            return await self._ask(there, most)

    async def _ask(self, request: FileRequest, most: int) -> Fetched:
        origins = [Origin.of(origin, private=request.private) for origin in request.origins]
        return await self._parts.fetcher.fetch(
            request.url, origins=origins, headers=request.headers, most=most, within=WITHIN
        )

    async def _store(self, row: Row, fetched: Fetched) -> None:
        kind = kind_of(fetched.body, said=fetched.content_type or row["said_type"])
        async with self._parts.store.transaction() as tx:
            hash_ = await blobs.put(tx, fetched.body, content_type=kind)
            told = await media.stored(tx, row["interaction_id"], row["position"], hash_)
        log.info("file_fetched", **_ids(row), kind=kind, bytes=len(fetched.body))
        await self._tell(row, told, "stored")

    async def _failed(self, row: Row, error: FetchError) -> None:
        pause = patience.pause(row["tries"], error)
        again, next_at = pause is not None, self._parts.clock.now() + pause if pause is not None else None
        async with self._parts.store.transaction() as tx:
            told = await media.failed(tx, row["interaction_id"], row["position"], str(error), next_at=next_at)
        log.warning("file_not_fetched", **_ids(row), error=type(error).__name__, reason=str(error), again=again)
        await self._tell(row, None if again else told, "postponed" if again else "failed")

    async def _put_off(self, row: Row) -> None:
        """Another process, or this one when its account is mended, may fetch it: that is no try of the file's."""
        next_at = self._parts.clock.now() + patience.UNUSABLE
        async with self._parts.store.transaction() as tx:
            await media.put_off(tx, row["interaction_id"], row["position"], UNUSABLE, next_at=next_at)
        log.warning("file_put_off", **_ids(row), reason=UNUSABLE)
        await self._tell(row, None, "postponed")

    async def _tell(self, row: Row, told: Row | None, outcome: str) -> None:
        FILES.labels(row["account"], outcome).inc()
        if told is not None:
            await self._parts.live.hint([hints.of_file(told)])


def _most(adapter: Adapter) -> int:
    return max((limits.max_media_bytes for limits in adapter.limits.values()), default=0) or MOST


def _ids(row: Row) -> dict[str, object]:
    return {"interaction": str(row["interaction_id"]), "position": row["position"], "account": row["account"]}


WORKER = Worker(name="fetch_media", build=FetchMedia, takes=(MediaFetch,), batch=8, every=SWEEP_EVERY)
