"""One seeded world: people of every role, and one conversation for each way in which it may be somebody's.

Each conversation has a customer, a text, a file and a decision of its own, and each of these bears its name: what an
answer shows is known by the words in it. Mina is the agent whose eyes count.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hub.conversations.threading import thread_of
from hub.history.searching import store as searching
from hub.model import Channel, Role, derived_id, new_id
from hub.organisation import store as organisation
from hub.organisation.pushing import store as pushing
from hub.organisation.pushing.encryption import Keys
from hub.organisation.signing import passwords
from hub.organisation.signing import store as signing
from hub.profile.editing import store as editing
from hub.store import Store, Transaction, blobs
from tests.integration.web.conftest import OURS, World, world

PASSWORD = "four words she remembers"
PEOPLE = {"agent": Role.AGENT, "lead": Role.SUPERVISOR, "marketer": Role.MARKETER, "admin": Role.ADMIN}
"""Persons who sign in; the agent is Mina, the others are called as here and in no team."""

CONVERSATIONS = {
    # name: (her team or the other one, who holds it, whether Mina was mentioned in it)
    "hers": ("Support", "Mina", False),
    "mates": ("Support", "Ali", False),
    "waits": ("Support", None, False),
    "theirs": ("Sales", "Stranger", False),
    "afar": ("Sales", None, False),
    "named": ("Sales", "Stranger", True),
    "nobodys": (None, None, False),
    "done": ("Support", None, False),
    "gone": ("Sales", None, False),
}
"""``done`` and ``gone`` are resolved."""
NUMBERS = {name: f"+98912123{number}" for number, name in enumerate(CONVERSATIONS, 4500)}
_AT = datetime(2026, 3, 21, 9, tzinfo=UTC)


@dataclass
class Seeded:
    """The world, who may call and by what, and the ids of what there is by kind and name."""

    world: World
    cookies: dict[str, str] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)
    sign_ins: dict[str, UUID] = field(default_factory=dict)
    conversations: dict[str, UUID] = field(default_factory=dict)
    customers: dict[str, UUID] = field(default_factory=dict)
    texts: dict[str, UUID] = field(default_factory=dict)
    decisions: dict[str, UUID] = field(default_factory=dict)
    one: dict[str, Any] = field(default_factory=dict)
    """What there is one of: ``canned``, ``token``, ``dead``, ``file`` (Mina's) and ``foreign file`` (Ali's)."""


@asynccontextmanager
async def seeded(url: str, folder: Path) -> AsyncIterator[Seeded]:
    """Nothing that a request changes stays: every row of a table meets the same world."""
    async with world(url, folder, working=False) as made:
        made.site.outcomes.patience = 0
        found = Seeded(made)
        async with made.parts.store.transaction() as tx:
            await _people(found, tx)
            for name in CONVERSATIONS:
                await _conversation(found, tx, name)
            await _others(found, tx)
        async with made.parts.store.transaction() as tx:
            await _searchable(tx)
        _forgetful(made.parts.store)
        yield found


def _forgetful(store: Store) -> None:
    """Every transaction of this store is taken back when it has ended."""
    connected = store.reading

    @asynccontextmanager
    async def taken_back() -> AsyncIterator[Transaction]:
        async with connected() as tx:
            under = tx.transaction()
            await under.start()
            try:
                yield tx
            finally:
                await under.rollback()

    store.transaction = taken_back  # type: ignore[method-assign]
    store.reading = taken_back  # type: ignore[method-assign]


async def _people(found: Seeded, tx: Transaction) -> None:
    hashed = await found.world.site.door.passwords.hash(passwords.fit(PASSWORD, name="", where="$"))
    for who, role in PEOPLE.items():
        agent_id = found.world.agents["Mina"] if who == "agent" else new_id()
        if who != "agent":
            await organisation.add_agent(tx, agent_id, name=who, role=role)
            _, found.world.tokens[f"{who} by token"] = await organisation.add_token(
                tx, name=who, role=role, agent_id=agent_id
            )
        await signing.set_password(tx, agent_id, hashed, by="test")
        found.people[who] = agent_id
        found.sign_ins[who], found.cookies[who] = await signing.add_sign_in(
            tx, agent_id, address="127.0.0.1", agent_string="a browser"
        )
    where = "https://fcm.googleapis.com/x"
    await pushing.subscribe(tx, found.sign_ins["agent"], where, Keys(b"\x04" + bytes(64), bytes(16)), now=_AT)
    found.world.tokens["agent by token"] = found.world.tokens["Mina"]


async def _conversation(found: Seeded, tx: Transaction, name: str) -> None:
    team, holder, mentioned = CONVERSATIONS[name]
    made, agents = found.world, found.world.agents
    customer, conversation, text, decision = (derived_id(kind, name) for kind in ("customer", "c", "text", "decision"))
    point, ours, at = f"tel:{NUMBERS[name]}", f"tel:{OURS}", _AT + timedelta(minutes=len(found.conversations))
    resolved, facts = name in {"done", "gone"}, dict.fromkeys(editing.COLUMNS) | {"attributes": {}}
    await editing.make(tx, customer, facts | {"name": f"person-{name} Sunflower"}, [point])
    await tx.execute(
        "INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)"
        " VALUES ($1, $2, 'sms', 'sms_fake/default', $3, $4, $5)",
        *(conversation, customer, point, ours, at),
    )
    thread = thread_of(Channel.SMS, ours, point)
    await tx.execute("INSERT INTO threads (thread, conversation_id) VALUES ($1, $2)", thread, conversation)
    await tx.execute(
        "INSERT INTO conversation_states (conversation_id, version, status, team_id, assignee_id, waiting_since,"
        " last_inbound_at, topic) VALUES ($1, 3, $2, $3, $4, $5, $5, $6)",
        conversation,
        "resolved" if resolved else "open",
        {"Support": made.team, "Sales": made.other_team, None: None}[team],
        agents[holder] if holder else None,
        at,
        f"topic said-{name}",
    )
    await tx.execute(
        "INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point,"
        " our_address, account, accepted_at) VALUES ($1, $2, $3, 'sms', 'inbound', $4, $5, 'sms_fake/default', $6)",
        *(text, customer, conversation, point, ours, at),
    )
    words = f"hello said-{name} sunflower"
    await tx.execute(
        "INSERT INTO interaction_contents (recorded_at, event_id, text)"
        " SELECT recorded_at, event_id, $2 FROM interactions WHERE event_id = $1",
        *(text, words),
    )
    await tx.execute(
        "INSERT INTO decisions (accepted_at, event_id, conversation_id, elsewhere, at, kind, plan_version,"
        " reasons) VALUES ('-infinity', $1, $2, false, $3, 'assigned', 1, $4)",
        *(decision, conversation, at, {"sentence": f"So said-{name} went there."}),
    )
    hash_ = await blobs.put(tx, f"file said-{name}".encode(), content_type="text/plain")
    await tx.execute(
        "INSERT INTO media (interaction_id, position, account, status, name, hash)"
        " VALUES ($1, 0, 'sms_fake/default', 'stored', $2, $3)",
        *(text, f"said-{name}.txt", hash_),
    )
    if mentioned:
        await tx.execute("INSERT INTO mentions VALUES ($1, $2, $3, $4)", text, agents["Mina"], conversation, at)
    found.conversations[name], found.customers[name] = conversation, customer
    found.texts[name], found.decisions[name] = text, decision


async def _others(found: Seeded, tx: Transaction) -> None:
    made = found.world
    canned, team = new_id(), made.team
    for id_, shortcut, owner in ((canned, "hers", team), (new_id(), "theirs", made.other_team)):
        await tx.execute(
            "INSERT INTO canned_answers (id, shortcut, title, text, team_id) VALUES ($1, $2, $2, $3, $4)",
            *(id_, shortcut, f"canned-{shortcut}", owner),
        )
    token, _ = await organisation.add_token(tx, name="one", role=Role.MARKETER)
    dead: int = await tx.fetchval(
        "INSERT INTO dead_events (worker, event_id, type, body, reason)"
        " VALUES ('send_messages', $1, 'message.send.v1', '{}', 'it broke') RETURNING id",
        new_id(),
    )
    hash_ = await blobs.put(tx, os.urandom(8), content_type="application/octet-stream")
    files = {"file": made.agents["Mina"], "foreign file": made.agents["Ali"]}
    for name, by in files.items():
        found.one[name] = new_id()
        await tx.execute("INSERT INTO files VALUES ($1, $2, 'receipt.pdf', $3)", found.one[name], hash_, by)
    empty = new_id()
    await organisation.add_team(tx, empty, "Empty")
    found.one |= {"canned": canned, "token": token, "dead": dead, "team": empty}


async def _searchable(tx: Transaction) -> None:
    place, until = await searching.place(tx), datetime.now(UTC) + timedelta(minutes=1)
    while place is not None and place.recorded_at < until:
        place = await searching.make(tx, place, until, most=1000)
