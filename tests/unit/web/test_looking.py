"""Who looks at a conversation: told to those who look at it too and may see it, and over by itself."""

from typing import Any, cast
from uuid import UUID

import msgspec

from hub.live import Look
from hub.model import Role, new_id
from hub.organisation.store import Caller
from hub.web.desks import Desk, Desks
from hub.web.looking import LASTS, Lookers


class Wire:
    """Keeps what is written to it."""

    def __init__(self) -> None:
        self.frames: list[Any] = []

    closed = False

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def write(self, said: bytes) -> None:
        self.frames.append(msgspec.json.decode(said[said.index(b"{") :]))


class Hall:
    """Desks, and a clock that is set by hand."""

    def __init__(self) -> None:
        self.now, self.team, self.conversation = 0.0, new_id(), new_id()
        self.desks = Desks(lambda _: None)
        self.lookers = Lookers(self.desks, lambda: self.now)

    def desk(self, *, teams: tuple[UUID, ...] = (), role: Role = Role.AGENT, looks: bool = True) -> tuple[Desk, Wire]:
        wire = Wire()
        caller = Caller(new_id(), "x", role, new_id(), teams)
        desk = Desk(caller, cast("Any", wire), cast("Any", wire))
        desk.looks_at = self.conversation if looks else None
        self.desks.add(desk)
        return desk, wire

    def look(self, **said: Any) -> Look:
        agent = said.pop("agent", None) or new_id()
        return Look(conversation=self.conversation, agent=agent, name="Mina", desk=new_id(), team=self.team, **said)


def states(wire: Wire) -> list[str]:
    return [frame["state"] for frame in wire.frames]


async def test_those_hear_who_look_there_too_and_may_see_it() -> None:
    hall = Hall()
    (_, hers), (_, lead) = hall.desk(teams=(hall.team,)), hall.desk(role=Role.SUPERVISOR)
    (mentioned, third), (_, foreign) = hall.desk(), hall.desk()
    (_, elsewhere) = hall.desk(teams=(hall.team,), looks=False)
    look = hall.look(agents=(cast("UUID", mentioned.caller.agent_id),))
    hall.lookers.take(look)
    said = {"type": "looking", "conversation": str(hall.conversation), "agent": str(look.agent), "name": "Mina"}
    assert hers.frames == lead.frames == third.frames == [said | {"state": "looking"}]
    assert foreign.frames == elsewhere.frames == []


async def test_she_types_if_she_does_at_any_desk_of_hers_and_left_when_the_last_has() -> None:
    hall = Hall()
    _, wire = hall.desk(teams=(hall.team,))
    one = hall.look()
    two = msgspec.structs.replace(one, desk=new_id(), typing=True)
    for look in (one, two, one, msgspec.structs.replace(two, left=True), msgspec.structs.replace(one, left=True)):
        hall.lookers.take(look)
    assert states(wire) == ["looking", "typing", "typing", "looking", "left"]


async def test_nobody_is_told_of_herself() -> None:
    hall = Hall()
    desk, wire = hall.desk(teams=(hall.team,))
    hall.lookers.take(hall.look(agent=desk.caller.agent_id))
    hall.lookers.show(desk)
    assert wire.frames == []


async def test_who_comes_later_learns_at_once_who_is_there() -> None:
    hall = Hall()
    hall.lookers.take(hall.look(typing=True))
    hall.lookers.take(msgspec.structs.replace(hall.look(), conversation=new_id()))
    desk, wire = hall.desk(teams=(hall.team,))
    hall.lookers.show(desk)
    assert states(wire) == ["typing"]


async def test_what_is_not_said_again_ends_by_itself_and_leaves_nothing() -> None:
    hall = Hall()
    _, wire = hall.desk(teams=(hall.team,))
    look = hall.look()
    hall.lookers.take(look)
    hall.now = LASTS - 1
    hall.lookers.take(look)
    hall.now = 2 * LASTS - 2
    await hall.lookers.sweep()
    assert states(wire) == ["looking", "looking"]
    hall.now = 2 * LASTS - 1
    await hall.lookers.sweep()
    assert states(wire) == ["looking", "looking", "left"]
    assert not hall.lookers._heard
