"""Where the sandbox posts what is texted."""

import click
import pytest

from hub.cli.sandbox import WEBHOOK, _with_path

CONTEXT, OPTION = click.Context(click.Command("sandbox")), click.Option(["--webhook-url"])


@pytest.mark.parametrize(
    ("given", "posted"),
    [
        ("http://127.0.0.1:9000", f"http://127.0.0.1:9000{WEBHOOK}"),
        ("http://127.0.0.1:9000/", f"http://127.0.0.1:9000{WEBHOOK}"),
        ("https://hub.example.ir/in/sms", "https://hub.example.ir/in/sms"),
    ],
)
def test_a_hub_alone_means_its_webhook(given: str, posted: str) -> None:
    assert _with_path(CONTEXT, OPTION, given) == posted


@pytest.mark.parametrize("given", ["127.0.0.1:9000", "hub", "ftp://hub/", ""])
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(click.BadParameter, match="no address like"):
        _with_path(CONTEXT, OPTION, given)
