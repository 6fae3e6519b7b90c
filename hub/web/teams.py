"""Teams: who answers together. One that still has something cannot be deleted."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotFound
from hub.organisation import store as organisation
from hub.routing import store as routing
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.agents import Name, changed
from hub.web.answers import answer, page, shown
from hub.web.call import Call
from hub.web.results import claim_within
from hub.web.shapes.people import Team, TeamWhole

MAX_MEMBERS = 1_000
Members = Annotated[tuple[UUID, ...], msgspec.Meta(max_length=MAX_MEMBERS)]
_ABSENT = msgspec.UNSET


class NewTeam(asked.Body, frozen=True):
    """A team to make."""

    name: Name
    members: Members = ()


class TeamChange(asked.Body, frozen=True):
    """What shall be different; `members` are all of them from now on."""

    name: Name | msgspec.UnsetType = _ABSENT
    members: Members | msgspec.UnsetType = _ABSENT


async def listed(call: Call) -> web.Response:
    """``GET /teams``: by name, with their members."""
    async with call.parts.store.reading() as tx:
        return page([shown(Team, row) for row in await organisation.teams(tx)], None)


async def one(call: Call) -> web.Response:
    """``GET /teams/{id}``: with how much it has, for which it could not be deleted."""
    team_id = asked.path_id(call)
    async with call.parts.store.reading() as tx:
        row, has = await _team(tx, team_id), await organisation.belongings(tx, team_id)
    return answer(shown(TeamWhole, row, accounts=has["accounts"], conversations=has["conversations"]))


async def add(call: Call) -> web.Response:
    """``POST /teams``."""
    given = await asked.body(call, NewTeam)
    team_id, name = asked.id_of(call, "team"), asked.name(given.name)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, team_id)
        await organisation.in_turn(tx)
        joined = set()
        if await organisation.add_team(tx, team_id, name):
            joined = await _set_members(tx, team_id, given.members)
        rows = await organisation.teams(tx, team_id=team_id)
        if not rows:  # neither made now nor by the same call before
            raise organisation.team_name_taken(name)
    await changed(call, *joined)
    return answer(shown(Team, rows[0]), status=201)


async def change(call: Call) -> web.Response:
    """``PATCH /teams/{id}``."""
    given = await asked.body(call, TeamChange)
    team_id, moved = asked.path_id(call), set[UUID]()
    async with call.parts.store.transaction() as tx:
        await organisation.in_turn(tx)
        await _team(tx, team_id)
        if not isinstance(given.name, msgspec.UnsetType):
            await organisation.rename_team(tx, team_id, asked.name(given.name))
        if not isinstance(given.members, msgspec.UnsetType):
            moved = await _set_members(tx, team_id, given.members)
        row = await _team(tx, team_id)
    # Who stays in a team that is called otherwise has teams that changed, too.
    await changed(call, *moved, *(() if isinstance(given.name, msgspec.UnsetType) else row["members"]))
    return answer(shown(Team, row))


async def delete(call: Call) -> web.Response:
    """``DELETE /teams/{id}``: only one that nobody and nothing belongs to any more.

    Whoever routes decides nothing meanwhile and reads teams anew after, so no conversation goes to one that is gone.
    """
    team_id = asked.path_id(call)
    async with call.parts.store.transaction() as tx:
        await routing.read_anew(tx, call.parts.process)
        await organisation.in_turn(tx)
        team = await _team(tx, team_id)
        if has := _listed(await organisation.belongings(tx, team_id)):
            raise Conflict(f"{team['name']} still has {has}", mend="give them to another team first")
        await organisation.delete_team(tx, team_id)
    await changed(call)
    return web.Response(status=204)


async def _set_members(tx: Transaction, team_id: UUID, members: Sequence[UUID]) -> set[UUID]:
    known = await organisation.known(tx, members)
    for place, agent_id in enumerate(members):
        if agent_id not in known:
            mend = "GET /api/v1/agents lists them"
            raise InputInvalid("there is no such agent", where=f"$.members[{place}]", mend=mend)
    return await organisation.set_members(tx, team_id, members)


async def _team(tx: Transaction, team_id: UUID) -> Row:
    rows = await organisation.teams(tx, team_id=team_id)
    if not rows:
        raise NotFound("there is no such team", where="id")
    return rows[0]


def _listed(has: Row) -> str:
    """``2 agents and 1 conversation``."""
    counts = [f"{count} {noun if count > 1 else noun[:-1]}" for noun, count in has.items() if count]
    return " and ".join(filter(None, (", ".join(counts[:-1]), *counts[-1:])))
