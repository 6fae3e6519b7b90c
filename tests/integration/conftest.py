"""What several integration tests stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.house import House


@pytest.fixture
async def house(migrated_database: str) -> AsyncIterator[House]:
    """The workers on a fresh database that comes with the hub: ring 1."""
    async with House.on(migrated_database) as house:
        yield house
