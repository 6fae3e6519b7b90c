"""All checks that make sense inside a running process, at once."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from hub.bootstrap import Parts
from hub.checks import people, restored, services, work
from hub.checks.findings import Finding
from hub.checks.folder import folder
from hub.checks.gathering import gathered

WITHIN = 10.0
"""Seconds after which the answer is given, whatever has not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, and how many seconds that took."""

    name: str
    findings: Sequence[Finding]
    seconds: float


async def everything(parts: Parts, more: Mapping[str, AsyncIterator[Finding]]) -> list[Check]:
    """Every check, ``more`` behind ours; none waits for another, and none takes longer than ``WITHIN``."""
    wanted = {**_ours(parts), **more}
    return await asyncio.gather(*(_check(name, findings) for name, findings in wanted.items()))


def _ours(parts: Parts) -> dict[str, AsyncIterator[Finding]]:
    """The visible table, by the names that the API gives them."""
    settings, store = parts.settings, parts.store
    return {
        "database": services.postgres(settings, store),
        "broker": services.rabbitmq(settings, store, parts.workers),
        "redis": services.redis(settings),
        "work": work.work(settings, store),
        "providers": people.providers(settings, parts),
        "people": people.people(store),
        "data_folder": _folder(parts),
        "restores": restored.restores(settings, store),
    }


async def _folder(parts: Parts) -> AsyncIterator[Finding]:
    for one in await asyncio.to_thread(lambda: list(folder(parts.settings))):
        yield one


async def _check(name: str, findings: AsyncIterator[Finding]) -> Check:
    began = time.perf_counter()
    found = await gathered(findings, within=WITHIN)
    return Check(name=name, findings=found, seconds=time.perf_counter() - began)
