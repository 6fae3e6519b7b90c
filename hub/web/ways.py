"""By which channels, accounts and addresses a customer can be written to in a conversation, and which was picked.

Her contact points stand against the addresses of our accounts. The usual way is the one she last wrote by; any other an
agent picks (semantics B).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from aiohttp import web

from hub.channel import Adapter
from hub.conversations import store as conversations
from hub.conversations.threading import thread_of
from hub.delivery import store as deliveries
from hub.errors import Conflict, InputInvalid
from hub.history import store as history
from hub.model import AccountId, Channel, ConversationStatus, channel_at
from hub.organisation.prices import segment_price
from hub.profile import store as profile
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import page
from hub.web.call import Call
from hub.web.composed import Way
from hub.web.conversations import may_see, visible
from hub.web.shapes.ways import SegmentPrice
from hub.web.shapes.ways import Way as Shown

if TYPE_CHECKING:
    from hub.bootstrap import Parts

REACHES: Mapping[Channel, str] = {
    Channel.SMS: "tel",
    Channel.WHATSAPP: "tel",
    Channel.EMAIL: "mailto",
    Channel.WEBCHAT: "chat",
}
"""The scheme of the contact points that a channel reaches. A call is not written."""


class Via(asked.Body, frozen=True):
    """The way an answer shall go, as `GET /conversations/{id}/ways` lists it."""

    contact_point: Annotated[str, msgspec.Meta(description="Hers, such as `tel:+989121234567`.")]
    our_address: Annotated[str, msgspec.Meta(description="Ours, such as `whatsapp:+982100003030`.")]


async def listed(call: Call) -> web.Response:
    """``GET /conversations/{id}/ways``: the usual one first."""
    async with call.parts.store.reading() as tx:
        conversation = await visible(tx, call)
        usual = await _usual(tx, conversation)
        ways = await _ways(tx, call.parts, conversation, usual)
        heard = await deliveries.heard(tx, {way.to for way in ways})
    return page([_shown(call.parts, conversation, way, usual, heard) for way in ways], None)


async def way_of(call: Call, conversation: Row, via: Via | None, *, before: bool) -> Way:
    """The way an answer goes: the usual one, or the one picked. ``before``: it was taken in already, by the same key.

    Raises ``InputInvalid`` for what is no way, ``Conflict`` where her answer would come into another conversation.
    """
    async with call.parts.store.reading() as tx:
        usual = await _usual(tx, conversation)
        if via is None or (via.contact_point, via.our_address) == usual:
            to, ours = usual
            account = call.parts.accounts.by_address.get(ours, AccountId(conversation["account"]))
            return way_by(call.parts, account, ours, to)
        ways = await _ways(tx, call.parts, conversation, usual)
        picked = next((one for one in ways if (one.to, one.ours) == (via.contact_point, via.our_address)), None)
        if picked is None:
            mend = f"GET /api/v1/conversations/{conversation['id']}/ways lists those there are"
            raise InputInvalid("she cannot be written to this way", where="$.via", mend=mend)
        if not before:
            await _check_thread(tx, call, picked, conversation["id"])
    return picked


def way_by(parts: "Parts", account: AccountId, ours: str, to: str) -> Way:
    """The way by this account. Raises ``Conflict`` if it cannot send now."""
    adapter = _sender(parts, account)
    if adapter is None:
        why = parts.accounts.problems.get(account, "it is not active")
        raise Conflict(f"The account {account} cannot send now: {why}", mend="`hub doctor` says how to mend it")
    channel = channel_at(ours, adapter.channel)
    return Way(account, to, ours, channel, adapter.limits[channel])


async def _usual(tx: Transaction, conversation: Row) -> tuple[str, str]:
    """Her contact point and our address that she last wrote by; where it began if she has not written yet."""
    last = await history.last_inbound(tx, conversation["id"]) or conversation
    return last["contact_point"], last["our_address"]


async def _ways(tx: Transaction, parts: "Parts", conversation: Row, usual: tuple[str, str]) -> list[Way]:
    """Every way there is, the usual one first, then those of the same contact point."""
    customer = await profile.profile(tx, conversation["customer_id"])
    points = [point["contact_point"] for point in customer["contact_points"]] if customer else []
    found = [
        Way(account, to, ours, channel, adapter.limits[channel])
        for ours, account in parts.accounts.by_address.items()
        if (adapter := _sender(parts, account)) is not None
        for channel in [channel_at(ours, adapter.channel)]
        for to in _reached(channel, points)
    ]
    return sorted(found, key=lambda one: ((one.to, one.ours) != usual, one.to != usual[0], one.channel, one.ours))


def _sender(parts: "Parts", account: AccountId) -> Adapter | None:
    adapter = parts.accounts.adapters.get(account)
    return adapter if adapter is not None and hasattr(adapter, "send") else None


def _reached(channel: Channel, points: Sequence[str]) -> list[str]:
    return [point for point in points if point.partition(":")[0] == REACHES.get(channel)]


async def _check_thread(tx: Transaction, call: Call, picked: Way, here: UUID) -> None:
    """Her answer comes here unless another conversation is open between the two addresses. Raises ``Conflict``."""
    thread = thread_of(picked.channel, picked.ours, picked.to)
    current = (await conversations.current(tx, [thread])).get(thread)
    if current is None or current.conversation_id == here or current.status is ConversationStatus.RESOLVED:
        return
    other = await conversations.show(tx, current.conversation_id, reader=call.caller.agent_id)
    if other is None or not may_see(call, other):
        raise Conflict("Another team has an open conversation with her there", mend="ask a supervisor to join the two")
    mend = f"answer there, or join the two: POST /api/v1/conversations/{here}/join with {other['id']}"
    raise Conflict(f"She has an open conversation there, number {other['number']}", mend=mend)


def _shown(
    parts: "Parts", conversation: Row, one: Way, usual: tuple[str, str], heard: Mapping[tuple[str, str], datetime]
) -> Shown:
    window, until = one.limits.window, None
    if window is not None:
        until = heard.get((one.to, one.ours), conversation["opened_at"] - window) + window
    price = segment_price(parts.accounts.rows[AccountId(one.account)].settings) if one.channel is Channel.SMS else None
    return Shown(
        channel=one.channel,
        account=one.account,
        our_address=one.ours,
        contact_point=one.to,
        max_text=one.limits.max_text,
        max_files=one.limits.max_media,
        max_file_bytes=one.limits.max_media_bytes,
        free_text_until=until,
        segment_price=SegmentPrice(amount=price.amount, currency=price.currency) if price else None,
        usual=(one.to, one.ours) == usual,
    )
