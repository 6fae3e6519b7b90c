"""One reading of a URL, and the origins that may hold it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FetchRefused
from hub.fetching.targets import Origin, permitted

API = Origin.of("https://api.example.com")
BELOW = Origin.of("https://.cdn.example.com")
SANDBOX = Origin.of("http://127.0.0.1:9000", private=True)
SIX = Origin.of("https://[2606:4700::1111]:8443")
ALL = [API, BELOW, SANDBOX, SIX]


@pytest.mark.parametrize(
    ("url", "host", "port", "asked"),
    [
        ("https://api.example.com/a?b=c", "api.example.com", 443, "https://api.example.com/a?b=c"),
        ("HTTPS://API.Example.COM:443", "api.example.com", 443, "https://api.example.com/"),
        ("https://api.example.com?x=1#y", "api.example.com", 443, "https://api.example.com/?x=1"),
        ("https://api.example.com/@b/:c", "api.example.com", 443, "https://api.example.com/@b/:c"),
        ("https://a.cdn.example.com/", "a.cdn.example.com", 443, "https://a.cdn.example.com/"),
        ("https://a.b.cdn.example.com/", "a.b.cdn.example.com", 443, "https://a.b.cdn.example.com/"),
        ("http://127.0.0.1:9000/m", "127.0.0.1", 9000, "http://127.0.0.1:9000/m"),
        ("https://[2606:4700:0::1111]:8443/m", "2606:4700::1111", 8443, "https://[2606:4700::1111]:8443/m"),
    ],
)
def test_a_permitted_url_is_read_in_one_way(url: str, host: str, port: int, asked: str) -> None:
    target = permitted(url, ALL)
    assert (target.host, target.port, str(target.url)) == (host, port, asked)


def test_a_signed_path_and_query_stay_as_they_are_written() -> None:
    signed = "https://api.example.com/a%2Fb/..;x/%D8%A8+c?X-Sig=a%2Bb/c%3D=&k=%20+"
    assert str(permitted(signed, ALL).url) == signed


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/", "https://xapi.example.com/", "https://api.example.com.evil.net/",
        "https://api.example.com:8443/", "http://api.example.com/", "http://api.example.com:443/",
        "https://cdn.example.com/", "https://xcdn.example.com/", "https://127.0.0.1:9000/", "http://127.0.0.1/",
        "http://127.0.0.2:9000/", "http://localhost:9000/", "http://[::1]:9000/", "http://[::ffff:127.0.0.1]:9000/",
        "http://169.254.169.254/latest/meta-data/", "https://[2606:4700::1112]:8443/",
        "https://xn--pi-7ka.example.com/",
    ],
)  # fmt: skip
def test_any_other_origin_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused, match="is not one of the provider's hosts"):
        permitted(url, ALL)


TRICKS = [
    "", "//api.example.com/", "api.example.com", "https:/api.example.com/", "https:api.example.com", "https://",
    "https:///a", "https:///api.example.com/", "file:///etc/passwd", "ftp://api.example.com/", "gopher://127.0.0.1/",
    "data:text/plain,x", "ws://api.example.com/", "unix:///run/x", "jar:https://api.example.com/!/",
    " https://api.example.com/", "https://api.example.com/ ", "https://api.example.com/\n", "ht\ntps://api.example.com/",
    "https://api.example.com\r\nHost: evil/", "https://api.example.com/a b", "https://api.example.com/\x00",
    "https://api.example.com\t/", "https://api.example.com\\@evil.net/", "https://evil.net\\.cdn.example.com/",
    "https:\\\\api.example.com/", "https://api.example.com/\\..\\", "https://api.example.com/\u00e9",
    "https://user@api.example.com/", "https://user:pass@api.example.com/", "https://api.example.com@evil.net/",
    "https://@api.example.com/", "https://api.example.com:443@127.0.0.1/", "https://a@b@api.example.com/",
    "https://api.example.com%40evil.net/", "https://api.example.com%2f@evil.net/", "https://api%2eexample.com/",
    "https://api.example.com./", "https://api.example.com../", "https://.api.example.com/", "https://api..example.com/",
    "https://.cdn.example.com/", "https://-.cdn.example.com/", "https://a_b.cdn.example.com/", "https://*.cdn.example.com/",
    "https://api.example.com:/", "https://api.example.com:0/", "https://api.example.com:0443/",
    "https://api.example.com:+443/", "https://api.example.com:65536/", "https://api.example.com:99999/",
    "https://api.example.com:443:443/", "https://api.example.com:\uff14\uff14\uff13/", "https://api.example.com:4x/",
    "https://\uff41\uff50\uff49.example.com/", "https://api\u3002example.com/", "https://api\uff0eexample.com/", "https://ap\u00ed.example.com/",
    "https://api.exa\uff4dple.com/", "https://\u24d0pi.example.com/", "https://api.example.com\u200b/", "https://api\u00ad.example.com/",
    "http://127.1:9000/", "http://127.0.1:9000/", "http://2130706433:9000/", "http://0x7f000001:9000/", "http://0:9000/",
    "http://0x7f.0.0.1:9000/", "http://0177.0.0.1:9000/", "http://017700000001:9000/", "http://127.0.0.01:9000/",
    "http://127.0.0.1.:9000/", "http://127.0.0.0x1:9000/", "http://127.0.0.256:9000/", "http://127.0.0.1.1:9000/",
    "http://\uff11\uff12\uff17.0.0.1:9000/", "http://\u2460\u2461\u2466.0.0.1:9000/", "http://0x:9000/", "http://1.0x:9000/",
    "https://[2606:4700::1111%25eth0]:8443/", "https://[2606:4700::1111%eth0]:8443/", "https://[2606:4700::1111:8443/",
    "https://2606:4700::1111:8443/", "https://[2606:4700::1111]8443/", "https://[]/", "https://[127.0.0.1]/",
    "https://[v1.a]/", "https://[::1]:8443@api.example.com/", "https://api.example.com[::1]/",
    "https://" + "a" * 64 + ".cdn.example.com/", "https://" + "a." * 130 + "cdn.example.com/",
    "https://api.example.com/" + "a" * 8000,
]  # fmt: skip


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_refused_before_anything_is_looked_up(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        permitted(url, ALL)
    assert "not one of the provider's hosts" not in str(refused.value)


@pytest.mark.parametrize("url", [url for url in TRICKS if "@" in url.partition("//")[2].partition("/")[0]])
def test_a_password_or_what_looks_like_one_is_named_as_such(url: str) -> None:
    with pytest.raises(FetchRefused, match=r"user name or password|characters that no URL has"):
        permitted(url, ALL)


@pytest.mark.parametrize(
    "url", ["https://u:hunter22@api.example.com/?s=hunter22", "https://evil.net/hunter22?hunter22"]
)
def test_a_refusal_shows_neither_path_nor_query_nor_password(url: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        permitted(url, ALL)
    assert "hunter22" not in str(refused.value)


def test_only_the_very_origin_is_private() -> None:
    assert permitted("http://127.0.0.1:9000/", ALL).private
    assert not permitted("https://api.example.com/", ALL).private


@pytest.mark.parametrize(
    "text",
    ["api.example.com", ".example.com", "https://.com", "https://.", "https://.1.2.3.4", "https://.127.1", "ftp://a.b",
     "https://a@b.c", "https://..example.com", "https://.[::1]", "https://*.example.com", "https://"],
)  # fmt: skip
def test_an_origin_is_plainly_written_too(text: str) -> None:
    with pytest.raises(FetchRefused):
        Origin.of(text)


def test_a_suffix_is_never_private() -> None:
    with pytest.raises(FetchRefused):
        Origin.of("https://.example.com", private=True)


@given(
    st.text(max_size=40),
    st.sampled_from(["{}", "https://{}", "https://{}/", "https://api.example.com{}", "http://127.0.0.1{}"]),
)
def test_any_text_is_refused_or_leads_to_a_permitted_origin(text: str, form: str) -> None:
    try:
        target = permitted(form.format(text), ALL)
    except FetchRefused:
        return
    assert any(origin.holds(target.url.scheme, target.host, target.port) for origin in ALL)
    assert (target.url.raw_host, target.url.port, target.url.user) == (target.host, target.port, None)
