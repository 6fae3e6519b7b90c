"""The server as a process: launch it, wait until it is ready however long it recovers, and shut it down."""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field

import structlog

from hub.errors import EmbeddedFailed
from hub.store.embedded.account import account_for, capability_for, own
from hub.store.embedded.binaries import Binaries
from hub.store.embedded.cluster import Places, server_settings, socket_dir
from hub.store.embedded.failures import explain, tail
from hub.store.embedded.launching import launch_arguments
from hub.store.embedded.postmaster import Postmaster, find_postmaster, is_alive, remains, retire_pid_file

# After a kill -9 of the server its other processes need a moment to notice; until then a new one refuses to start.
_NOT_YET = ("pre-existing shared memory block", 'lock file "postmaster.pid"', "could not bind Unix address")
_NOT_YET_FOR_S = 30.0
_REMAINS_MAY_TAKE_S = 10.0
_SAY_EVERY_S = 5.0
_LOOK_EVERY_S = 0.05
_FAST_SHUTDOWN_S = 60.0
# Its pid file is the last that a server removes; its process ends a moment after.
_LAST_MOMENT_S = 2.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Wait:
    """One wait for readiness: the process we launched, where its words begin in the log, and when we last spoke."""

    places: Places
    binaries: Binaries
    grace: float
    supervisor: int | None = None
    log_start: int = 0
    since: float = field(default_factory=time.monotonic)
    said: float = field(default_factory=time.monotonic)

    def launch(self) -> None:
        self.log_start = self.places.log.stat().st_size if self.places.log.exists() else 0
        self.supervisor = _launch(self.places, self.binaries, self.grace)

    def check_ended(self) -> None:
        """The server that we launched has ended: forget it if trying again can help, else say why."""
        said = tail(self.places.log, self.log_start)
        if not (any(words in said for words in _NOT_YET) and time.monotonic() - self.since < _NOT_YET_FOR_S):
            raise EmbeddedFailed(explain("The embedded PostgreSQL could not start", said, self.places.log))
        self.supervisor = None
        if time.monotonic() - self.since > _REMAINS_MAY_TAKE_S:
            self._end_remains()

    def _end_remains(self) -> None:
        """A process of the dead server that has not noticed by now never will, and no server starts beside it.

        To end it is what PostgreSQL's hint under "pre-existing shared memory block" asks for. No data hangs on it:
        whatever it was doing, its client has not been told that it was done, or it is in the log already.
        """
        for pid in remains(self.places.cluster):
            _log.warning("embedded_postgres_remains_ended", pid=pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def report(self, status: str) -> None:
        if time.monotonic() - self.said > _SAY_EVERY_S:
            self.said = time.monotonic()
            last = tail(self.places.log, self.log_start).splitlines()[-1:]
            waited = round(self.said - self.since)
            _log.info("embedded_postgres_waiting", status=status, waited_s=waited, server_says=last)


async def until_ready(places: Places, binaries: Binaries, grace: float) -> Postmaster:
    """The ready server of ``places``: the one that runs already, or a new one. The caller holds the gate.

    Raises:
        EmbeddedFailed: the server ended instead; there is no other limit, recovery takes what it takes.
    """
    wait = _Wait(places, binaries, grace)
    while True:
        server = find_postmaster(places.cluster)
        if server and server.status == "ready":
            return server
        if server is None and wait.supervisor is None:
            wait.launch()
        elif server is None and wait.supervisor is not None and not is_alive(wait.supervisor):
            wait.check_ended()
            await asyncio.sleep(0.5)
        wait.report(server.status if server else "launched")
        await asyncio.sleep(_LOOK_EVERY_S)


async def shut_down(places: Places) -> None:
    """Fast shutdown: clients are cut off, all is written. After a minute at once: that costs a recovery and no data."""
    server = find_postmaster(places.cluster)
    asked = time.monotonic()
    while server and (now := find_postmaster(places.cluster)) and now.pid == server.pid:
        hurry = time.monotonic() - asked > _FAST_SHUTDOWN_S
        with contextlib.suppress(ProcessLookupError):  # it ended between the two lines
            os.kill(server.pid, signal.SIGQUIT if hurry else signal.SIGINT)
        await asyncio.sleep(_LOOK_EVERY_S)
    gone = time.monotonic()
    while server and is_alive(server.pid) and time.monotonic() - gone < _LAST_MOMENT_S:  # noqa: ASYNC110 - a process that is not our child
        await asyncio.sleep(_LOOK_EVERY_S)
    if server:
        _log.info("embedded_postgres_stopped", pid=server.pid, took_s=round(time.monotonic() - asked, 1))


def _launch(places: Places, binaries: Binaries, grace: float) -> int:
    """Start the server under its supervisor, both detached from us; returns the supervisor's pid."""
    retire_pid_file(places.cluster)
    account = account_for(places.data_dir, places.cluster)
    sockets = socket_dir(places, account)
    capability = capability_for(account, places.folder, binaries.root)
    argv = [str(binaries.postgres), "-D", str(places.cluster), *server_settings(sockets)]
    command = launch_arguments(argv, account, capability, gate=places.gate, users=places.users, grace=grace)
    with places.log.open("ab") as log:
        own(places.folder, account)
        places.cluster.chmod(0o700)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, check=False)  # noqa: S603 - our own launcher
    if done.returncode:
        said = tail(places.log)
        raise EmbeddedFailed(explain("The embedded PostgreSQL could not be launched", said, places.log))
    return int(done.stdout)
