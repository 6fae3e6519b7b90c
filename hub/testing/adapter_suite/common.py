"""What holds for every adapter, and the hooks and made-up values all parts of the suite share."""
# ruff: noqa: S101, D102 -- assert is how pytest speaks, and a test's name says what it shows

import base64
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import structlog.testing

from hub.channel import Account, Adapter, HasTemplates, KeepsBooks, KeepsFiles, Lists, Receives, Sends, WebhookRequest
from hub.model import ContactPoint

CURRENT, PREVIOUS, STRANGE = "canary0current0secret", "canary0previous0secret", "canary0strange0secret"
"""Secrets to make accounts and signatures with; of an alphabet every provider takes."""
TEXT = "canary text سلام، کالا نرسید 🌸"
"""The text of every message in the suite."""
MESSAGE_ID = UUID("0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee")
TO, OURS = ContactPoint("tel:+989121234567"), "tel:+15005550006"
SHORT = 0.5
"""Seconds: the longest time-outs an account of the suite may have."""


def read_request(path: Path) -> WebhookRequest:
    """A captured webhook: the line ``POST https://…``, headers, a blank line, the body.

    The last newline is the file's and not the body's.
    """
    head, _, body = path.read_bytes().partition(b"\n\n")
    first, *rest = head.decode().splitlines()
    method, _, url = first.partition(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return WebhookRequest(method, url, headers, body.removesuffix(b"\n"))


class AdapterSuite:
    """What holds for every adapter, and the hooks all parts need."""

    def account(self, *, api_url: str = "http://127.0.0.1:9", rotating: bool = False) -> Account:
        """An account whose secret is ``CURRENT`` (and ``PREVIOUS`` if rotating), with time-outs up to ``SHORT``."""
        raise NotImplementedError

    def create(self, account: Account) -> Adapter:
        """The adapter's factory."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _nothing_leaks(self, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
        caplog.set_level(0)
        with structlog.testing.capture_logs() as lines:
            yield
        logged = map(logging.Formatter().format, caplog.get_records("call"))
        self.no_canary(*logged, repr(lines), *capsys.readouterr())

    def no_canary(self, *shown: str) -> None:
        """Nothing of a secret or a message in what may be seen."""
        account = self.account(rotating=True)
        secrets = {*account.secrets.values(), CURRENT, PREVIOUS, STRANGE}
        encoded = {base64.b64encode(secret.encode()).decode().rstrip("=")[:-1] for secret in secrets}
        for canary in (*secrets, *encoded, "canary text"):
            assert not any(canary in text for text in shown)

    def test_repr_shows_no_secret(self) -> None:
        account = self.account(rotating=True)
        adapter = self.create(account)
        self.no_canary(repr(adapter), str(adapter), repr(account), str(account))

    def test_secrets_are_all_named(self) -> None:
        account = self.account(rotating=True)
        assert self.create(account).secrets() == set(account.secrets.values()) != set()

    def test_every_ability_has_its_part_of_the_suite(self) -> None:
        adapter = self.create(self.account())
        tested = {part.__dict__["ability"] for part in type(self).__mro__ if "ability" in part.__dict__}
        abilities: tuple[type, ...] = (Receives, Sends, Lists, KeepsBooks, KeepsFiles, HasTemplates)
        assert {ability for ability in abilities if isinstance(adapter, ability)} == tested
