"""Any sequence of splits, joins and undos over the real store, beside a model of it: each is shown once, in order."""

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from hub.history import store as history
from hub.model import derived_id
from tests.integration.house import House, said
from tests.integration.test_rearranging import asked, shown
from tests.integration.test_route_conversations import recorded

NUMBERS = tuple(f"tel:+1415555020{number}" for number in range(3))
STEPS = 25
SEEDS = (0, 1, 2, 3, 4, 7)
"""With each of these there is a join, and an undo of what something later stands on."""


class Model:
    """Where each interaction stands, and what was joined into what."""

    def __init__(self) -> None:
        self.homes: dict[UUID, UUID] = {}
        self.placed: dict[UUID, UUID] = {}
        self.joined: dict[UUID, UUID] = {}
        self.conversations: list[UUID] = []
        self.done: dict[UUID, dict[str, Any]] = {}
        self.seen = Counter[str]()
        """What has happened of that which a test must have met."""

    def root(self, conversation: UUID) -> UUID:
        while conversation in self.joined:
            conversation = self.joined[conversation]
        return conversation

    def places(self) -> dict[UUID, UUID]:
        return {id_: self.root(self.placed.get(id_, home)) for id_, home in self.homes.items()}

    def noted(self, interaction: UUID, home: UUID) -> None:
        self.homes[interaction] = home
        if home not in self.conversations:
            self.conversations.append(home)


async def _texts(house: House, random: Random, model: Model) -> None:
    """She writes by one of our numbers; or somebody answers or notes, in a conversation that goes on."""
    house.clock.go_on(timedelta(seconds=1))
    alive = [one for one in model.conversations if one not in model.joined]
    kind = random.choice(("she", "she", "note", "answer")) if alive else "she"
    if kind == "she":
        event = house.received(f"text {len(model.homes)}", our_address=random.choice(NUMBERS))
    elif kind == "note":
        event = house.note(random.choice(alive))
    else:
        event = house.requested("hi", conversation_id=random.choice(alive), agent_id=derived_id("agent", "Mina"))
    follow = await recorded(house, event)
    await house.route.handle(follow)
    (row,) = await house.rows("SELECT conversation_id FROM interactions WHERE event_id = $1", event.id)
    model.noted(event.id, row["conversation_id"])
    assert said(follow[0]).conversation_id == row["conversation_id"]


async def _split(house: House, random: Random, model: Model) -> None:
    places = model.places()
    conversation = random.choice(list(places.values()))
    here = [id_ for id_, at in places.items() if at == conversation]
    ids = random.sample(here, random.randint(1, len(here)))
    made = await asked(house, conversation, "split", may_take=True, interactions=tuple(ids))
    assert made["refused"] is (len(ids) == len(here)), made["reasons"]
    if not made["refused"]:
        new = UUID(made["reasons"]["other"])
        model.done[made["event_id"]] = {
            "was": {id_: model.placed.get(id_) for id_ in ids},
            "from": conversation,
            "to": new,
        }
        model.placed |= dict.fromkeys(ids, new)
        model.conversations.append(new)


async def _join(house: House, random: Random, model: Model) -> None:
    into, gone = random.choice(model.conversations), random.choice(model.conversations)
    made = await asked(house, into, "join", may_take=True, other=gone)
    assert made["refused"] is (into == gone or into in model.joined or gone in model.joined), made["reasons"]
    if not made["refused"]:
        model.done[made["event_id"]] = {"from": gone, "to": into}
        model.joined[gone] = into
        model.seen["joined"] += 1


async def _undo(house: House, random: Random, model: Model) -> None:
    if not model.done:
        return
    id_ = random.choice([*model.done, list(model.done)[-1]])
    one = model.done[id_]
    made = await asked(house, one["to"], "undo", may_take=True, rearrangement=id_)
    if made["refused"]:
        assert made["reasons"]["refusal"] == "stood-on"
        assert id_ != list(model.done)[-1], "the newest can always be undone"
        model.seen["stood on"] += 1
        return
    del model.done[id_]
    if "was" not in one:
        del model.joined[one["from"]]
        return
    model.joined[one["to"]] = one["from"]
    for interaction, was in one["was"].items():
        model.placed[interaction] = was or model.homes[interaction]


async def _compare(house: House, model: Model) -> None:
    places = model.places()
    rows = await house.rows("SELECT event_id FROM interactions ORDER BY accepted_at, event_id")
    order = [row["event_id"] for row in rows]
    assert set(order) == places.keys(), "nothing is lost"
    for conversation in model.conversations:
        here = [id_ for id_ in order if places[id_] == conversation]
        async with house.store.reading() as tx:
            for newest in (False, True):
                found = await history.of_conversation(tx, conversation, past=None, limit=200, newest=newest)
                assert [row["id"] for row in found] == (here[::-1] if newest else here)
            row = await shown(house, conversation)
            assert row["last_id"] == (here[-1] if here else None)
            assert (row["joined_into"] is not None) is (conversation in model.joined)
    async with house.store.reading() as tx:
        told = await history.several(tx, order)
    assert {id_: row["conversation_id"] for id_, row in told.items()} == places


async def _loads(house: House) -> None:
    """What the agents hold is what the rows say, also to a router that reads them anew."""
    board = house.route._engine.board if house.route._engine else None
    rows = await house.rows(
        "SELECT assignee_id, sum(weight) AS load FROM conversation_states WHERE status <> 'resolved'"
        " AND assignee_id IS NOT NULL GROUP BY assignee_id"
    )
    assert board is not None
    held = {row["assignee_id"]: row["load"] for row in rows}
    for seat in board.seats.values():
        assert sum(seat.load.values()) == held.get(seat.agent_id, 0)
    open_ = await house.rows("SELECT conversation_id, agent_id FROM assignments WHERE ended_at IS NULL")
    states = await house.rows(
        "SELECT conversation_id, assignee_id AS agent_id FROM conversation_states"
        " WHERE status <> 'resolved' AND assignee_id IS NOT NULL"
    )
    assert {tuple(row) for row in open_} == {tuple(row) for row in states}


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_is_done_each_is_shown_once_and_in_order(house: House, seed: int) -> None:
    await house.staff("Mina", "Ali")
    random, model = Random(seed), Model()
    for _ in range(4):
        await _texts(house, random, model)
    for step in range(STEPS):
        await random.choice((_texts, _texts, _split, _split, _join, _undo))(house, random, model)
        await _compare(house, model)
        await _loads(house)
        if step % 7 == 6:
            house.route = type(house.route)(house.parts)  # one that knows only what was written
    assert model.seen["joined"] > 0
    assert model.seen["stood on"] > 0
    for row in list(model.done)[::-1]:
        made = await asked(house, model.done[row]["to"], "undo", may_take=True, rearrangement=row)
        assert not made["refused"], made["reasons"]
    rows = await house.rows("SELECT s.status FROM joins j JOIN conversation_states s USING (conversation_id)")
    assert {row["status"] for row in rows} == {"resolved"}
    await _loads(house)
