"""The price of a segment in an account's settings: exact, whole, or refused."""

import pytest

from hub.errors import SettingsInvalid
from hub.organisation.prices import Price, priced, segment_price, without_price

USD = {"segment_price.amount": "0.0079", "segment_price.currency": "USD"}


@pytest.mark.parametrize("given", [USD, {"segment_price": '{"amount": "0.0079", "currency": "USD"}'}])
def test_a_table_or_an_object_of_two(given: dict[str, str]) -> None:
    assert segment_price(given) == Price("0.0079", "USD")
    assert without_price({"numbers": "+1", **given}) == {"numbers": "+1"}


def test_no_price_is_no_fault() -> None:
    assert segment_price({"numbers": "+1", "segment_prices": "x"}) is None
    assert without_price({"segment_prices": "x"}) == {"segment_prices": "x"}, "another setting stays the adapter's"


@pytest.mark.parametrize(
    "given",
    [
        {"segment_price.amount": "0.0079"},
        {"segment_price.currency": "USD"},
        USD | {"segment_price.vat": "9"},
        USD | {"segment_price.amount": "-1"},
        USD | {"segment_price.amount": "1e-3"},
        USD | {"segment_price.amount": "\u06f1"},
        USD | {"segment_price.amount": "0.01\n"},
        USD | {"segment_price.currency": "usd"},
        USD | {"segment_price.currency": "Toman"},
        {"segment_price": "0.0079"},
        {"segment_price": '{"amount": 0.0079, "currency": "USD"}'},
        {"segment_price": "["},
    ],
)
def test_anything_else_is_refused_and_says_how_it_should_be(given: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalid, match=r"like \{ amount = "):
        segment_price(given)


def test_in_one_line() -> None:
    assert priced(" 380 IRR ") == {"segment_price.amount": "380", "segment_price.currency": "IRR"}
    with pytest.raises(SettingsInvalid):
        priced("380")
