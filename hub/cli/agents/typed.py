"""What an agent types: an answer, or a command with a slash."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import click

from hub.cli.agents.api import Api
from hub.cli.agents.view import View

HELP = """\
  Hello …        answers the conversation in the prompt
  #2 Hello …     answers number 2, and stays with it; numbers are this terminal's
  /accept 2      takes a conversation that waits          /list       what is open
  /resolve [2]   closes it, /reopen [2] opens it again    /show [2]   shows it again
  /away          no new conversations                     /available  on again
  /help          this                                     /quit       ends (Ctrl-D)"""

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_NUMBERED = re.compile(r"#(\d{1,4})(?:\s+(.*))?\Z", re.DOTALL)
"""Only with ``#``: an answer may well begin with a number, and must not go to somebody else."""


class Quit(Exception):
    """She has had enough."""


@dataclass(slots=True)
class Hands:
    """Does what is typed. ``say`` prints a line; ``refresh`` fetches a conversation anew."""

    api: Api
    view: View
    say: Callable[[str], None]
    refresh: Callable[[str], Awaitable[None]]

    async def do(self, line: str) -> None:
        """One line. What cannot be done is said, and changes nothing. Raises ``Quit``."""
        line = line.strip()
        try:
            if line.startswith("/"):
                await self._command(line[1:])
            elif line:
                await self._answer(line)
        except click.ClickException as error:
            self.say(click.style(f"     {error.format_message()}", fg="red"))

    async def _answer(self, line: str) -> None:
        id_, text = self.view.current, line
        if found := _NUMBERED.match(line.translate(_DIGITS)):
            id_, text = self._meant(found[1]), line[1 + len(found[1]) :].strip()
        if id_ is None:
            raise click.ClickException("To whom? No conversation is yours now. /list shows what is open.")
        if not text:
            self.view.current = id_
            return
        await self.api.post(f"/conversations/{id_}/messages", {"text": text})
        self.view.current = id_
        await self.refresh(id_)

    async def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if (command := _COMMANDS.get(name.lower())) is None:
            raise click.ClickException(f"There is no /{name}. There are: /{', /'.join(_COMMANDS)}.")
        await command(self, rest.strip())

    def _meant(self, rest: str) -> str:
        """The conversation a command is about. Raises ``ClickException``."""
        if not rest and self.view.current is not None:
            return self.view.current
        number = rest.lstrip("#").translate(_DIGITS)
        found = self.view.numbered(int(number)) if number.isdecimal() else None
        if found is None:
            raise click.ClickException(f"There is no conversation {rest or 'here'}: /list shows their numbers.")
        return found

    async def accept(self, rest: str) -> None:
        """Take one that waits: the one named, else the only one."""
        waiting = [
            id_ for id_, one in self.view.known.items() if one.state["waiting_since"] and not self.view.mine(id_)
        ]
        id_ = waiting[0] if not rest and len(waiting) == 1 else self._meant(rest)
        await self.api.post(f"/conversations/{id_}/accept", {})
        self.view.current = id_
        await self.refresh(id_)

    async def resolve(self, rest: str) -> None:
        """Close one."""
        id_ = self._meant(rest)
        await self.api.post(f"/conversations/{id_}/resolve", {})
        await self.refresh(id_)

    async def reopen(self, rest: str) -> None:
        """Open a closed or snoozed one again."""
        id_ = self._meant(rest)
        await self.api.post(f"/conversations/{id_}/reopen", {})
        await self.refresh(id_)

    async def declare(self, presence: str) -> None:
        """Say of oneself."""
        self.view.agent = await self.api.post(f"/agents/{self.view.agent['id']}/presence", {"presence": presence})
        self.say(f"     You are {presence} now.")

    async def away(self, _: str) -> None:
        """No new conversations."""
        await self.declare("away")

    async def available(self, _: str) -> None:
        """On again."""
        await self.declare("available")

    async def listed(self, _: str) -> None:
        """What is open."""
        for line in self.view.listed():
            self.say(line)

    async def show(self, rest: str) -> None:
        """One whole conversation again."""
        id_ = self._meant(rest)
        self.view.known[id_].told.clear()
        await self.refresh(id_)

    async def help(self, _: str) -> None:
        """What can be typed."""
        self.say(HELP)

    async def quit(self, _: str) -> None:
        """End."""
        raise Quit


_COMMANDS: Mapping[str, Callable[[Hands, str], Awaitable[None]]] = {
    "accept": Hands.accept,
    "resolve": Hands.resolve,
    "reopen": Hands.reopen,
    "away": Hands.away,
    "available": Hands.available,
    "list": Hands.listed,
    "show": Hands.show,
    "help": Hands.help,
    "quit": Hands.quit,
}
