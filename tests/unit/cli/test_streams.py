"""What a long run prints stops nobody."""

import os
import sys
from pathlib import Path

import click
import pytest

from hub.cli.running import run, run_on
from hub.cli.streams import Unbreakable, unbreakable


def test_a_pipe_that_nobody_reads_takes_everything() -> None:
    nobody, ours = os.pipe()
    os.close(nobody)
    with os.fdopen(ours, "w") as stream:
        said = Unbreakable(stream)
        for _ in range(3):
            assert said.write("a line\n" * 10_000) == 70_000
            said.flush()


def test_a_disk_that_was_full_is_written_to_again(tmp_path: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as stream:  # noqa: PTH123 - a device
        said = Unbreakable(stream)
        said.write("lost")
        said.flush()
        with (tmp_path / "log").open("w") as room:
            os.dup2(room.fileno(), stream.fileno())
        said.write("seen\n")
        said.flush()
    assert (tmp_path / "log").read_text().endswith("seen\n")


async def _standing() -> tuple[bool, bool]:
    click.echo("to be read")
    click.echo("also", err=True)
    return isinstance(sys.stdout, Unbreakable), isinstance(sys.stderr, Unbreakable)


def test_they_are_there_for_a_long_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    assert run(_standing()) == (False, False)
    assert run_on(_standing()) == (True, True)
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("to be read\n" * 2, "also\n" * 2)


def test_what_goes_beneath_a_stream_finds_no_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click writes to the bytes beneath a stream whose encoding is ASCII."""
    nobody, ours = os.pipe()
    os.close(nobody)
    with os.fdopen(ours, "w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with unbreakable():
            click.echo("to nobody")


def test_no_stream_at_all_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with unbreakable():
        assert sys.stdout is None
