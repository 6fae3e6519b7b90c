"""Every refusal becomes the error whose handler does the right thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.adapters.sms_twilio.words import _OF_ONE_SENDER, ERRORS, of_one_sender, refusal
from hub.errors import (
    ConfigInvalid,
    MessageInvalid,
    OptedOut,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unavailable,
)

# What sending can be refused with, by Twilio's error dictionary: the 216xx about messages, the rest by range.
DOCUMENTED = {
    *range(21601, 21613),
    *(21614, 21616, 21617, 21618, 21619, 21620, 21621, 21622, 21623, 21624, 21626, 21627, 21635),
    *range(21652, 21669),
    *range(21701, 21706),
    *(21211, 21212, 21214, 21217, 21264, 21265, 21266, 21267, 21268, 21408, 21910),
    *range(30001, 30047),
}


def test_every_documented_code_is_classified() -> None:
    assert not DOCUMENTED - ERRORS.keys()


def test_reasons_are_sentences_a_person_may_read() -> None:
    for kind, reason in ERRORS.values():
        assert issubclass(kind, SendError)
        assert kind is not Unavailable, "an answer came, so it could be reached"
        assert reason[0].isupper()
        assert reason.endswith(".")
        assert len(reason) < 110


def test_what_is_about_one_sender_would_else_pause_the_account() -> None:
    assert {ERRORS[code][0] for code in _OF_ONE_SENDER} == {ConfigInvalid}
    assert of_one_sender(refusal(400, 21606))
    assert not any(map(of_one_sender, (refusal(401, 20003), refusal(401, None), SendError("x"))))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, 20429, Throttled),
        (429, None, Throttled),
        (429, 21610, Throttled),
        (400, 21611, Throttled),
        (401, 20003, ConfigInvalid),
        (401, None, ConfigInvalid),
        (403, None, ConfigInvalid),
        (404, 20404, ConfigInvalid),
        (302, None, ConfigInvalid),
        (400, 21606, ConfigInvalid),
        (400, 21212, ConfigInvalid),
        (400, 21659, ConfigInvalid),
        (400, 21610, OptedOut),
        (400, 21211, Rejected),
        (400, 21614, Rejected),
        (400, 21408, Rejected),
        (400, 21612, Rejected),
        *((400, code, Rejected) for code in range(30003, 30009)),
        (400, 21602, MessageInvalid),
        (400, 21617, MessageInvalid),
        (400, 21605, MessageInvalid),
        (413, None, MessageInvalid),
        (400, 29999, Rejected),
        (418, None, Rejected),
        (408, None, OutcomeUnknown),
        (500, 20500, OutcomeUnknown),
        (503, None, OutcomeUnknown),
        (500, 21211, OutcomeUnknown),
    ],
)
def test_kinds(status: int, code: int | None, kind: type[SendError]) -> None:
    error = refusal(status, code)
    assert type(error) is kind
    assert error.code == (str(code) if code else f"http-{status}")


def test_an_unknown_code_is_kept() -> None:
    assert refusal(400, 29999).code == "29999"


def test_only_what_may_be_sent_again_says_when() -> None:
    assert refusal(429, 20429, retry_after=7).retry_after == 7
    assert refusal(400, 21211, retry_after=7).retry_after is None


@given(st.integers(300, 599), st.none() | st.integers() | st.sampled_from(sorted(ERRORS)))
def test_an_answer_that_may_have_been_processed_is_never_called_retryable(status: int, code: int | None) -> None:
    error = refusal(status, code)
    assert isinstance(error, OutcomeUnknown) or status < 500
    assert isinstance(error, Throttled) or status != 429
