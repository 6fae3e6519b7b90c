"""The conformance suite of adapters: the same cases against every adapter, ours or a third party's.

Derive a test class from the parts for the adapter's abilities and fill in the hooks::

    class TestSmsExample(ReceivesSuite, SendsSuite, ListsSuite):
        def account(self, *, api_url=..., rotating=False): ...
        def create(self, account): ...
        ...

Everything an adapter does here is watched: no log line, error or ``repr`` may hold a secret or a message's text.
"""

import pytest

for _part in ("common", "receives", "calls", "keeps"):
    pytest.register_assert_rewrite(f"{__name__}.{_part}")

from hub.testing.adapter_suite.calls import Case, ListsSuite, ProviderSuite, SendsSuite  # noqa: E402 -- see above
from hub.testing.adapter_suite.common import (  # noqa: E402
    CURRENT,
    MESSAGE_ID,
    OURS,
    PREVIOUS,
    SHORT,
    STRANGE,
    TEXT,
    TO,
    AdapterSuite,
    read_request,
)
from hub.testing.adapter_suite.keeps import HasTemplatesSuite, KeepsBooksSuite, KeepsFilesSuite  # noqa: E402
from hub.testing.adapter_suite.provider import CUT, DROP, HANG, Provider, Reply  # noqa: E402
from hub.testing.adapter_suite.receives import ReceivesSuite  # noqa: E402

__all__ = [
    "CURRENT",
    "CUT",
    "DROP",
    "HANG",
    "MESSAGE_ID",
    "OURS",
    "PREVIOUS",
    "SHORT",
    "STRANGE",
    "TEXT",
    "TO",
    "AdapterSuite",
    "Case",
    "HasTemplatesSuite",
    "KeepsBooksSuite",
    "KeepsFilesSuite",
    "ListsSuite",
    "Provider",
    "ProviderSuite",
    "ReceivesSuite",
    "Reply",
    "SendsSuite",
    "read_request",
]
