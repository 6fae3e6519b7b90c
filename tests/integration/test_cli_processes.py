"""`hub serve` and `hub work` as separate processes on real services. Ring 2."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil
import pytest
from yarl import URL

from tests.services import free_port
from tests.services.server import lives
from tests.waiting import PATIENCE


@dataclass(slots=True)
class Machine:
    """Starts hub processes with the same settings; ends what is left."""

    settings: dict[str, str]
    started: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def start(self, *args: str, **more: str) -> asyncio.subprocess.Process:
        return await self.into(asyncio.subprocess.PIPE, *args, **more)

    async def into(self, stdout: int, /, *args: str, **more: str) -> asyncio.subprocess.Process:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", *args),
            env=bare | self.settings | more,
            stdout=stdout,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.started.append(process)
        return process

    async def said(self, *args: str, **more: str) -> tuple[int, str]:
        process = await self.start(*args, **more)
        async with asyncio.timeout(60):
            out, _ = await process.communicate()
        return process.returncode or 0, out.decode()


@pytest.fixture
async def machine(database: str, vhost: str, redis_url: str, bus_prefix: str, tmp_path: Path) -> AsyncIterator[Machine]:
    made = Machine(
        {
            "HUB_DATABASE_URL": database,
            "HUB_AMQP_URL": vhost,
            "HUB_REDIS_URL": redis_url,
            "HUB_BUS_PREFIX": bus_prefix.rstrip("."),
            "HUB_DATA_DIR": str(tmp_path / "var"),
        }
    )
    yield made
    for process in made.started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line_with(process: asyncio.subprocess.Process, words: str) -> str:
    assert process.stdout is not None
    seen = []
    async with asyncio.timeout(PATIENCE):
        while line := (await process.stdout.readline()).decode():
            seen.append(line)
            if words in line:
                return line
    pytest.fail(f"it ended without {words!r}: {''.join(seen)}")


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.text()


async def answers(url: str, status: int = 200) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                found, text = await get(url)
            except aiohttp.ClientError:
                found, text = 0, ""
            if found == status:
                return text
            await asyncio.sleep(0.1)


async def test_what_is_not_migrated_says_so_and_migrating_mends_it(machine: Machine) -> None:
    for command in ("up", "work", "serve"):
        code, said = await machine.said(command, HUB_PORT=str(free_port()))
        assert code == 1
        assert "run `hub migrate`" in said
    code, said = await machine.said("migrate")
    assert (code, said.splitlines()[0][:7]) == (0, "applied")
    assert "nothing to do" in (await machine.said("migrate"))[1]


async def test_processes_share_a_port_one_that_dies_is_replaced_and_all_end_together(machine: Machine) -> None:
    await machine.said("migrate")
    port, metrics = free_port(), free_port()
    serving = await machine.start("serve", "--processes", "2", "--port", str(port))
    working = await machine.start("work", "--metrics-port", str(metrics))
    await line_with(serving, "2 web processes at")
    assert "route_conversations" in await line_with(working, "Working: ")
    await answers(f"http://127.0.0.1:{port}/readyz")
    assert await answers(f"http://127.0.0.1:{metrics}/readyz") == "ready\n"
    assert "hub_events_handled_total" in await answers(f"http://127.0.0.1:{metrics}/metrics")

    supervisor = psutil.Process(serving.pid)
    before = {one.pid for one in supervisor.children()}
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    async with asyncio.timeout(15):
        while len(after := {one.pid for one in supervisor.children() if lives(one)}) < 2 or after == before:
            await asyncio.sleep(0.1)
    code, said = await machine.said("serve", "--processes", "2", "--port", str(port))
    assert code == 1
    assert f"port {port} is taken by" in said

    for process in (serving, working):
        process.terminate()
    async with asyncio.timeout(10):
        for process in (serving, working):
            await process.communicate()
    assert (serving.returncode, working.returncode) == (0, 0)
    assert [pid for pid in before | after if psutil.pid_exists(pid)] == []


async def test_web_processes_end_with_a_supervisor_that_was_killed(machine: Machine) -> None:
    await machine.said("migrate")
    port = free_port()
    serving = await machine.start("serve", "--processes", "2", "--port", str(port))
    await answers(f"http://127.0.0.1:{port}/healthz")
    children = psutil.Process(serving.pid).children()
    serving.kill()
    await asyncio.to_thread(psutil.wait_procs, children, 10)
    assert [one.pid for one in children if one.is_running()] == []


async def test_without_a_broker_the_web_takes_in_and_says_what_it_waits_for(machine: Machine) -> None:
    await machine.said("migrate")
    port = free_port()
    away = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    serving = await machine.start("serve", "--port", str(port), HUB_AMQP_URL=away)
    await line_with(serving, "Web alone at")
    assert '"takes_in_by":"spool"' in await answers(f"http://127.0.0.1:{port}/readyz")
    await line_with(serving, "Waiting for the broker: ")
    serving.terminate()
    async with asyncio.timeout(10):
        await serving.communicate()
    assert serving.returncode == 0
    code, said = await machine.said("doctor", HUB_AMQP_URL=away)
    assert code == 1
    assert "✗ RabbitMQ at 127.0.0.1:" in said


@pytest.mark.parametrize(
    ("url", "code", "says"),
    [
        ("postgresql://root@127.0.0.1:{free}/x", 1, "PostgreSQL does not answer"),
        ("{server}/peyvand_that_is_not_there", 2, "does not exist"),
    ],
)
async def test_a_database_that_is_not_there_is_an_error_to_mend(
    machine: Machine, url: str, code: int, says: str
) -> None:
    server = machine.settings["HUB_DATABASE_URL"].rpartition("/")[0]
    wrong = url.format(free=free_port(), server=server)
    found, said = await machine.said("work", HUB_DATABASE_URL=wrong)
    assert (found, says in said) == (code, True)
    assert "HUB_DATABASE_URL" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("command", "port"), [("work", "--metrics-port"), ("serve", "--port")])
async def test_whoever_reads_the_log_may_go_and_it_works_on(machine: Machine, command: str, port: str) -> None:
    """As ``hub work 2>&1 | head -1`` has it: it stays ready, says what it has to say to nobody, and ends when asked."""
    await machine.said("migrate")
    at = free_port()
    nobody, its = os.pipe()
    os.close(nobody)
    process = await machine.into(its, command, port, str(at))
    os.close(its)
    await answers(f"http://127.0.0.1:{at}/readyz")
    process.terminate()
    async with asyncio.timeout(PATIENCE):
        assert await process.wait() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"path": "/that_is_not_there"}, "it does not open this virtual host: there is none such"),
        ({"user": "nobody_we_know"}, "ACCESS_REFUSED"),
    ],
)
async def test_a_broker_that_does_not_let_us_in_is_told_once_and_in_words(
    machine: Machine, change: dict[str, str], says: str
) -> None:
    await machine.said("migrate")
    url = URL(machine.settings["HUB_AMQP_URL"])
    wrong = str(url.with_path(change["path"]) if "path" in change else url.with_user(change["user"]))
    working = await machine.start("work", "--metrics-port", str(free_port()), HUB_AMQP_URL=wrong)
    lines: list[str] = []
    while len(waiting := [line for line in lines if "Waiting for the broker: " in line]) < 2:  # five seconds apart
        lines.append(await line_with(working, ""))
    told = [line for line in lines if "broker_away" in line]
    assert len(told) == 2, "once for each of its two connections"
    assert all(says in line for line in [*told, *waiting])
    working.terminate()
    await working.communicate()
    code, said = await machine.said("doctor", HUB_AMQP_URL=wrong)
    assert (code, f"does not let us in: {says}" in said, "make them" in said) == (1, True, True)
