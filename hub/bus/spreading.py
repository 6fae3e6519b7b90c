"""Who holds which shard: computed by every member alike from the rows of ``bus_members``, without a leader."""

import asyncio
import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence

import structlog

from hub.bus import queues, store
from hub.bus.links import AWAY, Link
from hub.bus.shards import Hold, Shard
from hub.errors import StoreAway
from hub.store import Store
from hub.waiting import rung
from hub.worker import Worker

BEAT = 3.0
"""Seconds between two looks at the members."""
ALIVE = 9.0
"""Seconds after which a member that was not seen has no share."""
AGAIN = 6.0
"""Seconds for which a shard that is not ours is held before it is handed over again; doubles up to a minute."""
SILENT = 30.0
"""Seconds of silence after which a shard of ours is asked whether it has work all the same."""

log = structlog.get_logger()


def shares(lanes: Sequence[str], members: Sequence[str]) -> Mapping[str, str]:
    """The member for each lane: rendezvous hashing, evened out so that no two differ by more than one lane.

    A member that comes or goes moves few lanes between the others.
    """
    if not members:
        return {}
    each, extra = divmod(len(lanes), len(members))
    ranked = sorted(((_score(lane, member), lane, member) for lane in lanes for member in members), reverse=True)
    held: dict[str, str] = {}
    load = dict.fromkeys(members, 0)
    for _, lane, member in ranked:
        if lane not in held and load[member] < each:
            held[lane] = member
            load[member] += 1
    for _, lane, member in ranked:
        if lane not in held and load[member] == each and extra:
            held[lane] = member
            load[member] += 1
            extra -= 1
    return held


def _score(lane: str, member: str) -> bytes:
    return hashlib.blake2b(f"{lane}\x1f{member}".encode(), digest_size=8).digest()


class Post:
    """One worker's shards in this process and how they are shared out."""

    def __init__(self, worker: Worker, shards: Sequence[Shard]) -> None:
        self.worker, self.shards = worker, shards
        self.members: frozenset[str] = frozenset()
        self.held: Mapping[str, str] = {}
        self.patience = {shard.lane: AGAIN for shard in shards}
        self.changed = False

    def share_out(self, members: Sequence[str]) -> None:
        """Take note of who is there."""
        self.changed = frozenset(members) != self.members
        if self.changed:
            self.members = frozenset(members)
            self.held = shares(self.worker.lanes(), sorted(members))
            self.patience = {shard.lane: AGAIN for shard in self.shards}

    def too_long(self, hold: Hold) -> bool:
        """Whether a shard of somebody else's still comes here, long enough to stand back in the line once more."""
        if not hold.came_tag or time.monotonic() - hold.since < self.patience[hold.lane]:
            return False
        self.patience[hold.lane] = min(self.patience[hold.lane] * 2, 60)
        return True


class Spread:
    """Keeps this member's share of every worker's shards, and looks after shards that fell silent."""

    def __init__(self, link: Link, database: Store, member: str, prefix: str) -> None:
        self._link, self._database, self._member, self._prefix = link, database, member, prefix
        self._posts: dict[str, Post] = {}
        self._look = asyncio.Event()
        self._away = False

    @property
    def working(self) -> bool:
        """Whether this process consumes anything."""
        return bool(self._posts)

    def join(self, worker: Worker, shards: Sequence[Shard]) -> None:
        """This process works for the worker from now on."""
        self._posts[worker.name] = Post(worker, shards)
        self._look.set()

    async def leave(self, worker: Worker) -> None:
        """…and now no longer."""
        del self._posts[worker.name]
        try:
            async with self._database.transaction() as tx:
                await store.gone(tx, [worker.name], self._member)
        except StoreAway as error:
            log.debug("leave_not_written", worker=worker.name, error=str(error))

    def stuck(self, seconds: float) -> list[str]:
        """Lanes of which something is in hand and nothing was acked for so long."""
        return [shard.lane for shard in self._shards() if shard.stuck() > seconds]

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            self._look.clear()
            await self._seen()
            for post in self._posts.values():
                self._hand_over(post)
            try:
                await self._wake_silent()
            except AWAY as error:
                log.debug("silence_not_checked", error=type(error).__name__)
            await rung(self._look, BEAT)

    def _shards(self) -> Iterator[Shard]:
        return (shard for post in self._posts.values() for shard in post.shards)

    async def _seen(self) -> None:
        """Heartbeat and look. A member that is not connected is silent: it could not take a share."""
        if self._link.connection is None or not self._posts:
            return
        try:
            async with self._database.transaction() as tx:
                seen = await store.seen(tx, list(self._posts), self._member, within=ALIVE)
        except StoreAway as error:
            if not self._away:
                log.warning("shares_kept", reason=str(error))
            self._away = True  # everybody keeps what she has
            return
        self._away = False
        for name, post in tuple(self._posts.items()):
            post.share_out(seen.get(name, ()))
        if any(post.changed for post in self._posts.values()):
            members = {member for post in self._posts.values() for member in post.members}
            here = sum(held == self._member for post in self._posts.values() for held in post.held.values())
            log.info("shared_out_anew", members=len(members), shards_here=here)

    def _hand_over(self, post: Post) -> None:
        for shard in post.shards:
            hold = shard.hold
            if hold is None or not hold.open or post.held.get(shard.lane, self._member) == self._member:
                continue
            if post.changed or post.too_long(hold):
                log.debug("shard_handed_over", lane=shard.lane)
                hold.give_way()
        post.changed = False

    async def _wake_silent(self) -> None:
        """The known fault in the field: a consumer that silently gets nothing more. Register anew."""
        connection = self._link.connection
        silent = [
            shard
            for post in self._posts.values()
            for shard in post.shards
            if post.held.get(shard.lane) == self._member and shard.silent() > SILENT
        ]
        if connection is None or not silent:
            return
        async with asyncio.timeout(10):
            depths = await queues.depths(connection, self._prefix, [shard.lane for shard in silent])
        for shard in silent:
            if shard.hold is None:
                continue
            if depths.get(shard.lane):
                log.error("shard_silent", lane=shard.lane, ready=depths[shard.lane])
                await shard.hold.lose()
            shard.hold.acked_at = time.monotonic()  # asked again only after another silence
