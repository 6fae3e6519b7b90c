"""Addresses and failures in words."""

import pytest

from hub.checks.findings import good
from hub.checks.places import plainly
from hub.cli.doctor.report import Report
from hub.errors import BrokerAway, LiveAway, StoreAway

REDIS = "Redis does not answer: "


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (StoreAway("it does not answer: [Errno 111] Connection refused"), "it does not answer: Connection refused"),
        (BrokerAway("AMQPConnectionError: [Errno 111] Connection refused"), "Connection refused"),
        (LiveAway(f"{REDIS}ConnectionError: Error 111 connecting to a:1. Connection refused."), "Connection refused"),
        (LiveAway(f"{REDIS}ConnectionError: Error -2 connecting to a:1. Name not known."), "Name not known"),
        (LiveAway(f"{REDIS}no answer within 200 ms"), "no answer within 200 ms"),
    ],
)
def test_why_a_service_does_not_answer_is_said_without_a_librarys_noise(error: Exception, says: str) -> None:
    assert plainly(error).removeprefix(REDIS) == says


def test_a_section_with_nothing_to_say_has_no_heading(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.section("Broker", [])
    report.section("Redis", [good("it answers")])
    assert capsys.readouterr().out == "\nRedis\n  ✓ it answers\n"
