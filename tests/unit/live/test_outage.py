"""An outage of Redis is one line when it begins, one a minute, and one when it ends."""

import pytest
from structlog.testing import capture_logs

from hub.live.outage import Outage


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("hub.live.outage.time.monotonic", lambda: now[0])
    return now


def test_two_failures_a_second_for_two_minutes_are_three_lines(clock: list[float]) -> None:
    it = Outage()
    with capture_logs() as logs:
        for _ in range(121):
            it.away("asking", "refused")
            it.away("hearing hints", "refused")
            clock[0] += 1
        it.back("asking", "hearing hints")
        it.back("asking")
    assert [(line["event"], line["seconds"]) for line in logs] == [
        ("redis_away", 0), ("redis_away", 60), ("redis_away", 120), ("redis_back", 121),
    ]  # fmt: skip


def test_it_is_back_when_nothing_is_missing_any_more(clock: list[float]) -> None:
    it = Outage()
    with capture_logs() as logs:
        it.away("asking", "refused")
        it.away("hearing hints", "refused")
        it.back("asking")
        clock[0] += 3
        it.away("asking", "refused")
        it.back("hearing hints", "asking")
    assert [line["event"] for line in logs] == ["redis_away", "redis_back"]


def test_stumbling_is_not_said_with_every_step(clock: list[float]) -> None:
    it = Outage()
    with capture_logs() as logs:
        for _ in range(20):
            it.away("asking", "slow")
            it.back("asking")
            clock[0] += 1
    assert [line["event"] for line in logs] == ["redis_away", "redis_back"] * 2


def test_an_outage_soon_after_another_is_said_all_the_same_if_it_goes_on(clock: list[float]) -> None:
    it = Outage()
    it.away("asking", "refused")
    it.back("asking")
    with capture_logs() as logs:
        for _ in range(15):
            clock[0] += 1
            it.away("asking", "refused")
        it.back("asking")
    assert [(line["event"], line["seconds"]) for line in logs] == [("redis_away", 9), ("redis_back", 14)]
