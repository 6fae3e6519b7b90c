"""Canaries: whatever is logged, however, no secret and no message's text comes out."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hub import logs

SECRET = "canary-secret-0123456789"
TEXT = "canary text: my order never came"


@pytest.fixture(params=["json", "console"])
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    """Logging as a process sets it up, and as it was before afterwards."""
    root, known = logging.getLogger(), dict(logs._secrets)
    handlers, level = root.handlers[:], root.level
    logs.never_show([SECRET])
    yield str(request.param)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logs._secrets.clear()
    logs._secrets.update(known)


def out(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.out == "", "logs go to standard error"
    return said.err


def test_forbidden_keys_never_show(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form=form)
    log = structlog.get_logger("hub.test")
    for key in ("text", "body", "raw", "token", "secret", "password", "authorization", "auth_token", "payload"):
        log.info("something_happened", **{key: TEXT})
        log.info("something_happened", about={"deep": [{key: TEXT}]})
    said = out(capsys)
    assert said.count("something_happened") == 18
    assert "canary" not in said


def test_a_known_secret_never_shows_wherever_it_stands(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form=form)
    log = structlog.get_logger("hub.test")
    log.warning("asked", url=f"https://AC1:{SECRET}@api.example/", who=[SECRET], more={"deep": {"er": (SECRET,)}})
    log.warning("asked", error=ValueError(SECRET), size=3)
    logs.never_show(['canary"quoted\\'])
    log.warning("asked", url='canary"quoted\\')
    log.warning(f"a constant name was forgotten {SECRET}")  # noqa: G004 - what somebody may do
    said = out(capsys)
    assert "[redacted]" in said
    assert "canary" not in said


def test_neither_in_an_exception(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form=form)
    try:
        raise ValueError(f"refused with {SECRET}")  # noqa: TRY301 - here, to be caught here
    except ValueError:
        structlog.get_logger("hub.test").exception("it_broke", message="m1")
        logging.getLogger("somebody.else").exception("it broke")
    said = out(capsys)
    assert said.count("ValueError") >= 2
    assert "canary" not in said


def test_nor_through_other_peoples_loggers(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(form=form)
    logging.getLogger("aiohttp.client").warning("asked %s with %s", "https://api.example", SECRET)
    logging.getLogger("asyncpg").error("wrong password: " + SECRET)  # noqa: G003 - what others do
    said = out(capsys)
    assert "asked https://api.example" in said
    assert "canary" not in said


def test_production_logs_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str], form: str) -> None:
    logs.configure(form="json")
    structlog.get_logger("hub.test").info("message_handed_over", message="m1", outcome="accepted")
    logging.getLogger("other").warning("other people speak")
    first, second = [json.loads(line) for line in out(capsys).splitlines()]
    assert (first["event"], first["level"], first["message"], first["outcome"]) == (
        "message_handed_over",
        "info",
        "m1",
        "accepted",
    )
    assert first["timestamp"].endswith("Z")
    assert second["event"] == "other people speak"
    assert form


def test_short_values_are_no_secrets(form: str) -> None:
    logs.never_show(["", "abc", "1234567"])
    assert not {"", "abc", "1234567"} & logs._secrets.keys()
    assert form


def test_a_trail_ends_where_it_would_cost_too_much(form: str) -> None:
    logs.configure(form=form)
    trail = logs.Trail(most=3)
    assert [trail.goes_on() for _ in range(5)] == [True, True, True, False, False]
    assert not logs.Trail().goes_on(few=False)
    logs.configure(form=form, level=logging.DEBUG)
    assert trail.goes_on(few=False)
    logs.configure(form=form)


def test_of_others_errors_the_kind_and_the_place_are_said(form: str) -> None:
    try:
        raise ValueError(TEXT)  # noqa: TRY301 - here, to be caught here
    except ValueError as error:
        said = logs.shown(error), logs.trace(error)
    assert said[0] == "ValueError"
    assert said[1].startswith("test_logs.py:")
    assert "canary" not in str(said)
    assert form
