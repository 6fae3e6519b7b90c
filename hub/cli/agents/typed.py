"""What an agent types: an answer, or a command with a slash."""

import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from hub.cli.agents.api import Api, NotServed
from hub.cli.agents.view import View

HELP = """\
  Hello …        answers the conversation in the prompt
  #2 Hello …     answers number 2, and stays with it
  /accept 2      takes a conversation that waits          /list       what is open
  /decline [2]   passes on what is offered to you, or is yours and waits
  /resolve [2]   closes it, /reopen [2] opens it again    /show [2]   shows it again
  /again         sends what could not be sent, /forget leaves it unsent
  /away          no new conversations                     /available  on again
  /help          this                                     /quit       ends (Ctrl-D)
  Numbers are this terminal's own: another one counts otherwise."""

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_NUMBERED = re.compile(r"#(\d{1,4})(?:\s+(.*))?\Z", re.DOTALL)
"""Only with ``#``: an answer may well begin with a number, and must not go to somebody else."""


class Quit(Exception):
    """She has had enough."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """An answer that was refused or met no hub, or ``perhaps`` did: then it has the same key again, for never twice."""

    id: str
    text: str
    key: str
    perhaps: bool = False


def _unsent(one: Unsent, error: NotServed) -> str:
    kept = f"{error.format_message()} It is kept: /again sends it when the hub is back"
    return f"PERHAPS NOT SENT: {kept}, and not twice." if one.perhaps else f"NOT SENT: {kept}."


_BRIEF = 40
"""Characters by which an answer is known again."""


def _refused(one: Unsent, number: int, error: click.ClickException) -> str:
    text = one.text if len(one.text) <= _BRIEF else f"{one.text[:_BRIEF]}…"
    return f"#{number} NOT SENT: {error.format_message()}. It is kept, for /again or /forget: \u2068{text}\u2069"


@dataclass(slots=True)
class Hands:
    """Does what is typed. ``say`` prints a line; ``refresh`` fetches a conversation anew; ``unsent`` is kept."""

    api: Api
    view: View
    unsent: list[Unsent]
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
        await self._send(Unsent(id_, text, str(uuid.uuid4())))

    async def _send(self, one: Unsent) -> None:
        try:
            await self.api.post(f"/conversations/{one.id}/messages", {"text": one.text}, key=one.key)
        except NotServed as error:
            kept = replace(one, perhaps=one.perhaps or error.perhaps)
            self.unsent.append(kept)
            raise click.ClickException(_unsent(kept, error)) from error
        except click.ClickException as error:
            self.unsent.append(replace(one, key=str(uuid.uuid4()), perhaps=False))
            raise click.ClickException(_refused(one, self.view.known[one.id].number, error)) from error
        self.view.current = one.id
        await self._look(one.id)

    async def again(self, _: str) -> None:
        """Send what could not be sent, in its order; what is refused again stays kept."""
        if not self.unsent:
            raise click.ClickException("Nothing is kept to be sent.")
        kept, self.unsent[:] = self.unsent[:], []
        for place, one in enumerate(kept):
            try:
                await self._send(one)
            except click.ClickException as error:
                if isinstance(error.__cause__, NotServed):
                    self.unsent += kept[place + 1 :]
                    raise
                self.say(click.style(f"     {error.format_message()}", fg="red"))

    async def forget(self, _: str) -> None:
        """Leave unsent what was kept."""
        self.say(f"     {len(self.unsent)} left unsent." if self.unsent else "     Nothing was kept.")
        self.unsent.clear()

    async def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        if (command := _COMMANDS.get(name.lower())) is None:
            raise click.ClickException(f"There is no /{name}. There are: /{', /'.join(_COMMANDS)}.")
        await command(self, rest.strip())

    async def _ask(self, path: str, **body: str) -> Any:
        """Have it done. Raises ``ClickException`` that says whether it was, as far as one knows."""
        try:
            return await self.api.post(path, body)
        except NotServed as error:
            told = "Perhaps not done" if error.perhaps else "Not done"
            raise click.ClickException(f"{told}: {error.format_message()}") from error

    async def _look(self, id_: str) -> None:
        """Show what has come of it. The hub has it, whether or not it can be fetched now."""
        try:
            await self.refresh(id_)
        except NotServed:
            self.say("     The hub has it, and does not answer now; what came of it shows when it is back.")

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
        id_ = self._meant(rest) if rest else self._only_one_waiting(self.view.offered() or self.view.waiting())
        yours = self.view.mine(id_)
        self._told(await self._ask(f"/conversations/{id_}/accept"))
        self.view.current = id_
        await self._look(id_)
        if yours:
            self.say(f"     It is yours already. {self.view.whereabouts()}")

    async def decline(self, rest: str) -> None:
        """Pass one on: the one named, else the only one that is offered."""
        id_ = self._only_one_waiting(self.view.offered()) if not rest and self.view.offered() else self._meant(rest)
        self._told(await self._ask(f"/conversations/{id_}/decline"))
        await self._look(id_)

    def _only_one_waiting(self, waiting: Sequence[str]) -> str:
        if len(waiting) == 1:
            return waiting[0]
        if not waiting:
            raise click.ClickException("Nothing waits to be taken. /list shows what is open.")
        numbers = ", ".join(f"#{self.view.known[id_].number}" for id_ in waiting)
        raise click.ClickException(f"Which one? {numbers} wait: give its number.")

    def _told(self, answer: Any) -> None:
        """Of what was not decided in time; else what changed shows by itself."""
        if answer.get("state") == "pending":
            self.say("     The hub has taken it in and not done it yet; it shows here when it is done.")

    async def resolve(self, rest: str) -> None:
        """Close one."""
        id_ = self._meant(rest)
        other = id_ != self.view.current
        self._told(await self._ask(f"/conversations/{id_}/resolve"))
        await self._look(id_)
        if other:
            self.say(f"     {self.view.whereabouts()}")

    async def reopen(self, rest: str) -> None:
        """Open a closed or snoozed one again."""
        id_ = self._meant(rest)
        self._told(await self._ask(f"/conversations/{id_}/reopen"))
        await self._look(id_)

    async def declare(self, presence: str) -> None:
        """Say of oneself."""
        self.view.agent = await self._ask(f"/agents/{self.view.agent['id']}/presence", presence=presence)
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
    "decline": Hands.decline,
    "resolve": Hands.resolve,
    "reopen": Hands.reopen,
    "again": Hands.again,
    "forget": Hands.forget,
    "away": Hands.away,
    "available": Hands.available,
    "list": Hands.listed,
    "show": Hands.show,
    "help": Hands.help,
    "quit": Hands.quit,
}
