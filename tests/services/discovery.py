"""What ring 2 can use on this machine: found running, else installed, else in Docker, else installed now, as root."""

import asyncio
import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.services import docker, postgres, rabbitmq, redis
from tests.services.server import Server

INSTALL = "HUB_TEST_INSTALL"
"""``make test`` sets it: only then are missing packages installed."""
INSTALL_SECONDS = 600

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class SettingWrong(Exception):
    """A ``HUB_TEST_…`` variable names a server that does not answer."""


@dataclass(frozen=True)
class Service:
    """Something real that tests may need."""

    name: str
    mark: str
    variable: str
    usual: tuple[str, ...]  # where it is looked for if the variable is unset
    package: str  # Debian's, which brings it
    answers: Callable[[str], Coroutine[Any, Any, bool]] | None
    installed: Callable[[], bool]
    local: Callable[[], Server] | None
    container: Callable[[], Server] | None


@dataclass(frozen=True)
class Found:
    """What the machine offers of one service."""

    service: Service
    url: str | None = None  # a server that was running already
    start: Callable[[], Server] | None = None  # how to start one of our own
    missing: str = ""  # why there is nothing

    def __str__(self) -> str:
        if self.url:
            return f"{self.service.name}: {_without_secrets(self.url)}"
        return f"{self.service.name}: {'not available, ' + self.missing if self.missing else 'a private one'}"


RABBITMQ = Service(
    name="RabbitMQ",
    mark="rabbitmq",
    variable="HUB_TEST_AMQP_URL",
    usual=("amqp://guest:guest@127.0.0.1:5672/",),
    package="rabbitmq-server",
    answers=rabbitmq.answers,
    installed=lambda: rabbitmq.server_script() is not None,
    local=rabbitmq.PrivateRabbitMQ,
    container=lambda: docker.DockerServer(
        *("RabbitMQ", "rabbitmq:4", 5672, "amqp://guest:guest@127.0.0.1:{port}/", rabbitmq.answers)
    ),
)
POSTGRES = Service(
    name="PostgreSQL",
    mark="postgres",
    variable="HUB_TEST_DATABASE_URL",
    usual=("postgresql://127.0.0.1:5432/test", "postgresql://postgres@127.0.0.1:5432/postgres"),
    package="postgresql",
    answers=postgres.answers,
    installed=lambda: postgres.binaries() is not None,
    local=postgres.PrivatePostgres,
    container=lambda: docker.DockerServer(
        *("PostgreSQL", "postgres:17", 5432, "postgresql://postgres@127.0.0.1:{port}/postgres", postgres.answers),
        options=("--env", "POSTGRES_HOST_AUTH_METHOD=trust"),
    ),
)
REDIS = Service(
    name="Redis",
    mark="redis",
    variable="HUB_TEST_REDIS_URL",
    usual=("redis://127.0.0.1:6379/",),
    package="redis-server",
    answers=redis.answers,
    installed=lambda: shutil.which("redis-server") is not None,
    local=redis.PrivateRedis,
    container=lambda: docker.DockerServer("Redis", "redis:7", 6379, "redis://127.0.0.1:{port}/", redis.answers),
)
BROWSER = Service(
    name="Chromium",
    mark="browser",
    variable="HUB_TEST_BROWSER",
    usual=BROWSERS,
    package="chromium",
    answers=None,
    installed=lambda: False,
    local=None,
    container=None,
)
SERVICES = (RABBITMQ, POSTGRES, REDIS, BROWSER)


@functools.cache
def find(service: Service) -> Found:
    """Look once, in the order above. Raises ``SettingWrong``."""
    url = _running(service)
    start = _startable(service)
    if url is None and start is None:
        missing = _install(service)
        url = _running(service)
        start = _startable(service)
        if url is None and start is None:
            return Found(service, missing=missing)
    return Found(service, url=url, start=start)


def new(service: Service) -> Server:
    """Make a private server, not started yet. Raises ``LookupError`` if this machine has no way to."""
    start = _startable(service)
    if start is None:
        raise LookupError(f"{service.name} is not installed and no Docker engine answers")
    return start()


def _running(service: Service) -> str | None:
    """A URL of the running server; for the browser, its command."""
    named = os.environ.get(service.variable)
    for url in (named,) if named else service.usual:
        if service.answers is None:
            if command := shutil.which(url):
                return command
        elif _ask(service.answers(url)):
            return url
    if named:
        shown = _without_secrets(named)
        raise SettingWrong(f"{service.variable} says {shown}, but no {service.name} answers: start it or unset it")
    return None


def _ask(question: Coroutine[Any, Any, bool]) -> bool:
    """Run it in a thread, because a fixture may ask while a loop runs in ours."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, question).result()


def _startable(service: Service) -> Callable[[], Server] | None:
    if service.local and service.installed():
        return service.local
    if service.container and docker.engine_answers():
        return service.container
    return None


def _install(service: Service) -> str:
    """Install Debian's package if we may; otherwise (or if that fails) say why it is missing."""
    lacks = f"no {service.name} found" + (", no Docker" if service.container else "")
    if shutil.which("apt-get") is None:
        return f"{lacks}, no apt-get"
    if os.geteuid() != 0:
        return f"{lacks}, not root"
    if not os.environ.get(INSTALL):
        return f"{lacks}, not installed ({INSTALL}=1 installs it)"
    try:
        with _one_at_a_time():
            _apt_get("update")
            _apt_get("install", "--yes", "--no-install-recommends", service.package)
    except subprocess.SubprocessError:
        return f"{lacks}, apt-get could not install {service.package}"
    return f"{lacks}, installing {service.package} did not bring it"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait while another process of the same run installs: apt-get itself would give up."""
    with (Path(tempfile.gettempdir()) / "peyvand-installs").open("w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def _apt_get(*arguments: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "--quiet=2", "--option", "Acquire::Retries=1", *arguments]
    subprocess.run(command, check=True, capture_output=True, timeout=INSTALL_SECONDS, env=quiet)


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{where}{parts.path}" if parts.scheme else url
