"""Links for providers: nobody guesses, lengthens or turns one to another file."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.media.links import PATH, Link, path_of, read
from hub.model import derived_id
from hub.organisation.sealing import Sealer

NOW = datetime(2026, 3, 21, 9, 0, tzinfo=UTC)
SIGN = Sealer("0123456789abcdef").sign
LINK = Link(derived_id("m"), 3, NOW + timedelta(hours=1))


def text_of(link: Link) -> str:
    return path_of(link, SIGN).removeprefix(PATH)


def test_a_link_is_read_until_it_ends() -> None:
    assert read(text_of(LINK), SIGN, now=NOW) == LINK
    assert read(text_of(LINK), SIGN, now=LINK.until - timedelta(seconds=1)) == LINK
    assert read(text_of(LINK), SIGN, now=LINK.until) is None


def test_another_installations_link_is_none_of_ours() -> None:
    assert read(path_of(LINK, Sealer("fedcba9876543210").sign).removeprefix(PATH), SIGN, now=NOW) is None


@given(place=st.integers(0, 90), other=st.sampled_from("0123456789abcdefXYZ_-"))
def test_a_link_with_one_character_changed_is_none(place: int, other: str) -> None:
    text = text_of(LINK)
    place %= len(text)
    changed = text[:place] + other + text[place + 1 :]
    assert changed == text or read(changed, SIGN, now=NOW) is None


@pytest.mark.parametrize("text", ["", "x", "../../etc/passwd", "-" * 100, "0" * 200, "\x00"])
def test_garbage_is_no_link(text: str) -> None:
    assert read(text, SIGN, now=NOW) is None
