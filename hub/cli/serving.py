"""``hub up`` and ``hub serve``: the web, with or without the workers."""

import asyncio
import sys
from dataclasses import replace

import click

from hub.bootstrap import Parts
from hub.cli import ports
from hub.cli.apart import apart
from hub.cli.crew import Crew, crew_of
from hub.cli.database import free_folder
from hub.cli.options import SERVICES, WEB, with_settings
from hub.cli.places import described, reached
from hub.cli.running import run_on
from hub.cli.supervising import supervise
from hub.settings import Settings
from hub.web.app import serve as serve_web
from workers import WORKERS


@click.command()
@with_settings(*SERVICES, *WEB)
def up(*, settings: Settings) -> int:
    """Run web and all workers in one process.

    With the embedded database, broker and Redis unless HUB_DATABASE_URL, HUB_AMQP_URL and HUB_REDIS_URL name others.
    Ctrl-C or SIGTERM ends it within 10 seconds and loses nothing.
    """
    free_folder(settings)
    settings = with_port(settings)
    return run_on(_up(settings), form=settings.log_format)


@click.command()
@with_settings(*SERVICES, *WEB, "processes")
@click.option("--supervised", is_flag=True, hidden=True, help="One of several; ends when its standard input does.")
def serve(*, settings: Settings, supervised: bool) -> int:
    """Run the web alone: webhooks, API and live connections; `hub work` does the rest.

    While the broker is away, what arrives is kept on disk and goes on later. With --processes N that many serve the
    same port, and one that dies is started again. Needs HUB_DATABASE_URL, HUB_AMQP_URL and HUB_REDIS_URL.
    """
    apart(settings, "`hub serve`")
    if settings.processes > 1:
        return run_on(supervise(with_port(settings)), form=settings.log_format)
    settings = settings if supervised else with_port(settings)
    return run_on(_serve(settings, supervised=supervised), form=settings.log_format)


def with_port(settings: Settings) -> Settings:
    """With a port that is free now. Raises ``ClickException`` that says who has it."""
    return replace(settings, port=ports.free(settings.host, settings.port))


async def _up(settings: Settings) -> int:
    async with crew_of(settings, command="hub up") as crew:
        open_web(crew)
        crew.employ(WORKERS)
        await announce(crew, f"Web and {len(WORKERS)} workers")
        return await crew.work()


async def _serve(settings: Settings, *, supervised: bool) -> int:
    async with crew_of(settings, command="hub serve", quiet=supervised) as crew:
        open_web(crew, reuse_port=supervised)
        if not supervised:
            await announce(crew, "Web alone")
            return await crew.work()
        parent = await _parent()
        parent.add_done_callback(lambda _: crew.stopping.set())
        return await crew.work()


def open_web(crew: Crew, *, reuse_port: bool = False) -> None:
    """Begin to serve; ends when the crew is asked to stop."""
    settings, stopping = crew.parts.settings, crew.stopping
    serving = serve_web(crew.parts, host=settings.host, port=settings.port, reuse_port=reuse_port, stopping=stopping)
    crew.front["web"] = asyncio.create_task(serving, name="web")


async def announce(crew: Crew, what: str) -> None:
    """Say what runs where, as soon as the web can be reached."""
    settings = crew.parts.settings
    await listening(settings, crew.front["web"])
    if not crew.front["web"].done():
        click.echo(f"{what} at {reached(settings.host, settings.port)} ({described(settings)}). Ctrl-C stops.")
        _warn(crew.parts)


async def listening(settings: Settings, serving: "asyncio.Task[None]") -> None:
    """Wait until the port answers, or the server has failed."""
    host = reached(settings.host, settings.port).removeprefix("http://").rpartition(":")[0].strip("[]")
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(host, settings.port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


def _warn(parts: Parts) -> None:
    """What is well to know at once; `hub doctor` says it all."""
    if not parts.accounts.rows:
        click.echo("No account is set up yet, so nothing can arrive: see HUB_TWILIO_… in config/hub.toml.", err=True)
    for account, problem in parts.accounts.problems.items():
        click.echo(f"The account {account} cannot be used: {problem}", err=True)


async def _parent() -> "asyncio.Task[bytes]":
    """Done when the supervisor ends, however it does: it holds the other side of our standard input."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return asyncio.create_task(reader.read(), name="parent")
