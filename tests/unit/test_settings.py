"""Settings: file, environment, flags; every problem at once, each saying what to do; secrets never shown."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SettingsInvalid
from hub.settings import CONFIG, Settings, load

DATABASE = "postgresql://hub:canary-secret@127.0.0.1/hub"


def problems(environment: dict[str, str], **more: Any) -> tuple[str, ...]:
    with pytest.raises(SettingsInvalid) as error:
        load(environment, **more)
    return error.value.problems


def test_as_shipped_everything_is_embedded() -> None:
    settings = load({})
    assert (settings.embedded, settings.host, settings.port) == (True, "127.0.0.1", 8080)
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.routing["version"] == 1


def test_flags_beat_the_environment_beats_the_file(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('port = 1\nhost = "::1"\nlog_format = "json"\n')
    (tmp_path / "routing.toml").write_text("")
    settings = load({"HUB_PORT": "2", "HUB_HOST": "0.0.0.0"}, {"port": 3, "host": None}, config=tmp_path)  # noqa: S104 - a value
    assert (settings.port, settings.host, settings.log_format) == (3, "0.0.0.0", "json")  # noqa: S104 - a value


def test_an_empty_variable_is_not_set() -> None:
    assert load({"HUB_PORT": "", "HUB_DATABASE_URL": ""}) == load({})


def test_others_variables_and_the_test_commands_own_are_passed_over() -> None:
    assert load({"PATH": "/bin", "HUB_TEST_AMQP_URL": "x", "HUBBLE": "1"}) == load({})


def test_every_problem_is_told_at_once_with_how_to_mend_it() -> None:
    told = problems(
        {
            "HUB_PORT": "eighty",
            "HUB_PROCESSES": "0",
            "HUB_DATABASE_URL": "mysql://localhost",
            "HUB_AMQP_URL": "http://localhost",
            "HUB_REDIS_URL": "localhost:6379",
            "HUB_PUBLIC_URL": "hub.example",
            "HUB_SPOOL": "perhaps",
            "HUB_TWILIO_NUMBERS": "+14155550100, nonsense",
            "HUB_LOG_FORMAT": "xml",
            "HUB_COLOUR": "blue",
            "HUB_TWILIO_ACCOUNT_SID": "AC1",
        }
    )
    assert sorted(problem.split(":")[0] for problem in told) == [
        "HUB_AMQP_URL",
        "HUB_COLOUR",
        "HUB_DATABASE_URL",
        "HUB_LOG_FORMAT",
        "HUB_PORT",
        "HUB_PROCESSES",
        "HUB_PUBLIC_URL",
        "HUB_REDIS_URL",
        "HUB_SPOOL",
        "HUB_TWILIO_AUTH_TOKEN",
        "HUB_TWILIO_NUMBERS",
    ]
    assert "HUB_PORT: must be a whole number from 0 to 65535, not 'eighty'" in told
    assert "HUB_DATABASE_URL: must begin with postgresql:// or postgres://" in told
    assert "HUB_COLOUR: there is no such setting; see config/hub.toml" in told


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"HUB_PROCESSES": "2"}, "HUB_PROCESSES: more than one process needs HUB_DATABASE_URL"),
        (
            {"HUB_PROCESSES": "2", "HUB_DATABASE_URL": DATABASE, "HUB_AMQP_URL": "amqp://localhost"},
            "HUB_PROCESSES: more than one process needs HUB_DATABASE_URL, HUB_AMQP_URL and HUB_REDIS_URL",
        ),
        ({"HUB_ADAPTERS": "sms=x.y"}, "HUB_ADAPTERS: must be name=package.module:factory"),
        ({"HUB_TRACE_SHARE": "1.5"}, "HUB_TRACE_SHARE: must be a number from 0 to 1 like 0.1, not '1.5'"),
        ({"HUB_TRACE_SHARE": "-0"}, "HUB_TRACE_SHARE: must be a number from 0 to 1"),
        ({"HUB_OTLP_ENDPOINT": "collector:4318"}, "HUB_OTLP_ENDPOINT: must begin with http:// or https://"),
        ({"HUB_AMQP_URL": "amqp://localhost"}, "HUB_AMQP_URL: RabbitMQ needs HUB_DATABASE_URL"),
        (
            {"HUB_TWILIO_SEGMENT_PRICE": "1 cent"},
            "HUB_TWILIO_SEGMENT_PRICE: must be an amount and a currency like 0.0079",
        ),
        ({"HUB_TWILIO_ACCOUNT_SID": "AC1", "HUB_TWILIO_AUTH_TOKEN": "x"}, "HUB_TWILIO_NUMBERS: which numbers"),
        ({"HUB_SECRET_KEY": "canary"}, "HUB_SECRET_KEY: needs at least 16 characters; `openssl rand"),
    ],
)
def test_what_does_not_go_together(environment: dict[str, str], told: str) -> None:
    assert any(problem.startswith(told) for problem in problems(environment))


def test_a_problem_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text('port = 70000\nhost = "::1"\nspool = "perhaps"\nprocesses = 0\n')
    (tmp_path / "routing.toml").write_text("")
    told = problems({"HUB_SPOOL": "maybe", "HUB_AMQP_URL": "x"}, flags={"amqp_url": "http://mq"}, config=tmp_path)
    assert sorted(problem.split(": ")[0] for problem in told) == [
        "--amqp-url", "HUB_PORT (port in config/hub.toml)", "HUB_PROCESSES (processes in config/hub.toml)", "HUB_SPOOL",
    ]  # fmt: skip
    (together,) = problems({}, flags={"processes": "3"})
    assert together.startswith("--processes: more than one process needs HUB_DATABASE_URL")


def test_the_file_lists_every_setting_with_its_default(tmp_path: Path) -> None:
    shipped = tomllib.loads((CONFIG / "hub.toml").read_text(encoding="utf-8"))
    assert shipped.keys() == {one.name for one in fields(Settings)} - {"routing", "routing_file"}
    assert replace(load({}), routing={}) == Settings()


def test_numbers_come_from_any_keyboard() -> None:
    settings = load({"HUB_TWILIO_NUMBERS": "+1 (415) 555-0100, ‎+۹۸۹۱۲۱۲۳۴۵۶۷,".replace("‎", "")})
    assert settings.twilio_numbers == ("+14155550100", "+989121234567")


def test_a_broken_or_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("port = = 1")
    told = problems({}, config=tmp_path)
    assert [Path(problem.split(":")[0]).name for problem in told] == ["hub.toml", "routing.toml"]


def test_a_folder_of_ones_own_comes_before_the_shipped_files(tmp_path: Path) -> None:
    (tmp_path / "routing.toml").write_text("version = 7")
    settings = load({"HUB_CONFIG_DIR": str(tmp_path)})
    assert (settings.routing, settings.port) == ({"version": 7}, 8080), "what is not there is the shipped one"
    (tmp_path / "hub.toml").write_text("port = 70000")
    (wrong,) = problems({"HUB_CONFIG_DIR": str(tmp_path)})
    assert wrong.startswith(f"HUB_PORT (port in {tmp_path}/hub.toml): ")
    empty = tmp_path / "empty"
    assert list(problems({"HUB_CONFIG_DIR": str(empty)})) == [f"HUB_CONFIG_DIR: there is no folder {empty}"]
    empty.mkdir()
    told = problems({"HUB_CONFIG_DIR": str(empty)})
    assert list(told) == [f"HUB_CONFIG_DIR: there is no hub.toml and no routing.toml in {empty}"]


def test_secrets_are_not_in_its_repr() -> None:
    settings = load(
        {
            "HUB_DATABASE_URL": DATABASE,
            "HUB_AMQP_URL": "amqp://hub:canary-secret@127.0.0.1/",
            "HUB_REDIS_URL": "redis://:canary-secret@127.0.0.1/",
            "HUB_SECRET_KEY": "canary-secret-canary-secret",
            "HUB_TWILIO_ACCOUNT_SID": "AC1",
            "HUB_TWILIO_AUTH_TOKEN": "canary-secret",
            "HUB_TWILIO_AUTH_TOKEN_PREVIOUS": "canary-secret",
            "HUB_TWILIO_NUMBERS": "+14155550100",
        }
    )
    assert settings.database_url == DATABASE
    assert "canary" not in repr(settings)


def test_what_is_wrong_in_itself_is_told_once() -> None:
    twilio = {"HUB_TWILIO_ACCOUNT_SID": "AC1", "HUB_TWILIO_AUTH_TOKEN": "x", "HUB_TWILIO_NUMBERS": "123"}
    assert [problem.partition(":")[0] for problem in problems(twilio)] == ["HUB_TWILIO_NUMBERS"]


@pytest.mark.parametrize("name", ["HUB_DATABASE_URL", "HUB_AMQP_URL", "HUB_REDIS_URL", "HUB_SECRET_KEY"])
def test_secrets_are_not_in_a_problem_either(name: str) -> None:
    assert "canary" not in " ".join(problems({name: "wrong://hub:canary@host/", "HUB_PORT": "x"}))


def test_a_home_folder_that_there_is_not_is_a_problem_of_its_setting() -> None:
    with pytest.raises(SettingsInvalid, match="HUB_DATA_DIR: '~nobody-here/x' begins with a home folder"):
        load({"HUB_DATA_DIR": "~nobody-here/x"})


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("off", ()),
        ("https://a.example, https://.push.apple.com/", ("https://a.example", "https://.push.apple.com")),
        ("http://127.0.0.1:9000", ("http://127.0.0.1:9000",)),
    ],
)
def test_push_services_are_named_or_off(said: str, read: tuple[str, ...]) -> None:
    assert load({"HUB_PUSH_SERVICES": said}).push_services == read
    assert load({}).push_services == Settings().push_services, "the file says what the program would"


@pytest.mark.parametrize(
    "said", ["http://fcm.googleapis.com", "fcm.googleapis.com", "https://a.b/c", "off,https://a.b"]
)
def test_notices_go_out_by_https_alone(said: str) -> None:
    with pytest.raises(SettingsInvalid, match="HUB_PUSH_SERVICES"):
        load({"HUB_PUSH_SERVICES": said})


@given(st.dictionaries(st.sampled_from([f"HUB_{name.upper()}" for name in Settings.__slots__]), st.text(max_size=30)))
def test_any_environment_gives_settings_or_our_own_refusal(environment: dict[str, str]) -> None:
    try:
        load(environment)
    except SettingsInvalid:
        return


def test_the_shipped_files_are_there() -> None:
    assert (CONFIG / "hub.toml").is_file()
    assert (CONFIG / "routing.toml").is_file()
