"""The safe client against a server of our own that tries every trick on it."""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
import trustme

from hub.errors import AddressRefused, FetchDenied, FetchError, FetchFailed, FetchRefused, Redirected, TooLarge
from hub.fetching import Fetched, Fetcher, Origin
from hub.fetching.addresses import refusal
from tests.integration.fetching import (
    MOST,
    NAME,
    OK,
    SECRET,
    Answer,
    Names,
    failing,
    fetch,
    provider,
    says,
    without_end,
)

# --- What it is for ---------------------------------------------------------------------------------------


async def test_a_file_is_fetched_and_little_is_told_about_us(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with provider(says(OK + b"Set-Cookie: a=b\r\nContent-Length: 5\r\n\r\nhello")) as serving:
        (netrc := tmp_path / "netrc").write_text("machine 127.0.0.1 login us password ours\n")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        fetcher = Fetcher()
        for _ in range(2):
            assert await fetch(serving, "/a%2Fb?x=%2B", fetcher=fetcher) == Fetched(b"hello", "image/png")
        await fetcher.aclose()
    assert set(serving.asked[1].decode().split("\r\n")) == {
        "GET /a%2Fb?x=%2B HTTP/1.1", f"Host: 127.0.0.1:{serving.port}", "User-Agent: peyvand", "Accept: */*",
        "Accept-Encoding: identity", "Connection: close", "",
    }  # fmt: skip
    assert serving.connections == 2


async def test_a_body_may_be_exactly_as_large_as_its_limit() -> None:
    async with provider(says(OK + b"\r\n" + b"x" * MOST)) as serving:
        assert len((await fetch(serving)).body) == MOST


@pytest.mark.parametrize("headers", [{"Host": "evil"}, {"X": "a\r\nHost: evil"}, {"X\n": "a"}, {"Cookie": "a=b"}])
async def test_a_caller_cannot_say_where_a_request_goes_by_its_headers(headers: dict[str, str]) -> None:
    async with provider(says(OK + b"\r\n")) as serving:
        url = f"http://127.0.0.1:{serving.port}"
        with pytest.raises(FetchRefused):
            await Fetcher().fetch(url, origins=[Origin.of(url, private=True)], headers=headers, most=9, within=20)
    assert serving.connections == 0


# --- Addresses --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["127.0.0.1", "93.184.215.14"], ["::1"], ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["::127.0.0.1"], ["224.0.0.1"], ["169.254.169.254"], ["fe80::1%eth0"],
        ["0.0.0.0"],  # noqa: S104 - an address to refuse
        ["100.64.0.1"], ["2001:0:7f00:1::"], ["10.0.0.1"],
    ],
)  # fmt: skip
async def test_one_bad_address_speaks_against_the_whole_name(addresses: list[str]) -> None:
    async with provider(says(OK + b"\r\n")) as serving:
        url, names = f"http://{NAME}:{serving.port}", Names(addresses)
        with pytest.raises(AddressRefused, match="has an address that may not be asked") as refused:
            await Fetcher(resolve=names).fetch(url, origins=[Origin.of(url)], most=9, within=20)
    assert (names.asked, serving.connections) == (1, 0)
    assert refused.value.retryable, "the next answer to that name may be another"


async def test_an_address_as_host_is_checked_too() -> None:
    async with provider(says(OK + b"\r\n")) as serving:
        url = f"http://127.0.0.1:{serving.port}"
        with pytest.raises(FetchRefused, match="this machine") as refused:
            await Fetcher(resolve=Names(["93.184.215.14"])).fetch(url, origins=[Origin.of(url)], most=9, within=20)
    assert serving.connections == 0
    assert not refused.value.retryable, "the URL itself says so"


async def test_the_systems_own_names_are_checked_too() -> None:
    async with provider(says(OK + b"\r\n")) as serving:
        url = f"http://localhost:{serving.port}"
        with pytest.raises(FetchRefused, match=r"this machine|not on the Internet"):
            await Fetcher().fetch(url, origins=[Origin.of(url)], most=9, within=20)
        assert serving.connections == 0
        await Fetcher().fetch(url, origins=[Origin.of(url, private=True)], most=9, within=20)
        assert serving.connections == 1


async def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the first answer looks public, the next is this machine's."""
    looks_public = "127.0.0.2"
    monkeypatch.setattr(
        "hub.fetching.client.refusal",
        lambda one, *, private: None if one == looks_public else refusal(one, private=private),
    )
    async with (
        provider(says(OK + b"\r\nchecked"), host="127.0.0.2") as checked,
        provider(says(OK + b"\r\ninside"), port=checked.port) as inside,
    ):
        url, names = f"http://{NAME}:{checked.port}", Names(["127.0.0.2"], ["127.0.0.1"])

        def never(*_: object, **__: object) -> object:
            raise AssertionError("looked up again")

        monkeypatch.setattr(socket, "getaddrinfo", never)
        got = await Fetcher(resolve=names).fetch(url, origins=[Origin.of(url)], most=9, within=20)
        assert (got.body, names.asked, inside.connections) == (b"checked", 1, 0)
        assert f"Host: {NAME}:{checked.port}".encode() in checked.asked[0]
        with pytest.raises(FetchRefused):
            await Fetcher(resolve=names).fetch(url, origins=[Origin.of(url)], most=9, within=20)
        assert inside.connections == 0


@pytest.mark.parametrize("answer", [[], OSError("no"), socket.gaierror(-2, "no")])
async def test_a_name_without_address_may_be_asked_for_again(answer: list[str] | OSError) -> None:
    async def nothing(host: str, port: int) -> Sequence[str]:
        if isinstance(answer, OSError):
            raise answer
        return answer

    with pytest.raises(FetchFailed, match=NAME):
        await Fetcher(resolve=nothing).fetch(
            f"https://{NAME}", origins=[Origin.of(f"https://{NAME}")], most=9, within=20
        )


# --- Redirects --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "absolute"),
    [
        ("http://169.254.169.254/latest", "http://169.254.169.254/latest"),
        ("//evil.example/x", "http://evil.example/x"),
        (f"/n?sig={SECRET}", f"/n?sig={SECRET}"),
        ("file:///etc/passwd", "file:///etc/passwd"),
    ],
)
async def test_no_redirect_is_followed(status: int, location: str, absolute: str) -> None:
    answer = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    async with provider(says(answer)) as serving:
        error = await failing(serving, Redirected)
    here = f"http://127.0.0.1:{serving.port}" if absolute.startswith("/") else ""
    assert isinstance(error, Redirected)
    assert error.location == here + absolute
    assert serving.connections == 1


@pytest.mark.parametrize(
    "head",
    [b"302 Found\r\n", b"302 Found\r\nLocation: http://[::1\r\n", b"300 Many\r\nLocation: /a\r\n", b"304 Same\r\n"],
)
async def test_a_redirect_to_nowhere_is_a_no(head: bytes) -> None:
    async with provider(says(b"HTTP/1.1 " + head + b"Content-Length: 0\r\n\r\n")) as serving:
        assert not (await failing(serving, FetchDenied)).retryable


# --- What hosts answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "header", "error", "after"),
    [
        (404, "", FetchDenied, None), (401, "", FetchDenied, None), (410, "", FetchDenied, None),
        (206, "", FetchDenied, None), (204, "", FetchDenied, None), (408, "", FetchFailed, None),
        (429, "Retry-After: 7\r\n", FetchFailed, 7.0), (503, "Retry-After: soon\r\n", FetchFailed, None),
        (500, "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", FetchFailed, 0.0),
        (503, "Retry-After: Mon, 31 Dec 9999 23:59:59 -2300\r\n", FetchFailed, None),
    ],
)  # fmt: skip
async def test_a_status_says_whether_asking_again_pays(
    status: int, header: str, error: type[FetchError], after: float | None
) -> None:
    async with provider(says(f"HTTP/1.1 {status} X\r\n{header}Content-Length: 0\r\n\r\n".encode())) as serving:
        raised = await failing(serving, error)
    assert (getattr(raised, "status", None), getattr(raised, "retry_after", None)) == (status, after)
    assert raised.retryable is (error is FetchFailed)


ENDLESS = [
    without_end(OK + b"\r\n", b"x" * 65536),
    without_end(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    without_end(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 4096),
]


@pytest.mark.parametrize("answer", [*ENDLESS, says(OK + b"\r\n" + b"x" * (MOST + 1))])
async def test_a_body_without_end_is_cut_at_the_limit(answer: Answer) -> None:
    async with provider(answer) as serving:
        assert not (await failing(serving, TooLarge)).retryable
        await asyncio.wait_for(serving.gone.wait(), 20)


async def test_a_length_over_the_limit_ends_it_before_the_body() -> None:
    async with provider(without_end(OK + b"Content-Length: 1000000000000\r\n\r\n", b"", pause=0.05)) as serving:
        await failing(serving, TooLarge)


DRIPS = [
    without_end(OK + b"Content-Length: 50000\r\n\r\n", b"x", pause=0.02),
    without_end(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=0.02),
    without_end(OK, b"X", pause=0.02),
    without_end(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.02),
    without_end(b"", b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n", pause=0.02),
    without_end(b"", b"", pause=0.05),
]


@pytest.mark.parametrize("answer", DRIPS)
async def test_an_answer_that_drips_ends_with_its_time(answer: Answer) -> None:
    async with provider(answer) as serving:
        error = await failing(serving, FetchFailed, within=0.3)
        assert "within 0.3 s" in str(error)
        await asyncio.wait_for(serving.gone.wait(), 20)


async def test_a_resolver_that_does_not_answer_counts_too() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(FetchFailed, match=r"within 0\.1 s"):
        await Fetcher(resolve=never).fetch(
            f"https://{NAME}", origins=[Origin.of(f"https://{NAME}")], most=9, within=0.1
        )


BROKEN = {
    "less than it said": OK + b"Content-Length: 50\r\n\r\nhello",
    "a chunk cut off": OK + b"Transfer-Encoding: chunked\r\n\r\n10\r\nhello",
    "no last chunk": OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    "a chunk of no size": OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    "a length below nothing": OK + b"Content-Length: -1\r\n\r\nhello",
    "two lengths": OK + b"Content-Length: 5\r\nContent-Length: 3\r\n\r\nhello",
    "no number": OK + b"Content-Length: 5x\r\n\r\nhello",
    "a long header": OK + b"X: " + b"x" * 60_000 + b"\r\n\r\n",
    "a thousand headers": OK + b"X: y\r\n" * 1000 + b"\r\n",
    "a long status": b"HTTP/1.1 200 " + b"x" * 60_000 + b"\r\n\r\n",
    "no HTTP": b"220 smtp.example ESMTP\r\n",
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 OK\r\nContent",
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
async def test_an_answer_that_is_broken_is_never_half_a_body(raw: bytes) -> None:
    async with provider(says(raw)) as serving:
        assert (await failing(serving, FetchFailed)).retryable


async def test_more_than_was_said_is_not_taken() -> None:
    async with provider(says(OK + b"Content-Length: 5\r\n\r\nhello" + OK + b"\r\nsmuggled")) as serving:
        assert (await fetch(serving)).body == b"hello"


async def test_a_connection_reset_in_the_middle_is_a_failure() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Length: 50\r\n\r\nhello")
        await writer.drain()
        writer.transport.abort()

    async with provider(answer) as serving:
        await failing(serving, FetchFailed)


async def test_nobody_listening_is_a_failure() -> None:
    async with provider(says(b"")) as serving:
        pass
    assert "could not be reached" in str(await failing(serving, FetchFailed))


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "x-gzip"])
async def test_a_bomb_is_not_unpacked(encoding: str) -> None:
    packed = (zlib if "deflate" in encoding else gzip).compress(b"\0" * 50_000_000)
    assert len(packed) < MOST
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    async with provider(says(OK + head + packed)) as serving:
        assert "compressed" in str(await failing(serving, FetchDenied))


# --- TLS --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certified", "trusted", "good"), [(NAME, True, True), ("other.example", True, False), (NAME, False, False)]
)
async def test_a_host_must_prove_its_name(certified: str, trusted: bool, good: bool) -> None:  # noqa: FBT001 - a case
    authority, stranger = trustme.CA(), trustme.CA()
    serves, trusts = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert(certified).configure_cert(serves)
    (authority if trusted else stranger).configure_trust(trusts)
    async with provider(says(OK + b"\r\nhello"), tls=serves) as serving:
        url, fetcher = f"https://{NAME}:{serving.port}", Fetcher(resolve=Names(["127.0.0.1"]), tls=trusts)
        asked = fetcher.fetch(url, origins=[Origin.of(url, private=True)], most=9, within=20)
        if good:
            assert (await asked).body == b"hello"
        else:
            with pytest.raises(FetchFailed, match="certificate"):
                await asked
            assert not serving.asked


async def test_closing_ends_what_is_under_way() -> None:
    async with provider(without_end(OK + b"\r\n", b"", pause=0.05)) as serving:
        fetcher = Fetcher()
        asking = asyncio.create_task(fetch(serving, fetcher=fetcher))
        while not serving.asked:
            await asyncio.sleep(0.01)
        await fetcher.aclose()
        with pytest.raises(FetchFailed):
            await asyncio.wait_for(asking, 20)
