"""Two processes on one database: neither seals over what the other has sealed."""

from pathlib import Path

import pytest

from hub.bootstrap import DEFAULT_TWILIO, build
from hub.errors import SettingsInvalid
from hub.model import AccountId
from hub.organisation.sealing import Sealer
from hub.settings import Settings, load
from hub.store import Store, migrate

TOKEN = "0123456789abcdef0123456789abcdef"


def settings(url: str, folder: Path, **more: str) -> Settings:
    return load(
        {
            "HUB_DATABASE_URL": url,
            "HUB_DATA_DIR": str(folder),
            "HUB_TWILIO_ACCOUNT_SID": "AC" + TOKEN,
            "HUB_TWILIO_AUTH_TOKEN": TOKEN,
            "HUB_TWILIO_NUMBERS": "+14155550199",
        }
        | more
    )


async def sealed(url: str) -> bytes:
    store = Store(url)
    async with store.reading() as tx:
        found: bytes = await tx.fetchval("SELECT sealed_secrets FROM accounts WHERE id = $1", DEFAULT_TWILIO)
    await store.aclose()
    return found


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"HUB_SECRET_KEY": "another key of sixteen"},
        {"HUB_SECRET_KEY": "another key of sixteen", "HUB_TWILIO_NUMBERS": "+14155550100"},
    ],
    ids=["no key", "another key", "other settings"],
)
async def test_a_second_process_with_another_key_does_not_start(
    embedded_database: str, tmp_path: Path, more: dict[str, str]
) -> None:
    await migrate.migrate(embedded_database)
    async with build(settings(embedded_database, tmp_path / "one"), ()) as parts:
        assert AccountId(DEFAULT_TWILIO) in parts.accounts.adapters
    before = await sealed(embedded_database)
    with pytest.raises(SettingsInvalid, match="HUB_SECRET_KEY"):
        async with build(settings(embedded_database, tmp_path / "two", **more), ()):
            pass
    assert await sealed(embedded_database) == before
    assert not (tmp_path / "two" / "secret.key").exists()
    key = (tmp_path / "one" / "secret.key").read_text()
    async with build(settings(embedded_database, tmp_path / "two", HUB_SECRET_KEY=key), ()) as parts:
        assert AccountId(DEFAULT_TWILIO) in parts.accounts.adapters, "the same key everywhere, and all is well"
    assert Sealer(key).opens(before)
