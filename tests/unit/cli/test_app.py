"""What a person is told: help worth reading, wrong usage answered, errors as sentences, exit codes 0, 1 and 2."""

from pathlib import Path

import click
import pytest

from hub import logs
from hub.cli import app, doctor
from hub.cli.app import COMMANDS, hub, run
from hub.errors import EmbeddedFailed, InputInvalid, SettingsInvalid, StoreAway
from hub.model import Role


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += every_command(command, (*path, name))
    return found


@pytest.mark.parametrize("path", every_command(hub), ids=" ".join)
def test_every_command_has_help_worth_reading(path: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*path, "--help"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"Usage: hub {' '.join(path)}")
    assert len(said.split()) > 12
    assert all(len(line) <= 112 for line in said.splitlines())


def test_an_agent_gets_her_role_by_the_word_the_docs_use() -> None:
    command = hub.get_command(click.Context(hub), "agents")
    assert isinstance(command, click.Group)
    add = command.get_command(click.Context(command), "add")
    assert add is not None
    role = next(one for one in add.params if one.name == "role")
    assert [role.type.convert(str(one), role, None) for one in Role] == [*Role]


def test_the_table_says_the_same_as_the_commands() -> None:
    for name, entry in COMMANDS.items():
        command = hub.get_command(click.Context(hub), name)
        assert command is not None
        assert command.name == name
        assert entry.help.endswith(".")


def test_help_lists_commands_without_importing_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    for name in COMMANDS:
        assert f"  {name} " in said
    assert said.index("Try it") < said.index("Run it") < said.index("Look after it")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["frob"], "There is no command 'frob'. There are: demo"),
        (["token", "mint"], "There is no command 'mint'"),
        (["work", "nobody"], "There is no worker nobody. There are: record_interactions"),
        (["token", "create"], "--role"),
        (["token", "create", "--role", "agent"], "needs --agent NAME"),
        (["dead", "retry"], "Give the ids to retry, or --all."),
        (["files", "retry"], "Give the messages whose files to fetch again, or --all."),
        (["agents", "watch", "Nobody", "--data-dir", "/nonexistent"], "hub token create --role agent --agent Nobody"),
    ],
)
def test_wrong_usage_is_2_and_says_what_there_is(
    args: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_TOKEN", raising=False)
    assert run(args) == 2
    assert says in " ".join(capsys.readouterr().err.split())


def test_all_wrong_settings_are_told_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_AMQP_URL", "http://x")
    monkeypatch.setenv("HUB_FROB", "1")
    assert run(["up", "--port", "abc"]) == 2
    said = capsys.readouterr().err
    assert "3 settings are wrong" in said
    assert all(name in said for name in ("HUB_AMQP_URL", "HUB_FROB", "--port"))


def test_flags_win_over_the_environment(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_PORT", "abc")
    monkeypatch.setenv("HUB_DATA_DIR", "/dev/null/x")
    assert run(["up", "--port", "70000"]) == 2
    assert "70000" in capsys.readouterr().err


def test_the_watchers_token_is_no_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HUB_TOKEN", "pv_x")
    monkeypatch.setenv("HUB_PORT", "abc")
    run(["up"])
    assert "a setting is wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (SettingsInvalid(["HUB_PORT: must be a number"]), 2, "hub: a setting is wrong:\n  HUB_PORT: must be a number"),
        (EmbeddedFailed("it cannot run; do this"), 1, "hub: it cannot run; do this"),
        (StoreAway("PostgreSQL does not answer: refused"), 1, "mend HUB_DATABASE_URL"),
        (InputInvalid("this is none", mend="give another"), 1, "hub: this is none; give another"),
        (click.ClickException("port 1 is taken"), 1, "hub: port 1 is taken"),
        (KeyError("x"), 1, "should not (KeyError)."),
        (KeyboardInterrupt(), 1, "stopped"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_an_error_is_a_sentence_and_never_a_traceback(
    error: BaseException, code: int, says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> int:
        raise error

    monkeypatch.setattr(app.hub, "main", fails)
    assert run(["up"]) == code
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said


def test_what_a_foreign_error_says_is_for_debug_alone_and_never_a_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_secrets", {})
    logs.never_show(["canary-secret-0123456789"])

    def fails(**_: object) -> int:
        message = "the server refused 'canary: my order never came' with canary-secret-0123456789"
        raise ValueError(message)

    monkeypatch.setattr(app.hub, "main", fails)
    assert run(["up"]) == 1
    said = capsys.readouterr()
    assert "canary" not in said.out + said.err
    assert "command_failed" in said.err
    assert "test_app.py" in said.err, "where it arose"

    assert run(["--debug", "up"]) == 1
    said = capsys.readouterr()
    assert "canary: my order" in said.err
    assert "canary-secret" not in said.out + said.err


def test_a_doctor_who_fails_leaves_the_line_she_names(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def fails(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(doctor, "_connected", fails)
    assert run(["doctor", "--data-dir", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "The log line `command_failed` says where." in said
    assert "test_app.py" in said, "where it arose"


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> int:
        raise KeyError("x")

    monkeypatch.setattr(app.hub, "main", fails)
    assert run(["--debug", "up"]) == 1
    assert "Traceback" in capsys.readouterr().err
