"""How the hub calls ``launch.py``."""

import json
import sys
from pathlib import Path

from hub.store.embedded.account import Account
from hub.store.embedded.launch import Launch

_LAUNCH = Path(__file__).with_name("launch.py")


def launch_arguments(
    argv: list[str],
    account: Account | None,
    capability: int | None,
    *,
    gate: Path | None = None,
    users: Path | None = None,
    grace: float = 0.0,
) -> list[str]:
    """The command that becomes ``argv`` under ``account``; with ``users`` it detaches and looks after the server."""
    launch: Launch = {
        "argv": argv,
        "uid": account.uid if account else None,
        "gid": account.gid if account else None,
        "capability": capability,
        "gate": str(gate) if gate else None,
        "users": str(users) if users else None,
        "grace": grace,
    }
    return [sys.executable, "-I", "-S", str(_LAUNCH), json.dumps(launch)]
