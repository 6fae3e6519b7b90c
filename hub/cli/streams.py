"""What a long run prints, on streams that cannot stop it: their reader may go away, their disk may be full."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast


@contextmanager
def unbreakable() -> Iterator[None]:
    """Within, standard output and error take everything and raise nothing; what cannot be written is lost."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast("TextIO", Unbreakable(stream)) for stream in before)
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
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
