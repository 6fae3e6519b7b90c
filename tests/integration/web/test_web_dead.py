"""Dead events by the API: seen without their secrets, and retried or dropped once."""

from typing import Any

from hub.bus import store as bus
from hub.events import Event, MessageRequested, encode, first
from hub.model import Channel, new_id
from tests.integration.web.conftest import HERS, OURS, World
from tests.waiting import until


def _event(world: World, text: str) -> Event:
    now = world.parts.clock.now()
    said = MessageRequested(
        account="sms_fake/default",
        channel=Channel.SMS,
        contact_point="tel:" + HERS,
        our_address="tel:" + OURS,
        accepted_at=now,
        text=text,
    )
    return first(new_id(), said, source="/test", subject="x", time=now, partitionkey="tel:" + HERS)


async def _bury(world: World, body: bytes, *, event: Event | None = None, worker: str = "record_interactions") -> int:
    async with world.parts.store.transaction() as tx:
        kind = "message.requested.v1" if event else "unknown"
        reason = "KeyError: open sesame"
        await bus.bury(tx, worker, event.id if event else None, kind, body=body, reason=reason)
        return (await bus.dead(tx, limit=1000))[-1].id


async def _status(world: World, method: str, path: str, who: str = "admin") -> tuple[int, Any]:
    response = await world.call(who, method, path)
    return response.status, await response.json()


async def _outcome(world: World, event: Event) -> Any:
    return await until(lambda: world.get("admin", f"/outcomes/{event.id}"), lambda said: said["state"] != "pending")


async def test_a_dead_event_is_shown_with_its_reason_and_without_secrets(edge: World) -> None:
    event = _event(edge, "سلام, open sesame")
    number = await _bury(edge, encode(event), event=event)
    (shown,) = (await edge.get("admin", "/dead-events"))["items"]
    assert (shown["id"], shown["worker"], shown["event_id"]) == (number, "record_interactions", str(event.id))
    assert shown["reason"] == "KeyError: [redacted]"
    whole = await edge.get("admin", f"/dead-events/{number}")
    assert whole["payload"]["data"]["text"] == "سلام, [redacted]"
    assert (whole["tries"], whole["unreadable"]) == (1, None)


async def test_bytes_that_are_no_event_are_shown_and_can_be_dropped_only(edge: World) -> None:
    number = await _bury(edge, b'{"api_key": "12345678", "text": ["x"]}')
    whole = await edge.get("admin", f"/dead-events/{number}")
    assert whole["payload"] == {"api_key": "[redacted]", "text": ["x"]}
    number = await _bury(edge, b"\xff not json")
    whole = await edge.get("admin", f"/dead-events/{number}")
    assert (whole["payload"], whole["unreadable"]) == (None, "� not json")
    status, said = await _status(edge, "POST", f"/dead-events/{number}/retry")
    assert (status, "cannot read" in said["detail"]) == (409, True)
    status, said = await _status(edge, "POST", f"/dead-events/{number}/drop")
    assert (status, said["state"], said["settled_by"]) == (200, "dropped", "admin")
    assert [one["id"] for one in (await edge.get("admin", "/dead-events?state=dropped"))["items"]] == [number]


async def test_the_list_comes_in_pages_and_by_worker(edge: World) -> None:
    numbers = [await _bury(edge, b"x", worker=worker) for worker in ("a", "b", "a", "a")]
    first_page = await edge.get("admin", "/dead-events?worker=a&limit=2")
    assert [one["id"] for one in first_page["items"]] == [numbers[0], numbers[2]]
    second = await edge.get("admin", f"/dead-events?worker=a&limit=2&cursor={first_page['next']}")
    assert ([one["id"] for one in second["items"]], second["next"]) == ([numbers[3]], None)


async def test_a_retried_event_is_handled_by_its_worker_and_only_once(site: World) -> None:
    event = _event(site, "Your order is on its way.")
    number = await _bury(site, encode(event), event=event)
    status, said = await _status(site, "POST", f"/dead-events/{number}/retry")
    assert (status, said["state"]) == (200, "retried"), said
    assert (await _outcome(site, event))["interaction"]["text"] == "Your order is on its way."
    for what in ("retry", "drop"):
        status, said = await _status(site, "POST", f"/dead-events/{number}/{what}")
        assert (status, said["detail"]) == (409, "this one is not among the dead any more: admin retried it")
    again = await _bury(site, encode(event), event=event)
    assert (await site.get("admin", f"/dead-events/{again}"))["tries"] == 2


async def test_nothing_is_settled_that_was_not_handed_over(edge: World) -> None:
    event = _event(edge, "x")
    number = await _bury(edge, encode(event), event=event, worker="left_us")
    status, said = await _status(edge, "POST", f"/dead-events/{number}/retry")
    assert (status, said["detail"]) == (409, "no worker is called left_us in this version")
    assert (await edge.get("admin", f"/dead-events/{number}"))["state"] == "dead"


async def test_only_numbers_there_are(edge: World) -> None:
    assert (await _status(edge, "GET", "/dead-events/1"))[0] == 404
    for wrong in ("0", "-1", "x", "9" * 17, "%D9%A3"):
        status, said = await _status(edge, "GET", f"/dead-events/{wrong}")
        assert (status, said["where"]) == (422, "number"), wrong
