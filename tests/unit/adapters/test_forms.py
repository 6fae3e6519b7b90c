"""What the adapters say of their accounts is what they take."""

import pytest

from hub.adapters import ADAPTERS, form_of, load
from hub.adapters.sms_http.settings import _NAMES, _TABLES
from hub.channel import Account
from hub.errors import SettingsInvalid
from hub.model import AccountId


def test_every_setting_of_sms_http_can_be_filled_in() -> None:
    form = form_of("sms_http")
    assert form is not None
    assert {one.name for one in form.settings} == _NAMES | set(_TABLES)
    assert {one.name for one in form.settings if one.type == "table"} == set(_TABLES)


@pytest.mark.parametrize("name", ADAPTERS)
def test_what_is_required_is_missed_and_defaults_are_taken(name: str) -> None:
    form = form_of(name)
    assert form is not None
    given = {one.name: one.default for one in form.settings if one.default is not None}
    account = Account(id=AccountId(f"{name}/x"), settings=given, secrets={}, callback_url=str)
    with pytest.raises(SettingsInvalid) as error:
        load(name)(account)
    said = str(error.value)
    assert all(f": {one.name} " not in said for one in form.settings if one.default is not None), said
    wanted = [one.name for one in form.settings if one.required and one.name != "numbers"]
    wanted += [one.name for one in form.secrets if one.required]
    assert [one for one in wanted if one not in said] == []
    for one in form.settings:
        assert (one.type == "choice") == bool(one.choices)
        assert one.default is None or one.type != "choice" or one.default in one.choices
