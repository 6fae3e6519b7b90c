"""How the hub fares, for administrators: what ``hub doctor`` looks at, seen from this process."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from importlib.metadata import version

from aiohttp import web

from hub import logs
from hub.checks.everything import Check, everything
from hub.checks.findings import Finding, Mark, bad, good, worth
from hub.web.answers import answer
from hub.web.call import Call, Site
from hub.web.health import ready
from hub.web.shapes.health import Checked, HubHealth, Seen, State

_WORST: tuple[State, ...] = ("failed", "warning")


async def looked(call: Call) -> web.Response:
    """``GET /health``: every check at once, also while the broker or Redis is away."""
    checks = await everything(call.parts, {"web": _takes_in(call.site)})
    shown = tuple(_shown(one) for one in checks)
    says = HubHealth(
        state=_worst(one.state for one in shown), at=datetime.now(UTC), version=version("peyvand"), checks=shown
    )
    return answer(says)


async def _takes_in(site: Site) -> AsyncIterator[Finding]:
    """Whether this process takes in what arrives."""
    says = ready(site)
    if not says.ready:
        yield bad(f"this process takes nothing in: {says.broker.reason}", "start the broker, or mend HUB_AMQP_URL")
    elif says.takes_in_by == "spool":
        yield worth(
            f"this process takes in by its spool, for the broker is away: {says.broker.reason}",
            "start the broker, or mend HUB_AMQP_URL; nothing is lost meanwhile",
        )
    else:
        yield good("this process takes in what arrives")


def _shown(check: Check) -> Checked:
    found = tuple(_seen(one) for one in check.findings)
    state = _worst(one.state for one in found)
    return Checked(name=check.name, state=state, findings=found, seconds=round(check.seconds, 3))


def _seen(one: Finding) -> Seen:
    wrong = one.mark in {Mark.WORTH, Mark.BAD}
    return Seen(state=one.mark.value, seen=logs.hidden(one.text), mend=logs.hidden(one.mend) if wrong else None)


def _worst(states: Iterable[str]) -> State:
    found = set(states)
    return next((state for state in _WORST if state in found), "ok")
