"""What is wrong with a body is said in plain words, with the place and what belongs there."""

import msgspec
import pytest

from hub.errors import InputInvalid
from hub.web.access import NewToken
from hub.web.agents import AgentChange, NewAgent
from hub.web.commands import Nothing
from hub.web.messages import Answer, Writing
from hub.web.wrong import malformed, unfit


def said(kind: type[msgspec.Struct], raw: bytes) -> InputInvalid:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)) as caught:
        msgspec.json.decode(raw, type=kind)
    return unfit(caught.value, kind) if isinstance(caught.value, msgspec.ValidationError) else malformed(caught.value)


@pytest.mark.parametrize(
    ("kind", "raw", "where", "detail"),
    [
        (
            NewToken,
            b'{"name": "x", "role": "king"}',
            "$.role",
            "this must be one of agent, supervisor, marketer, admin",
        ),
        (NewToken, b'{"name": "x"}', "$.role", "this is missing; it is one of agent, supervisor, marketer, admin"),
        (NewToken, b'{"name": 1}', "$.name", "this must be a text"),
        (NewToken, b'{"name": "x", "role": "agent", "agent": "Mina"}', "$.agent", "this must be an id"),
        (NewToken, b'{"name": "x", "expires_at": "soon"}', "$.expires_at", "this must be a time with its zone"),
        (NewAgent, b'{"live_capacity": "5"}', "$.live_capacity", "this must be a whole number from 0 to 100000"),
        (NewAgent, b'{"teams": ["Sales"]}', "$.teams[0]", "this must be an id"),
        (AgentChange, b'{"teams": "Sales"}', "$.teams", "this must be a list, each of it an id"),
        (AgentChange, b'{"active": "yes"}', "$.active", "this must be true or false"),
        (Writing, b'{"to": "+1", "from": 5}', "$.from", "this must be a text"),
        (Answer, b"[]", "$", "this must be an object"),
        (Answer, b"{", "$", "the body is not JSON: it ends before it is whole, or in half a character"),
        (
            Answer,
            b'{"text":"\\ud800"}',
            "$",
            "the body is not JSON: it ends before it is whole, or in half a character",
        ),
        (Answer, b"nope", "$", "the body is not JSON: it cannot be read from byte 4 on"),
        (Answer, b'{"text": "\xff"}', "$", "the body is not JSON: it is not in UTF-8"),
    ],
)
def test_place_and_what_belongs_there(kind: type[msgspec.Struct], raw: bytes, where: str, detail: str) -> None:
    error = said(kind, raw)
    assert (error.where, error.detail) == (where, detail)
    assert error.mend
    assert "`" not in error.detail + error.mend, "no words of the library"


def test_an_unknown_field_lists_those_there_are() -> None:
    assert said(Answer, b'{"colour": 1}').mend == "those there are: text, files, template, via, resolve"
    assert said(Nothing, b'{"colour": 1}').mend == "there is none: leave the body empty"


def test_broken_json_says_how_json_is_written() -> None:
    assert str(said(Answer, b"{'text': 1}").mend).startswith("send JSON in UTF-8")
