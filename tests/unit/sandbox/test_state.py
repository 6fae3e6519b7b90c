from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from hub.sandbox.faults import Fault
from hub.sandbox.listing import list_page, parse_query
from hub.sandbox.model import Draft, Pace, sample_account
from hub.sandbox.refusals import TwilioRefusal
from hub.sandbox.state import Sandbox
from hub.sandbox.webhooks import split_overrides

OURS, SARA = "+12025550100", "+989121234567"
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


def new_sandbox(seed: int | None = 1) -> Sandbox:
    return Sandbox([sample_account()], seed=seed, clock=lambda: NOON)


def draft(sandbox: Sandbox, body: str = "hi") -> Draft:
    return Draft(next(iter(sandbox.accounts.values())), OURS, SARA, body)


def test_credentials_last_and_ids_do_not_unless_asked() -> None:
    assert sample_account() == sample_account()
    assert sample_account(name="second").sid != sample_account().sid
    sids = [(s := new_sandbox(seed)).accept(draft(s)).sid for seed in (1, 1, None, None)]
    assert sids[0] == sids[1]
    assert len(set(sids)) == 3


def test_no_two_messages_share_a_time_though_the_clock_stands_still() -> None:
    sandbox = new_sandbox()
    messages = [sandbox.accept(draft(sandbox)) for _ in range(3)]
    assert len({m.created for m in messages}) == 3
    assert sandbox.thread(SARA, OURS, 10) == messages


def test_what_is_accepted_is_counted_by_recipient_and_text() -> None:
    sandbox = new_sandbox()
    sids = [sandbox.accept(draft(sandbox, body)).sid for body in ("a", "b", "a")]
    assert sandbox.accepted == {(SARA, "a"): [sids[0], sids[2]], (SARA, "b"): [sids[1]]}


def test_the_journey_is_climbing_and_ends() -> None:
    sandbox = new_sandbox()
    sandbox.pace = Pace(speed=2)
    message = sandbox.accept(draft(sandbox))
    steps = sandbox.journey(message)
    assert [status for _, status, _ in steps] == ["sending", "sent", "delivered"]
    assert 0.4 < sum(wait for wait, _, _ in steps) < 1.4
    sandbox.faults.set(Fault.DELIVERY_FAILED, next=1, error_code=30002)
    assert [s[1:] for s in sandbox.journey(message)] == [("failed", 30002)]


def test_reset_forgets_all_but_the_accounts() -> None:
    sandbox = new_sandbox()
    sandbox.accept(draft(sandbox))
    sandbox.opt_outs.hear(OURS, SARA, "STOP")
    sandbox.faults.set(Fault.API_429, next=1)
    sandbox.reset()
    assert (sandbox.messages, sandbox.accepted, list(sandbox.opt_outs)) == ({}, {}, [])
    assert sandbox.faults.fires(Fault.API_429) is None
    assert sandbox.owner_of(OURS)


def test_listeners_hear_of_every_change() -> None:
    sandbox, heard = new_sandbox(), []
    sandbox.listeners.add(lambda kind, data: heard.append((kind, data.get("status"))))
    sandbox.move(sandbox.accept(draft(sandbox)), "sent")
    assert heard == [("message", "queued"), ("message", "sent")]


def test_a_date_without_a_time_means_the_whole_day() -> None:
    sandbox = new_sandbox()
    sandbox.move(sandbox.accept(draft(sandbox)), "sent")
    account = next(iter(sandbox.accounts))

    def found(params: Mapping[str, str]) -> int:
        page = list_page(list(sandbox.messages.values()), parse_query(params), account)
        assert isinstance(page["messages"], list)
        return len(page["messages"])

    assert found({"DateSent<": "2026-03-21"}) == found({"DateSent>": "2026-03-21"}) == 1
    assert found({"DateSent": "2026-03-21"}) == found({"DateSent<": "2026-03-21T12:00:00Z"}) == 1
    assert found({"DateSent<": "2026-03-21T11:59:59Z"}) == found({"DateSent>": "2026-03-22"}) == 0


@pytest.mark.parametrize("params", [{"PageSize": "0"}, {"PageSize": "x"}, {"Page": "-1"}, {"DateSent>": "soon"}])
def test_an_impossible_question_is_refused(params: dict[str, str]) -> None:
    with pytest.raises(TwilioRefusal):
        parse_query(params)


def test_connection_overrides_are_read_and_kept_within_twilios_limits() -> None:
    url, asked = split_overrides("https://h.example/in?x=1#ct=2000&rt=99999&rc=9&rp=rt,5xx")
    assert url == "https://h.example/in?x=1"
    assert (asked.connect_s, asked.read_s, asked.total_s, asked.retries) == (2.0, 15.0, 15.0, 5)
    assert [asked.retry(f) for f in ("rt", "5xx", "ct", "4xx", None)] == [True, True, False, False, False]
    _, usual = split_overrides("https://h.example/in#rc=x&ct=-1")
    assert (usual.connect_s, usual.retries, usual.retry("ct"), usual.retry("5xx")) == (5.0, 1, True, False)
