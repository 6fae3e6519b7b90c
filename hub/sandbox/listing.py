"""Twilio's list of messages: its filters and its pages. Pure.

Source: https://www.twilio.com/docs/messaging/api/message-resource, "Read multiple Message resources", and what the
`twilio` package sends and follows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from urllib.parse import urlencode

from hub.sandbox.model import API_VERSION, Message
from hub.sandbox.refusals import Reason, TwilioRefusal

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 1000
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")
_TOKEN_PREFIX = "PA"  # noqa: S105  the first letters of Twilio's page tokens, no secret


@dataclass(slots=True, frozen=True)
class Query:
    """One request for a page: filters as sent, page number, size, and the sid the page before ended with."""

    filters: Mapping[str, str]
    page: int
    size: int
    after: str | None


def parse_query(params: Mapping[str, str]) -> Query:
    """Read the request's parameters. Raises TwilioRefusal for an impossible page size or date."""
    filters = {name: params[name] for name in _FILTERS if params.get(name)}
    for name in filters.keys() - {"To", "From"}:
        _moment(name, filters[name])
    size, page = params.get("PageSize", str(DEFAULT_PAGE_SIZE)), params.get("Page", "0")
    if not (size.isdecimal() and page.isdecimal() and int(size) >= 1):
        raise TwilioRefusal(Reason.BAD_PAGE_SIZE)
    token = params.get("PageToken", "")
    return Query(filters, int(page), min(int(size), MAX_PAGE_SIZE), token.removeprefix(_TOKEN_PREFIX) or None)


def list_page(messages: Iterable[Message], query: Query, account_sid: str) -> dict[str, object]:
    """Give one page of `messages`, which come newest first, as Twilio's JSON.

    The token names the last message of the page before, so messages that come in between neither repeat nor hide any.
    """
    wanted: Iterable[Message] = (m for m in messages if m.account_sid == account_sid and _matches(m, query.filters))
    if query.after is not None:
        wanted = _after(wanted, query.after)
    shown = list(islice(wanted, query.size + 1))
    more, shown = len(shown) > query.size, shown[: query.size]
    start = query.page * query.size
    return {
        "end": start + max(len(shown) - 1, 0),
        "first_page_uri": _uri(account_sid, query, 0, None),
        "messages": [m.as_resource() for m in shown],
        "next_page_uri": _uri(account_sid, query, query.page + 1, shown[-1].sid) if more else None,
        "page": query.page,
        "page_size": query.size,
        "previous_page_uri": None,
        "start": start,
        "uri": _uri(account_sid, query, query.page, query.after),
    }


def _after(messages: Iterable[Message], sid: str) -> Iterator[Message]:
    found = False
    for message in messages:
        if found:
            yield message
        found = found or message.sid == sid


def _matches(message: Message, filters: Mapping[str, str]) -> bool:
    return all(_TESTS[name](message, value) for name, value in filters.items())


def _day(message: Message, value: str) -> bool:
    moment, _ = _moment("DateSent", value)
    return message.sent is not None and message.sent.date() == moment.date()


def _until(message: Message, value: str) -> bool:
    moment, whole_day = _moment("DateSent<", value)
    end = moment + timedelta(days=1) if whole_day else moment + timedelta(seconds=1)
    return message.sent is not None and message.sent < end


def _since(message: Message, value: str) -> bool:
    return message.sent is not None and message.sent >= _moment("DateSent>", value)[0]


# Twilio writes the ranges `DateSent<=…` and `DateSent>=…`: split at the "=", the names end in "<" and ">", and the
# ends belong to the range.
_TESTS: Mapping[str, Callable[[Message, str], bool]] = {
    "To": lambda message, value: message.to == value,
    "From": lambda message, value: message.from_ == value,
    "DateSent": _day,
    "DateSent<": _until,
    "DateSent>": _since,
}


def _moment(name: str, value: str) -> tuple[datetime, bool]:
    """Read ``YYYY-MM-DD`` or ``YYYY-MM-DDThh:mm:ssZ``; give the moment, and whether it stands for the whole day."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise TwilioRefusal(Reason.BAD_DATE, name=name) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC), "T" not in value


def _uri(account_sid: str, query: Query, page: int, after: str | None) -> str:
    params = {**query.filters, "PageSize": str(query.size), "Page": str(page)}
    if after is not None:
        params["PageToken"] = _TOKEN_PREFIX + after
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages.json?{urlencode(params)}"
