"""``hub demo``: everything at once, on this machine alone."""

import logging
from dataclasses import replace
from typing import Any

import click

from hub.cli import ports
from hub.cli.crew import Crew, crew_of
from hub.cli.database import free_folder
from hub.cli.demo import notes, shown
from hub.cli.demo.notes import Notes
from hub.cli.demo.people import CUSTOMERS
from hub.cli.demo.seeding import seed, seed_passwords
from hub.cli.options import load, with_settings
from hub.cli.places import reached
from hub.cli.running import run_on
from hub.cli.serving import listening, open_web
from hub.sandbox import Account, Sandbox, running_sandbox
from hub.sandbox.kept import keep
from hub.sandbox.model import ORGANISATION_NUMBERS, WHATSAPP_SENDERS, Phone
from hub.sandbox.shelf import Shelf
from hub.settings import Settings
from workers import WORKERS

_NUMBERS = ORGANISATION_NUMBERS + WHATSAPP_SENDERS
_EMBEDDED: dict[str, Any] = {"database_url": "", "amqp_url": "", "redis_url": "", "processes": "1", "spool": "on"}


@click.command()
@with_settings("data_dir")
@click.option("--host", metavar="ADDRESS", help="Address to listen at. [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="N", help="The hub's port. [8080, else the next free]")
@click.option(
    "--sandbox-port", type=click.IntRange(0, 65535), metavar="N", help="The phone's. [8081, else the next free]"
)
def demo(*, settings: Settings, host: str | None, port: int | None, sandbox_port: int | None) -> int:
    """Open the demo: hub, pretended SMS provider, sample agents and customers.

    Database, broker and Redis are embedded, nothing leaves this machine, and no account is needed anywhere. It prints
    where to look and how to sign in. Its data is in ./var and is there again at the next start; delete the folder to
    begin anew. HUB_DATABASE_URL and its like are not used here.
    """
    free_folder(replace(settings, database_url=""))
    known = notes.read(settings.data_dir) or notes.new()
    settings, phone_port = _settled(settings, known, host, port, sandbox_port)
    return run_on(_demo(settings, phone_port, known), level=logging.WARNING)


def _settled(
    base: Settings, known: Notes, host: str | None, port: int | None, sandbox_port: int | None
) -> tuple[Settings, int]:
    """The settings of a demo, and the phone's port. A port that was asked for is had, or it is an error."""
    host = host or base.host
    ours = ports.next_free(host, base.port) if port is None else ports.free(host, port)
    if sandbox_port is None:
        phone = ports.next_free(host, 8081, beside=ours)
    else:
        phone = ports.free(host, sandbox_port, flag="--sandbox-port")
    flags = _EMBEDDED | {
        "data_dir": str(base.data_dir),
        "host": host,
        "port": str(ours),
        "public_url": reached(host, ours),
        "twilio_account_sid": known.account_sid,
        "twilio_auth_token": known.auth_token,
        "twilio_auth_token_previous": "",
        "twilio_api_url": reached(host, phone),
        "twilio_numbers": ",".join(_NUMBERS),
    }
    return load(flags), phone


async def _demo(settings: Settings, phone_port: int, known: Notes) -> int:
    first = not known.sign_ins
    click.echo("Starting the demo; the first start takes a few seconds more." if first else "Starting the demo.")
    async with crew_of(settings, command="hub demo") as crew:
        sign_ins = await seed(crew.parts)
        passwords = await seed_passwords(crew.parts, known.passwords)
        now = replace(known, url=settings.base_url, sign_ins=sign_ins, passwords=passwords)
        now.write(settings.data_dir)
        webhook = f"{settings.base_url}/channels/sms/twilio"
        account = Account(now.account_sid, now.auth_token, _NUMBERS, webhook, friendly_name="Peyvand demo")
        phones = [Phone(one.phone, one.name) for one in CUSTOMERS]
        shelf = Shelf(settings.data_dir / "sandbox-media")
        provider = Sandbox([account], phones=phones, shelf=shelf, url=settings.twilio_api_url)
        keep(provider, settings.data_dir / "sandbox.jsonl")
        async with running_sandbox(provider, host=settings.host, port=phone_port) as phone:
            return await _open(crew, phone.url, now)


async def _open(crew: Crew, phone_url: str, now: Notes) -> int:
    open_web(crew)
    crew.employ(WORKERS)
    await listening(crew.parts.settings, crew.front["web"])
    if not crew.front["web"].done():
        click.echo(shown.welcome(crew.parts.settings, phone_url, now))
    return await crew.work()
