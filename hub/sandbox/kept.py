"""Threads that outlive the sandbox: one line of JSON for each change of a message, the last one of a message counts.

Their pictures and files stand on the sandbox's shelf. It is a toy's memory and not the hub's: nothing is synced to the
disk, and a line that broke off is left out.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
import structlog

from hub.sandbox.model import Message
from hub.sandbox.state import Sandbox

log = structlog.get_logger(__name__)

MOST = 2_000
"""Messages that are read again at a start; older ones are forgotten then."""
_message = msgspec.json.Decoder(Message)


def keep(sandbox: Sandbox, file: Path) -> None:
    """Give `sandbox` what `file` holds, and write there what happens from now on."""
    for message in _read(file)[-MOST:]:
        if message.account_sid in sandbox.accounts:
            sandbox.restore(message)
    _write(file, sandbox.messages.values())
    sandbox.shelf.keep_only(media.sid for message in sandbox.messages.values() for media in message.media)

    def note(kind: str, data: dict[str, object]) -> None:
        try:
            if kind == "message":
                with file.open("ab") as end:
                    end.write(msgspec.json.encode(sandbox.messages[str(data["sid"])]) + b"\n")
            elif kind == "reset":
                _write(file, ())
        except OSError as error:  # a provider whose disk is full still carries messages
            log.warning("sandbox_not_kept", reason=error.strerror)

    sandbox.listeners.add(note)


def _read(file: Path) -> list[Message]:
    found: dict[str, Message] = {}
    with suppress(FileNotFoundError), file.open("rb") as lines:
        for line in lines:
            with suppress(msgspec.DecodeError):
                message = _message.decode(line)
                found[message.sid] = message
    return list(found.values())


def _write(file: Path, messages: Iterable[Message]) -> None:
    """Put these in the file's place, for its owner's eyes alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}")
    draft.touch(mode=0o600)
    draft.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in messages))
    draft.replace(file)
