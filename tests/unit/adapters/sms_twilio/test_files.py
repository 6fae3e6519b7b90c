"""Whom an account's files are asked of: Twilio's own hosts, in every region, or the operator's own alone."""

import pytest

from hub.adapters.sms_twilio.client import HttpClient, client_of
from hub.adapters.sms_twilio.files import KEEPERS, request_for
from hub.adapters.sms_twilio.settings import read_settings
from hub.channel import FileRequest
from tests.unit.adapters.sms_twilio.accounts import account


def asked(api_url: str, url: str) -> FileRequest:
    return request_for(url, read_settings(account(api_url=api_url)))


@pytest.mark.parametrize(
    "api", ["https://api.twilio.com", "https://api.dublin.ie1.twilio.com", "https://API.sydney.au1.twilio.com/"]
)
def test_every_region_is_twilios_own(api: str) -> None:
    origin = api.rstrip("/").lower()
    request = asked(api, origin + "/2010-04-01/Accounts/AC/Messages/MM/Media/ME")
    assert set(request.origins) == {origin, *KEEPERS}
    assert not request.private
    assert request.headers
    assert not asked(api, "https://mms.twiliocdn.com/x").headers


@pytest.mark.parametrize(
    "api",
    [
        *(
            "http://127.0.0.1:9009",
            "http://api.twilio.com",
            "https://api.twilio.com.evil.example",
            "https://twilio.com",
        ),
        *("https://eviltwilio.com", "https://evil.example/.twilio.com", "https://api.twilio.com:8443"),
    ],
)
def test_anything_else_is_somebodys_own_and_alone(api: str) -> None:
    request = asked(api, api + "/x")
    assert len(request.origins) == 1
    assert request.private


@pytest.mark.parametrize(
    ("api", "content"),
    [
        ("https://api.twilio.com", "https://content.twilio.com"),
        ("https://api.dublin.ie1.twilio.com", "https://content.dublin.ie1.twilio.com"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
        ("https://api.twilio.com.evil.example", "https://api.twilio.com.evil.example"),
    ],
)
def test_templates_are_asked_for_where_the_region_keeps_them(api: str, content: str) -> None:
    http = HttpClient(connect_timeout=1, total_timeout=1)
    client = client_of(http, account_sid="AC", auth_token="x", api_url=api)
    assert client.content.base_url == content
