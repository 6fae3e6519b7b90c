"""What may stand in a profile, and what counts as a change of it."""

from typing import Any

import pytest

from hub.errors import InputInvalid
from hub.profile.editing.facts import MAX_NUMBER, Change, attributes, check_points, differing, language, time_zone


def test_what_differs_is_told_by_field_and_attributes_one_by_one() -> None:
    before = {"name": "Sara", "owner_id": None, "attributes": {"tier": "gold", "city": "Shiraz", "vip": 1}}
    wanted = {"name": "Sara", "owner_id": "x", "attributes": {"tier": "silver", "plan": 2, "vip": True}}
    assert differing(before, wanted) == [
        Change("owner", None, "x"),
        Change("attributes.city", "Shiraz", None),
        Change("attributes.plan", None, 2),
        Change("attributes.tier", "gold", "silver"),
        Change("attributes.vip", 1, True),
    ]
    assert differing(before, before) == []


def test_what_is_null_is_left_out() -> None:
    given = {"tier": "طلایی", "age": 41, "rate": 0.5, "vip": False, "tags": ["a", 2, None], "gone": None}
    assert attributes(given, where="$") == {name: value for name, value in given.items() if name != "gone"}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({" ": 1}, "$. "),
        ({"x" * 61: 1}, "$." + "x" * 40),
        ({"a\x00": 1}, "$.a\x00"),
        ({"a": "\x00"}, "$.a"),
        ({"a": "\ud800"}, "$.a"),
        ({"a": "x" * 1001}, "$.a"),
        ({"a": MAX_NUMBER + 1}, "$.a"),
        ({"a": {"b": 1}}, "$.a"),
        ({"a": [1, [2]]}, "$.a[1]"),
        ({"a": [1] * 51}, "$.a"),
        ({str(number): 1 for number in range(101)}, "$"),
        ({str(number): "x" * 1000 for number in range(40)}, "$"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(given: Any, where: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        attributes(given, where="$")
    assert refused.value.where == where


def test_languages_and_zones() -> None:
    assert [language(one, where="x") for one in ("fa", "en-GB", "zh-Hans-CN")] == ["fa", "en-GB", "zh-Hans-CN"]
    assert time_zone("Asia/Tehran", where="x") == "Asia/Tehran"
    for read, wrong in (
        (language, "f"),
        (language, "fa_IR"),
        (time_zone, "../etc/passwd"),
        (time_zone, "Asia/Nowhere"),
    ):
        with pytest.raises(InputInvalid):
            read(wrong, where="x")


def test_addresses_that_are_nobodys_own_and_two_ids_of_one_source() -> None:
    check_points(["ext:crm:7", "ext:shop:7", "mailto:norma@reply.ir"], where="$")
    for points in (
        ["mailto:no-reply@bank.ir"],
        ["tel:+989121234567", "mailto:postmaster@a.ir"],
        ["ext:crm:7", "ext:crm:8"],
    ):
        with pytest.raises(InputInvalid) as refused:
            check_points(points, where="$")
        assert refused.value.where == f"$[{len(points) - 1}]"
