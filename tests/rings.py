"""The two rings of tests, as a pytest plugin (``-p tests.rings`` in pyproject.toml).

Ring 1 needs nothing but this repository and always runs. Ring 2 needs something real: RabbitMQ, PostgreSQL, Redis or
Chromium. A test belongs to ring 2 by asking for a fixture that gives one, or by its mark. What the chosen tests need is
looked for once, before the first test. What is missing is listed at the end as not run, or fails if ``CI=true``.

With ``-n`` (pytest-xdist) several processes share the tests; each tells the one that reports what it used and did not
run.
"""

import os
from collections import Counter
from typing import Any, NoReturn

import pytest

from tests.services import BROWSER, POSTGRES, RABBITMQ, REDIS, SERVICES, Found, Service, SettingWrong, find

FIXTURES: dict[str, Service] = {
    "rabbitmq_url": RABBITMQ,
    "rabbitmq_hosts": RABBITMQ,
    "private_rabbitmq": RABBITMQ,
    "postgres_url": POSTGRES,
    "private_postgres": POSTGRES,
    "redis_url": REDIS,
    "private_redis": REDIS,
    "browser": BROWSER,
}
PRIVATE = "private_"
"""A fixture so named starts a server of its own; a server that was running already is no help to it."""


class Rings:
    """What one run used, and which tests it did not run for want of what."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.not_run: Counter[str] = Counter()

    def sort(self, items: list[pytest.Item]) -> None:
        """Look for what the items need and stop those whose service is missing."""
        needed = {service.name for item in items for service in _needs(item)}
        self.used = {str(find(service)) for service in SERVICES if service.name in needed}
        for item in items:
            for reason in _reasons_not_to_run(item):
                item.add_marker(pytest.mark.not_here(reason))

    def told(self) -> dict[str, Any]:
        """All of it, in words that one process can send another."""
        return {"used": sorted(self.used), "not_run": dict(self.not_run)}

    def add(self, told: dict[str, Any]) -> None:
        """Take in what another process tells."""
        self.used |= set(told["used"])
        self.not_run += Counter(told["not_run"])


RINGS = pytest.StashKey[Rings]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RINGS] = Rings()
    config.addinivalue_line("markers", "not_here(reason): set where a service is missing")
    if getattr(config.option, "numprocesses", None):  # the others can only crash on a wrong setting, and cannot say it
        _settings_are_right()


def _settings_are_right() -> None:
    """Each server that is named answers. Raises ``UsageError``."""
    try:
        for service in SERVICES:
            if service.variable in os.environ:
                find(service)
    except SettingWrong as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(tryfirst=True)
def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what asks for a real service, so that ``-m "not rabbitmq"`` works without anyone's care."""
    for service in _needs(item):
        item.add_marker(service.mark)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sort what is left when ``-m`` and ``-k`` have chosen."""
    if config.option.collectonly:
        return
    try:
        config.stash[RINGS].sort(items)
    except SettingWrong as error:
        raise pytest.UsageError(str(error)) from error


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Stop a test whose service is missing."""
    reasons = [mark.args[0] for mark in item.iter_markers("not_here")]
    item.config.stash[RINGS].not_run.update(reasons)
    if reasons:
        _stop(reasons[0])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports, if that is another."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["rings"] = session.config.stash[RINGS].told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Hear what one of the others has to tell; one that crashed has nothing."""
    if told := getattr(node, "workeroutput", {}).get("rings"):
        node.config.stash[RINGS].add(told)


def require(config: pytest.Config, service: Service) -> Found:
    """For fixtures: what was found of the service, or the end of the test that asked in a way we could not foresee."""
    found = find(service)
    if found.missing:
        config.stash[RINGS].not_run[f"ring 2 ({service.name}): {found.missing}"] += 1
        _stop(found.missing)
    return found


def _stop(reason: str) -> NoReturn:
    """Skip the test at home; fail it where all must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what ring 2 used, and list what was not run."""
    rings = config.stash[RINGS]
    for found in sorted(rings.used):
        terminalreporter.write_line(f"ring 2 used {found}")
    for reason, count in sorted(rings.not_run.items()):
        terminalreporter.write_line(f"not run: {reason} ({count} test{'s' if count > 1 else ''})", yellow=True)


def _needs(item: pytest.Item) -> list[Service]:
    """Services by fixture, also at second hand, or by mark; in the order of ``SERVICES``."""
    fixtures = getattr(item, "fixturenames", ())
    asked = {FIXTURES[name].name for name in fixtures if name in FIXTURES}
    return [service for service in SERVICES if service.name in asked or item.get_closest_marker(service.mark)]


def _reasons_not_to_run(item: pytest.Item) -> list[str]:
    fixtures = getattr(item, "fixturenames", ())
    private = {FIXTURES[name].name for name in fixtures if name in FIXTURES and name.startswith(PRIVATE)}
    reasons = []
    for service in _needs(item):
        found = find(service)
        if found.missing:
            reasons.append(f"ring 2 ({service.name}): {found.missing}")
        elif service.name in private and found.start is None:
            reasons.append(f"ring 2 (a private {service.name}): not installed, no Docker")
    return reasons
