"""``hub accounts`` as an operator types it; what it does to a running hub is in web/test_sms_http.py."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from hub.cli.app import run
from hub.testing.adapter_suite.provider import nobody_listening

EXAMPLES = Path(__file__).parents[2] / "config" / "providers"
SECRETS = {"KAVENEGAR_API_KEY": "made0up0api0key", "KAVENEGAR_WEBHOOK_SECRET": "made-up-webhook-secret"}
ACCOUNT = "sms_http/kavenegar"
Hub = Callable[..., tuple[int, str]]


@pytest.fixture
def hub(
    embedded_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Hub]:
    """A command: its exit code, and what it said."""
    monkeypatch.setenv("HUB_DATABASE_URL", embedded_database)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HUB_SECRET_KEY", "a key of sixteen characters or more")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    def command(*args: str) -> tuple[int, str]:
        code = run(list(args))
        said = "".join(capsys.readouterr())
        assert not any(secret in said for secret in SECRETS.values())
        return code, said

    assert command("migrate")[0] == 0
    yield command
    structlog.reset_defaults()


def add(name: str = "kavenegar", file: object = EXAMPLES / "kavenegar.toml") -> tuple[str, ...]:
    return ("accounts", "add", "sms_http", name, "--settings", str(file))


def test_an_account_is_made_changed_listed_and_switched(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "There is no account yet" in hub("accounts", "list")[1]
    assert hub(*add())[0] == 0
    assert hub(*add()) == (1, f"hub: there is an account {ACCOUNT} already: --replace changes it.\n")
    code, said = hub(*add("other"))
    assert (code, f"numbers: tel:+9810004346 belongs to {ACCOUNT}\n" in said) == (2, True), said
    for name in SECRETS:
        monkeypatch.delenv(name)
    assert hub(*add(), "--replace")[0] == 0, "secrets not given stay"
    assert re.search(rf"{ACCOUNT} +sms +tel:\+9810004346 +none +on", hub("accounts", "list")[1])
    assert hub("accounts", "off", ACCOUNT)[0] == 0
    assert re.search(rf"{ACCOUNT} .* off", hub("accounts", "list")[1])
    assert hub("accounts", "on", ACCOUNT)[0] == 0
    assert hub("accounts", "off", "sms_http/nobody")[1].endswith(f"There are: {ACCOUNT}.\n")


def test_the_file_may_come_by_standard_input(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with (EXAMPLES / "kavenegar.toml").open(encoding="utf-8") as piped:
        monkeypatch.setattr("sys.stdin", piped)
        code, said = hub(*add(file="-"))
    assert (code, f"Made {ACCOUNT} for tel:+9810004346" in said) == (0, True), said


def test_a_provider_that_is_away_is_said(hub: Hub, tmp_path: Path) -> None:
    with nobody_listening() as url:
        file = tmp_path / "away.toml"
        file.write_text((EXAMPLES / "kavenegar.toml").read_text().replace("https://api.kavenegar.com", url))
        assert hub(*add(file=file))[0] == 0
        assert hub("accounts", "check", ACCOUNT) == (1, f"hub: {ACCOUNT}: The provider could not be reached.\n")


def test_all_that_is_wrong_is_said_at_once_and_where(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KAVENEGAR_API_KEY")
    file = tmp_path / "wrong.toml"
    text = (EXAMPLES / "kavenegar.toml").read_text().replace("https://api", "api").replace("10004346", "5 apples")
    file.write_text("when = 2026-01-01\n" + text)
    code, said = hub(*add(file=file), "--team", "Nobody")
    assert code == 2
    for problem in ("when must be", "KAVENEGAR_API_KEY: set it", " url must begin", "numbers: '5 apples'", "no team"):
        assert said.count(problem) == 1, said
    assert f"stand in {file};" in said
    assert "Settings come from" not in said, "those are the hub's own"
    assert "secret.api_key" not in said, "it is missing once"


def test_another_key_than_the_running_hubs_is_refused(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert hub(*add())[0] == 0
    monkeypatch.delenv("HUB_SECRET_KEY")
    code, said = hub(*add(), "--replace")
    assert (code, "HUB_SECRET_KEY" in said) == (2, True)


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (("sms_http", "A b"), 2, "NAME must be of a-z"),
        (("toy.sms:create", "a"), 2, "ADAPTER is a name such as sms_http"),
        (("sms_toy", "a"), 2, "there is no adapter 'sms_toy'"),
        (("sms_twilio", "default"), 1, "kept by the HUB_TWILIO_… settings"),
        (("sms_http", "a", "--team", "Nobody"), 2, "there is no team 'Nobody'. There are: none yet"),
    ],
)
def test_what_cannot_be_made_says_why(hub: Hub, given: tuple[str, ...], code: int, says: str) -> None:
    file = str(EXAMPLES / "kavenegar.toml")
    found, said = hub("accounts", "add", *given, "--settings", file)
    assert (found, says in said) == (code, True), said
    assert "There is no account yet" in hub("accounts", "list")[1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("url = ", "Invalid value"),
        ('secrets = "x"', "secrets is a table of names of environment variables"),
        ("[secrets]\nkey = 7", "secrets is a table of names of environment variables"),
        ("when = 2026-01-01", "when must be a text, a number, or a list of such"),
        ('[secrets]\nkey = "NO_SUCH_VARIABLE"', "NO_SUCH_VARIABLE: set it in the environment; it is the secret key"),
        ('url = "x"\nnumbers = ["5 apples"]', "url must begin with https://"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(hub: Hub, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "account.toml"
    file.write_text(text)
    code, said = hub(*add(file=file))
    assert (code, says in said) == (2, True), said
