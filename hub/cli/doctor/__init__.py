"""``hub doctor``: looks at everything, changes nothing, and says how to mend what is wrong."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import click

from hub.bootstrap import Parts, build
from hub.checks import people, restored, services, work
from hub.checks.findings import Finding, bad, worth
from hub.checks.folder import folder
from hub.checks.gathering import gathered
from hub.checks.places import place, plainly
from hub.cli.database import at_hand
from hub.cli.doctor import machine, provider, web
from hub.cli.doctor.provider import Span
from hub.cli.doctor.report import Report
from hub.cli.options import SERVICES, WEB, with_settings
from hub.cli.running import run
from hub.errors import HubError, SchemaWrong
from hub.settings import Settings
from workers import WORKERS


@click.command()
@with_settings(*SERVICES, *WEB)
@click.option("--provider", "ask", is_flag=True, help="Compare a day's messages with the provider's list as well.")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="With --provider: which day, in UTC; else the last 24 h."
)
def doctor(*, settings: Settings, ask: bool, day: datetime | None) -> int:
    """Check every connection and setting, and say how to mend each.

    It may run beside a working hub, and changes nothing, except that with --provider it takes in what customers have
    sent and the hub has missed. ✓ is good, ! is worth a look, ✗ does not work and makes the exit code 1. Secrets are
    never shown, so what it prints can be passed on to whoever helps.
    """
    if day is not None and not ask:
        raise click.UsageError("--day is for --provider.")
    try:
        span = provider.span_of(day.date() if day else None, datetime.now(UTC))
    except ValueError as error:
        raise click.UsageError(f"--day: {error}.") from error
    report = Report()
    report.section("This machine", machine.machine())
    report.section("Settings", machine.settings_in_force(settings))
    report.section("Data folder", folder(settings))
    run(_connected(settings, report), level=logging.CRITICAL)
    if ask:
        run(_books(settings, report, span), level=logging.CRITICAL)
    return report.end()


async def _connected(settings: Settings, report: Report) -> None:
    async with AsyncExitStack() as stack:
        parts, trouble = await _opened(stack, settings)
        store = parts.store if parts else None
        if parts is not None:
            report.section("Database", await gathered(services.postgres(settings, parts.store)))
        else:
            report.section("Database", [trouble] if trouble else [])
        report.section("Broker", await gathered(services.rabbitmq(settings, store, WORKERS)))
        report.section("Redis", await gathered(services.redis(settings)))
        report.section("Web", await gathered(web.web(settings)))
        if parts is not None:
            report.section("Providers", await gathered(people.providers(settings, parts)))
            report.section("People", await gathered(people.people(parts.store)))
            report.section("Restores", await gathered(restored.restores(settings, parts.store)))
            report.section("Work", await gathered(work.work(settings, parts.store)))


async def _books(settings: Settings, report: Report, span: Span) -> None:
    """With the bus of the settings, which ``_parts`` has not."""
    title = "The provider's books"
    try:
        async with (
            at_hand(settings, make=False) as found,
            build(_nobodys(found), WORKERS, command="hub doctor", only_looks=True) as parts,
        ):
            report.section(title, await gathered(provider.books(parts, span), within=900))
    except (click.ClickException, HubError):
        report.section(title, [bad("they cannot be compared", "mend what is wrong above, and ask again")])


async def _opened(stack: AsyncExitStack, settings: Settings) -> tuple[Parts | None, Finding | None]:
    """The parts over a database that is there; else what hinders it."""
    try:
        return await stack.enter_async_context(_parts(settings)), None
    except SchemaWrong as error:
        return None, bad(str(error), "`hub migrate`")
    except click.ClickException as error:
        return None, worth(error.format_message(), "if this is a first start, all is well: `hub up` makes it")
    except HubError as error:
        where = "" if settings.embedded else f" ({place(settings.database_url)})"
        return None, bad(f"{plainly(error)}{where}", "start PostgreSQL, or mend HUB_DATABASE_URL; empty means embedded")


@asynccontextmanager
async def _parts(settings: Settings) -> AsyncIterator[Parts]:
    async with at_hand(settings, make=False) as found:
        bare = replace(_nobodys(found), amqp_url="", redis_url="")
        async with build(bare, WORKERS, command="hub doctor", only_looks=True) as parts:
            yield parts


def _nobodys(settings: Settings) -> Settings:
    """Without the Twilio settings, which building would write down: a doctor in a shell of its own may have others."""
    return replace(settings, twilio_account_sid="")
