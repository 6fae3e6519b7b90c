"""Made-up requests to every operation of the API, right ones and wrong ones, in every role, against a running hub.

Every answer must be one that the description names, with its headers and shape; what is wrong must be refused, what is
right taken, and nothing may be a fault of ours. ``HUB_FUZZ_EXAMPLES`` (requests an operation and role; 3
if unset, and then an administrator alone tries the limits of every field) makes the long run: ``make fuzz``.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from hub.model import Role, new_id
from hub.organisation import store as organisation
from tests.faults.cluster import OURS, Cluster, Urls

FEW = 3
EXAMPLES = int(os.environ.get("HUB_FUZZ_EXAMPLES", FEW))
SEED = os.environ.get("HUB_FUZZ_SEED", "20261122")
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
NUMBERS = [f"+98912123456{last}" for last in range(10)]
ROOT = Path(__file__).parents[2]


@dataclass
class Hub:
    """A running hub, a token of each role, and what there is."""

    cluster: Cluster
    tokens: dict[Role, str]
    known: dict[str, list[str]]

    @property
    def url(self) -> str:
        return self.cluster.public_url

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[Role.ADMIN]}"}
        url = f"{self.url}/api/v1{path}"
        async with aiohttp.request(method, url, json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()


@pytest.fixture
async def running(database: str, vhost: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Hub]:
    async with Cluster(Urls(database, vhost, redis_url), tmp_path, agents=2) as cluster:
        await cluster.serve(1)
        await cluster.work(1)
        tokens = {Role.AGENT: cluster.seats[0].token}
        async with cluster.store.transaction() as tx:
            for role in (Role.SUPERVISOR, Role.MARKETER, Role.ADMIN):
                _, tokens[role] = await organisation.add_token(tx, name=role, role=role)
        hub = Hub(cluster, tokens, {"lasting": [seat.id for seat in cluster.seats], "ours": [OURS], "numbers": NUMBERS})
        await _seed(hub)
        yield hub


async def _seed(hub: Hub) -> None:
    """Conversations of ten customers, and agents and tokens that may come to harm."""
    written = [await hub.call("POST", "/messages", {"to": to, "text": "سلام"}) for to in NUMBERS]
    made = [await hub.call("POST", "/agents", {"name": f"Expendable {number}"}) for number in range(3)]
    canned = [
        await hub.call("POST", "/canned-answers", {"shortcut": f"expendable{number}", "title": "x", "text": "x"})
        for number in range(3)
    ]
    tokens = [await hub.call("POST", "/tokens", {"name": "expendable", "role": "marketer"}) for _ in range(3)]
    hub.known |= {
        "agents": [one["id"] for one in made],
        "canned-answers": [one["id"] for one in canned],
        "tokens": [one["id"] for one in tokens],
        "outcomes": [one["id"] for one in written] + [str(new_id())],
        "teams": [one["id"] for one in (await hub.call("GET", "/teams"))["items"]],
        "conversations": [one["id"] for one in (await hub.call("GET", "/conversations"))["items"]],
        "customers": [one["id"] for one in (await hub.call("GET", "/customers"))["items"]],
    }


@pytest.mark.slow
@pytest.mark.timeout(120 + EXAMPLES * 60)
async def test_every_answer_is_as_described(running: Hub, tmp_path: Path) -> None:
    for role in (Role.ADMIN, Role.AGENT, Role.SUPERVISOR, Role.MARKETER):
        code, said = await _fuzz(running, role, tmp_path)
        assert code == 0, f"as {role}:\n{said}"
        print(f"as {role}:", next(line.strip() for line in said.splitlines() if " generated," in line))  # noqa: T201


async def _fuzz(hub: Hub, role: Role, folder: Path) -> tuple[int, str]:
    arguments = ["--config-file", str(Path(__file__).with_name("schemathesis.toml")), "run"]
    arguments += [f"{hub.url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {hub.tokens[role]}"]
    phases = "examples,coverage,fuzzing" if role is Role.ADMIN or EXAMPLES > FEW else "fuzzing"
    arguments += ["--phases", phases, "--continue-on-failure", "--no-color"]
    # How many of its own requests Hypothesis throws away says something of its luck, and nothing of the hub.
    arguments += ["--suppress-health-check", "filter_too_much"]
    arguments += ["--max-examples", str(EXAMPLES), "--seed", SEED, "--request-timeout", "20"]
    process = await asyncio.create_subprocess_exec(
        SCHEMATHESIS,
        *arguments,
        cwd=folder,
        env={
            **os.environ,
            "HUB_FUZZ_KNOWN": json.dumps(hub.known),
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.e2e.fuzz_hooks",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
