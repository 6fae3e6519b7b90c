"""Accounts made, changed and tried by the API; their secrets go in and never come out."""

from typing import Any

import pytest

from hub.bootstrap import DEFAULT_TWILIO
from hub.errors import ConfigInvalid
from hub.model import AccountId, new_id
from hub.organisation import accounts
from tests.integration.web.conftest import OURS, World
from tests.integration.web.fake_sms import FakeSms

MADE = {
    "adapter": "sms_fake",
    "name": "third",
    "settings": {"numbers": "+982100000009"},
    "secrets": {"word": "abracadabra"},
}
THIRD = AccountId("sms_fake/third")


async def _asked(world: World, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
    response = await world.call("admin", method, path, body, **more)
    assert "abracadabra" not in await response.text()
    return response.status, await response.json()


async def test_an_account_is_made_and_takes_webhooks_at_once(edge: World) -> None:
    key = {"Idempotency-Key": "k"}
    status, made = await _asked(edge, "POST", "/accounts", {**MADE, "team": str(edge.team)}, headers=key)
    assert status == 201, made
    assert (made["id"], made["addresses"], made["team_id"]) == (THIRD, ["tel:+982100000009"], str(edge.team))
    assert (made["secrets"], made["health"]["state"]) == ([{"name": "word", "set": True}], "unknown")
    assert (
        await edge.webhook(
            {"kind": "message", "id": "1", "from": "+989121234567", "to": "+982100000009", "text": "x"},
            word="abracadabra",
        )
    ).status == 200
    status, again = await _asked(edge, "POST", "/accounts", {**MADE, "team": str(edge.team)}, headers=key)
    assert (status, again["id"]) == (201, THIRD)
    status, said = await _asked(edge, "POST", "/accounts", MADE)
    assert (status, said["where"]) == (409, "$.name")
    assert THIRD in {one["id"] for one in (await edge.get("admin", "/accounts"))["items"]}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"adapter": "os:system"}, "$.adapter"),
        ({"adapter": "tests.integration.web.fake_sms:create"}, "$.adapter"),
        ({"name": "../x"}, "$.name"),
        ({"settings": {}}, "$.settings"),
        ({"settings": {"numbers": OURS}}, "$.settings"),
        ({"settings": {"numbers": "1", "x\x00": "y"}}, "$.settings"),
        ({"secrets": {"word": "a\x00b"}}, "$.secrets.word"),
        ({"team": str(new_id())}, "$.team"),
        ({"id": "mine"}, "$.id"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_made(edge: World, wrong: dict[str, Any], where: str) -> None:
    before = await edge.get("admin", "/accounts")
    status, said = await _asked(edge, "POST", "/accounts", MADE | wrong)
    assert (status, said["where"]) == (422, where), said
    assert await edge.get("admin", "/accounts") == before


async def test_secrets_not_named_stay_and_null_takes_one_away(edge: World) -> None:
    await _asked(edge, "POST", "/accounts", MADE | {"secrets": {"word": "abracadabra", "other": "y"}})
    path, settings = f"/accounts/{THIRD}", {"numbers": "+982100000009", "colour": "red"}
    status, said = await _asked(edge, "PATCH", path, {"settings": settings})
    assert (status, said["settings"]) == (200, settings)
    assert _adapter(edge).account.secrets == {"word": "abracadabra", "other": "y"}
    status, said = await _asked(edge, "PATCH", path, {"secrets": {"other": None}})
    assert (status, said["secrets"], said["settings"]) == (200, [{"name": "word", "set": True}], settings)
    assert _adapter(edge).account.secrets == {"word": "abracadabra"}


async def test_secrets_go_to_no_new_place_for_one_who_does_not_know_them(edge: World) -> None:
    await _asked(edge, "POST", "/accounts", MADE)
    path, settings = f"/accounts/{THIRD}", {"numbers": "+982100000009", "api_url": "https://thief.example/x"}
    status, said = await _asked(edge, "PATCH", path, {"settings": settings})
    assert (status, said["where"]) == (422, "$.secrets")
    assert "https://thief.example" in said["detail"]
    status, said = await _asked(edge, "PATCH", path, {"settings": settings, "secrets": {"word": "abracadabra2"}})
    assert status == 200, said
    assert (await _asked(edge, "PATCH", path, {"settings": settings | {"colour": "red"}}))[0] == 200


async def test_team_and_switch_are_changed_alone(edge: World) -> None:
    path = "/accounts/sms_fake/default"
    status, said = await _asked(edge, "PATCH", path, {"active": False})
    assert (status, said["active"], said["health"]["state"]) == (200, False, "off")
    assert AccountId("sms_fake/default") not in edge.parts.accounts.adapters
    status, said = await _asked(edge, "PATCH", path, {"team": None, "active": True})
    assert (status, said["team_id"], said["active"]) == (200, None, True)
    status, said = await _asked(edge, "PATCH", path, {"team": str(new_id())})
    assert (status, said["where"]) == (422, "$.team")
    assert (await _asked(edge, "PATCH", "/accounts/sms_fake/nobody", {"active": False}))[0] == 404


async def test_the_account_of_the_settings_is_theirs(edge: World) -> None:
    async with edge.parts.store.transaction() as tx:
        row = accounts.AccountRow(
            id=DEFAULT_TWILIO, adapter="sms_twilio", channel="sms", settings={}, sealed=edge.parts.sealer.seal({})
        )
        await accounts.save(tx, row)
    path = f"/accounts/{DEFAULT_TWILIO}"
    assert (await _asked(edge, "PATCH", path, {"settings": {"numbers": "+1"}}))[0] == 409
    assert (await _asked(edge, "POST", "/accounts", MADE | {"adapter": "sms_twilio", "name": "default"}))[0] == 409
    status, said = await _asked(edge, "PATCH", path, {"team": str(edge.team)})
    assert (status, said["fixed"], said["team_id"]) == (200, True, str(edge.team))


async def test_a_check_says_how_it_fares_and_since_when(edge: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/accounts/sms_fake/default"
    status, said = await _asked(edge, "POST", f"{path}/check")
    assert (status, said["state"], said["said"]) == (200, "ok", "It is made up.")
    _, again = await _asked(edge, "POST", f"{path}/check")
    assert again["since"] == said["since"]

    async def refused(_: FakeSms) -> str:
        raise ConfigInvalid("the word open sesame is wrong")

    monkeypatch.setattr(FakeSms, "check", refused)
    status, failed = await _asked(edge, "POST", f"{path}/check")
    assert (status, failed["state"], failed["said"]) == (200, "failed", "the word [redacted] is wrong")
    assert failed["since"] > said["since"]
    (shown,) = [one for one in (await edge.get("admin", "/accounts"))["items"] if one["id"] == "sms_fake/default"]
    assert shown["health"] == failed

    async def broken(_: FakeSms) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(FakeSms, "check", broken)
    assert (await _asked(edge, "POST", f"{path}/check"))[1][
        "said"
    ] == "the adapter sms_fake failed with ZeroDivisionError"
    assert (await _asked(edge, "POST", "/accounts/sms_fake/nobody/check"))[0] == 404


async def test_adapters_say_what_an_account_is_made_of(edge: World) -> None:
    kinds = {one["name"]: one for one in (await edge.get("admin", "/adapters"))["items"]}
    assert kinds.keys() == {"sms_fake", "sms_http", "sms_twilio"}
    twilio = kinds["sms_twilio"]
    assert {one["name"] for one in twilio["settings"] if one["required"]} == {"account_sid", "numbers"}
    assert [one["name"] for one in twilio["secrets"]] == ["auth_token", "auth_token_previous"]
    assert twilio["webhooks"][0]["url"] == "https://hub.example.test/channels/sms/twilio#rc=5&rp=all"
    assert (kinds["sms_fake"]["channel"], kinds["sms_fake"]["settings"]) == (None, [])


def _adapter(world: World) -> FakeSms:
    adapter = world.parts.accounts.adapters[THIRD]
    assert isinstance(adapter, FakeSms)
    return adapter
