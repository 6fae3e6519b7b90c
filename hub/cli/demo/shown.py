"""What the demo prints: where to look, how to sign in, what to try."""

import shlex
import shutil
import sys
from pathlib import Path

from hub.cli.demo.notes import Notes
from hub.cli.demo.people import AGENTS, CUSTOMERS, LEADS
from hub.cli.tables import isolated, width
from hub.sandbox.model import ORGANISATION_NUMBERS
from hub.settings import Settings

_DEFAULT = Path("./var")


def welcome(settings: Settings, phone_url: str, now: Notes) -> str:
    """The whole print."""
    watch = f"{program()} agents watch"
    more = "" if settings.data_dir == _DEFAULT else f" --data-dir {shlex.quote(str(settings.data_dir))}"
    first, second = CUSTOMERS[0], ORGANISATION_NUMBERS[1]
    return f"""\

Peyvand's demo is running. Ctrl-C stops it; its data stays in {settings.data_dir}.

 1  Be an agent: open the desk and sign in as Mina, or watch in another terminal:
      {now.url}/desk/
      {watch} Mina{more}
 2  Be a customer: open the phones and write to {second} as {first.phone} ({isolated(first.name)}, Mina's customer):
      {phone_url}/
 3  Answer. The answer shows on the phone, and its receipt beside it.

 Nobody is connected yet. A conversation goes to an agent who is there; until one is, it waits in line.

At the desk ({now.url}/desk/)
{_passwords(now)}

Agents
{_agents(watch, more)}

Customers you can text as
{_customers()}
 Any other number works, too: it becomes a new customer.

API      {now.url}/api/v1/conversations      with  Authorization: Bearer <token>
Health   {now.url}/healthz  /readyz  /metrics

Tokens for the API (new at each start; older ones have ended)
{_sign_ins(now)}
"""


def program() -> str:
    """How this program can be called from the same place: ``hub``, or the path to it."""
    called = Path(sys.argv[0])
    if called.name != "hub":
        return f"{shlex.quote(sys.executable)} -m hub"
    if (found := shutil.which("hub")) and Path(found).resolve() == called.resolve():
        return "hub"
    here = Path.cwd()
    path = called.absolute()
    return shlex.quote(str(path.relative_to(here) if path.is_relative_to(here) else path))


def _agents(watch: str, more: str) -> str:
    return "\n".join(f"  {one.name:<5} {', '.join(one.teams):<15} {watch} {one.name}{more}" for one in AGENTS)


def _customers() -> str:
    widest = max(width(one.name) for one in CUSTOMERS)
    return "\n".join(
        f"  {one.phone:<14}  {isolated(one.name)}{' ' * (widest - width(one.name))}  "
        f"{f'owner {one.owner}' if one.owner else 'no owner: the team Support gets it'}"
        for one in CUSTOMERS
    )


def _passwords(now: Notes) -> str:
    roles = {one.name: one.role.value for one in LEADS}
    return "\n".join(f"  {name:<7} {roles.get(name, 'agent'):<11} {word}" for name, word in now.passwords.items())


def _sign_ins(now: Notes) -> str:
    return "\n".join(f"  {name:<11} {token}" for name, token in now.sign_ins.items())
