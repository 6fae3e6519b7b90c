"""Secrets of an account: from the environment, else as stored, else typed unseen; never from the command's words."""

import sys

import click
import pytest

from hub.cli.accounts.file import find_secrets

WANTED = {"api_key": "TEST_API_KEY", "webhook_secret": "TEST_WEBHOOK_SECRET"}


def test_the_environment_goes_before_what_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_API_KEY", "new")
    kept = {"api_key": "old", "webhook_secret": "kept", "no_longer_named": "x"}
    assert find_secrets(WANTED, kept, []) == {"api_key": "new", "webhook_secret": "kept"}


def test_on_a_terminal_what_is_missing_is_asked_for_unseen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(click.termui, "hidden_prompt_func", lambda _: "typed")
    assert find_secrets(WANTED, {"api_key": "kept"}, []) == {"api_key": "kept", "webhook_secret": "typed"}
    said = "".join(capsys.readouterr())
    assert "typed" not in said


def test_without_a_terminal_all_that_are_missing_are_named() -> None:
    problems: list[str] = []
    found = find_secrets(WANTED, {}, problems)
    assert [problem.partition(":")[0] for problem in problems] == list(WANTED.values())
    assert all(len(secret) == 32 for secret in found.values()), "the rest is looked at with something made up"
