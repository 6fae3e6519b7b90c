"""Agents and declared presence."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotAllowed, NotFound
from hub.events import AgentsChanged, first
from hub.live import Told, hints
from hub.model import Presence, Role, new_id
from hub.organisation import store as organisation
from hub.store import Row, Transaction
from hub.web import asked
from hub.web.answers import answer, page
from hub.web.call import Call
from hub.web.connected import agents_shown
from hub.web.ending import ended
from hub.web.results import claim_within

MAX_LANGUAGE, MAX_REASON = 35, 200
MAX_SKILLS, MAX_SKILL = 20, 40
Capacity = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
Name = Annotated[str, asked.said(asked.MAX_NAME)]
Skills = Annotated[
    tuple[Annotated[str, asked.said(MAX_SKILL)], ...], msgspec.Meta(extra_json_schema={"maxItems": MAX_SKILLS})
]
Language = Annotated[str, asked.said(MAX_LANGUAGE)]
_ABSENT = msgspec.UNSET


class NewAgent(asked.Body, frozen=True):
    """An agent to make."""

    name: Name
    language: Language | None = None
    teams: tuple[UUID, ...] = ()
    skills: Skills = ()
    role: Role = Role.AGENT
    live_capacity: Capacity = 100
    written_capacity: Capacity = 100


class AgentChange(asked.Body, frozen=True):
    """What shall be different."""

    name: Name | msgspec.UnsetType = _ABSENT
    language: Language | msgspec.UnsetType | None = _ABSENT
    teams: tuple[UUID, ...] | msgspec.UnsetType = _ABSENT
    skills: Skills | msgspec.UnsetType = _ABSENT
    live_capacity: Capacity | msgspec.UnsetType = _ABSENT
    written_capacity: Capacity | msgspec.UnsetType = _ABSENT
    role: Role | msgspec.UnsetType = _ABSENT
    active: bool | msgspec.UnsetType = _ABSENT


class Declared(asked.Body, frozen=True):
    """What an agent says of herself, or is said of her."""

    presence: Presence
    reason: Annotated[str, msgspec.Meta(extra_json_schema={"maxLength": MAX_REASON, "pattern": "^[^\\u0000]*$"})] = ""


async def listed(call: Call) -> web.Response:
    """``GET /agents``: by name."""
    async with call.parts.store.reading() as tx:
        rows = await organisation.agents(tx)
    return page(await agents_shown(call.parts, rows), None)


async def one(call: Call) -> web.Response:
    """``GET /agents/{id}``."""
    async with call.parts.store.reading() as tx:
        row = await _agent(tx, asked.path_id(call))
    return await _answered(call, row)


async def add(call: Call) -> web.Response:
    """``POST /agents``."""
    given = await asked.body(call, NewAgent)
    agent_id, name = asked.id_of(call, "agent"), asked.name(given.name)
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, agent_id)
        await organisation.in_turn(tx)
        await _check_teams(tx, given.teams)
        made = await organisation.add_agent(
            tx,
            agent_id,
            name=name,
            language=_language(given.language),
            teams=given.teams,
            skills=_skills(given.skills),
            role=given.role,
            live_capacity=given.live_capacity,
            written_capacity=given.written_capacity,
        )
        rows = await organisation.agents(tx, agent_id=agent_id)
        if not rows:  # neither made now nor by the same call before
            raise organisation.agent_name_taken(name)
    if made:
        await changed(call, agent_id)
    return await _answered(call, rows[0], status=201, location=f"/api/v1/agents/{agent_id}")


async def change(call: Call) -> web.Response:
    """``PATCH /agents/{id}``."""
    given = await asked.body(call, AgentChange)
    agent_id, wanted = asked.path_id(call), _wanted(given)
    async with call.parts.store.transaction() as tx:
        await organisation.in_turn(tx)
        before = await _agent(tx, agent_id)
        if "name" in wanted and await organisation.agent_named(tx, wanted["name"]) not in {None, agent_id}:
            raise organisation.agent_name_taken(wanted["name"])
        if wanted:
            await organisation.change_agent(tx, agent_id, wanted)
        if not isinstance(given.teams, msgspec.UnsetType):
            await _check_teams(tx, given.teams)
            await organisation.set_teams(tx, agent_id, given.teams)
        row = await _agent(tx, agent_id)
        await _keep_an_administrator(tx, before, row)
    await changed(call, agent_id)
    await ended(call.site)  # a role may have changed, or she has left
    return await _answered(call, row)


async def _keep_an_administrator(tx: Transaction, before: Row, after: Row) -> None:
    """Raises ``Conflict`` if this change takes away the last one."""
    was, is_ = ((row["active"] and row["role"] == Role.ADMIN) for row in (before, after))
    if was and not is_ and not await organisation.has_administrator(tx):
        raise Conflict(
            f"{before['name']} is the last administrator",
            where="$.active" if not after["active"] else "$.role",
            mend="make somebody else an administrator first",
        )


async def declare(call: Call) -> web.Response:
    """``POST /agents/{id}/presence``: by the agent herself or by a lead."""
    given = await asked.body(call, Declared)
    agent_id = asked.path_id(call)
    if not call.leads and call.caller.agent_id != agent_id:
        raise NotAllowed("only she herself or a supervisor may say this of an agent")
    reason = asked.text(given.reason, most=MAX_REASON, where="$.reason") if given.reason.strip() else ""
    async with call.parts.store.transaction() as tx:
        await _agent(tx, agent_id)
        await organisation.declare(tx, agent_id, given.presence, reason=reason, by=call.caller.name)
        row = await _agent(tx, agent_id)
    await changed(call, agent_id, told=Told.LEADS)
    return await _answered(call, row)


async def changed(call: Call, *agent_ids: UUID, told: Told = Told.ALL) -> None:
    """Ring for the router, which looks who may be served now; look up callers again, whose teams may differ."""
    call.site.callers.forget()
    call.parts.bus.ring([bell(call.parts, *agent_ids)])
    now = call.parts.clock.now()
    await call.parts.live.hint([hints.of_agent(agent_id, now, told=told) for agent_id in agent_ids])


def bell(parts: Any, *agent_ids: UUID) -> Any:
    """The bell that says: these agents are not as they were."""
    now = parts.clock.now()
    data = AgentsChanged(at=now, agent_ids=agent_ids)
    return first(new_id(), data, source="/api/v1", subject="agents", time=now, partitionkey="agents")


async def _answered(call: Call, row: Row, **more: Any) -> web.Response:
    (agent,) = await agents_shown(call.parts, [row])
    return answer(agent, **more)


async def _agent(tx: Transaction, agent_id: UUID) -> Row:
    rows = await organisation.agents(tx, agent_id=agent_id)
    if not rows:
        raise NotFound("there is no such agent", where="id")
    return rows[0]


async def _check_teams(tx: Transaction, given: tuple[UUID, ...]) -> None:
    known = {row["id"] for row in await organisation.teams(tx)}
    for place, team_id in enumerate(given):
        if team_id not in known:
            raise InputInvalid("there is no such team", where=f"$.teams[{place}]", mend="GET /api/v1/teams lists them")


def _wanted(given: AgentChange) -> Mapping[str, Any]:
    wanted = {name: value for name, value in msgspec.structs.asdict(given).items() if value is not _ABSENT}
    wanted.pop("teams", None)
    if "name" in wanted:
        wanted["name"] = asked.name(wanted["name"])
    if "language" in wanted:
        wanted["language"] = _language(wanted["language"])
    if "skills" in wanted:
        wanted["skills"] = _skills(wanted["skills"])
    return wanted


def _skills(given: tuple[str, ...]) -> list[str]:
    """In the order given; the same one in another case is said once."""
    if len(given) > MAX_SKILLS:
        raise InputInvalid(f"these are {len(given)} skills", where="$.skills", mend=f"give at most {MAX_SKILLS}")
    kept: dict[str, str] = {}
    for place, one in enumerate(given):
        skill = asked.text(one, most=MAX_SKILL, where=f"$.skills[{place}]").strip()
        kept.setdefault(skill.casefold(), skill)
    return list(kept.values())


def _language(given: str | None) -> str | None:
    return None if given is None else asked.text(given, most=MAX_LANGUAGE, where="$.language")
