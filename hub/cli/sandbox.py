"""``hub sandbox``: the pretended provider, alone."""

import logging
from urllib.parse import urlsplit

import click

from hub.cli import ports
from hub.cli.places import reached
from hub.cli.running import Stopping, run_on
from hub.sandbox import Account, Sandbox, running_sandbox, sample_account

WEBHOOK = "/channels/sms/twilio"
"""Where a hub takes in texts from Twilio."""


def _with_path(_: click.Context, __: click.Parameter, given: str) -> str:
    """The whole address; of a hub alone, as it names itself, its webhook. Raises ``BadParameter``."""
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise click.BadParameter(f"{given} is no address like http://127.0.0.1:8080")
    return given if parts.path.strip("/") else parts._replace(path=WEBHOOK).geturl()


@click.command()
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Address to listen at. [127.0.0.1]")
@click.option("--port", default=8081, type=click.IntRange(0, 65535), metavar="N", help="Port. [8081]")
@click.option(
    "--webhook-url",
    default="http://127.0.0.1:8080",
    metavar="URL",
    callback=_with_path,
    help="The hub to which it posts incoming texts. [http://127.0.0.1:8080]",
)
@click.option(
    "--public-url", default="", metavar="URL", help="Where the hub reaches it, if not where it listens (containers)."
)
def sandbox(*, host: str, port: int, webhook_url: str, public_url: str) -> int:
    """Run a provider at home: Twilio's messages API for SMS and WhatsApp, signed webhooks, and phones to write from.

    Its page has faults to switch on: 429, 5xx, time-outs, late receipts, endless pictures. What it prints are the
    settings that let a hub use it; they are the same at every start. Nothing here costs money or reaches a real
    telephone.
    """
    port = ports.free(host, port)
    url = public_url.rstrip("/") or reached(host, port)
    return run_on(_run(host, port, url, sample_account(webhook_url=webhook_url)), level=logging.WARNING)


async def _run(host: str, port: int, url: str, account: Account) -> int:
    stopping = Stopping()
    async with running_sandbox(Sandbox([account], url=url), host=host, port=port):
        click.echo(_said(url, account))
        await stopping.wait()
    return 0


def _said(url: str, account: Account) -> str:
    return f"""\
The phones to write from:  {url}/
It posts what you text to {account.webhook_url}

Settings for a hub that uses it:
  export HUB_TWILIO_API_URL={url}
  export HUB_TWILIO_ACCOUNT_SID={account.sid}
  export HUB_TWILIO_AUTH_TOKEN={account.auth_token}
  export HUB_TWILIO_NUMBERS={",".join(account.numbers)}

Ctrl-C stops; it remembers nothing."""
