"""Ports: which are free, and who has the one we want."""

import errno
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

_LISTEN = "0A"  # the state's number in /proc/net/tcp (Linux, include/net/tcp_states.h)


def free(host: str, port: int, *, flag: str = "--port") -> int:
    """``port`` if it can be listened at, a free one for 0. Raises ``ClickException`` that names who has it.

    Bound without SO_REUSEPORT: so another hub whose processes share the port counts as having it, too.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
            found: int = probe.getsockname()[1]
            return found
    except OSError as error:
        raise click.ClickException(_why(error, host, port, flag)) from error


def next_free(host: str, port: int, *, tries: int = 20, beside: int = 0) -> int:
    """The first port from ``port`` on that can be listened at and is not ``beside``, else any."""
    for candidate in range(port, port + tries):
        with suppress(click.ClickException):
            if candidate != beside:
                return free(host, candidate)
    return free(host, 0)


def _why(error: OSError, host: str, port: int, flag: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken by {holder(port)}: stop it, or choose another port with {flag}."
    if error.errno == errno.EACCES:
        return f"port {port} needs root: choose one above 1023 with {flag}, with a proxy before it."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"{host} is no address of this machine: choose another with --host, e.g. 127.0.0.1 or 0.0.0.0."
    return f"cannot listen at {host}:{port}: {error.strerror}."


def holder(port: int) -> str:
    """``python3 (pid 123)``, or ``another program`` where that cannot be seen."""
    sockets = set(_listening(port))
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            if any(_socket(link) in sockets for link in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (pid {process.name})"
    return "another program"


def _socket(link: Path) -> str:
    with suppress(OSError):
        return str(link.readlink())
    return ""


def _listening(port: int) -> Iterator[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == _LISTEN and int(columns[1].rpartition(":")[2], 16) == port:
                    yield f"socket:[{columns[9]}]"
