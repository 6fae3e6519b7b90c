"""The cluster on disk: where it lies, how it is made, and with what settings it runs."""

import asyncio
import errno
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import structlog

from hub.errors import EmbeddedFailed
from hub.store.embedded.account import Account, account_for, capability_for, named, own
from hub.store.embedded.binaries import Binaries
from hub.store.embedded.failures import explain
from hub.store.embedded.launching import launch_arguments

PORT = 5432  # only a part of the socket's name: nothing listens on the network
SUPERUSER = "postgres"

# A Unix socket's path has at most 107 bytes on Linux, 103 on macOS; "/.s.PGSQL.5432" is 14 of them.
_LONGEST_SOCKET_DIR = 103 - 14

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one data folder; all absolute and without links."""

    data_dir: Path

    @property
    def folder(self) -> Path:
        """All that is PostgreSQL's, given to the account that runs it."""
        return self.data_dir / "postgres"

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls its data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def gate(self) -> Path:
        """Lock: somebody starts or stops the server."""
        return self.folder / "gate"

    @property
    def users(self) -> Path:
        """Lock: shared by all who need the server."""
        return self.folder / "users"

    def version(self) -> int | None:
        """The major version that made the cluster; None if there is no cluster yet.

        Raises:
            EmbeddedFailed: there is something, and it is not a whole cluster.
        """
        if not self.cluster.exists():
            return None
        try:
            return int((self.cluster / "PG_VERSION").read_text())
        except (FileNotFoundError, ValueError):
            raise EmbeddedFailed(
                f"{self.cluster} is damaged: PG_VERSION is missing or unreadable. Put a backup of the folder "
                "in its place, or choose another with HUB_DATA_DIR."
            ) from None


def prepare_folder(data_dir: Path) -> Places:
    """Make the data folder if there is none, and PostgreSQL's place in it, private to its account.

    Raises:
        EmbeddedFailed: we may not write there, or the disk is full.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        places = Places(data_dir.resolve())
        places.folder.mkdir(mode=0o700, exist_ok=True)
        _check_owner(places.folder)
        places.folder.chmod(0o700)
    except FileExistsError:
        raise EmbeddedFailed(f"{data_dir} is a file, not a folder. Choose another with HUB_DATA_DIR.") from None
    except OSError as error:
        raise EmbeddedFailed(f"Cannot use {data_dir} as data folder: {explain_os_error(error)}") from error
    return places


def explain_os_error(error: OSError) -> str:
    """One sentence: what is wrong and what to do."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full. Free some space and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename} may not be written by uid {os.geteuid()}. Start the hub as the folder's owner, "
            "give it to this account with chown, or choose another with HUB_DATA_DIR."
        )
    return f"{error.strerror or error} ({error.filename}). Choose another with HUB_DATA_DIR."


def _check_owner(folder: Path) -> None:
    if os.geteuid() not in (0, folder.stat().st_uid):
        raise PermissionError(errno.EACCES, "not the owner", str(folder))


async def make_cluster(places: Places, binaries: Binaries) -> None:
    """Run initdb beside the final place and rename, so that a cluster is whole or not there.

    UTF-8, data checksums, connections by the socket alone. Text is compared by code point: the binaries have no ICU, so
    Persian names (پ چ ژ گ ک ی come last) are put in dictionary order by whoever shows them.

    Raises:
        EmbeddedFailed: with initdb's own words and what to do.
    """
    _log.info("embedded_postgres_installing", version=binaries.major)
    new = places.folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account = account_for(places.data_dir, places.cluster)
    installer = named(account) if account else None
    own(places.folder, installer)
    await _initdb(new, binaries, installer, capability_for(installer, places.folder, binaries.root))
    own(places.folder, account)
    new.rename(places.cluster)


async def _initdb(new: Path, binaries: Binaries, account: Account | None, capability: int | None) -> None:
    argv = [str(binaries.initdb), "-D", str(new), "-U", SUPERUSER, "-E", "UTF8", "--data-checksums"]
    argv += ["--auth-local=trust", "--auth-host=reject", "--no-instructions", *_locale(binaries.major)]
    process = await asyncio.create_subprocess_exec(
        *launch_arguments(argv, account, capability),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise EmbeddedFailed(explain("PostgreSQL could not be installed", said.decode(errors="replace"), new))


def _locale(major: int) -> list[str]:
    # From 17 on the server brings its own C.UTF-8: lower() and upper() know all of Unicode, and no update of the
    # system's C library can ever put an index out of order.
    return ["--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"] if major >= 17 else ["--locale=C"]


def socket_dir(places: Places, account: Account | None) -> Path:
    """A folder for the socket that only the server's account (and root) may enter.

    In the data folder; where that path is too long, or holds characters with a meaning in a URL's host list, a short
    private folder under the system's temporary one, whose name is kept in ``postgres/socket_dir``.
    """
    own_place = places.folder / "run"
    if len(os.fsencode(own_place)) <= _LONGEST_SOCKET_DIR and re.fullmatch(r"[\w./+-]+", str(own_place)):
        own_place.mkdir(mode=0o700, exist_ok=True)
        return _private(own_place, account)
    record = places.folder / "socket_dir"
    kept = Path(record.read_text()) if record.exists() else None
    if kept is None or not _still_ours(kept, account):
        kept = Path(tempfile.mkdtemp(prefix="peyvand-", dir=_short_temp())).resolve()
        record.write_text(str(kept))
    return _private(kept, account)


def _private(folder: Path, account: Account | None) -> Path:
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def _still_ours(folder: Path, account: Account | None) -> bool:
    """Others can make folders under the temporary one too, so the name alone proves nothing."""
    owner = account.uid if account else os.geteuid()
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == owner


def _short_temp() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) < _LONGEST_SOCKET_DIR - 30 else "/tmp"  # noqa: S108 - mkdtemp makes a private folder in it


def server_settings(sockets: Path) -> list[str]:
    """Arguments of ``postgres``: nothing on the network, durable, small, and silent about what messages say."""
    settings = {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": sockets,
        "max_connections": 60,
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": "64MB",
        "work_mem": "4MB",
        "maintenance_work_mem": "64MB",
        "max_wal_size": "512MB",
        "max_parallel_workers_per_gather": 0,  # parallel workers want /dev/shm, which containers keep small
        "huge_pages": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",  # we look for some of the server's words in its log
        "logging_collector": "off",  # our runner keeps the log: it must also hold what comes before a collector runs
        "log_min_error_statement": "panic",  # statements and details of errors would carry messages' texts (promise 11)
        "log_error_verbosity": "terse",
        "log_checkpoints": "off",
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
