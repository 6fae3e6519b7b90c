"""``demo.json`` in the data folder: the sandbox's account, which stays, and where and how to sign in, which does not.

It lets `hub agents watch Mina` be short. Readable to its owner alone; its sign-ins open the demo and nothing else.
"""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

_NAME = "demo.json"


@dataclass(slots=True)
class Notes:
    """What a demo leaves for other commands; ``sign_ins`` is name → token."""

    account_sid: str
    auth_token: str = field(repr=False)
    url: str = ""
    sign_ins: dict[str, str] = field(default_factory=dict, repr=False)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the desk, by name; they stay from start to start."""

    def write(self, data_dir: Path) -> None:
        """Put them in their place."""
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".{_NAME}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=2)
        draft.replace(data_dir / _NAME)


def read(data_dir: Path) -> Notes | None:
    """The notes, if there is or was a demo in this data folder."""
    with suppress(OSError, ValueError, TypeError):
        return Notes(**json.loads((data_dir / _NAME).read_text()))
    return None


def new() -> Notes:
    """Notes for a first start: a made-up account in Twilio's form."""
    return Notes("AC" + secrets.token_hex(16), secrets.token_hex(16))
