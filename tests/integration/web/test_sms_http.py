"""An account made beside a running hub: a text by the provider's webhook, the answer through its API, its receipt."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from hub.bootstrap import Parts
from hub.model import AccountId
from hub.testing.adapter_suite import Provider, Reply
from tests.integration.web.conftest import HERS, World
from tests.waiting import until

EXAMPLE = Path(__file__).parents[3] / "config" / "providers" / "kavenegar.toml"
SECRETS = {"KAVENEGAR_API_KEY": "made0up0api0key", "KAVENEGAR_WEBHOOK_SECRET": "made-up-webhook-secret"}
ACCOUNT = AccountId("sms_http/kavenegar")
TAKEN = {"return": {"status": 200, "message": "تایید شد"}, "entries": [{"messageid": 8792343, "status": 1}]}


async def hub(parts: Parts, *args: str, secrets: Mapping[str, str] = SECRETS) -> tuple[int, str]:
    """A command of an operator's beside the hub: its exit code, and what it said."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("HUB_", "KAVENEGAR_"))}
    settings = parts.settings
    ours = {"HUB_DATABASE_URL": settings.database_url, "HUB_SECRET_KEY": settings.secret_key}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", *args),
        env={**bare, **ours, "HUB_PUBLIC_URL": settings.public_url, **secrets},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


def file_for(provider: Provider, folder: Path) -> str:
    """The shipped example, for a provider on loopback."""
    path = folder / "kavenegar.toml"
    path.write_text(EXAMPLE.read_text().replace("https://api.kavenegar.com", provider.url))
    return str(path)


async def until_there(site: World, *, there: bool) -> None:
    await until(lambda: asyncio.sleep(0, ACCOUNT in site.parts.accounts.adapters), lambda is_: is_ is there)


async def test_a_text_an_answer_and_its_receipt(site: World, tmp_path: Path) -> None:
    async with Provider() as provider:
        add = ("accounts", "add", "sms_http", "kavenegar", "--team", "Support", "--settings")
        code, said = await hub(site.parts, *add, file_for(provider, tmp_path))
        assert code == 0, said
        assert "tel:+9810004346" in said
        assert f"{site.parts.settings.public_url}/channels/sms/http/status" in said
        await until_there(site, there=True)
        provider.will(Reply(200, json.dumps({"return": {"status": 200}})))
        code, said = await hub(site.parts, "accounts", "check", ACCOUNT)
        assert (code, "takes the account's credentials" in said) == (0, True)
        assert provider.taken.pop().path == "/v1/made0up0api0key/account/info.json"
        provider.asked.clear()

        query = {"key": SECRETS["KAVENEGAR_WEBHOOK_SECRET"], "messageid": "17", "from": "09121234567", "to": "10004346"}
        refused = await site.client.get("/channels/sms/http", params={**query, "key": "a-wrong-secret-of-some-length"})
        assert refused.status == 403
        taken = await site.client.get("/channels/sms/http", params={**query, "message": "سلام، کالا نرسید"})
        assert (taken.status, await taken.text()) == (200, "ok")
        conversation = await site.conversation(sender=HERS)
        assert conversation["account"] == ACCOUNT

        provider.will(Reply(200, json.dumps(TAKEN)))
        path = f"/conversations/{conversation['id']}/messages"
        answer = await site.call("Mina", "POST", path, {"text": "فردا"}, headers={"Idempotency-Key": "a1"})
        assert answer.status in {200, 201, 202}, await answer.text()
        async with asyncio.timeout(30):
            await provider.asked.wait()
        asked = parse_qs(provider.taken[0].body)
        assert (asked["receptor"], asked["sender"], asked["message"]) == (["09121234567"], ["10004346"], ["فردا"])
        await delivery(site, conversation["id"], "accepted")

        receipt = {"key": SECRETS["KAVENEGAR_WEBHOOK_SECRET"], "messageid": "8792343", "status": "10"}
        assert (await site.client.post("/channels/sms/http/status", params=receipt)).status == 200
        await delivery(site, conversation["id"], "delivered")
        history = await site.get("Mina", f"/conversations/{conversation['id']}/interactions")
        assert SECRETS["KAVENEGAR_WEBHOOK_SECRET"] not in json.dumps(history)
        assert (await hub(site.parts, "accounts", "off", ACCOUNT))[0] == 0
        await until_there(site, there=False)


async def delivery(site: World, conversation: str, wanted: str) -> None:
    """Wait until the answer stands so."""

    async def look() -> list[Any]:
        items = (await site.get("Mina", f"/conversations/{conversation}/interactions"))["items"]
        return [one.get("delivery") for one in items if one["direction"] == "outbound"]

    await until(look, lambda found: found == [wanted])
