"""What a long run prints stops nobody."""

import os
import sys
from pathlib import Path

import click
import pytest

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


def test_it_is_there_for_a_long_run_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with unbreakable():
        click.echo("to be read")
        click.echo("also", err=True)
        assert not sys.stderr.isatty()
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("to be read\n", "also\n")
