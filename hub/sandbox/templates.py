"""WhatsApp templates as Twilio's Content API keeps them: three samples, and how one becomes a message. Pure.

Sources: https://www.twilio.com/docs/content/content-api-resources and
https://www.twilio.com/docs/content/using-variables-with-content-api.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from hub.sandbox.refusals import Reason, TwilioRefusal

_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_MADE = datetime(2026, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True, frozen=True)
class Template:
    """A text with places for values (``{{1}}``). `variables` are the values of a place that is given none.

    `status` is WhatsApp's word on it: approved, pending, rejected, paused or unsubmitted.
    """

    name: str
    language: str
    body: str
    variables: Mapping[str, str] = field(default_factory=dict)
    status: str = "approved"
    category: str = "UTILITY"

    @property
    def sid(self) -> str:
        """Twilio's id, made from name and language: the same at every start."""
        return "HX" + sha256(f"{self.name} {self.language}".encode()).hexdigest()[:32]

    @property
    def approved(self) -> bool:
        """Whether it may open a conversation on WhatsApp."""
        return self.status == "approved"

    def render(self, values: Mapping[str, str]) -> str:
        """Write the text with `values` in their places. Raises TwilioRefusal 21656 if a place stays empty."""
        known = {**self.variables, **values}

        def put(place: re.Match[str]) -> str:
            if not (value := known.get(place[1])):
                raise TwilioRefusal(Reason.BAD_VARIABLES)
            return value

        return _PLACE.sub(put, self.body)

    def as_resource(self, account_sid: str, base_url: str) -> dict[str, object]:
        """Give Twilio's Content resource."""
        url = f"{base_url}/v1/Content/{self.sid}"
        approval = f"{url}/ApprovalRequests"
        return {
            "account_sid": account_sid,
            "date_created": _MADE,
            "date_updated": _MADE,
            "friendly_name": self.name,
            "language": self.language,
            "links": {"approval_create": f"{approval}/whatsapp", "approval_fetch": approval},
            "sid": self.sid,
            "types": {"twilio/text": {"body": self.body}},
            "url": url,
            "variables": dict(self.variables),
        }

    def approval(self) -> dict[str, object]:
        """Give what WhatsApp says of it, in Twilio's form."""
        return {
            "allow_category_change": True,
            "category": self.category,
            "content_type": "twilio/text",
            "name": self.name,
            "rejection_reason": "",
            "status": self.status,
            "type": "whatsapp",
        }


SAMPLE_TEMPLATES = (
    Template(
        "order_on_its_way",
        "en",
        "Hello {{1}}, your order {{2}} is on its way and arrives {{3}}. Reply here if you need anything.",
        {"1": "Grace", "2": "1042", "3": "tomorrow"},
    ),
    Template(
        "callback_offer_fa",
        "fa",
        "سلام {{1}} عزیز، درباره سفارش {{2}} با شما تماس گرفتیم و موفق نشدیم. هر وقت مناسب بود همین‌جا پیام بدهید.",
        {"1": "سارا", "2": "۱۰۴۲"},
    ),
    Template(
        "spring_offer",
        "en",
        "Hello {{1}}, our spring offer has begun: {{2}} off until Friday.",
        {"1": "Grace", "2": "20%"},
        status="pending",
        category="MARKETING",
    ),
)


def find(templates: Sequence[Template], sid: str) -> Template:
    """Give the template with this sid. Raises TwilioRefusal 21655."""
    found = next((one for one in templates if one.sid == sid), None) if _SID.fullmatch(sid) else None
    if found is None:
        raise TwilioRefusal(Reason.BAD_CONTENT_SID)
    return found


def read_variables(given: str) -> dict[str, str]:
    """Read ContentVariables: a JSON object of texts, none of them empty. Raises TwilioRefusal 21656."""
    try:
        values = json.loads(given or "{}")
    except ValueError as error:
        raise TwilioRefusal(Reason.BAD_VARIABLES) from error
    if not isinstance(values, dict) or not all(isinstance(one, str) and one for one in values.values()):
        raise TwilioRefusal(Reason.BAD_VARIABLES)
    return values
