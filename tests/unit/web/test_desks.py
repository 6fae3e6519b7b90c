import asyncio
from typing import Any, cast

import pytest
from aiohttp import WSMsgType, web
from aiohttp._websocket.reader import WebSocketDataQueue, WebSocketReader
from aiohttp.base_protocol import BaseProtocol
from hypothesis import given
from hypothesis import strategies as st

from hub.live import Hint
from hub.model import Role, new_id
from hub.organisation.store import Caller
from hub.web import frames
from hub.web.desks import QUEUE_FRAMES, RESYNC_NEEDED, SLOW_BYTES, Desk, Desks, Sum
from hub.web.frames import PING


class Wire:
    """A transport and a socket on it: what is written stays where it is until the reader reads."""

    closed = False

    def __init__(self) -> None:
        self.unsent = 0
        self.frames: list[bytes] = []
        """The payloads of texts, as their short heads say; what has none as it is."""
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return False

    def write(self, said: bytes) -> None:
        self.frames.append(said[4 if said[1] == 126 else 2 :] if said[0] == 0x81 else said)

    def abort(self) -> None:
        self.aborted = True


def _desk(role: Role = Role.AGENT, teams: tuple[Any, ...] = ()) -> tuple[Desk, Wire]:
    wire = Wire()
    caller = Caller(new_id(), "x", role, new_id() if role is Role.AGENT else None, teams)
    return Desk(caller, cast("web.WebSocketResponse", wire), cast("asyncio.WriteTransport", wire)), wire


async def test_while_the_transport_keeps_up_a_frame_is_written_at_once_and_without_a_task() -> None:
    desk, wire = _desk()
    desk.send(b"1")
    wire.unsent = SLOW_BYTES
    desk.send(b"2")
    assert wire.frames == [b"1", b"2"]
    assert desk._pump is None


async def test_a_slow_desk_gets_a_queue_in_order_and_beyond_it_a_word_to_begin_again() -> None:
    desk, wire = _desk()
    wire.unsent = SLOW_BYTES + 1
    for number in range(QUEUE_FRAMES):
        desk.send(b"%d" % number)
    assert (wire.frames, len(desk._queue or ())) == ([], QUEUE_FRAMES)
    desk.send(b"one too many")
    desk.send(b"next")
    wire.unsent = 0
    assert desk._pump is not None
    await desk._pump
    assert wire.frames == [RESYNC_NEEDED, b"next"]


async def test_a_desk_that_has_not_answered_a_ping_by_the_next_is_cut() -> None:
    desk, wire = _desk()
    assert desk.sign(b"1")
    desk.heard()
    wire.unsent = SLOW_BYTES + 1
    assert desk.sign(b"2")
    assert (wire.frames, wire.aborted) == ([b"1" + PING, PING], False), "who is slow is asked all the same"
    assert not desk.sign(b"3")
    assert wire.aborted
    desk.close()


async def test_nothing_is_written_after_a_close() -> None:
    desk, wire = _desk()
    wire.closed = True
    desk.send(b"1")
    assert desk.sign(b"2")
    assert wire.frames == []


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 300_000])
async def test_a_frame_of_any_length_is_read_as_it_was(length: int) -> None:
    said = b"x" * length
    queue = WebSocketDataQueue(BaseProtocol(asyncio.get_running_loop()), 2**20, loop=asyncio.get_running_loop())
    reader = WebSocketReader(queue, 2**20, compress=False, decode_text=True)
    reader.feed_data(frames.text(said) + PING + frames.pong(b"why"))
    assert [(one.type, one.data) for one in [await queue.read() for _ in range(3)]] == [
        (WSMsgType.TEXT, said.decode()),
        (WSMsgType.PING, b""),
        (WSMsgType.PONG, b"why"),
    ]


async def test_an_agents_desk_leaves_no_trace() -> None:
    team, heard = new_id(), list[Any]()
    desks = Desks(heard.extend)
    desk, wire = _desk(teams=(team,))
    second = Desk(desk.caller, desk.socket, desk._transport)
    assert [desks.add(desk), desks.add(second), desks.remove(second), desks.remove(desk)] == [True, False, False, True]
    assert (desks._by_agent, desks._by_team, desks._leads, desks._all) == ({}, {}, set(), set())
    desks.take([Hint(kind="conversation", id=new_id(), version=1, team=team)])
    assert (wire.frames, len(heard)) == ([], 1)


async def test_a_hint_for_an_agent_and_her_team_is_told_once() -> None:
    team = new_id()
    desks = Desks(lambda _: None)
    desk, wire = _desk(teams=(team,))
    lead, lead_wire = _desk(Role.SUPERVISOR)
    desks.add(desk)
    desks.add(lead)
    agent = desk.caller.agent_id
    assert agent is not None
    desks.take([Hint(kind="conversation", id=new_id(), version=1, agents=(agent,), team=team)])
    assert len(wire.frames) == len(lead_wire.frames) == 1
    assert wire.frames == lead_wire.frames


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 99)), unique_by=lambda pair: pair[0]), st.randoms())
def test_the_sum_knows_no_order_and_adds_up(pairs: list[Any], random: Any) -> None:
    there, back = Sum(), Sum()
    shuffled = list(pairs)
    random.shuffle(shuffled)
    for pair in pairs:
        there.add(*pair)
    half = Sum()
    for place, pair in enumerate(shuffled):
        (half if place % 2 else back).add(*pair)
    half.join(back)
    assert (there.count, there.value) == (half.count, half.value)
