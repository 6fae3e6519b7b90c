"""Running checks: what each found, also if it broke off or takes too long."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import structlog

from hub import logs
from hub.checks.findings import Finding, bad
from hub.checks.places import plainly
from hub.errors import HubError

log = structlog.get_logger(__name__)

_REST = "the rest of this could not be looked at"


async def gathered(findings: AsyncIterator[Finding], *, within: float = 30) -> Sequence[Finding]:
    """What a check found in so many seconds. One that does not end by then, nor when told to, is not waited for."""
    found: list[Finding] = []
    task = asyncio.create_task(_collect(findings, found))
    try:
        done, _ = await asyncio.wait({task}, timeout=within)
    finally:
        task.cancel()
    if not done:
        return [*found, bad(f"no answer within {within:g} s", "is it overloaded? Try again")]
    try:
        task.result()
    except HubError as error:
        found.append(bad(plainly(error), _REST))
    except Exception as error:  # noqa: BLE001 - a check that fails must not hide what the others found
        log.error("check_failed", error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see shown
        found.append(bad(f"looking at it failed with {type(error).__name__}, in {logs.trace(error)}", _REST))
    return found


async def _collect(findings: AsyncIterator[Finding], found: list[Finding]) -> None:
    async for one in findings:
        found.append(one)  # noqa: PERF401 - what came before it broke off is kept
