import pytest

from hub.sandbox.addresses import channel_of, is_person, is_sender, number_of


@pytest.mark.parametrize(
    ("address", "person", "sender"),
    [
        ("+989121234567", True, True),
        ("whatsapp:+989121234567", True, True),
        ("10002020", False, True),
        ("Peyvand", False, True),
        ("whatsapp:Peyvand", False, False),
        ("whatsapp:", False, False),
        ("whatsapp:whatsapp:+989121234567", False, False),
        ("WhatsApp:+989121234567", False, False),
        ("", False, False),
    ],
)
def test_who_can_be_written_to_and_who_can_write(address: str, *, person: bool, sender: bool) -> None:
    assert (is_person(address), is_sender(address)) == (person, sender)


def test_an_address_says_its_channel_and_its_number() -> None:
    assert [channel_of(one) for one in ("+989121234567", "whatsapp:+989121234567")] == ["sms", "whatsapp"]
    assert number_of("whatsapp:+989121234567") == number_of("+989121234567") == "+989121234567"
