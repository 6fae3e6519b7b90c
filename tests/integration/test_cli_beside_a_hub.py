"""Short commands beside a running `hub up` with everything embedded, as an operator would give them. Ring 1."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.bus import store as bus_store
from hub.events import AgentsChanged, encode, first
from hub.model import new_id
from hub.store import Store
from hub.store.embedded import attach
from tests.services import free_port
from workers import WORKERS


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str


@dataclass(slots=True)
class Operator:
    """Somebody at a shell. ``HUB_`` settings of whoever runs the tests do not count."""

    folder: Path

    def environment(self) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
        return bare | {"HUB_DATA_DIR": str(self.folder)}

    async def start(self, *args: str, **settings: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "hub", *args),
            env=self.environment() | settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def hub(self, *args: str, **settings: str) -> Said:
        process = await self.start(*args, **settings)
        async with asyncio.timeout(60):
            out, err = await process.communicate()
        return Said(process.returncode or 0, out.decode(), err.decode())


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "var")


@pytest.fixture
async def up(operator: Operator) -> AsyncIterator[int]:
    """A running hub; its port. It ends well, within 10 s."""
    port = free_port()
    process = await operator.start("up", "--port", str(port))
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = (await process.stdout.readline()).decode()
    assert f"Web and {len(WORKERS)} workers at http://127.0.0.1:{port} (database, broker and Redis embedded" in line
    yield port
    process.terminate()
    async with asyncio.timeout(10):
        await process.communicate()
    assert process.returncode == 0


async def test_people_and_tokens(operator: Operator, up: int) -> None:
    made = await operator.hub("agents", "add", "Mina", "--team", "Support", "--language", "fa")
    assert (made.code, made.out.splitlines()[0]) == (0, "Made the team Support.")
    again = await operator.hub("agents", "add", "mina")
    assert again.code == 1
    assert "already" in again.err
    listed = await operator.hub("agents", "list")
    assert listed.out.splitlines()[1].split() == ["Mina", "Support", "offline", "0", "100", "fa"]

    token = await operator.hub("token", "create", "--role", "agent", "--agent", "mina")
    assert token.code == 0
    assert token.out.strip().startswith("pv_")
    assert token.out.strip() == token.out.splitlines()[-1]
    nobody = await operator.hub("token", "create", "--role", "agent", "--agent", "Zed")
    assert (nobody.code, nobody.err) == (1, "hub: there is no agent 'Zed'. There are: Mina.\n")
    tokens = await operator.hub("token", "list")
    assert token.out.strip() not in tokens.out
    ended = await operator.hub("token", "revoke", tokens.out.splitlines()[1].split()[0])
    assert ended.code == 0
    assert "ended" in (await operator.hub("token", "list")).out

    doctor = await operator.hub("doctor", "--port", str(up))
    assert doctor.code == 0
    assert "it takes in" in doctor.out
    assert "Mina has neither password nor token, so she cannot sign in" in doctor.out


async def test_a_doctor_in_a_shell_with_other_settings_leaves_the_accounts_alone(operator: Operator, up: int) -> None:
    others = {
        "HUB_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "HUB_TWILIO_AUTH_TOKEN": "an old token",
        "HUB_TWILIO_API_URL": "http://127.0.0.1:9",
        "HUB_TWILIO_NUMBERS": "+15550001111",
    }
    doctor = await operator.hub("doctor", "--provider", "--port", str(up), **others)
    assert doctor.code == 0, doctor.out
    store = Store(attach(operator.folder) or "")
    async with store.reading() as tx:
        assert await tx.fetchval("SELECT count(*) FROM accounts") == 0
    await store.aclose()


async def test_a_dead_event_is_shown_retried_and_dropped(operator: Operator, up: int) -> None:
    assert "None: every event was handled." in (await operator.hub("dead", "list")).out
    url = attach(operator.folder)
    assert url is not None
    store = Store(url)
    now = datetime.now(UTC)
    good = first(new_id(), AgentsChanged(at=now), source="test", subject="x", time=now, partitionkey="agents")
    async with store.transaction() as tx:
        for event_id, body in ((good.id, encode(good)), (new_id(), b"{}")):
            await bus_store.bury(tx, "route_conversations", event_id, good.type, body=body, reason="why\x1b[2J not")
    listed = (await operator.hub("dead", "list")).out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == ["1", "2"]
    assert "\x1b" not in listed[1]
    shown = await operator.hub("dead", "show", "1")
    assert str(good.id) in shown.out
    assert (await operator.hub("dead", "show", "9")).err == (
        "hub: there is no dead event 9: `hub dead list` shows them.\n"
    )

    retried = await operator.hub("dead", "retry", "--all")
    assert retried.code == 1
    assert "1 handed over again, 1 not." in retried.out
    assert retried.err.startswith("2: this version cannot read it")
    async with asyncio.timeout(10):  # the running hub finds the row by itself and handles it
        while (await _depth(store)) > 0:
            await asyncio.sleep(0.05)
    dropped = await operator.hub("dead", "drop", "2", "--yes")
    assert (dropped.code, dropped.out) == (0, "1 dropped.\n")
    assert "None" in (await operator.hub("dead", "list")).out
    assert "2" in (await operator.hub("dead", "list", "--state", "dropped")).out
    await store.aclose()


async def _depth(store: Store) -> int:
    async with store.reading() as tx:
        return sum((await bus_store.message_counts(tx)).values())


async def test_customers_go_in_whole_or_not_at_all_and_come_out_again(
    operator: Operator, up: int, tmp_path: Path
) -> None:
    await operator.hub("agents", "add", "Mina")
    file = tmp_path / "customers.csv"
    file.write_text("name,owner,contact_points\nمریم,Mina,+989121234567\nBad,Zed,+12025550147\nWorse,,12\n")
    refused = await operator.hub("customers", "import", str(file))
    assert refused.code == 1
    assert "line 3: there is no agent 'Zed'" in refused.err
    assert "line 4: contact point '12'" in refused.err
    assert (await operator.hub("customers", "export", "-")).out == ""

    same = "6f1c0c1e-7b0a-5d7a-9a53-0f8f6a1d9f10"
    file.write_text(f"id,name,contact_points\n{same},Sara,+989121234567\n{same.upper()},Ali,+12025550147\n")
    refused = await operator.hub("customers", "import", str(file))
    assert (refused.code, f"line 3: the id {same} stands in line 2 already" in refused.err) == (1, True)

    file.write_text("name,owner,contact_points\nمریم,Mina,+989121234567 mailto:M@Example.ir\nGrace,,+12025550147\n")
    dry = await operator.hub("customers", "import", str(file), "--dry-run")
    assert "Would be taken in: 2 new, 0 filled in, 0 unchanged. Nothing was changed." in dry.out
    assert "Taken in: 2 new, 0 filled in, 0 unchanged." in (await operator.hub("customers", "import", str(file))).out
    assert "Taken in: 0 new, 0 filled in, 2 unchanged." in (await operator.hub("customers", "import", str(file))).out
    file.write_text(
        "name,language,owner,contact_points\n"
        "Maryam,fa,,+989121234567\n"  # has a name, so that stays; has no language
        "Grace,,Mina,+12025550147 grace@example.com\n"
        "Noah,en,,+14155550103\n"
    )
    assert "Taken in: 1 new, 2 filled in, 0 unchanged." in (await operator.hub("customers", "import", str(file))).out
    out = tmp_path / "out.jsonl"
    assert (await operator.hub("customers", "export", str(out))).code == 0
    rows = {row["name"]: row for row in map(json.loads, out.read_text().splitlines())}
    assert (rows["مریم"]["owner"], rows["مریم"]["language"]) == ("Mina", "fa")
    assert (rows["Grace"]["owner"], len(rows["Grace"]["contact_points"]), len(rows)) == ("Mina", 2, 3)
    assert sorted(rows["مریم"]["contact_points"]) == ["mailto:m@example.ir", "tel:+989121234567"]
    assert out.stat().st_mode & 0o077 == 0
    file.write_text("contact_points\n+989121234567 +12025550147\n")
    merged = await operator.hub("customers", "import", str(file))
    assert "belong to different customers already" in merged.err


async def test_a_second_hub_on_the_folder_is_refused_by_name(operator: Operator, up: int) -> None:
    """Also where the first one's port would be the first thing to fail."""
    for command in (("up", "--port", str(free_port())), ("up", "--port", str(up)), ("demo", "--port", str(up))):
        second = await operator.hub(*command)
        assert second.code == 1
        assert "in use by `hub up` (pid " in second.err
        assert "Traceback" not in second.err


async def test_a_taken_port_is_named_with_its_holder(operator: Operator) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await operator.hub("up", "--port", str(port))
    assert said.code == 1
    assert f"hub: port {port} is taken by " in said.err
    assert f"(pid {os.getpid()}): stop it, or choose another port with --port." in said.err
    assert not operator.folder.exists()


async def test_commands_that_only_look_make_no_database(operator: Operator) -> None:
    for command in (("dead", "list"), ("agents", "list"), ("token", "list"), ("customers", "export", "-")):
        said = await operator.hub(*command)
        assert said.code == 1
        assert "there is no hub's data" in said.err
    assert not operator.folder.exists()
