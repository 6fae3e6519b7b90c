from hypothesis import given
from hypothesis import strategies as st

from hub.sandbox.model import utf16_units
from hub.sandbox.segments import count_segments


def test_each_alphabet_has_its_limits() -> None:
    assert [count_segments("a" * n) for n in (0, 160, 161, 306, 307)] == [1, 1, 2, 2, 3]
    assert [count_segments("س" * n) for n in (70, 71, 134, 135)] == [1, 2, 2, 3]
    assert [count_segments("€" * n) for n in (80, 81)] == [1, 2]


def test_nothing_is_split_at_the_end_of_a_segment() -> None:
    # 66 units and a pair: the pair does not fit in the 67th, so the second segment begins with it.
    assert count_segments("س" * 66 + "🙂" + "س" * 66) == 3
    assert count_segments("a" * 152 + "€" + "a" * 152) == 3


@given(st.text())
def test_segments_never_hold_more_than_they_can(text: str) -> None:
    assert count_segments(text) * 70 >= min(len(text), 70)
    assert count_segments("س" + text) >= -(-len(utf16_units("س" + text)) // 70)
