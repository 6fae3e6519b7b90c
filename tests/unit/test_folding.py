"""Words as people compare them, the same for what is kept and what is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.folding import MOST_LETTERS, fold, wanted, words
from hub.store.words import ERA, kept, matching


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علي كريمي", "علی کریمی"),
        ("مُشتَری", "مشتری"),
        ("آب", "اب"),
        ("مسئول", "مسیول"),
        ("خانهٔ", "خانه"),
        ("خانۀ", "خانه"),
        ("سلـــام", "سلام"),
        ("٠١٢٣ ۴۵۶", "0123 456"),
        ("İSTANBUL Straße ÀÉ", "istanbul straße ae"),
        ("ＦＵＬＬ", "full"),  # noqa: RUF001 - another letter is the point
    ],
)
def test_what_is_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert words(one) == words(other)


def test_a_word_parted_by_a_non_joiner_is_found_whole_and_by_its_parts() -> None:
    assert words("می\u200cروم") == ["میروم", "می", "روم"]
    assert wanted("می\u200cروم") == [[["میروم"], ["می", "روم"]]]
    assert wanted("میروم خانه") == [[["میروم"]], [["خانه"]]]
    assert (words("\u200c"), wanted("\u200c !")) == ([], [])


def test_a_question_as_postgresql_reads_it() -> None:
    assert matching(wanted("Ali می\u200cروم")) == "(('ali':*)) & (('میروم':*) | ('می' & 'روم':*))"
    assert matching(wanted("b"), before=f"{ERA}.") == f"(('{ERA}.b':*))"
    assert matching([]) == ""


@given(st.text(max_size=80))
def test_nothing_in_a_word_means_anything_to_postgresql(text: str) -> None:
    for word in words(text):
        assert word
        assert len(word) <= MOST_LETTERS
        assert not set(word) & set(f"'\\ :&|!()*{ERA}\u200c\x00")
    assert (kept(words(text)) or "").split(" ") == (list(words(text)) or [""])
    assert {word for ways in wanted(text) for way in ways for word in way} <= set(words(text))


@given(st.text(max_size=40))
def test_folded_is_folded(text: str) -> None:
    assert words(" ".join(words(text))) == words(text)
