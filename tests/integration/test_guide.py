"""docs/adding-a-channel.md is true: its files, taken from the page, pass their tests and work in a hub that runs."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import pytest

from hub.channel import storable
from tests.services import free_port

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-channel.md"
FILE = re.compile(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECRETS = {"TOY_TOKEN": "made-up-token", "TOY_WEBHOOK_SECRET": "made-up-webhook-secret"}


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """The folder of somebody who has typed in the whole page."""
    folder = tmp_path / "toy"
    for name, text in FILE.findall(PAGE.read_text()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def bare() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "PYTEST"))}


async def done(*command: str, folder: Path, env: Mapping[str, str]) -> tuple[int, str]:
    """A command in that folder: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


@asynccontextmanager
async def running(*command: str, folder: Path, env: Mapping[str, str]) -> AsyncIterator[asyncio.StreamReader]:
    """What a process says, once it has said its first line; stopped in the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        cwd=folder,
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await process.stdout.readline()
        yield process.stdout
    finally:
        process.terminate()
        await process.communicate()


async def test_its_tests_pass_and_can_fail(toy: Path) -> None:
    code, said = await done("-m", "pytest", "-q", folder=toy, env=bare())
    assert (code, " passed" in said) == (0, True), said
    changed(toy / "toy_sms.py", "if secret and hmac.compare_digest(given, right.encode()):", "if secret:")
    changed(toy / "toy_sms.py", "except (Rejected, MessageInvalid):", "except ZeroDivisionError:")
    changed(toy / "toy_words.py", "if status == 408 or status >= 500:", "if status >= 500:")
    some = "signature or captured or check or nobody_knows"
    code, said = await done("-m", "pytest", "-q", "-k", some, folder=toy, env=bare())
    assert code == 1
    for case in (
        "test_no_signature",
        "test_check_at_a_wrong_address[422]",
        "test_an_answer_after_which_nobody_knows[408]",
    ):
        assert f"::{case}" in said, said


def changed(path: Path, one: str, other: str) -> None:
    """A mistake in a file of the page."""
    assert path.read_text().count(one) == 1
    path.write_text(path.read_text().replace(one, other))


async def test_its_way_to_sign_a_capture_signs_it(toy: Path) -> None:
    (code,) = re.findall(r"^\$ python -c '(import hmac.*)'$", PAGE.read_text(), re.MULTILINE)
    _, said = await done("-c", code, folder=toy, env=bare())
    assert f"X-Toy-Signature: {said}" in (toy / "tests/fixtures/inbound.http").read_text()


def test_its_form_keeps_what_it_says() -> None:
    (code,) = re.findall(r"^```python\n(def _form.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"parse_qsl": parse_qsl, "storable": storable}
    exec(code, names)  # noqa: S102 -- of our own page
    read: Callable[[bytes], dict[str, str]] = names["_form"]
    assert read(b"text=&text=b&from=%2B98+1&odd=\xff%FF%00") == {"text": "", "from": "+98 1", "odd": "\ufffd" * 3}
    assert read(b"&".join([b"a=b"] * 1001)) == {}


async def test_a_third_partys_adapter_in_a_running_hub(toy: Path) -> None:
    port, api = free_port(), free_port()
    for name in ("account.toml", "toy_provider.py"):
        (toy / name).write_text((toy / name).read_text().replace("9009", str(api)))
    ours = {"PYTHONPATH": str(toy), "HUB_ADAPTERS": "sms_toy=toy_sms:create", "HUB_DATA_DIR": str(toy / "var")}
    env = {**bare(), **ours, **SECRETS, "HUB_PORT": str(port), "TOY_HUB": f"http://127.0.0.1:{port}"}
    add = ("accounts", "add", "sms_toy", "first", "--settings", "account.toml", "--team", "Support")
    for command in (("agents", "add", "Mina", "--team", "Support"), add):
        code, said = await done("-m", "hub", *command, folder=toy, env=env)
        assert code == 0, said
    assert f"http://127.0.0.1:{port}/channels/sms/toy/status" in said
    async with (
        running("toy_provider.py", "serve", folder=toy, env=env) as provider,
        running("-m", "hub", "up", folder=toy, env=env),
    ):
        _, said = await done("-m", "hub", "token", "create", "--role", "admin", folder=toy, env=env)
        text = ("toy_provider.py", "text", "+989121234567", "Where is my order?")
        assert (await done(*text, folder=toy, env=env))[1].endswith("answered 200\n")
        headers = {"Authorization": f"Bearer {said.split()[-1]}"}
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as desk:
            await _answered(desk, provider)


async def _answered(desk: aiohttp.ClientSession, provider: asyncio.StreamReader) -> None:
    async with asyncio.timeout(60):
        while not (conversations := await _items(desk, "/api/v1/conversations")):
            await asyncio.sleep(0.1)
        there = f"/api/v1/conversations/{conversations[0]['id']}"
        async with desk.post(f"{there}/messages", json={"text": "Tomorrow."}) as answer:
            assert answer.status in {200, 201, 202}, await answer.text()
        assert (await provider.readline()).decode() == "to +989121234567: Tomorrow.\n"
        while [one.get("delivery") for one in await _items(desk, f"{there}/interactions")][1:] != ["delivered"]:
            await asyncio.sleep(0.1)


async def _items(desk: aiohttp.ClientSession, path: str) -> list[dict[str, object]]:
    async with desk.get(path) as answer:
        assert answer.status == 200
        items: list[dict[str, object]] = (await answer.json())["items"]
        return items
