"""A terminal on which lines may arrive while somebody types; and plain input and output where there is none."""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.patch_stdout import patch_stdout


class Terminal(Protocol):
    """Where an agent reads and types."""

    def say(self, line: str) -> None:
        """Show a line, above what is being typed."""

    def lines(self, prompt: Callable[[], str]) -> AsyncIterator[str]:
        """What is typed, line by line, until the end of input. ``prompt`` is asked again whenever it is drawn."""

    def shared(self) -> AbstractContextManager[object]:
        """While this lasts, whatever is printed goes above what is being typed."""


class Screen:
    """A real terminal; prompt_toolkit draws the prompt again below what is printed."""

    def __init__(self) -> None:
        self._session: PromptSession[str] = PromptSession()

    def say(self, line: str) -> None:
        """Show a line."""
        click.echo(line)
        if self._session.app.is_running:
            self._session.app.invalidate()

    async def lines(self, prompt: Callable[[], str]) -> AsyncIterator[str]:
        """Until Ctrl-D or Ctrl-C."""
        while True:
            try:
                yield await self._session.prompt_async(lambda: ANSI(click.style(prompt(), bold=True)))
            except (EOFError, KeyboardInterrupt):
                return

    def shared(self) -> AbstractContextManager[object]:
        """Print above the prompt, colours as they are."""
        return patch_stdout(raw=True)


class Pipe:
    """No terminal: lines in, lines out, no prompt. Scripts and tests use it."""

    def say(self, line: str) -> None:
        """Show a line."""
        click.echo(line)

    async def lines(self, prompt: Callable[[], str]) -> AsyncIterator[str]:  # noqa: ARG002 - nobody would see it
        """Until the end of input."""
        mode = os.fstat(sys.stdin.fileno()).st_mode
        if stat.S_ISREG(mode) or (stat.S_ISCHR(mode) and not sys.stdin.isatty()):  # epoll refuses files and /dev/null
            for line in sys.stdin.buffer:
                yield line.decode(errors="replace").rstrip("\n")
            return
        reader = asyncio.StreamReader(limit=1024 * 1024)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        try:
            while line := await reader.readline():
                yield line.decode(errors="replace").rstrip("\n")
        finally:
            transport.close()

    def shared(self) -> AbstractContextManager[object]:
        """Nothing to share."""
        return nullcontext()


def terminal() -> Terminal:
    """What this process was started on."""
    return Screen() if sys.stdin.isatty() and sys.stdout.isatty() else Pipe()
