"""What the provider's books are compared with."""

from collections.abc import Sequence
from datetime import datetime

from hub.model import DeliveryStatus
from hub.store import Transaction


async def statuses(tx: Transaction, provider_ids: Sequence[str]) -> dict[str, DeliveryStatus]:
    """How the messages of these provider ids stand; those nobody here knows are left out."""
    rows = await tx.fetch(
        "SELECT provider_id, status FROM deliveries WHERE provider_id = ANY($1::text[])", list(provider_ids)
    )
    return {row["provider_id"]: DeliveryStatus(row["status"]) for row in rows}


async def passed(tx: Transaction, account: str, *, since: datetime, until: datetime) -> list[str]:
    """Provider ids of what came by the account in that time, and of what the provider has sent on for us since."""
    rows = await tx.fetch(
        "SELECT i.provider_id FROM interactions i WHERE i.account = $1 AND i.direction = 'inbound'"
        " AND i.recorded_at BETWEEN $2 AND $3 AND i.provider_id IS NOT NULL"
        " UNION ALL SELECT d.provider_id FROM interactions i JOIN deliveries d ON d.message_id = i.event_id"
        " JOIN attempts a ON a.message_id = d.message_id AND a.outcome = 'accepted'"
        " WHERE i.account = $1 AND i.direction = 'outbound' AND i.recorded_at BETWEEN $2 - interval '1 day' AND $3"
        " AND a.finished_at BETWEEN $2 AND $3 AND d.provider_id IS NOT NULL"
        " AND d.status IN ('sent', 'delivered', 'read', 'undelivered')",
        account,
        since,
        until,
    )
    return [row["provider_id"] for row in rows]
