"""What a long run prints, on streams that cannot stop it: their reader may go away, their disk may be full."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast


@contextmanager
def unbreakable() -> Iterator[None]:
    """Within, what cannot be written to standard output and error is lost, and no ``OSError`` says so."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (stream and cast("TextIO", Unbreakable(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class Unbreakable:
    """A text stream whose ``write`` and ``flush`` raise no ``OSError``. Anything else is the stream's own.

    A pipe that nobody reads stays so: from then on what is written goes to the null device, also at the end of the
    process, when Python flushes once more. A full disk may have room again, so each line is tried.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Its length, whether it could be written or not."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._lost(error)
        return len(text)

    def flush(self) -> None:
        """What can be written is."""
        try:
            self._stream.flush()
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        if isinstance(error, BrokenPipeError):
            with suppress(OSError), open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a device
                os.dup2(nowhere.fileno(), self._stream.fileno())

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # whoever writes beneath goes round us
            raise AttributeError(name)
        return getattr(self._stream, name)
