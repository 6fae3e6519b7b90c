"""Accounts of channels. For administrators; secrets go in, are sealed, and never come out."""

from collections.abc import Mapping

from aiohttp import web

from hub.adapters import ADAPTERS, form_of
from hub.bootstrap import DEFAULT_TWILIO, callbacks_of
from hub.channel import AccountForm, Setting
from hub.errors import NotFound, SettingsInvalid
from hub.model import AccountId, Channel
from hub.organisation import accounts as stored
from hub.organisation.accounts import AccountRow
from hub.store import Row
from hub.web.answers import page
from hub.web.call import Call
from hub.web.shapes.accounts import (
    Account,
    AccountHealth,
    AdapterKind,
    AdapterSecret,
    AdapterSetting,
    SecretState,
    WebhookAddress,
)

NOT_THERE = NotFound("there is no such account", where="name", mend="GET /api/v1/accounts lists them")


async def listed(call: Call) -> web.Response:
    """``GET /accounts``: each with its addresses, how it fares, and what is wrong with it, if anything."""
    async with call.parts.store.reading() as tx:
        healths = await stored.healths(tx)
    return page([shown(call, row, healths.get(row.id)) for row in call.parts.accounts.rows.values()], None)


async def adapters(call: Call) -> web.Response:
    """``GET /adapters``: what accounts can be made of."""
    return page([_kind(call, name) for name in names(call)], None)


def names(call: Call) -> list[str]:
    """The adapters there are: the table's and the third parties' of the settings. No other code is ever loaded."""
    return sorted({*ADAPTERS, *call.parts.settings.adapters})


def shown(call: Call, row: AccountRow, tried: Row | None) -> Account:
    """An account without its secrets."""
    problem = call.parts.accounts.problems.get(AccountId(row.id), row.paused_reason)
    return Account(
        id=row.id,
        adapter=row.adapter,
        channel=Channel(row.channel),
        addresses=tuple(row.addresses),
        settings=dict(row.settings),
        secrets=_secrets(call, row),
        team_id=row.team_id,
        active=row.active,
        problem=problem,
        health=_health(row, problem, tried),
        fixed=row.id == DEFAULT_TWILIO,
    )


def _health(row: AccountRow, problem: str | None, tried: Row | None) -> AccountHealth:
    if not row.active:
        return AccountHealth(state="off", since=None, said=None)
    if problem is not None:
        since = tried["since"] if tried and not tried["works"] else None
        return AccountHealth(state="failed", since=since, said=problem)
    if tried is None:
        return AccountHealth(state="unknown", since=None, said=None)
    return AccountHealth(state="ok" if tried["works"] else "failed", since=tried["since"], said=tried["said"])


def _secrets(call: Call, row: AccountRow) -> tuple[SecretState, ...]:
    form, kept = _form(call, row.adapter), opened(call, row)
    wanted = [one.name for one in form.secrets] if form else []
    return tuple(SecretState(name=name, set=bool(kept.get(name))) for name in dict.fromkeys([*wanted, *kept]))


def opened(call: Call, row: AccountRow) -> Mapping[str, str]:
    """Its secrets; none if they were sealed with another key, which its ``problem`` says."""
    return call.parts.sealer.open(row.sealed) if call.parts.sealer.opens(row.sealed) else {}


def _form(call: Call, adapter: str) -> AccountForm | None:
    try:
        return form_of(call.parts.settings.adapters.get(adapter, adapter))
    except SettingsInvalid:  # its accounts say so
        return None


_PRICE = tuple(
    AdapterSetting(name=name, label=label, type="text", required=False, default=None, choices=(), help=help_)
    for name, label, help_ in (
        ("segment_price.amount", "Price of a segment", "A decimal number, such as 0.0079."),
        ("segment_price.currency", "Its currency", "Three letters, such as USD."),
    )
)
"""Ours alone, of every account by which texts go."""


def _kind(call: Call, name: str) -> AdapterKind:
    form = _form(call, name)
    if form is None:
        return AdapterKind(name=name, channel=None, settings=(), secrets=(), other_secrets=True, webhooks=())
    there = callbacks_of(call.parts.settings.base_url, name)
    return AdapterKind(
        name=name,
        channel=form.channel,
        settings=(*(_setting(one) for one in form.settings), *(_PRICE if form.channel is Channel.SMS else ())),
        secrets=tuple(
            AdapterSecret(name=one.name, label=one.label, required=one.required, help=one.help) for one in form.secrets
        ),
        other_secrets=form.other_secrets,
        webhooks=tuple(
            WebhookAddress(kind=kind, url=there(kind) + (form.again if kind == "inbound" else ""))
            for kind in form.webhooks
        ),
    )


def _setting(one: Setting) -> AdapterSetting:
    return AdapterSetting(**{name: getattr(one, name) for name in AdapterSetting.__struct_fields__})
