"""Structured logs: a constant event name and ids, JSON in production, readable on a terminal.

Secrets and message texts never come here; ``redact`` is the last line of defence, not the first.
"""

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

_NEVER = frozenset({"text", "body", "raw", "token", "secret", "password", "authorization", "auth_token", "payload"})
_secrets: set[str] = set()


def configure(*, form: str = "", level: int = logging.INFO) -> None:
    """Set up logging for this process. ``form`` is ``json``, ``console``, or empty: by whether stderr is a terminal.

    Tracebacks are plain on purpose: the fancy ones print local variables, message texts and secrets among them.
    """
    console = form == "console" or (not form and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = plain if console else structlog.processors.JSONRenderer()
    tail = [redact] if console else [structlog.processors.format_exc_info, redact]
    structlog.configure(
        processors=[*shared, *tail, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[
        structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail, renderer,
    ])  # fmt: skip
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # a traceback at each disconnect, which we tell in one line


def never_show(secrets: Iterable[str]) -> None:
    """Values that must not be printed, whatever key they come under."""
    _secrets.update(secret for secret in secrets if len(secret) > 7)


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must never be in a log: forbidden keys, and known secrets wherever they stand."""
    for key, value in event.items():
        if key in _NEVER:
            event[key] = "[redacted]"
        elif isinstance(value, str) and any(secret in value for secret in _secrets):
            event[key] = _without(value)
    return event


def _without(value: str) -> str:
    for secret in _secrets:
        value = value.replace(secret, "[redacted]")
    return value
