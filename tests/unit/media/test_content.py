"""What a file is goes by its bytes, and only kinds that run nothing bear their name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.media.content import KINDS, PLAIN, ending, kind_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
ZIP = b"PK\x03\x04" + bytes(40)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("body", "said", "kind"),
    [
        (JPEG, "", "image/jpeg"),
        (JPEG, "text/html", "image/jpeg"),
        (PNG, "image/jpeg", "image/png"),
        (b"GIF89a" + bytes(40), "", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(40), "", "image/webp"),
        (b"%PDF-1.7\n" + bytes(40), "", "application/pdf"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(40), "", "video/mp4"),
        (b"OggS\x00\x02" + bytes(40), "audio/ogg; codecs=opus", "audio/ogg"),
        (b"#!AMR\n" + bytes(40), "", "audio/amr"),
        (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "", "text/vcard"),
        (ZIP, "", "application/zip"),
        (ZIP, "text/html", "application/zip"),
        (ZIP, DOCX, DOCX),
        (b"<!doctype html><script>alert(1)</script>", "image/jpeg", PLAIN),
        (b"\xef\xbb\xbf \r\n<html>", "image/png", PLAIN),
        (SVG, "image/svg+xml", PLAIN),
        (b"hello world", "text/plain", PLAIN),
        (b"", "image/png", PLAIN),
        (b"MZ\x90\x00" + bytes(60), "image/png", PLAIN),
    ],
)
def test_the_bytes_decide(body: bytes, said: str, kind: str) -> None:
    assert kind_of(body, said=said) == kind


@given(body=st.binary(max_size=300), said=st.text(max_size=40))
def test_whatever_it_is_it_never_runs(body: bytes, said: str) -> None:
    kind = kind_of(body, said=said)
    assert kind == PLAIN or kind in KINDS
    assert ending(kind).startswith(".")


@given(said=st.sampled_from(["text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "x"]))
def test_nobodys_word_is_taken_for_it(said: str) -> None:
    assert kind_of(JPEG, said=said) == "image/jpeg"
    assert kind_of(b"<html>", said=said) == PLAIN
