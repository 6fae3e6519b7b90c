"""The servers that fault tests break: they must really break, and come back with what they had."""

import asyncpg
import pytest
import redis.asyncio
import redis.exceptions

from tests.services import PrivateRedis, Server
from tests.services import postgres as postgres_tools
from tests.services import rabbitmq as rabbitmq_tools


@pytest.mark.parametrize("way", ["kill", "stop", "stop_at_once"])
async def test_postgres_is_gone_and_comes_back_with_its_data(private_postgres: Server, way: str) -> None:
    connection = await asyncpg.connect(private_postgres.url)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    await getattr(private_postgres, way)()
    with pytest.raises(OSError, match="Connect"):
        await asyncpg.connect(private_postgres.url, timeout=2)
    await private_postgres.start()

    again = await asyncpg.connect(private_postgres.url)
    assert await again.fetchval("SELECT one FROM kept") == 1
    await again.close()
    connection.terminate()


async def test_a_paused_redis_is_silent_and_not_gone(private_redis: Server) -> None:
    client = redis.asyncio.Redis.from_url(private_redis.url, socket_timeout=0.2)
    await client.set("kept", "1")

    private_redis.pause()
    with pytest.raises(redis.exceptions.TimeoutError):
        await client.get("kept")
    private_redis.resume()

    assert await client.get("kept") == b"1"
    await client.aclose()


async def test_a_killed_rabbitmq_comes_back_on_its_port(private_rabbitmq: Server) -> None:
    await private_rabbitmq.kill()
    assert not await rabbitmq_tools.answers(private_rabbitmq.url)
    await private_rabbitmq.start()
    assert await rabbitmq_tools.answers(private_rabbitmq.url)
    assert "name" in await private_rabbitmq.run_tool("rabbitmqctl", "list_vhosts")


@pytest.mark.redis
async def test_a_closed_server_leaves_no_process_and_no_folder() -> None:
    server = PrivateRedis()
    async with server:
        family = server.family()
        assert [process.name() for process in family] == ["redis-server"]

    assert not any(process.is_running() for process in family)
    assert not server.folder.exists()


async def test_each_test_has_its_own_virtual_host(vhost: str, rabbitmq_url: str) -> None:
    assert vhost != rabbitmq_url
    assert await rabbitmq_tools.answers(vhost)


async def test_a_database_is_empty_and_dropped_with_its_users(postgres_url: str) -> None:
    url = await postgres_tools.create_database(postgres_url)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0

    await postgres_tools.drop_database(url, through=postgres_url)

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    connection.terminate()
