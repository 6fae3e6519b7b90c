"""Whether the database was restored, and what that left for a person to judge."""

from collections.abc import AsyncIterator

from hub.checks.findings import Finding, fact, good, many, worth
from hub.delivery import restoring
from hub.delivery.store import restored
from hub.settings import Settings
from hub.store import Store

_NOTHING_LOST = (
    "if nothing was lost by it (all had stopped before the copy was made): `hub restored --nothing-lost` first"
)


async def restores(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    """A restore nobody has settled yet, the last one, and whether the standby is as the settings say."""
    async with store.reading() as tx:
        now, noted = await restored.prints(tx)
        unfinished, oldest = await restored.unfinished(tx)
        last, left = await restored.last(tx), await restored.count_unknown(tx)
        standbys = await restored.standbys(tx)
    if changed := restoring.changes(now, noted):
        since = f", the oldest of {oldest:%Y-%m-%d %H:%M %Z}" if oldest else ""
        yield worth(
            f"restored, it seems: {restoring.told(changed)}. {many(unfinished, 'message')} not finished{since}:"
            " of unknown outcome from the next start on, and not sent by themselves",
            _NOTHING_LOST,
        )
    if last is not None:
        yield _last(last, left)
    if settings.synchronous_standby and not standbys:
        yield worth(
            "HUB_SYNCHRONOUS_STANDBY is on, but no commit waits for a standby: after a failover messages may go twice",
            "set synchronous_standby_names in postgresql.conf, or turn the setting off",
        )


def _last(last: restored.Restore, left: int) -> Finding:
    since = f", the oldest of {last.oldest:%Y-%m-%d %H:%M %Z}" if last.oldest else ""
    text = f"restored on {last.at:%Y-%m-%d %H:%M %Z} ({last.seen}): {many(last.marked, 'message')} not finished{since}"
    if not left:
        return (fact if last.marked else good)(f"{text}; none is of unknown outcome any more")
    return worth(
        f"{text}; {left} still of unknown outcome, and none is sent again by itself",
        "`hub restored --list` names them: look at the provider's log or ask, and write again what did not arrive",
    )
