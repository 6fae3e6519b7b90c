"""Templates of Twilio's Content API: https://www.twilio.com/docs/content/content-api-resources."""

from typing import Any

from hub.channel import Template


def read_template(record: Any) -> Template | None:
    """One template with its approval for WhatsApp; ``None`` if no kind of it has a text."""
    body = next((text for kind in (record.types or {}).values() if (text := _body(kind))), None)
    if body is None or not record.sid:
        return None
    asked = record.approval_requests if isinstance(record.approval_requests, dict) else {}
    status = str(asked.get("status") or "unsubmitted")
    return Template(
        id=record.sid,
        name=str(asked.get("name") or record.friendly_name or record.sid),
        language=record.language or "",
        body=body,
        approved=status == "approved",
        status=status,
    )


def _body(kind: Any) -> str | None:
    text = kind.get("body") if isinstance(kind, dict) else None
    return text if isinstance(text, str) and text else None
