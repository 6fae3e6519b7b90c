"""Who runs PostgreSQL. It refuses root; so a hub started by root hands the server to somebody else.

Somebody else often cannot pass root's home (0700), where both the data folder and the binaries may lie. Instead of
opening folders the server then keeps exactly one capability (man 7 capabilities): CAP_DAC_READ_SEARCH to pass folders
and read; or CAP_DAC_OVERRIDE, where the first is not to be had (containers) or does not suffice (binaries that root
alone may execute).
"""

import os
import pwd
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from hub.errors import EmbeddedFailed

# No account has this number: systemd's table of uids leaves 60578-61183 unused, and it fits a 16 bit user namespace.
# `nobody` would share the data with every other program that runs as nobody.
UNPRIVILEGED = 60879

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8  # without it none can be handed down in a way that access(2) respects


@dataclass(frozen=True, slots=True)
class Account:
    """A user and group number to run as."""

    uid: int
    gid: int


def account_for(data_dir: Path, cluster: Path) -> Account | None:
    """Who shall run the server of ``cluster`` (which may not exist yet); None for "as we are", when we are not root."""
    if os.geteuid() != 0:
        return None
    for place in (cluster, data_dir):
        owner = place.stat() if place.exists() else None
        if owner and owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    return Account(UNPRIVILEGED, UNPRIVILEGED)


def named(account: Account) -> Account:
    """``account`` if the system has a name for it, else one that has: initdb refuses a number without a name."""
    everyone = {entry.pw_uid: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    if account.uid in everyone:
        return account
    known = next((e for e in everyone.values() if e.pw_name == "nobody"), next(iter(everyone.values()), None))
    if known is None:
        raise EmbeddedFailed(
            "PostgreSQL cannot be installed as root, and this system knows no other account. "
            "Add a line for `nobody` to /etc/passwd, or set HUB_DATABASE_URL."
        )
    return Account(known.pw_uid, known.pw_gid)


def own(folder: Path, account: Account | None) -> None:
    """Give ``folder`` and all in it to ``account``; nothing outside it, and no link is followed."""
    if account is None:
        return
    for place, folders, files in os.walk(folder):
        for path in (place, *(os.path.join(place, name) for name in folders + files)):  # noqa: PTH118 - one string a file, thousands of files
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def capability_for(account: Account | None, folder: Path, binaries: Path) -> int | None:
    """The number of the one capability the server needs to reach its files; None if it needs none.

    Raises:
        EmbeddedFailed: it needs one, and this system has none to give.
    """
    if account is None:
        return None
    executable = _may(account, binaries / "bin" / "postgres", stat.S_IXOTH)
    reachable = _passable(account, folder) and _passable(account, binaries / "bin")
    readable = _may(account, binaries / "share", stat.S_IROTH) and _may(account, binaries / "lib", stat.S_IROTH)
    if executable and reachable and readable:
        return None
    useful = (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE) if executable else (CAP_DAC_OVERRIDE,)
    ours = _our_capabilities()
    for number in useful:
        if ours >> number & ours >> CAP_SETPCAP & 1:
            return number
    raise EmbeddedFailed(
        f"PostgreSQL does not run as root, and the account it would run as (uid {account.uid}) cannot pass the folders "
        f"above {folder} or {binaries}. Start the hub as an ordinary user, or put both where everyone may pass, "
        "for instance under /srv (HUB_DATA_DIR), or set HUB_DATABASE_URL."
    )


def _passable(account: Account, folder: Path) -> bool:
    """Whether every folder above may be passed, as its mode bits say (an ACL that allows more is not used)."""
    return all(_may(account, above, stat.S_IXOTH) for above in folder.resolve().parents)


def _may(account: Account, path: Path, bit: int) -> bool:
    found = path.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & bit << 6)
    return bool(found.st_mode & (bit << 3 if found.st_gid == account.gid else bit))


def _our_capabilities() -> int:
    """The bits we hold and may hand down; 0 where the system has no such thing (macOS)."""
    if sys.platform != "linux":
        return 0
    lines = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    return int(lines["CapPrm"], 16) & int(lines["CapBnd"], 16)
