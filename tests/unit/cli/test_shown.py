"""Small things that are shown: addresses without passwords, text made harmless, the doctor's lines."""

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.checks.findings import bad, fact, good, worth
from hub.checks.places import place
from hub.cli.doctor.machine import settings_in_force
from hub.cli.doctor.report import Report
from hub.cli.options import load
from hub.cli.places import described, reached
from hub.cli.tables import isolated, plain, shown_table, width
from hub.settings import Settings


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db.example/hub", "db.example:5432/hub"),
        ("amqp://me:secret@mq:5673/", "mq:5673"),
        ("postgresql://hub@/hub?host=/run/x&password=secret", "the local socket/hub"),
        ("redis://:secret@r/0", "r:6379/0"),
    ],
)
def test_an_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    assert place(url) == shown
    assert "secret" not in described(Settings(database_url=url, amqp_url=url, redis_url=url))


def test_where_a_server_is_reached_from_here() -> None:
    assert reached("0.0.0.0", 80) == "http://127.0.0.1:80"  # noqa: S104 - read, not listened at
    assert reached("::", 80) == "http://[::1]:80"
    assert reached("fe80::1", 80) == "http://[fe80::1]:80"
    assert reached("hub.example", 80) == "http://hub.example:80"


@given(st.text())
def test_nothing_that_steers_a_terminal_passes(text: str) -> None:
    for char in plain(text):
        assert char == "\u200c" or char.isprintable() or char == " " or not char.isascii()
    assert "\x1b" not in isolated(text)


def test_persian_keeps_its_joiner_and_gets_its_own_direction() -> None:
    assert isolated("می\u200cکنم\u202e") == "\u2068می\u200cکنم\u2069"
    assert isolated("Hello") == "Hello"
    assert width("خوبی") == 4
    assert width("\u2068خوبی\u2069") == 4


def test_columns_stand_under_their_heads(capsys: pytest.CaptureFixture[str]) -> None:
    shown_table(("NAME", "N"), [("مریم", 1), ("Grace Miller", None)], none="none")
    shown_table(("NAME",), [], none="Nobody yet.")
    said = capsys.readouterr().out.splitlines()
    assert said[0].index("N", 1) == said[0].rindex("N") == 14
    assert said[-1] == "Nobody yet."


def test_only_what_is_wrong_fails_the_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.section("One", [good("fine"), fact("so"), worth("hm", "look")])
    assert report.end() == 0
    report.section("Two", [bad("broken", "mend it so")])
    assert report.end() == 1
    said = click.unstyle(capsys.readouterr().out)
    assert "✗ broken\n      → mend it so" in said
    assert said.rstrip().endswith("Something is wrong: 1 good, 1 worth a look, 1 wrong.")


def test_settings_are_shown_with_their_source_and_never_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    secret, url = "0123456789abcdef-canary", "postgresql://me:canary@db/hub"
    monkeypatch.setenv("HUB_SECRET_KEY", secret)
    monkeypatch.setenv("HUB_DATABASE_URL", url)
    lines = [one.text for one in settings_in_force(load({"port": "9000"}))]
    assert not any("canary" in line for line in lines)
    found = {line.split()[0]: line for line in lines}
    assert found["secret_key"].split()[1:] == ["set,", "23", "characters", "HUB_SECRET_KEY"]
    assert found["database_url"].endswith("db:5432/hub, with a password" + " " * 14 + "HUB_DATABASE_URL")
    assert found["port"].split() == ["port", "9000", "flag"]
