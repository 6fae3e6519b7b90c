"""What the fault tests stand on."""

from pathlib import Path

import pytest

from tests.faults.cluster import Urls
from tests.faults.services import Services
from tests.services import Server


@pytest.fixture
def urls(database: str, vhost: str, redis_url: str) -> Urls:
    """Services shared with others, for tests that break only processes of ours."""
    return Urls(database, vhost, redis_url)


@pytest.fixture
def services(private_postgres: Server, private_rabbitmq: Server, private_redis: Server) -> Services:
    """Services of the test's own, to be broken."""
    return Services(private_postgres, private_rabbitmq, private_redis)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where processes keep their data and their logs."""
    return tmp_path
