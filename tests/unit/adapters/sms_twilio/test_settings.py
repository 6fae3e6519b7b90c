"""Wrong settings are all named at once, each with how to mend it."""

import pytest

from hub.adapters.sms_twilio.settings import API_URL, read_settings
from hub.errors import SettingsInvalid
from tests.unit.adapters.sms_twilio.accounts import account


def test_what_is_left_out_has_a_default() -> None:
    settings = read_settings(account(api_url=""))
    assert settings.api_url == API_URL
    assert settings.numbers == ("+15005550006", "+15005550009")
    assert (settings.connect_timeout, settings.total_timeout) == (5, 10)


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = account(secrets={}, account_sid="SK1", api_url="localhost:1", connect_timeout="soon", total_timeout="0")
    with pytest.raises(SettingsInvalid) as caught:
        read_settings(wrong)
    assert len(caught.value.problems) == 5
    assert all(problem.startswith("account default: ") for problem in caught.value.problems)


@pytest.mark.parametrize("url", ["ftp://x", "https://", "http://[", "//x"])
def test_a_wrong_address(url: str) -> None:
    with pytest.raises(SettingsInvalid, match="api_url"):
        read_settings(account(api_url=url))


def test_secrets_are_not_shown() -> None:
    assert "fixture0auth0token" not in repr(read_settings(account()))
