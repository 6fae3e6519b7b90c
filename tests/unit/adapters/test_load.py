"""The table of adapters, and a third party's beside it."""

import pytest

from hub.adapters import ADAPTERS, load
from hub.adapters.sms_twilio import create
from hub.errors import SettingsInvalid


def test_every_line_of_the_table_loads() -> None:
    assert all(callable(load(name)) for name in ADAPTERS)
    assert load("sms_twilio") is create


def test_a_third_partys_is_named_by_its_path() -> None:
    assert load("hub.adapters.sms_twilio.adapter:create") is create


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sms_twillio", "one of sms_http, sms_twilio"),
        ("", "one of sms_http, sms_twilio"),
        ("nowhere.at.all:create", "cannot be imported"),
        ("hub.adapters.sms_twilio:make", "has no function make"),
        ("hub.adapters.sms_twilio:__name__", "has no function"),
    ],
)
def test_a_wrong_name_says_how_to_mend_it(name: str, said: str) -> None:
    with pytest.raises(SettingsInvalid, match=said):
        load(name)
