"""What goes to a browser by Web Push: encrypted for it alone, and signed by this installation."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InputInvalid
from hub.organisation.pushing import patience
from hub.organisation.pushing.encryption import CURVE, Keys, base64url, decoded, encrypted
from hub.organisation.pushing.vapid import Key
from tests.integration.browsers import Browser

NOW = datetime(2026, 3, 21, 9, tzinfo=UTC)
P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
EXAMPLE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A"
    "_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc() -> None:
    """RFC 8291, 5."""
    own = ec.derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), CURVE)
    salt = decoded("DGv6ra1nlYgDCS1FRnbzlw")
    said = b"When I grow up, I want to be a watermelon"
    assert base64url(encrypted(said, Keys.of(P256DH, AUTH), own=own, salt=salt, pad=1)) == EXAMPLE


@given(st.binary(max_size=3_000))
def test_the_browser_reads_it_and_its_length_says_nothing(said: bytes) -> None:
    browser = Browser()
    body = encrypted(said, Keys.of(browser.p256dh, browser.auth))
    assert browser.opened(body) == said
    assert (len(body) - 86 - 16) % 512 == 0
    assert len(body) <= 4096
    assert encrypted(said, browser.keys) != body, "never twice the same"


@pytest.mark.parametrize(
    ("p256dh", "auth", "where"),
    [
        ("!!", AUTH, "$.p256dh"),
        (P256DH[:-4], AUTH, "$.p256dh"),
        (base64url(b"\x04" + bytes(64)), AUTH, "$.p256dh"),
        (base64url(b"\x02" + decoded(P256DH)[1:33]), AUTH, "$.p256dh"),
        (P256DH, "short", "$.auth"),
        (P256DH, base64url(bytes(17)), "$.auth"),
        (P256DH, "سلام" * 5, "$.auth"),
    ],
)
def test_what_is_no_key_of_a_browser_is_refused(p256dh: str, auth: str, where: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        Keys.of(p256dh, auth)
    assert refused.value.where == where


def test_a_request_is_signed_for_its_push_service_alone() -> None:
    key = Key.made()
    assert Key(key.private).public == key.public
    said = key.authorization("https://push.example:8443/a/b?c", contact="https://hub.example", now=NOW)
    found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", said)
    assert found
    header, claims, signature = (decoded(found[part]) for part in (1, 2, 3))
    assert json.loads(header) == {"typ": "JWT", "alg": "ES256"}
    exp = int((NOW + timedelta(hours=12)).timestamp())
    assert json.loads(claims) == {"aud": "https://push.example:8443", "exp": exp, "sub": "https://hub.example"}
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(found[4]))
    halves = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    public.verify(encode_dss_signature(*halves), f"{found[1]}.{found[2]}".encode(), ec.ECDSA(hashes.SHA256()))


@given(st.integers(1, 40), st.integers(0, 1800), st.none() | st.floats(0, 1e9))
def test_it_is_tried_again_later_each_time_and_not_when_it_is_no_news_any_more(
    tries: int, age: int, asked: float | None
) -> None:
    now = NOW + timedelta(seconds=age)
    at = patience.again(tries, news=NOW, now=now, asked=asked)
    if at is not None:
        assert now + patience.FIRST <= at < NOW + patience.NEWS_LASTS
        assert asked is None or at >= now + timedelta(seconds=asked - 0.001)
    elif asked is None:
        assert now + patience.LONGEST >= NOW + patience.NEWS_LASTS or tries > 5
