"""Tokens: which programs have access. For administrators; secrets go in and never come out."""

from typing import Annotated
from uuid import UUID

from aiohttp import web

from hub.errors import Conflict, InputInvalid, NotFound
from hub.model import Role
from hub.organisation import store as organisation
from hub.web import asked
from hub.web.answers import answer, page, shown
from hub.web.call import Call
from hub.web.ending import ended
from hub.web.results import claim_within
from hub.web.shapes.people import MadeToken, Token


class NewToken(asked.Body, frozen=True):
    """A token to make; an agent's says whose."""

    also = {  # noqa: RUF012 - a ClassVar of the base
        "if": {"properties": {"role": {"const": "agent"}}, "required": ["role"]},
        "then": {"properties": {"agent": {"type": "string"}}, "required": ["agent"]},
    }
    name: Annotated[str, asked.said(asked.MAX_NAME)]
    role: Role
    agent: UUID | None = None
    expires_at: asked.Moment | None = None


async def tokens(call: Call) -> web.Response:
    """``GET /tokens``: newest first, without anything secret."""
    async with call.parts.store.reading() as tx:
        return page([shown(Token, row) for row in await organisation.tokens(tx)], None)


async def add_token(call: Call) -> web.Response:
    """``POST /tokens``: the answer holds the token, this one time."""
    given = await asked.body(call, NewToken)
    name, token_id = asked.name(given.name), asked.id_of(call, "token")
    if given.role is Role.AGENT and given.agent is None:
        raise InputInvalid("whose token is it?", where="$.agent", mend="give the agent's id")
    expires_at = asked.aware(given.expires_at, where="$.expires_at") if given.expires_at else None
    if expires_at is not None and expires_at <= call.parts.clock.now():
        raise InputInvalid("this time is over", where="$.expires_at", mend="give a time in the future, or none")
    async with call.parts.store.transaction() as tx:
        await claim_within(tx, call, token_id)
        if given.agent is not None and not await organisation.agents(tx, agent_id=given.agent):
            raise InputInvalid("there is no such agent", where="$.agent", mend="GET /api/v1/agents lists them")
        if asked.key_of(call) and token_id in {row["id"] for row in await organisation.tokens(tx)}:
            raise Conflict("This token was made already and cannot be shown again", mend="revoke it and make another")
        _, token = await organisation.add_token(
            tx, name=name, role=given.role, agent_id=given.agent, expires_at=expires_at, token_id=token_id
        )
    made = MadeToken(id=token_id, name=name, role=given.role, agent_id=given.agent, expires_at=expires_at, token=token)
    return answer(made, status=201)


async def revoke_token(call: Call) -> web.Response:
    """``DELETE /tokens/{id}``: works no more, at once in this process and within 5 s in the others."""
    async with call.parts.store.transaction() as tx:
        if not await organisation.revoke(tx, asked.path_id(call)):
            raise NotFound("there is no such token", where="id")
    await ended(call.site)
    return web.Response(status=204)
