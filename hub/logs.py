"""Structured logs: a constant event name and ids, JSON in production, readable on a terminal.

Secrets and message texts never come here; ``redact`` is the last line of defence, not the first.
"""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterable, MutableMapping
from typing import Any

import structlog

from hub.errors import HubError

_NEVER = frozenset({"text", "body", "raw", "token", "secret", "password", "authorization", "auth_token", "payload"})
_SECRET = re.compile("token|secret|passw|authoriz|signature|api.?key|credential|cookie", re.IGNORECASE)
_REDACTED = "[redacted]"
_secrets: dict[str, str] = {}
"""Each with how JSON writes it."""
_all_shown = False


def configure(*, form: str = "", level: int = logging.INFO) -> None:
    """Set up logging for this process. ``form`` is ``json``, ``console``, or empty: by whether stderr is a terminal.

    Tracebacks are plain on purpose: the fancy ones print local variables, message texts and secrets among them.
    """
    global _all_shown  # noqa: PLW0603 - logging is a process's own, and asking structlog each time costs too much
    _all_shown = level <= logging.DEBUG
    console = form == "console" or (not form and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = _without_secrets(plain if console else structlog.processors.JSONRenderer())
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
    _secrets.update({secret: json.dumps(secret)[1:-1] for secret in secrets if len(secret) > 7})


def hidden(text: str) -> str:
    """The text with known secrets taken out of it."""
    for secret, written in _secrets.items():
        text = text.replace(secret, _REDACTED).replace(written, _REDACTED)
    return text


DEEPEST = 6


def shown(error: BaseException) -> str:
    """What may be said of an exception whose text and variables may hold a customer's message.

    So ``log.exception`` is used on nothing that handles one: asyncpg's errors repeat the arguments. Only our own errors
    are known to hold no message's text; of others the kind is said.
    """
    return f"{type(error).__name__}: {error}" if isinstance(error, HubError) else type(error).__name__


def trace(error: BaseException) -> str:
    """The innermost places it came from: ``store.py:12 append < record.py:40 handle``."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in reversed(frames))


class Trail:
    """Whether a step of the hot path gets its line: while little happens, so that one message can be followed.

    At most ``most`` lines a second are worth their cost; under load only ``--debug`` shows them all.
    """

    def __init__(self, *, most: int = 20) -> None:
        self._most, self._left, self._since = most, most, 0.0

    def goes_on(self, *, few: bool = True) -> bool:
        """Whether to write the line: ``few`` things happened and there is room in this second, or all are shown."""
        now = time.monotonic()
        if now - self._since >= 1:
            self._left, self._since = self._most, now
        if few and self._left > 0:
            self._left -= 1
            return True
        return _all_shown


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out forbidden keys, however deep they stand."""
    return {key: _REDACTED if key in _NEVER else _redacted(value) for key, value in event.items()}


def without_secrets(value: Any) -> Any:
    """For an administrator's eyes: texts stay, whatever is called like a secret does not, however deep it stands."""
    if isinstance(value, dict):
        return {key: _REDACTED if _SECRET.search(str(key)) else without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_secrets(inner) for inner in value]
    return value


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _REDACTED if key in _NEVER else _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_redacted(inner) for inner in value]
    return value


def _without_secrets(render: Any) -> Any:
    """The renderer, with known secrets taken out of the finished line: lists, errors and tracebacks stand in it too."""

    def rendered(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        return hidden(str(render(logger, name, event)))

    return rendered
