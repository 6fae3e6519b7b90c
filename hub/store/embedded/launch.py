"""Run as a file by the hub, never imported by it: become the right account, start PostgreSQL, and outlive the hub.

``python -I -S launch.py '{"argv": […], "uid": 60879, …}'`` with the keys of ``Launch``. Without ``users`` it becomes
the program (initdb). With it, it detaches, prints its own pid and then looks after the server: when no process holds
the lock file ``users`` any more (the last hub was killed), it stops the server after ``grace`` seconds. Standard
library only: it starts in some 20 ms and needs no installed package.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import select
import signal
import sys
import time
from typing import TypedDict

_PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 28, 47, 2
_NO_SETUID_FIXUP = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522
_LOOK_EVERY_S = 1.0
_FAST_SHUTDOWN_S = 60.0


class Launch(TypedDict):
    """What to run and as whom; ``uid`` null means "as we are"; ``capability`` is a number of man 7 capabilities."""

    argv: list[str]
    uid: int | None
    gid: int | None
    capability: int | None
    gate: str | None
    users: str | None
    grace: float


class _CapHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def main() -> int:
    """Do what the one argument says; the exit code is the program's."""
    launch: Launch = json.loads(sys.argv[1])
    if launch["users"] is None:
        _become(launch)
    child = _detach()
    if child:
        os.write(1, f"{child}\n".encode())
        return 0
    os.dup2(2, 1)  # from here on, both go to the log
    server = os.fork()
    if not server:
        _become(launch)
    return _look_after(server, launch)


def _detach() -> int:
    """Fork into a session of its own; the caller's terminal and its Ctrl-C do not reach there."""
    child = os.fork()
    if not child:
        os.setsid()
        os.chdir("/")
    return child


def _become(launch: Launch) -> None:
    """Turn into the program; never returns."""
    try:
        os.umask(0o077)
        if launch["uid"] is not None and launch["gid"] is not None:
            _drop(launch["uid"], launch["gid"], launch["capability"])
        os.execv(launch["argv"][0], launch["argv"])  # noqa: S606 - a list from our own runner, no shell
    except OSError as error:
        os.write(2, f"FATAL: cannot start {launch['argv'][0]}: {error}\n".encode())
        os._exit(126)


def _drop(uid: int, gid: int, capability: int | None) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if capability is not None:
        # Else access(2), by which PostgreSQL looks for its own files, ignores what only a capability allows.
        _check(libc.prctl(_PR_SET_SECUREBITS, _NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([gid])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        bit = 1 << capability
        data = (_CapData * 2)(_CapData(bit, bit, bit), _CapData(0, 0, 0))
        _check(libc.capset(ctypes.byref(_CapHeader(_CAPABILITY_VERSION_3, 0)), ctypes.byref(data)))
        _check(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _look_after(server: int, launch: Launch) -> int:
    wake = _woken_by_children()
    lonely_since: float | None = None
    while True:
        done, status = os.waitpid(server, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) & 0xFF
        with contextlib.ExitStack() as held:
            if not _alone(launch, held):
                lonely_since = None
            elif lonely_since is None:
                lonely_since = time.monotonic()
            elif time.monotonic() - lonely_since > launch["grace"]:
                return _stop(server)  # with the locks held: who comes now waits, and then starts it afresh
        select.select([wake], [], [], _LOOK_EVERY_S)


def _woken_by_children() -> int:
    """A descriptor that is readable when a child has ended; the signals meant to end us are for the server alone."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reader


def _stop(server: int) -> int:
    """Fast shutdown; at once if that lasts too long, which costs a recovery at the next start and no data."""
    os.kill(server, signal.SIGINT)
    deadline = time.monotonic() + _FAST_SHUTDOWN_S
    while not os.waitpid(server, os.WNOHANG)[0]:
        if time.monotonic() > deadline:
            os.kill(server, signal.SIGQUIT)
        time.sleep(0.1)
    return 0


def _alone(launch: Launch, held: contextlib.ExitStack) -> bool:
    """Nobody uses the server, and nobody is starting or stopping it now. ``held`` keeps both locks while true."""
    for path in (launch["gate"], launch["users"]):
        if path is None:
            return False
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            continue  # the data folder was deleted under us: nobody is left who could use it
        held.callback(os.close, descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
