"""Prometheus metrics of every stage: counts, ages, latencies, depths and the spool. One registry a process.

Processes that share a port (``hub serve --processes N``) count in files of one folder, and any of them answers for all:
their supervisor names it in ``PROMETHEUS_MULTIPROC_DIR``, which prometheus_client reads when it is imported
(https://prometheus.github.io/client_python/multiprocess/).
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

FOLDER = "PROMETHEUS_MULTIPROC_DIR"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

WEBHOOKS = Counter("hub_webhooks_total", "Webhook requests by adapter and outcome", ("adapter", "outcome"))
TAKEN_IN = Counter("hub_taken_in_total", "Events taken in at the edge, durable before the 2xx", ("type",))
PUBLISHED = Counter("hub_events_published_total", "Events confirmed by the bus")
PUBLISH_SECONDS = Histogram("hub_publish_seconds", "From publish to the bus's confirm", buckets=_SECONDS)
PUBLISH_FAILED = Counter("hub_events_publish_failed_total", "Events the bus did not confirm; they were repeated")
BELLS_DROPPED = Counter("hub_bells_dropped_total", "Bells not rung; keep_time rings again")
SPOOLED = Counter("hub_events_spooled_total", "Events that went through the spool")
HANDLED = Counter("hub_events_handled_total", "Events handled and acked", ("worker",))
ACKED = Counter("hub_acked_total", "Broker messages acked, by lane", ("lane",))
BATCH = Histogram("hub_batch_events", "Events in one batch", ("worker",), buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
HANDLE_SECONDS = Histogram("hub_handle_seconds", "One batch in its worker", ("worker",), buckets=_SECONDS)
RETRIED = Counter("hub_batches_retried_total", "Batches kept because a dependency was away", ("worker",))
DEAD = Counter("hub_events_dead_total", "Events that ended among the dead", ("worker",))
EVENT_AGE = Histogram("hub_event_age_seconds", "Age of an event when it is done", ("worker",), buckets=_SECONDS)
DEPTH = Gauge("hub_queue_depth", "Messages waiting in a lane", ("lane",), multiprocess_mode="mostrecent")
SPOOL_DEPTH = Gauge("hub_spool_events", "Events in this process's spool", multiprocess_mode="livesum")
SPOOL_AGE = Gauge("hub_spool_age_seconds", "Age of the oldest event in the spool", multiprocess_mode="livemax")
SENDS = Counter("hub_sends_total", "Attempts by account and outcome", ("account", "outcome"))
SEND_SECONDS = Histogram("hub_send_seconds", "One call to a provider", ("account",), buckets=_SECONDS)
FILES = Counter("hub_files_total", "Tries to fetch customers' files, by account and outcome", ("account", "outcome"))
PUSHES = Counter("hub_push_total", "Notices to browsers of agents whose desk is closed, by outcome", ("outcome",))
RECEIPTS = Counter("hub_receipts_total", "Delivery reports by status", ("status",))
DECISIONS = Counter("hub_decisions_total", "Routing decisions by kind", ("kind",))
WAITING = Gauge("hub_waiting_conversations", "Conversations in the waiting line")
OLDEST_WAIT = Gauge("hub_oldest_wait_seconds", "How long the first in the waiting line has waited")
AGENTS = Gauge("hub_agents", "Agents by presence", ("presence",))
DESKS = Gauge("hub_desks", "Open live connections of this process", multiprocess_mode="livesum")
REQUESTS = Histogram("hub_http_seconds", "API requests", ("method", "route", "status"), buckets=_SECONDS)


def shown() -> bytes:
    """All of it in Prometheus' text format, of this process or of all that share its port."""
    if not os.environ.get(FOLDER):
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def has_died(pid: int, folder: str) -> None:
    """What this process of ``folder`` held open (desks, spool) is no more; what it counted stays."""
    mark_process_dead(pid, folder)  # type: ignore[no-untyped-call]
