"""What takes no token: providers' webhooks, health, metrics, and the descriptions."""

from typing import Any

from hub.errors import NotFound
from hub.web import webhooks
from hub.web.described import errors
from hub.web.opened import Open, Said
from hub.web.shapes.health import ALIVE, NOT_READY, READY

WEBHOOKS, FILES = "Providers' webhooks", "Files for providers"
HEALTH, DESCRIPTIONS = "Health and metrics", "Descriptions"
_READ = ("GET", "HEAD")


def _webhook(name: str, path: str, summary: str, *, method: str = "POST") -> Open:
    return Open(
        group=WEBHOOKS,
        name=name,
        methods=(method,),
        path=path,
        summary=summary,
        more=(
            "For the provider of a channel, such as `/channels/sms/twilio`. The request proves itself by a "
            "signature, or as the account's settings say. A 2xx, with the body the provider wants, means that all in "
            "it is durable; the same request again is recorded once. On 5xx the provider shall try again."
        ),
        takes="application/x-www-form-urlencoded" if method == "POST" else None,
        gives={200: Said("text/xml", '<?xml version="1.0" encoding="UTF-8"?><Response/>')},
        errors=(
            lambda: webhooks.not_the_provider(errors.INSTANCE),
            errors.refused(NotFound("no account here speaks with this provider", mend="see `hub doctor`")),
            errors.unreadable,
            errors.too_large,
            errors.unforeseen,
            errors.away,
        ),
    )


def _description(name: str, path: str, summary: str, example: Any) -> Open:
    return Open(
        group=DESCRIPTIONS,
        name=name,
        methods=_READ,
        path=path,
        summary=summary,
        gives={200: Said("application/json", example, {"type": "object"})},
    )


OPENED: tuple[Open, ...] = (
    _webhook("webhook", "/channels/{channel}/{provider}", "What a customer sent"),
    _webhook("webhook_of_kind", "/channels/{channel}/{provider}/{kind}", "What became of a message, and the like"),
    _webhook("webhook_by_get", "/channels/{channel}/{provider}", "What a customer sent, by GET", method="GET"),
    _webhook("webhook_of_kind_by_get", "/channels/{channel}/{provider}/{kind}", "The like, by GET", method="GET"),
    Open(
        group=FILES,
        name="file",
        methods=_READ,
        path="/files/{link}",
        summary="A file for the provider that delivers it",
        more="Addresses that the hub gives to providers; each is open for a day and bears its own proof.",
        gives={200: Said("*/*", "…", {"type": "string", "format": "binary"})},
        errors=(
            errors.refused(NotFound("there is no such file, or its link has ended")),
            errors.unforeseen,
            errors.away,
        ),
    ),
    Open(
        group=HEALTH,
        name="healthz",
        methods=_READ,
        path="/healthz",
        summary="Whether the process lives",
        gives={200: ALIVE},
    ),
    Open(
        group=HEALTH,
        name="readyz",
        methods=_READ,
        path="/readyz",
        summary="Whether it can take in",
        more="By the broker, or by the spool while the broker is away.",
        gives={200: READY, 503: NOT_READY},
    ),
    Open(
        group=HEALTH,
        name="metrics",
        methods=_READ,
        path="/metrics",
        summary="Everything it counts",
        more="In Prometheus' text format.",
        gives={200: Said("text/plain", "hub_desks 2.0\n")},
        errors=(errors.unforeseen,),
    ),
    _description("openapi", "/api/v1/openapi.json", "This description", {"openapi": "3.1.0", "…": "…"}),
    _description(
        "asyncapi", "/api/v1/asyncapi.json", "What travels on the bus, and live", {"asyncapi": "3.0.0", "…": "…"}
    ),
)
