"""The pages need nothing from outside, hold nothing inline, and say everything in both languages."""

import re

import pytest

from hub.web.app import GROUPS, OPENED
from hub.web.described.pages import FILES

TEXTS = {file.name: file.read_text(encoding="utf-8") for file in sorted(FILES.iterdir())}
STRANGE = re.compile(r"https?://(?!www\.w3\.org/)|<style|\bstyle=|<script(?![^>]*\bsrc=)|\bon\w+=\"|innerHTML|eval\(")
IMPORT = re.compile(r'from "\./([\w.]+)"')


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(name: str) -> None:
    assert STRANGE.findall(TEXTS[name]) == []


def test_every_file_that_is_asked_for_is_there() -> None:
    asked = {name for text in TEXTS.values() for name in IMPORT.findall(text)}
    asked |= set(re.findall(r"/api/reference/([\w.]+)", TEXTS["index.html"]))
    assert asked | {"index.html"} == set(TEXTS)


def test_both_languages_have_the_same_words() -> None:
    english, persian = re.findall(r"^  (?:en|fa): \{\n(.*?)^  \},$", TEXTS["words.js"], re.MULTILINE | re.DOTALL)
    keys = [re.findall(r"^    (\w+):", words, re.MULTILINE) for words in (english, persian)]
    assert len(keys[0]) > 40
    assert keys[0] == keys[1]


def test_every_word_that_is_used_is_there() -> None:
    used = {word for text in TEXTS.values() for word in re.findall(r"words\(\)\.(\w+)", text)}
    known = set(re.findall(r"^    (\w+):", TEXTS["words.js"], re.MULTILINE))
    assert used <= known
    assert known - used <= {"docs", "events"}, "words that nobody says any more"


def test_every_group_has_a_persian_name() -> None:
    groups = {group.name for group in GROUPS} | {one.group for one in OPENED}
    groups |= set(re.findall(r'"([^"]+)"', TEXTS["events.js"].partition("const ORDER = ")[2].partition(";")[0]))
    assert len(groups) > 12
    assert [name for name in groups if f'"{name}": "' not in TEXTS["words.js"]] == []
