"""Webhooks: verify, parse, publish with a confirm, answer. Nothing else happens in the request.

``POST /channels/sms/twilio`` goes to the accounts of the adapter ``sms_twilio``, and so does ``…/twilio/status``: which
kind it is, the adapter sees from the URL. This is the hot path of the whole hub, so what stays the same is kept.
"""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import structlog
from aiohttp import web

from hub import model
from hub.channel import Adapter, Receives, WebhookRequest
from hub.errors import EventInvalid, HubError, NotFound, WebhookRejected
from hub.events import TYPE_OF, Event
from hub.logs import Trail, shown, trace
from hub.metrics import TAKEN_IN, WEBHOOKS
from hub.model import AccountId
from hub.web.intake import Intake
from hub.web.problems import RETRY_AFTER, of_error, problem

if TYPE_CHECKING:
    from hub.bootstrap import Parts

log = structlog.get_logger(__name__)

_TAKEN = {data: TAKEN_IN.labels(name) for data, name in TYPE_OF.items()}


class Webhooks:
    """The handler of one process."""

    def __init__(self, parts: "Parts") -> None:
        self._parts = parts
        self._base_url = parts.settings.base_url
        self._doors: dict[tuple[str, str], Door] = {}

    async def take(self, request: web.Request) -> web.Response:
        """One webhook, at ``/channels/{channel}/{provider}`` or below it."""
        match = request.match_info
        name = (match["channel"], match["provider"])
        accounts = self._parts.accounts.speaking("_".join(name))
        if not accounts:
            if unusable := self._parts.accounts.unusable("_".join(name)):
                return _unusable(unusable)
            raise NotFound("no account here speaks with this provider", mend="see `hub doctor`")
        door = self._doors.get(name)
        if door is None:
            at = f"{self._base_url}/channels/{'/'.join(name)}"
            door = self._doors[name] = Door(self._parts, accounts[0][1], at)
        asked = WebhookRequest(
            request.method,
            self._base_url + _path(request),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        try:
            account, receiver = authentic(asked, accounts)
        except WebhookRejected as error:
            if unusable := self._parts.accounts.unusable("_".join(name)):
                return _unusable(unusable)  # it may be meant for one of these
            return door.rejected(error)
        return await door.take(asked, account, receiver)


class Door:
    """One adapter's way in: what is the same for each of its webhooks."""

    def __init__(self, parts: "Parts", adapter: Adapter, at: str) -> None:
        self._publisher, self._name, self._at = parts.publisher, adapter.name, at

        def is_ours(point: str) -> bool:
            return model.is_ours(point, parts.accounts.by_address)  # which is another one when accounts have changed

        self._intake = Intake(adapter.name, adapter.channel, parts.clock, is_ours=is_ours)
        self._accepted = WEBHOOKS.labels(adapter.name, "accepted")
        self._trail = Trail()

    async def take(self, asked: WebhookRequest, account: AccountId, adapter: Receives) -> web.Response:
        """The answer for the provider, once everything in the request is durable."""
        try:
            said = adapter.parse(asked)
            reply = adapter.reply(asked, said)
        except Exception as error:  # noqa: BLE001 - adapters are total: a fault is loud, and a 500 is tried again
            instance = uuid.uuid4().urn
            where = {"error": shown(error), "trace": trace(error), "reference": instance}
            log.error("webhook_unreadable", adapter=self._name, account=account, **where)  # noqa: TRY400 - see shown
            return self._failed(error, "failed", instance)
        events = self._intake.events(account, said)
        if events:
            try:
                await self._publisher.publish(events)
            except HubError as error:  # broker away and no spool, or an event over the limit
                return self._failed(error, "too_large" if isinstance(error, EventInvalid) else "unavailable")
            self._count(events)
        elif not said:
            WEBHOOKS.labels(self._name, "empty").inc()
            log.warning("webhook_without_event", adapter=self._name, account=account)
        return web.Response(status=reply.status, body=reply.body, content_type=reply.content_type)

    def _count(self, events: Sequence[Event]) -> None:
        self._accepted.inc()
        if self._trail.goes_on():
            log.info("taken_in", adapter=self._name, events=[str(event.id) for event in events])
        for event in events:
            _TAKEN[type(event.data)].inc()

    def _failed(self, error: Exception, outcome: str, instance: str | None = None) -> web.Response:
        WEBHOOKS.labels(self._name, outcome).inc()
        return of_error(error, instance=instance)

    def rejected(self, error: WebhookRejected) -> web.Response:
        """The answer to who does not prove to be the provider.

        The log says at which of our addresses, and no more of what was asked: behind it there may be what was said, or
        a secret that we do not know yet.
        """
        WEBHOOKS.labels(self._name, "rejected").inc()
        instance = uuid.uuid4().urn
        log.warning("webhook_rejected", adapter=self._name, at=self._at, reason=str(error), reference=instance)
        return not_the_provider(instance)


def not_the_provider(instance: str | None = None) -> web.Response:
    """403: the signature is missing or wrong."""
    return problem(
        403,
        "webhook-rejected",
        "this request does not prove that it comes from the provider",
        mend="at the provider, the webhook's address must be under HUB_PUBLIC_URL, and the token the account's",
        instance=instance,
    )


def _unusable(accounts: Sequence[AccountId]) -> web.Response:
    """An account is there but not in this process: mended, or at another process, the same request will be taken."""
    WEBHOOKS.labels(accounts[0].partition("/")[0], "unavailable").inc()
    instance = uuid.uuid4().urn
    log.warning("webhook_for_unusable_account", accounts=list(accounts), reference=instance)
    return problem(
        503,
        "unavailable",
        "the account this is meant for cannot be used here now",
        mend="`hub doctor` says why",
        instance=instance,
        headers={"Retry-After": RETRY_AFTER},
    )


def authentic(asked: WebhookRequest, accounts: Sequence[tuple[AccountId, Adapter]]) -> tuple[AccountId, Receives]:
    """The account for which the request proves to be meant. Raises ``WebhookRejected`` with what each says of it."""
    reasons: list[str] = []
    for account, adapter in accounts:
        if not hasattr(adapter, "verify"):  # isinstance with a protocol costs more than the rest of this function
            continue
        receiver = cast("Receives", adapter)
        try:
            receiver.verify(asked)
        except WebhookRejected as error:
            reasons.append(str(error))
        else:
            return account, receiver
    raise WebhookRejected("; ".join(sorted(set(reasons))) or "this account takes no webhooks")


def _path(request: web.Request) -> str:
    """Path and query as they came, which is what the provider signed; never scheme or host of the request."""
    raw = request.raw_path
    return raw if raw.startswith("/") else request.path_qs
