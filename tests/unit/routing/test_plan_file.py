"""``config/routing.toml``: the shipped one holds what the semantics say; a wrong one is told with every place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.errors import SettingsInvalid
from hub.model import Channel, Priority
from hub.routing.plan import Pool, Size, Who
from hub.routing.plan_file import load
from tests.unit.routing.office import PLAN, config


def test_the_shipped_plan_has_the_numbers_of_the_semantics() -> None:
    rules = PLAN.rules(Channel.SMS)
    assert [(s.number, s.who, s.wait) for s in rules.steps] == [
        (2, Who.OWNER, timedelta(minutes=5)),
        (4, Who.LAST_AGENT, timedelta(minutes=2)),
        (5, Who.TEAM, timedelta(minutes=10)),
    ]
    assert rules.size == Size(Pool.WRITTEN, 15)
    assert (rules.reply_within, rules.warn_at) == (timedelta(minutes=15), 0.75)
    assert (rules.weightless_after, rules.idle_after) == (timedelta(minutes=30), timedelta(hours=72))
    assert rules.remembers == PLAN.remembers() == timedelta(days=30)
    assert PLAN.rules(Channel.WHATSAPP) == rules
    assert [PLAN.targets[p].total_seconds() for p in Priority] == [60, 180, 600, 1800]


def sms(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = given["channels"]["sms"]
    return found


def wrong() -> list[tuple[Callable[[dict[str, Any]], object], str]]:
    return [
        (lambda c: c.pop("version"), "missing required field `version`"),
        (lambda c: c.update(surprise=1), "unknown field `surprise`"),
        (lambda c: c["presence"].update(gone_after="soon"), "`presence.gone_after`"),
        (lambda c: c["priority_targets"].pop("low"), "priority_targets: has no low"),
        (lambda c: c["priority_targets"].update(mild=3), "mild"),
        (lambda c: sms(c).update(weight=0), "`channels.sms.weight`"),
        (lambda c: sms(c).update(warn_at=1.5), "`channels.sms.warn_at`"),
        (lambda c: sms(c).pop("reply_within"), "missing required field `reply_within` - at `channels.sms`"),
        (lambda c: sms(c).update(pool="dead"), "`channels.sms.pool`: one of live, written"),
        (lambda c: sms(c).update(hand_over="ofer"), "`channels.sms.hand_over`: one of assign, offer"),
        (lambda c: sms(c).update(offer_within=-1), "`channels.sms.offer_within`"),
        (lambda c: sms(c)["steps"][1].update(wait=-1), "`channels.sms.steps[1].wait`"),
        (lambda c: sms(c)["steps"][1].update(who="friend"), "`channels.sms.steps[1].who`"),
        (lambda c: sms(c)["steps"].pop(), "channels.sms.steps: the last must ask the team"),
        (lambda c: sms(c)["steps"].clear(), "channels.sms.steps: the last must ask the team"),
        (lambda c: sms(c)["steps"].reverse(), "channels.sms.steps: the numbers must rise"),
        (lambda c: c["channels"].pop("sms"), "channels.sms: is missing"),
        (lambda c: c["channels"].update(fax={}), "fax"),
        (lambda c: c["channels"].update(email=3), "email"),
        (lambda c: c["channels"].update(email={"like": "fax"}), "channels.email.like: 'fax' is no channel"),
        (lambda c: c["channels"].update(email={"like": "whatsapp"}), "channels.email.like: 'whatsapp' is no channel"),
        (lambda c: c["channels"].update(email={"like": "sms", "weight": 3}), "channels.email: is like another"),
        (lambda c: c.update(channels=[]), "`channels`"),
    ]


@pytest.mark.parametrize(("spoil", "told"), wrong(), ids=[told for _, told in wrong()])
def test_what_is_wrong_is_told_with_its_place(spoil: Callable[[dict[str, Any]], object], told: str) -> None:
    given = config()
    spoil(given)
    with pytest.raises(SettingsInvalid) as error:
        load(given)
    assert told in str(error.value)
    assert all(problem.startswith("config/routing.toml: ") for problem in error.value.problems)


def test_every_problem_is_told_at_once() -> None:
    given = config()
    given["channels"]["sms"]["weight"] = -1
    given["channels"]["email"] = {"like": "fax"}
    del given["priority_targets"]["urgent"]
    with pytest.raises(SettingsInvalid) as error:
        load(given)
    assert len(error.value.problems) == 3


@pytest.mark.parametrize("given", [{}, {"channels": {}}])
def test_an_empty_plan_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(SettingsInvalid):
        load(given)
