"""Accounts, teams, agents and tokens: can what arrives reach somebody?"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from hub import logs
from hub.bootstrap import DEFAULT_TWILIO, Parts
from hub.channel import HasTemplates
from hub.checks import store as asked
from hub.checks.findings import Finding, bad, fact, good, many, worth
from hub.delivery import store as deliveries
from hub.delivery.gate import NEWS_LASTS
from hub.errors import SendError
from hub.model import AccountId, Role
from hub.organisation import store as organisation
from hub.organisation.accounts import AccountRow
from hub.settings import Settings
from hub.store import Row, Store

_TRIED = 8.0
"""Seconds a provider may take to say whether it knows the account."""

log = structlog.get_logger(__name__)


async def providers(settings: Settings, parts: Parts) -> AsyncIterator[Finding]:
    """Each account, tried at its provider; and whether the provider can reach us."""
    if settings.twilio_account_sid and DEFAULT_TWILIO not in parts.accounts.rows:
        yield fact("the Twilio account of the settings is made when `hub up`, `serve` or `work` starts next")
    elif not parts.accounts.rows:
        yield worth(
            "no account is set up, so nothing can arrive",
            "make one at the desk or by `hub accounts add`, or try `hub demo`",
        )
    rows = dict(parts.accounts.rows)
    for row, found in zip(rows.values(), await asyncio.gather(*(_checked(parts, id_) for id_ in rows)), strict=True):
        yield found
        if row.team_id is None:
            yield worth(
                f"{row.id} belongs to no team", "with one team it is given to it at the next start; else set its team"
            )
    async with parts.store.reading() as tx:
        seen = await deliveries.templates_seen(tx)
    for one in _templates(parts, seen):
        yield one
    if parts.accounts.rows:
        yield _reachable(settings, [_api(row.settings) for row in parts.accounts.rows.values()])


async def _checked(parts: Parts, id_: AccountId) -> Finding:
    row = parts.accounts.rows[id_]
    if problem := parts.accounts.problems.get(id_):
        return bad(f"{id_} cannot be used", problem)
    if not row.active:
        return worth(
            f"{id_} is switched off: nothing is sent or received by it", "switch it on again when it should be"
        )
    try:
        async with asyncio.timeout(_TRIED):
            return good(f"{id_}: {await parts.accounts.adapters[id_].check()}")
    except SendError as error:
        return _refused(id_, row, error)
    except TimeoutError:
        return bad(f"{id_}: the provider did not answer within {_TRIED:g} s", "see whether it is away")
    except Exception as error:  # noqa: BLE001 - an adapter may be anybody's code
        log.error("account_check_failed", account=id_, error=logs.shown(error), trace=logs.trace(error))  # noqa: TRY400 - see shown
        return bad(
            f"{id_}: the adapter {row.adapter} failed with {type(error).__name__}, in {logs.trace(error)}",
            "whoever made that adapter can mend it",
        )


def _refused(id_: AccountId, row: AccountRow, error: SendError) -> Finding:
    api = _api(row.settings)
    if _at_home(urlsplit(api).hostname or ""):
        return bad(f"{id_}: {error}", f"it uses the sandbox at {api}: start `hub demo` or `hub sandbox`")
    how = "mend HUB_TWILIO_… and start again" if id_ == DEFAULT_TWILIO else "`hub accounts add --replace` mends it"
    return bad(f"{id_}: {error}", f"{how}; if the provider is away, wait")


def _templates(parts: Parts, seen: Mapping[str, datetime]) -> Iterator[Finding]:
    now = parts.clock.now()
    for id_, adapter in parts.accounts.adapters.items():
        at = seen.get(id_, now)  # who has named none has none that could wait
        if isinstance(adapter, HasTemplates) and now - at >= NEWS_LASTS:
            yield worth(
                f"the templates of {id_} were last read on {at:%Y-%m-%d %H:%M %Z}: what should go out as one waits",
                "start `hub work read_templates`, or see why it says templates_not_read",
            )


def _api(given: Mapping[str, str]) -> str:
    return given.get("api_url") or given.get("url", "")


def _reachable(settings: Settings, apis: Sequence[str]) -> Finding:
    """Whether the address that providers are told looks as if they could reach it."""
    url = settings.base_url
    parts = urlsplit(url)
    if _at_home(parts.hostname or ""):
        if all(_at_home(urlsplit(api).hostname or "") for api in apis):
            return good(f"webhooks come to {url}, from a sandbox on this machine")
        return bad(f"providers cannot reach {url}", "set HUB_PUBLIC_URL to the address the world knows, with https")
    if parts.scheme != "https":
        return worth(
            f"webhooks come to {url}, in the clear", "put TLS before the hub, and https:// into HUB_PUBLIC_URL"
        )
    return good(f"webhooks come to {url}")


def _at_home(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal"))


async def people(store: Store) -> AsyncIterator[Finding]:
    """Teams without agents, agents nobody can reach or who cannot sign in, and whether anybody may administer."""
    async with store.reading() as tx:
        agents = [row for row in await organisation.agents(tx) if row["active"]]
        teams, tokens = await organisation.teams(tx), await organisation.tokens(tx)
        owning = await asked.owning_agents(tx)
    now = datetime.now(UTC)
    in_force = [row for row in tokens if row["revoked_at"] is None and (row["expires_at"] or now) >= now]
    if not agents:
        yield worth("there is no agent yet", "`hub agents add NAME --team NAME` makes one")
    for one in [*_teams(teams, {row["id"] for row in agents}), *_agents(agents, owning, in_force)]:
        yield one
    for one in _administrators(agents, in_force):
        yield one
    yield good(f"{many(len(agents), 'agent')} in {many(len(teams), 'team')}; {many(len(in_force), 'token')} in force")


def _administrators(agents: Sequence[Row], tokens: Sequence[Row]) -> Iterator[Finding]:
    admins = [row for row in agents if row["role"] == Role.ADMIN]
    if any(row["has_password"] for row in admins):
        return
    made = "`hub agents add NAME --role admin --random-password` makes somebody"
    mend = f"`hub agents password {admins[0]['name']!r}`" if admins else made
    if any(row["role"] == Role.ADMIN for row in tokens):
        yield worth("no administrator can sign in at the desk", mend)
    else:
        yield worth("nobody can administer", mend)


def _teams(teams: Sequence[Row], active: set[UUID]) -> Iterator[Finding]:
    for team in teams:
        if not active.intersection(team["members"]):
            yield worth(
                f"the team {team['name']} has no agent: what goes to it waits",
                f"`hub agents add NAME --team {team['name']!r}`, or PATCH /api/v1/agents/ID",
            )


def _agents(agents: Sequence[Row], owning: set[str], tokens: Sequence[Row]) -> Iterator[Finding]:
    with_token = {row["agent_id"] for row in tokens}
    for agent in agents:
        if agent["role"] == Role.AGENT and not agent["teams"] and agent["name"] not in owning:
            yield worth(f"{agent['name']} is in no team and owns no customer: nothing reaches her", "add her to a team")
        if not agent["has_password"] and agent["id"] not in with_token:
            yield worth(
                f"{agent['name']} has neither password nor token, so she cannot sign in",
                f"`hub agents password {agent['name']!r}`",
            )
