"""``hub sandbox``: the pretended provider, alone."""

import logging

import click

from hub.cli import ports
from hub.cli.places import reached
from hub.cli.running import Stopping, run
from hub.sandbox import Account, Sandbox, running_sandbox, sample_account
from hub.sandbox.model import ORGANISATION_NUMBERS


@click.command()
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Address to listen at. [127.0.0.1]")
@click.option("--port", default=8081, type=click.IntRange(0, 65535), metavar="N", help="Port. [8081]")
@click.option(
    "--webhook-url",
    default="http://127.0.0.1:8080/channels/sms/twilio",
    metavar="URL",
    help="Where it posts incoming texts. [the hub at 127.0.0.1:8080]",
)
def sandbox(*, host: str, port: int, webhook_url: str) -> int:
    """Run a provider at home: Twilio's messages API, signed webhooks, receipts, and a phone to text from.

    Its page has faults to switch on: 429, 5xx, time-outs, duplicate and late receipts. What it prints are the settings
    that let a hub use it; they are the same at every start. Nothing here costs money or reaches a real telephone.
    """
    port = ports.free(host, port)
    return run(_run(host, port, sample_account(ORGANISATION_NUMBERS, webhook_url=webhook_url)), level=logging.WARNING)


async def _run(host: str, port: int, account: Account) -> int:
    stopping = Stopping()
    async with running_sandbox(Sandbox([account]), host=host, port=port):
        click.echo(_said(reached(host, port), account))
        await stopping.wait()
    return 0


def _said(url: str, account: Account) -> str:
    return f"""\
The phone to text from:  {url}/
It posts what you text to {account.webhook_url}

Settings for a hub that uses it:
  export HUB_TWILIO_API_URL={url}
  export HUB_TWILIO_ACCOUNT_SID={account.sid}
  export HUB_TWILIO_AUTH_TOKEN={account.auth_token}
  export HUB_TWILIO_NUMBERS={",".join(account.numbers)}

Ctrl-C stops; it remembers nothing."""
