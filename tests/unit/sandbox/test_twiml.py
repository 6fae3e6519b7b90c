import pytest

from hub.sandbox.twiml import Reply, TwimlUnreadable, read_replies


def test_messages_are_read_in_order_with_what_they_say() -> None:
    text = (
        "<Response><Message>One</Message><Redirect/>"
        "<Message to='+1' from='+2' statusCallback='http://x/'><Body>Two</Body><Media>http://m/</Media></Message>"
        "</Response>"
    )
    assert read_replies("text/xml", text) == [
        Reply("One"),
        Reply("Two", "+1", "+2", "http://x/", ("http://m/",)),
    ]


@pytest.mark.parametrize("text", ["", " \n", "<Response/>", "<?xml version='1.0'?><Response></Response>"])
def test_saying_nothing_sends_nothing(text: str) -> None:
    assert read_replies("application/xml", text) == []


def test_plain_text_is_a_reply() -> None:
    assert read_replies("text/plain", "OK") == [Reply("OK")]


@pytest.mark.parametrize(
    "text",
    [
        '{"ok": true}',
        "<html></html>",
        "<Response>",
        "<!DOCTYPE r [<!ENTITY a 'b'>]><Response><Message>&a;</Message></Response>",
        "<Response><Message>" + "x" * 70_000 + "</Message></Response>",
    ],
)
def test_what_is_no_twiml_is_refused(text: str) -> None:
    with pytest.raises(TwimlUnreadable):
        read_replies("text/html", text)
