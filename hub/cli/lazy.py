"""A group whose commands are imported when they are called, so that ``hub --help`` answers at once.

What a command is called, what it is for and where it lives stands in one table per group; nothing registers itself.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a group's table: ``place`` is ``package.module:attribute``, ``help`` the line shown in lists."""

    place: str
    help: str
    section: str = "Commands"


class NamingGroup(click.Group):
    """A click group that answers a wrong name with the names there are."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, but for a wrong name."""
        names = self.list_commands(ctx)
        if args and args[0] not in names and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. There are: {', '.join(names)}.")
        return super().resolve_command(ctx, args)


class LazyGroup(NamingGroup):
    """A click group over a table of entries, listed in the table's order under their sections."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order in which people meet them."""
        return list(self._entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Import the command."""
        if (entry := self._entries.get(cmd_name)) is None:
            return None
        module, _, attribute = entry.place.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """List names and lines under their sections, without importing anything."""
        for section in dict.fromkeys(entry.section for entry in self._entries.values()):
            with formatter.section(section):
                formatter.write_dl(self._rows(section))

    def _rows(self, section: str) -> Sequence[tuple[str, str]]:
        return [(name, entry.help) for name, entry in self._entries.items() if entry.section == section]
