"""Merge fields of canned answers: those there are pass, a misspelt one is refused before a customer reads it."""

import re

import pytest

from hub.errors import InputInvalid
from hub.organisation.canned.fields import FIELDS, UNKNOWN, check


@pytest.mark.parametrize(
    "text", ["سلام", "{", "a } b }}", *(f"a {{{{{field}}}}} b" for field in FIELDS), "{{ agent.name }}{{\tagent.name}}"]
)
def test_what_passes(text: str) -> None:
    assert check(text, where="$.text") == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear {{customer.nmae}}, x", "{{customer.nmae}}"),
        ("{{agent.name}} {{}}", "{{}}"),
        ("{{agent.name}", "{{agent.name}…"),
        ("{{Agent.name}}", "{{Agent.name}}"),
        ("{{agent.name.first}}", "{{agent.name.first}}"),
        ("{{agentXname}}", "{{agentXname}}"),
        ("{{" + "x" * 100 + "}}", "{{" + "x" * 38 + "…"),
        ("{{agent\n.name}}", "{{agent\n.name}}"),
    ],
)
def test_what_is_refused_names_the_place_and_those_there_are(text: str, said: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        check(text, where="$.text")
    assert str(refused.value).startswith(f"there is no merge field {said}")
    assert refused.value.where == "$.text"
    assert all(f"{{{{{field}}}}}" in str(refused.value.mend) for field in FIELDS)


def test_the_described_pattern_is_one_of_ecma_262_too() -> None:
    assert not re.search(r"\(\?[P<]|\\[AZ]", UNKNOWN)
