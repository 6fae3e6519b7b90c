"""The workers: one file, one worker. This table is all there are; the topology of the bus follows from it."""

from collections.abc import Sequence

from hub.worker import Worker
from workers import (
    fetch_media,
    keep_time,
    make_searchable,
    notify_agents,
    read_templates,
    record_interactions,
    route_conversations,
    send_messages,
    track_deliveries,
)

WORKERS: Sequence[Worker] = (
    record_interactions.WORKER,
    route_conversations.WORKER,
    send_messages.WORKER,
    track_deliveries.WORKER,
    fetch_media.WORKER,
    read_templates.WORKER,
    make_searchable.WORKER,
    notify_agents.WORKER,
    keep_time.WORKER,
)
