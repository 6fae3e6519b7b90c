"""A URL with a primary and its standbys, as libpq takes it, for the migration tool, which knows one host alone."""

import pytest
from yoyo.connections import parse_uri

from hub.store.migrate import _for_yoyo


@pytest.mark.parametrize(
    ("url", "host", "port", "rest"),
    [
        ("postgresql://hub@a/hub", "a", None, {}),
        ("postgres:///hub", None, None, {}),
        ("postgresql://hub@/hub?host=/run/pg", None, None, {"host": "/run/pg"}),
        ("postgresql://hub@a:1,b/hub", None, None, {"host": "a,b", "port": "1,5432"}),
        (
            *("postgres://hub:p%40ss@a,b:2/hub?target_session_attrs=read-write", None, None),
            {"target_session_attrs": "read-write", "host": "a,b", "port": "5432,2"},
        ),
    ],
)
def test_hosts_and_ports_reach_the_driver(url: str, host: str | None, port: int | None, rest: dict[str, str]) -> None:
    parsed = parse_uri(_for_yoyo(url))
    assert (parsed.scheme, parsed.database, parsed.hostname, parsed.port) == ("postgresql+psycopg", "hub", host, port)
    assert parsed.args == rest
    assert parsed.password == ("p@ss" if "p%40ss" in url else None)
