"""The configured accounts, each with its adapter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from hub import logs
from hub.adapters import load as load_adapter
from hub.channel import Account, Adapter
from hub.errors import HubError, SettingsInvalid
from hub.model import AccountId
from hub.organisation.accounts import AccountRow
from hub.organisation.prices import segment_price, without_price
from hub.organisation.sealing import Sealer
from hub.settings import Settings

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Accounts:
    """The configured accounts with their adapters, by account id; read again when the configuration changes."""

    adapters: dict[AccountId, Adapter] = field(default_factory=dict)
    rows: dict[AccountId, AccountRow] = field(default_factory=dict)
    by_address: dict[str, AccountId] = field(default_factory=dict)
    problems: dict[AccountId, str] = field(default_factory=dict)

    def unusable(self, adapter_name: str) -> list[AccountId]:
        """Those of one adapter that are switched on and cannot be used in this process."""
        active = [id_ for id_, row in self.rows.items() if row.active and row.adapter == adapter_name]
        return [id_ for id_ in active if id_ not in self.adapters]

    def speaking(self, adapter_name: str) -> list[tuple[AccountId, Adapter]]:
        """Every account of one adapter."""
        return [(id_, adapter) for id_, adapter in self.adapters.items() if self.rows[id_].adapter == adapter_name]


async def load(known: Accounts, rows: Sequence[AccountRow], settings: Settings, sealer: Sealer) -> None:
    """Let ``known`` hold these rows, each active one with its adapter; one that cannot be built is a logged problem."""
    fresh = _fresh(known, rows, settings, sealer)
    retired = [adapter for id_, adapter in known.adapters.items() if fresh.adapters.get(id_) is not adapter]
    known.adapters, known.rows = fresh.adapters, fresh.rows
    known.by_address, known.problems = fresh.by_address, fresh.problems
    for adapter in retired:
        await adapter.aclose()


def _fresh(known: Accounts, rows: Sequence[AccountRow], settings: Settings, sealer: Sealer) -> Accounts:
    fresh = Accounts()
    for row in rows:
        id_ = AccountId(row.id)
        before = known.rows.get(id_)
        try:
            unchanged = before is not None and (before.settings, before.sealed) == (row.settings, row.sealed)
            if row.active and unchanged and id_ in known.adapters:
                fresh.adapters[id_] = known.adapters[id_]
            elif row.active:
                fresh.adapters[id_] = adapter_of(settings, row.id, row.adapter, row.settings, sealer.open(row.sealed))
        except HubError as error:
            fresh.problems[id_] = str(error)
            log.error("account_unusable", account=row.id, problem=str(error))  # noqa: TRY400 - secrets are in scope
        fresh.rows[id_] = row
        fresh.by_address.update(dict.fromkeys(row.addresses, id_))
    return fresh


def adapter_of(
    settings: Settings, id_: str, name: str, given: Mapping[str, str], secrets: Mapping[str, str]
) -> Adapter:
    """The adapter ``name`` for one account. Raises ``SettingsInvalid``, also if its code fails: it may be anybody's."""
    logs.never_show(secrets.values())
    try:
        segment_price(given)
    except SettingsInvalid as error:
        raise SettingsInvalid([f"account {id_}: {problem}" for problem in error.problems]) from error
    factory = load_adapter(settings.adapters.get(name, name))
    callbacks = callbacks_of(settings.base_url, name)
    account = Account(id=AccountId(id_), settings=without_price(given), secrets=secrets, callback_url=callbacks)
    try:
        adapter = factory(account)
        logs.never_show(adapter.secrets())
    except HubError:
        raise
    except Exception as error:
        log.error("adapter_broken", adapter=name, error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see there
        raise SettingsInvalid([f"account {id_}: the adapter {name} failed with {type(error).__name__}"]) from error
    return adapter


def callbacks_of(base_url: str, adapter: str) -> Callable[[str], str]:
    """Webhook URLs: ``/channels/sms/twilio`` for ``sms_twilio``; every kind but ``inbound`` hangs below it."""
    path = "/channels/" + adapter.replace("_", "/", 1)
    return lambda kind: base_url + (path if kind == "inbound" else f"{path}/{kind}")
