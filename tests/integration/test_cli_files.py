"""``hub files`` as an operator types it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
import structlog

from hub.cli.app import run
from hub.media import store as media
from hub.model import new_id
from hub.store import Store

Hub = Callable[..., tuple[int, str]]


@pytest.fixture
def hub(
    embedded_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Hub]:
    """A command: its exit code, and what it said."""
    monkeypatch.setenv("HUB_DATABASE_URL", embedded_database)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))

    def command(*args: str) -> tuple[int, str]:
        code = run(list(args))
        return code, "".join(capsys.readouterr())

    assert command("migrate")[0] == 0
    yield command
    structlog.reset_defaults()


async def failed(url: str, *ids: UUID) -> None:
    """Files of these messages that the provider does not have any more."""
    store, now = Store(url), datetime.now(UTC)
    async with store.transaction() as tx:
        for id_ in ids:
            came = media.Came(interaction_id=id_, position=0, account="a/b", url="https://x/secret", said_type="x")
            await media.came(tx, [came], now=now)
            await media.failed(tx, id_, 0, "gone\x1b[2J (410)", next_at=None)
    await store.aclose()


async def waiting(url: str) -> int:
    store = Store(url)
    async with store.reading() as tx:
        rung = await media.due(tx, datetime.now(UTC), 9)
    await store.aclose()
    return len(rung)


def test_files_that_failed_are_listed_and_fetched_again(hub: Hub, embedded_database: str) -> None:
    assert hub("files", "list")[1].startswith("None: ")
    ids = [new_id() for _ in range(3)]
    asyncio.run(failed(embedded_database, *ids))
    code, said = hub("files", "list")
    assert code == 0
    assert all(str(id_) in said for id_ in ids)
    assert "(410)" in said
    assert "\x1b" not in said
    assert "secret" not in said
    code, said = hub("files", "retry", str(ids[0]), str(UUID(int=1)))
    assert code == 1
    assert f"{UUID(int=1)}: has no file that failed" in said
    assert "1 waits to be fetched again." in said
    assert hub("files", "retry", "--all") == (0, "2 wait to be fetched again.\n")
    assert asyncio.run(waiting(embedded_database)) == 3
    assert hub("files", "list")[1].startswith("None: ")
