"""What an answer means: by the account's table, and by HTTP status where that says nothing."""

import pytest

from hub.adapters.sms_http.words import errors, refusal
from hub.errors import ConfigInvalid, MessageInvalid, OutcomeUnknown, Rejected, SendError, Throttled

KNOWN = errors({"411": "Rejected: No such number.", "414": "Throttled", "7": "MessageInvalid"}, [])


@pytest.mark.parametrize(
    ("status", "code", "kind", "raw"),
    [
        (200, "411", Rejected, "411"),
        (200, "7", MessageInvalid, "7"),
        (200, "499", OutcomeUnknown, "499"),
        (200, None, OutcomeUnknown, "http-200"),
        (301, None, ConfigInvalid, "http-301"),
        (400, "499", Rejected, "499"),
        (400, "canary text to +989121234567", Rejected, "http-400"),
        (401, "499", ConfigInvalid, "499"),
        (401, "411", Rejected, "411"),
        (408, None, OutcomeUnknown, "http-408"),
        (413, None, MessageInvalid, "http-413"),
        (429, None, Throttled, "http-429"),
        (500, "411", OutcomeUnknown, "411"),
        (503, None, OutcomeUnknown, "http-503"),
    ],
)
def test_what_an_answer_means(status: int, code: str | None, kind: type[SendError], raw: str) -> None:
    error = refusal(KNOWN, status, code, retry_after=None)
    assert (type(error), error.code) == (kind, raw)


def test_reasons_are_the_tables_or_ours() -> None:
    assert refusal(KNOWN, 400, "411", retry_after=None).reason == "No such number."
    assert refusal(KNOWN, 400, "414", retry_after=3).reason == "The provider asks us to slow down."


def test_waiting_is_for_what_may_be_tried_again() -> None:
    assert refusal(KNOWN, 400, "414", retry_after=3).retry_after == 3
    assert refusal(KNOWN, 400, "411", retry_after=3).retry_after is None
