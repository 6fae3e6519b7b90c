"""Tracing as an option: spans over OTLP, joined through the broker by each event's ``traceparent``.

Nothing here imports OpenTelemetry; ``hub.tracing.spans`` and ``hub.tracing.export`` do, and bootstrap imports them only
if ``HUB_OTLP_ENDPOINT`` is set. Everywhere else tracing is ``None``.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hub.tracing.spans import Tracing

_NOTHING = nullcontext()


def calling(tracing: "Tracing | None", message_id: UUID, account: str) -> AbstractContextManager[None]:
    """Around the call that hands a message to its provider."""
    return _NOTHING if tracing is None else tracing.call(message_id, account)
