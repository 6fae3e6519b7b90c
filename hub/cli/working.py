"""``hub work``: the workers, with a small door for health and metrics."""

import asyncio
from collections.abc import Sequence

import click
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub.cli import ports
from hub.cli.apart import apart
from hub.cli.crew import Crew, crew_of
from hub.cli.options import SERVICES, with_settings
from hub.cli.places import described, reached
from hub.cli.running import run_on
from hub.settings import Settings
from hub.worker import Worker
from workers import WORKERS


@click.command(epilog="Workers: " + ", ".join(worker.name for worker in WORKERS) + ".")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    default=0,
    metavar="N",
    help="Answer /healthz, /readyz and /metrics at this port. [0: not at all]",
)
@click.option("--metrics-host", default="127.0.0.1", metavar="ADDRESS", help="…at this address. [127.0.0.1]")
@with_settings(*SERVICES)
def work(*, settings: Settings, names: tuple[str, ...], metrics_port: int, metrics_host: str) -> int:
    """Run the workers: all, or those you name.

    Start as many processes as you like, on as many machines: they share the work, and when one dies the others
    have its part within 5 seconds. Needs HUB_DATABASE_URL, HUB_AMQP_URL and HUB_REDIS_URL.
    """
    chosen = _chosen(names)
    apart(settings, "`hub work`")
    if metrics_port:
        ports.free(metrics_host, metrics_port, flag="--metrics-port")
    return run_on(_work(settings, chosen, metrics_host, metrics_port), form=settings.log_format)


def _chosen(names: Sequence[str]) -> list[Worker]:
    """The named workers, or all. Raises ``UsageError`` that lists them."""
    table = {worker.name: worker for worker in WORKERS}
    if unknown := [name for name in names if name not in table]:
        raise click.UsageError(f"There is no worker {', '.join(unknown)}. There are: {', '.join(table)}.")
    return [table[name] for name in dict.fromkeys(names)] or list(WORKERS)


async def _work(settings: Settings, workers: Sequence[Worker], host: str, port: int) -> int:
    async with crew_of(settings, command="hub work", takes_in=False) as crew:
        if port:
            crew.front["health and metrics"] = asyncio.create_task(_answer(crew, host, port), name="health")
        crew.employ(workers)
        where = f", health and metrics at {reached(host, port)}" if port else ""
        names = ", ".join(worker.name for worker in workers)
        click.echo(f"Working: {names} ({described(settings)}{where}). Ctrl-C stops.")
        return await crew.work()


async def _answer(crew: Crew, host: str, port: int) -> None:
    runner = web.AppRunner(health_app(crew), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await crew.stopping.wait()
    finally:
        await runner.cleanup()


def health_app(crew: Crew) -> web.Application:
    """``/healthz``: alive; ``/readyz``: 503 with the reason when a queue it should drain stalls; ``/metrics``."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_: web.Request) -> web.Response:
        state = crew.parts.bus.state()
        if crew.stopping.is_set():
            return web.Response(status=503, text="stopping\n")
        return web.Response(text="ready\n") if state.ready else web.Response(status=503, text=state.reason + "\n")

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app
