"""Accounts made, changed and tried by the API, as ``hub accounts`` does on the command line."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from aiohttp import web

from hub import logs
from hub.bootstrap import DEFAULT_TWILIO, adapter_of, making
from hub.channel import Adapter
from hub.errors import Conflict, HubError, InputInvalid
from hub.organisation import accounts as stored
from hub.organisation import store as organisation
from hub.organisation.accounts import AccountRow
from hub.store import Transaction
from hub.web import asked
from hub.web.accounts import NOT_THERE, names, opened, shown
from hub.web.answers import answer
from hub.web.call import Call
from hub.web.results import claim_within
from hub.web.shapes.accounts import AccountHealth

MOST, LONGEST = 200, 10_000
CHECK_WITHIN = 12.0
"""Seconds a provider may take to say whether it knows the account; the desk waits 15 for any answer."""
_ABSENT = msgspec.UNSET

log = structlog.get_logger(__name__)

Settings = Annotated[dict[str, str], msgspec.Meta(extra_json_schema={"maxProperties": MOST})]
Secrets = Annotated[
    dict[str, str | None],
    msgspec.Meta(description="`null` takes one away; those not named stay.", extra_json_schema={"maxProperties": MOST}),
]


class NewAccount(asked.Body, frozen=True):
    """An account to make. `settings` are as `hub accounts` and `GET /adapters` name them."""

    adapter: str
    name: str
    settings: Settings = msgspec.field(default_factory=dict)
    secrets: Secrets = msgspec.field(default_factory=dict)
    team: UUID | None = None
    active: bool = True


class AccountChange(asked.Body, frozen=True):
    """What shall be different; `settings` are all of them from now on."""

    settings: Settings | msgspec.UnsetType = _ABSENT
    secrets: Secrets | msgspec.UnsetType = _ABSENT
    team: UUID | msgspec.UnsetType | None = _ABSENT
    active: bool | msgspec.UnsetType = _ABSENT


def taken(id_: str) -> Conflict:
    """What to raise when there is one of that name."""
    return Conflict(
        f"There is an account {id_} already", where="$.name", mend="choose another name, or change that one"
    )


FIXED = Conflict(f"{DEFAULT_TWILIO} is kept by the HUB_TWILIO_… settings", mend="change those, and start the hub again")
ELSEWHERE = InputInvalid(
    "its secrets would go to https://api.example.com, where they did not go before",
    where="$.secrets",
    mend="enter them anew, so that only who knows them can send them there",
)


async def add(call: Call) -> web.Response:
    """``POST /accounts``: checked whole, and made; nothing is sent to anybody."""
    given = await asked.body(call, NewAccount)
    wanted = making.Wanted(
        adapter=_adapter(call, given.adapter),
        name=_name(given.name),
        settings=_texts(given.settings, "$.settings"),
        secrets=_kept({}, given.secrets),
        team_id=given.team,
        active=given.active,
    )
    if wanted.id == DEFAULT_TWILIO:
        raise FIXED
    key_id = asked.id_of(call, "account")
    async with call.parts.store.transaction() as tx:
        again = await organisation.key_is_known(tx, key_id)
        await claim_within(tx, call, key_id)
        rows = await stored.locked(tx)
        if wanted.id not in {row.id for row in rows}:
            await _save(call, tx, wanted, rows)
        elif not again:
            raise taken(wanted.id)
    return await _fresh(call, wanted.id, status=201)


async def change(call: Call) -> web.Response:
    """``PATCH /accounts/{adapter}/{name}``: secrets not named stay."""
    given = await asked.body(call, AccountChange)
    id_ = account_id(call)
    async with call.parts.store.transaction() as tx:
        rows = await stored.locked(tx)
        row = account_row(rows, id_)
        if given.settings is not _ABSENT or given.secrets is not _ABSENT:
            await _save(call, tx, _changed(call, row, given), rows)
        if isinstance(given.active, bool) and given.active != row.active:
            await stored.switch(tx, id_, active=given.active)
        if not isinstance(given.team, msgspec.UnsetType):
            await _check_team(tx, given.team)
            await stored.give_team(tx, id_, given.team)
    return await _fresh(call, id_)


async def check(call: Call) -> web.Response:
    """``POST /accounts/{adapter}/{name}/check``: its credentials are tried at the provider; nothing is sent."""
    async with call.parts.store.reading() as tx:
        row = account_row(await stored.accounts(tx), account_id(call))
    works, said = await _tried(call, row)
    async with call.parts.store.transaction() as tx:
        await stored.note_health(tx, row.id, works=works, said=said)
        health = (await stored.healths(tx))[row.id]
    return answer(AccountHealth(state="ok" if works else "failed", since=health["since"], said=said))


async def _tried(call: Call, row: AccountRow) -> tuple[bool, str]:
    """Whether the provider knows the account, and what it says: on an adapter of its own, as the row is now."""
    adapter: Adapter | None = None
    try:
        secrets = call.parts.sealer.open(row.sealed)
        adapter = adapter_of(call.parts.settings, row.id, row.adapter, row.settings, secrets)
        async with asyncio.timeout(CHECK_WITHIN):
            return True, logs.hidden(await adapter.check())
    except HubError as error:
        return False, logs.hidden(str(error))
    except TimeoutError:
        return False, f"the provider did not answer within {CHECK_WITHIN:g} seconds"
    except Exception as error:  # noqa: BLE001 - an adapter may be anybody's code
        log.error("account_check_failed", account=row.id, error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see shown
        return False, f"the adapter {row.adapter} failed with {type(error).__name__}"
    finally:
        if adapter is not None:
            await adapter.aclose()


def _changed(call: Call, row: AccountRow, given: AccountChange) -> making.Wanted:
    """The account as it shall be. Its secrets go nowhere that who changes it does not know them for."""
    if row.id == DEFAULT_TWILIO:
        raise FIXED
    before = opened(call, row)
    settings = row.settings if isinstance(given.settings, msgspec.UnsetType) else given.settings
    entered = {} if isinstance(given.secrets, msgspec.UnsetType) else given.secrets
    elsewhere = sorted(making.new_places(row.settings, settings))
    if elsewhere and any(name not in entered for name, secret in before.items() if secret):
        detail = f"its secrets would go to {elsewhere[0][:100]}, where they did not go before"
        raise InputInvalid(detail, where=ELSEWHERE.where, mend=ELSEWHERE.mend)
    return making.Wanted(
        adapter=row.adapter,
        name=row.id.partition("/")[2],
        settings=_texts(settings, "$.settings"),
        secrets=_kept(before, entered),
        team_id=row.team_id,
        active=row.active,
    )


async def _save(call: Call, tx: Transaction, wanted: making.Wanted, rows: list[AccountRow]) -> None:
    await _check_team(tx, wanted.team_id)
    problems: list[str] = []
    made = await making.made(call.parts.settings, call.parts.sealer, wanted, rows, problems)
    if made is None:
        said = "; ".join(problem.removeprefix(f"account {wanted.id}: ") for problem in problems)
        raise InputInvalid(logs.hidden(said), where="$.settings", mend="GET /api/v1/adapters says what belongs there")
    await stored.save(tx, made.row)
    await stored.give_first_team(tx)


async def _fresh(call: Call, id_: str, *, status: int = 200) -> web.Response:
    """The account as this process has it from now on; the others follow within seconds."""
    await call.parts.refresh_accounts()
    async with call.parts.store.reading() as tx:
        row, healths = account_row(await stored.accounts(tx), id_), await stored.healths(tx)
    location = f"/api/v1/accounts/{id_}" if status == 201 else None
    return answer(shown(call, row, healths.get(id_)), status=status, location=location)


def account_id(call: Call) -> str:
    """The account that the path names."""
    return f"{call.request.match_info['adapter']}/{call.request.match_info['name']}"


def account_row(rows: list[AccountRow], id_: str) -> AccountRow:
    """The one of that name. Raises ``NotFound``."""
    found = next((row for row in rows if row.id == id_), None)
    if found is None:
        raise NOT_THERE
    return found


def _adapter(call: Call, given: str) -> str:
    known = names(call)
    if given not in known:
        raise InputInvalid("there is no such adapter", where="$.adapter", mend=f"one of {', '.join(known)}")
    return given


def _name(given: str) -> str:
    if not making.NAME.match(given):
        raise InputInvalid(
            "this is no name of an account", where="$.name", mend="a-z, 0-9, _ and -, up to 40 characters"
        )
    return given


async def _check_team(tx: Transaction, team_id: UUID | None) -> None:
    if team_id is not None and not await organisation.teams(tx, team_id=team_id):
        raise InputInvalid("there is no such team", where="$.team", mend="GET /api/v1/teams lists them")


def _kept(before: Mapping[str, str], entered: Mapping[str, str | None]) -> dict[str, str]:
    """The secrets from now on; empty or ``null`` is none."""
    after = {**before, **entered}
    return _texts({name: secret for name, secret in after.items() if secret}, "$.secrets")


def _texts(given: Mapping[str, str], where: str) -> dict[str, str]:
    """As they are, if they can be stored. Raises ``InputInvalid``."""
    if len(given) > MOST:
        raise InputInvalid(f"these are {len(given)}", where=where, mend=f"give at most {MOST}")
    for name, value in given.items():
        place = f"{where}.{name[:40]}" if name.isprintable() else where
        asked.text(name, most=asked.MAX_NAME, where=where)
        if value:
            asked.text(value, most=LONGEST, where=place)
    return dict(given)
