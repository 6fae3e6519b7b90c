"""Who may do what with a conversation, decided by the router itself: the table of routes says only who may ask.

In each cell what she gets: 200 (done), 409 (another has it, or it cannot be done), 404 (she does not see it), 403.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.model import Role
from hub.organisation import store as organisation
from tests.integration.web.conftest import World
from tests.waiting import until

TABLE = """
#                      agent lead admin program
messages
    hers               201   201  201   201
    mates, named       409   201  201   201
    waits              201   201  201   201
    theirs             404   201  201   201
    afar               404   201  201   201
accept
    hers               200   409  409   403
    mates, named       409   409  409   403
    waits              200   200  200   403
    theirs             404   409  409   403
    afar               404   200  200   403
assign
    hers               200   200  200   200
    mates, named       409   200  200   200
    waits              200   200  200   200
    theirs, afar       404   200  200   200
decline
    hers               200   409  409   409
    mates, named       409   409  409   409
    waits              409   409  409   409
    theirs, afar       404   409  409   409
resolve
    hers, waits        200   200  200   200
    mates, named       409   200  200   200
    theirs, afar       404   200  200   200
snooze
    hers               200   200  200   200
    mates, named       409   200  200   200
    waits              409   409  409   409
    theirs             404   200  200   200
    afar               404   409  409   409
"""
CALLERS = ("agent", "lead", "admin", "program")
WHO = {"agent": "Mina", "lead": "lead", "admin": "boss", "program": "supervisor"}


@dataclass(frozen=True)
class Case:
    command: str
    about: str
    expected: Mapping[str, int]


def _cases() -> list[Case]:
    found, command = [], ""
    for line in filter(str.strip, TABLE.splitlines()):
        if line.startswith("#"):
            continue
        if not line.startswith(" "):
            command = line.strip()
            continue
        *names, a, b, c, d = line.replace(",", " ").split()
        expected = dict(zip(CALLERS, map(int, (a, b, c, d)), strict=True))
        found += [Case(command, name, expected) for name in names]
    return found


@pytest.fixture
async def staffed(site: World) -> World:
    """With a lead and an administrator who are persons, whom the router knows; everybody's desk was open just now."""
    for name, role in (("lead", Role.SUPERVISOR), ("boss", Role.ADMIN)):
        made = await (await site.call("admin", "POST", "/agents", {"name": name, "role": role})).json()
        site.agents[name] = UUID(made["id"])
        async with site.parts.store.transaction() as tx:
            _, site.tokens[name] = await organisation.add_token(tx, name=name, role=role, agent_id=site.agents[name])
    await site.parts.live.beat(list(site.agents.values()))
    await site.text()
    path, boss = f"/conversations/{(await site.conversation())['id']}/assign", str(site.agents["boss"])
    await until(lambda: site.call("admin", "POST", path, {"agent": boss}), lambda answer: answer.status == 200)
    return site


async def test_the_router_lets_do_what_the_table_says(staffed: World) -> None:
    wrong, number = [], 0
    for case in _cases():
        for caller, expected in case.expected.items():
            number += 1
            id_ = await _made(staffed, case.about, f"+98912{number:07}")
            path = f"/conversations/{id_}/{case.command}"
            response = await staffed.call(WHO[caller], "POST", path, _body(staffed, case.command))
            if response.status != expected:
                wrong.append(f"{case.command} {case.about}, {caller}: {response.status}: {await response.text()}")
    assert not wrong, "\n".join(wrong)


async def _made(site: World, about: str, sender: str) -> str:
    """A conversation that is so: held by Mina, Ali or Stranger, or waiting in either team."""
    await site.text(f"M{sender}", sender=sender)
    one = await site.conversation("admin", sender=sender)
    if about in {"theirs", "afar", "named"}:
        await _done(site, "admin", one["id"], "assign", {"team": str(site.other_team)})
    if about == "named":
        said = {"text": "@Mina", "mentions": [str(site.agents["Mina"])]}
        await _done(site, "admin", one["id"], "notes", said)
    holder = {"hers": "Mina", "mates": "Ali", "theirs": "Stranger", "named": "Stranger"}.get(about)
    if holder:
        await _done(site, holder, one["id"], "accept", {})
    return str(one["id"])


async def _done(site: World, who: str, id_: str, command: str, body: Any) -> None:
    response = await site.call(who, "POST", f"/conversations/{id_}/{command}", body)
    assert response.status < 300, await response.text()


def _body(site: World, command: str) -> Any:
    return {
        "messages": {"text": "coming"},
        "assign": {"team": str(site.other_team)},
        "snooze": {"until": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
    }.get(command, {})


async def test_what_was_given_away_is_said_to_be_done_again_and_nothing_of_it_shown(site: World) -> None:
    """A repeated request finds her without the conversation: it was done all the same."""
    await site.text()
    id_, body = (await site.conversation())["id"], {"team": str(site.other_team)}
    said = []
    for _ in range(2):
        answer = await site.call(
            "Mina", "POST", f"/conversations/{id_}/assign", body, headers={"Idempotency-Key": "given"}
        )
        said.append((answer.status, await answer.json()))
    assert said[0] == said[1]
    assert (said[0][0], said[0][1]["conversation"]) == (200, None)
    other = await site.call("Mina", "POST", f"/conversations/{id_}/resolve", {}, headers={"Idempotency-Key": "given"})
    assert (other.status, (await other.json())["where"]) == (422, "Idempotency-Key")


async def test_who_wrote_into_what_she_may_not_see_any_more_learns_nothing_of_it_by_asking_again(site: World) -> None:
    await site.text()
    id_ = (await site.conversation())["id"]
    await _done(site, "admin", id_, "resolve", {})
    body = {"to": "+989121234567", "from": "+982100000000", "text": "hello"}
    for seen in (False, True, False):  # hers by her writing, and given to another team then
        answer = await site.call("Stranger", "POST", "/messages", body, headers={"Idempotency-Key": "written"})
        said = await answer.json()
        assert (answer.status, said.get("conversation_id")) == (201, id_ if seen else None), said
        sees = (await site.call("Stranger", "GET", f"/conversations/{id_}")).status
        if seen:
            assert sees == 200
            await _done(site, "admin", id_, "assign", {"team": str(site.team)})
