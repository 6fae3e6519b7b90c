"""SQL of the key, the subscriptions and what they were told. A subscription ends with the sign-in it belongs to."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from hub.organisation.pushing.encryption import Keys
from hub.organisation.pushing.patience import NEWS_LASTS, PAUSE
from hub.organisation.pushing.vapid import Key
from hub.organisation.sealing import Sealer
from hub.organisation.signing.store import Lasts
from hub.store import Row, Transaction, placing


async def key(tx: Transaction, sealer: Sealer) -> Key:
    """The installation's key; made, once for all processes, if there is none yet.

    Raises ``SettingsInvalid`` if it was sealed with another key than this process has.
    """
    sealed = await tx.fetchval("SELECT sealed FROM push_key")
    if sealed is None:
        made = Key.made()
        await tx.execute(
            "INSERT INTO push_key (sealed) VALUES ($1) ON CONFLICT DO NOTHING", sealer.seal({"key": made.private})
        )
        sealed = await tx.fetchval("SELECT sealed FROM push_key")
    return Key(sealer.open(sealed)["key"])


async def subscribe(tx: Transaction, sign_in: UUID, endpoint: str, keys: Keys, *, now: datetime) -> None:
    """This sign-in's browser is told from now on; whoever used the same browser before is told there no more."""
    await tx.execute("DELETE FROM push_subscriptions WHERE endpoint = $2 AND sign_in <> $1", sign_in, endpoint)
    await tx.execute(
        "INSERT INTO push_subscriptions (sign_in, endpoint, p256dh, auth, made_at) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (sign_in) DO UPDATE SET endpoint = $2, p256dh = $3, auth = $4",
        sign_in,
        endpoint,
        keys.p256dh,
        keys.auth,
        now,
    )


async def unsubscribe(tx: Transaction, sign_in: UUID, *, endpoint: str | None = None) -> bool:
    """It is told no more (if it is still told there); whether it was."""
    sql = "DELETE FROM push_subscriptions WHERE sign_in = $1 AND ($2::text IS NULL OR endpoint = $2)"
    return await tx.execute(sql, sign_in, endpoint) != "DELETE 0"


async def due(
    tx: Transaction,
    *,
    lasts: Lasts,
    connected: AbstractSet[UUID],
    beats: Mapping[UUID, datetime],
    texts: bool,
    now: datetime,
    limit: int,
) -> list[Row]:
    """What to tell whom: news of a conversation that an agent holds who is not connected, oldest first.

    News is that it became hers, or that its customer wrote what she has not read; since her desk was last heard
    (``beats``), since this sign-in was used, and since she subscribed. Each row has ``sign_in``, ``endpoint``,
    ``p256dh``, ``auth``, ``language``, ``conversation_id``, ``number``, ``channel``, ``customer_name``, ``news``,
    ``given`` (it became hers), ``text`` (what the customer wrote last, if ``texts`` are wanted) and ``tries``.
    """
    return await tx.fetch(
        _DUE,
        lasts.idle,
        lasts.most,
        list(connected),
        list(beats),
        list(beats.values()),
        now,
        NEWS_LASTS,
        PAUSE,
        limit,
        texts,
    )


async def told(tx: Transaction, row: Row, *, now: datetime, tries: int, next_at: datetime | None) -> None:
    """This news was sent, or is over; with a ``next_at`` it failed and is tried again then."""
    await tx.execute(_TOLD, row["sign_in"], row["conversation_id"], row["news"], now, tries, next_at)


_TEXT = placing.shown(placing.parts("c.id"), where="i.direction = 'inbound'", limit="1")
_DUE = f"""
SELECT p.sign_in, p.endpoint, p.p256dh, p.auth, f.language, c.id AS conversation_id, c.number, c.channel,
       k.name AS customer_name, w.news, w.news = w.given_at AS given,
       CASE WHEN n.news = w.news THEN n.tries ELSE 0 END AS tries,
       CASE WHEN $10 THEN (
           SELECT t.text FROM {_TEXT} i JOIN interaction_contents t USING (recorded_at, event_id)) END AS text
  FROM push_subscriptions p
  JOIN sign_ins s ON s.id = p.sign_in AND s.seen_at > now() - $1::interval AND s.created_at > now() - $2::interval
  JOIN agents a ON a.id = s.agent_id AND a.active
  LEFT JOIN agent_preferences f ON f.agent_id = a.id
  LEFT JOIN unnest($4::uuid[], $5::timestamptz[]) AS b(agent_id, at) ON b.agent_id = a.id
  JOIN conversation_states h ON h.assignee_id = a.id AND h.status = 'open'
  JOIN conversations c ON c.id = h.conversation_id
  JOIN customers k ON k.id = c.customer_id
  LEFT JOIN assignments g ON g.conversation_id = c.id AND g.ended_at IS NULL
  LEFT JOIN read_marks r ON r.conversation_id = c.id AND r.agent_id = a.id AND r.read_to >= h.last_inbound_at
  LEFT JOIN push_notices n ON n.sign_in = p.sign_in AND n.conversation_id = c.id
  CROSS JOIN LATERAL (
       SELECT g.started_at AS given_at,
              greatest(g.started_at, CASE WHEN h.waiting_since IS NOT NULL AND r.read_to IS NULL
                                               THEN h.last_inbound_at END) AS news) w
 WHERE a.id <> ALL($3::uuid[]) AND w.news > greatest(p.made_at, b.at, s.seen_at, $6::timestamptz - $7::interval)
   AND (n.news IS NULL OR (n.news < w.news AND n.told_at <= $6 - $8::interval) OR n.next_at <= $6)
 ORDER BY w.news, p.sign_in LIMIT $9
"""
_TOLD = """
INSERT INTO push_notices (sign_in, conversation_id, news, told_at, tries, next_at)
SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT FROM push_subscriptions WHERE sign_in = $1)
ON CONFLICT (sign_in, conversation_id) DO UPDATE SET news = $3, told_at = $4, tries = $5, next_at = $6
"""
