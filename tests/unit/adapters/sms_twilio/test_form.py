"""The form is read as the standard library reads it, and the URL spelled as Twilio may have signed it."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from hub.adapters.sms_twilio.form import fields, read_form, signed_urls

PIECES = st.sampled_from(["a", "Body", "=", "&", "+", "%", "%2B", "%D8%B3", "%ff", "%00", "%zz", "س", " ", ";", "\x00"])


@given(st.lists(PIECES, max_size=20).map("".join))
def test_it_agrees_with_the_standard_library(text: str) -> None:
    expected: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        expected.setdefault(name, []).append(value)
    assert read_form(text.encode()) == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_some_form_without_nul(body: bytes) -> None:
    cleaned = fields(body)
    assert not any("\0" in text for pair in cleaned.items() for text in pair)
    repr(cleaned).encode()  # no lone surrogates either


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"))))
def test_the_package_signs_our_form_as_it_signs_a_plain_one(form: dict[str, str]) -> None:
    validator = RequestValidator("a-token")
    ours = type(read_form(b""))({name: [value] for name, value in form.items()})
    assert validator.compute_signature("https://x/", ours) == validator.compute_signature("https://x/", form)


def test_a_body_with_thousands_of_fields_is_cut() -> None:
    assert len(read_form(b"&".join(b"f%d=1" % number for number in range(5000)))) == 1000


@pytest.mark.parametrize(
    ("url", "spelled"),
    [
        ("https://h.ir/a?b=c", {"https://h.ir/a?b=c", "https://h.ir:443/a?b=c"}),
        ("https://h.ir:443/a", {"https://h.ir/a", "https://h.ir:443/a"}),
        ("http://h.ir/a", {"http://h.ir/a", "http://h.ir:80/a"}),
    ],
)
def test_spellings(url: str, spelled: set[str]) -> None:
    found = list(signed_urls(url))
    assert found[0] == url
    assert set(found) == spelled | {f"{one}#rc=5&rp=all" for one in spelled}
