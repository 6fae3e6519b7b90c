"""The nouns: ids that follow from what they are made of, a clock that never goes back, numbers from any keyboard."""

import re
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.errors import InputInvalid
from hub.model import Clock, address_of, derived_id, masked, new_id, sender_address, tel
from hub.testing.clock import HandClock

PERSIAN, ARABIC = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"), str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def test_a_derived_id_is_the_same_for_ever() -> None:
    assert derived_id("sms_twilio", "default", "SM1") == uuid.UUID("dd4de9b6-393e-55b3-87d2-500118167986")
    assert derived_id("a", "b") == derived_id("a", "b")
    assert derived_id("a", "b").version == 5


@given(
    st.lists(st.text(alphabet="ab1", max_size=3), min_size=1, max_size=4),
    st.lists(st.text(alphabet="ab1", max_size=3), min_size=1, max_size=4),
)
def test_other_parts_are_another_id(some: list[str], others: list[str]) -> None:
    assume(some != others)
    assert derived_id(*some) != derived_id(*others)


def test_new_ids_are_uuid7_and_sort_by_birth() -> None:
    before = time.time_ns() // 1_000_000
    ids = []
    for _ in range(5):
        ids.append(new_id())
        time.sleep(0.002)
    after = time.time_ns() // 1_000_000
    assert ids == sorted(ids)
    assert {(id_.version, id_.variant) for id_ in ids} == {(7, uuid.RFC_4122)}
    assert before <= ids[0].int >> 80 <= ids[-1].int >> 80 <= after
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_the_clock_never_stands_still_or_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, told = Clock(), iter([5_000_000_000, 5_000_000_000, 1_000_000_000, 4_000_000_000, 9_000_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(told))
    times = [clock.now() for _ in range(5)]
    start = datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)
    assert times == [start + timedelta(microseconds=n) for n in range(4)] + [start + timedelta(seconds=4)]


def test_the_clock_gives_each_thread_its_own_time() -> None:
    clock = Clock()
    times: list[datetime] = []
    threads = [threading.Thread(target=lambda: times.extend(clock.now() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(times)) == 8000
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_hand_clock_goes_on_only_by_hand() -> None:
    clock = HandClock(datetime(2026, 1, 1, tzinfo=UTC))
    first = clock.now()
    assert clock.now() - first == timedelta(microseconds=1)
    clock.go_on(timedelta(hours=1))
    assert clock.now() - first == timedelta(hours=1, microseconds=2)


@pytest.mark.parametrize(
    ("raw", "region", "point"),
    [
        ("+989121234567", None, "tel:+989121234567"),
        (" +98 912 123 4567 ", None, "tel:+989121234567"),
        ("+98 (912) 123-4567", None, "tel:+989121234567"),
        ("+۹۸۹۱۲۱۲۳۴۵۶۷", None, "tel:+989121234567"),
        ("+٩٨٩١٢١٢٣٤٥٦٧", None, "tel:+989121234567"),
        ("۰۹۱۲ ۱۲۳ ۴۵۶۷", "IR", "tel:+989121234567"),
        ("0912-123-4567", "IR", "tel:+989121234567"),
        ("00989121234567", "IR", "tel:+989121234567"),
        ("(415) 555-0100", "US", "tel:+14155550100"),
        ("tel:+14155550100", None, "tel:+14155550100"),
    ],
)
def test_a_number_however_it_was_typed(raw: str, region: str | None, point: str) -> None:
    assert tel(raw, region=region) == point


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "0",
        "+",
        "null",
        "None",
        "anonymous",
        "Restricted",
        "+0-0.0",
        "0912",
        "+98",
        "12345",
        "Peyvand",
        "+98912",
        "+9891212345678901234",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "+1415555010x",
        "+98912\n1234567\x00",
    ],
)
def test_what_is_no_number_is_refused_and_says_how_to_give_one(raw: str) -> None:
    with pytest.raises(InputInvalid) as error:
        tel(raw, where="$.to")
    assert (error.value.where, error.value.mend) == ("$.to", "give it like +989121234567")


NUMBERS = st.sampled_from(
    ["+989121234567", "+12015550123", "+4915123456789", "+33612345678", "+447400123456", "+905012345678"]
)


@given(NUMBERS, st.sampled_from([None, PERSIAN, ARABIC]), st.booleans())
def test_once_normalised_always_the_same(number: str, digits: dict[int, int] | None, spaced: bool) -> None:  # noqa: FBT001 - drawn
    typed = number.translate(digits) if digits else number
    typed = " ".join(typed) if spaced and not digits else typed
    assert tel(typed) == "tel:" + number
    assert tel(address_of(tel(typed))) == "tel:" + number


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_our_own_refusal(raw: str) -> None:
    try:
        point = tel(raw, region="IR")
    except InputInvalid:
        return
    assert re.fullmatch(r"tel:\+[1-9][0-9]{3,15}", point)


@pytest.mark.parametrize(
    ("raw", "point"),
    [
        ("+14155550100", "tel:+14155550100"),
        ("DIGIKALA", "ext:sender:DIGIKALA"),
        ("3000", "ext:sender:3000"),
        ("", "ext:sender:withheld"),
        ("anonymous", "ext:sender:anonymous"),
        ("x" * 100, "ext:sender:" + "x" * 64),
    ],
)
def test_senders_who_are_no_number_have_a_place_too(raw: str, point: str) -> None:
    assert sender_address(raw) == point


@pytest.mark.parametrize(
    ("point", "shown"),
    [
        ("tel:+989121234567", "tel:+989•••••67"),
        ("mailto:sara.ahmadi@example.ir", "mailto:sar•••••di@example.ir"),
        ("mailto:s@example.ir", "mailto:•••••@example.ir"),
        ("chat:", "chat:•••••"),
        ("ext:crm:4711", "ext:cr•••••11"),
    ],
)
def test_a_masked_contact_point(point: str, shown: str) -> None:
    assert masked(point) == shown


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_nobody_can_be_written_to_by_what_is_left(number: str) -> None:
    head, tail = masked(f"tel:{number}").removeprefix("tel:").split("•••••")
    assert number.startswith(head)
    assert number.endswith(tail)
    assert len(number) - len(head) - len(tail) >= len(number) / 3
