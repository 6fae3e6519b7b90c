"""SQL of the rows a benchmark begins with. Ids follow from numbers, so that the tables refer to each other.

Each statement says what its ``$1``, ``$2`` and ``$3`` are, and uses all three.
"""
# ruff: noqa: S608 - put together from literals of this module and of benchmarks.letters

from benchmarks.letters import ACCOUNT, OUR_NUMBER
from hub.model import derived_id

_OURS = f"'tel:{OUR_NUMBER}'"
_WHOM = f"'sms', '{ACCOUNT}'"
_AGENT = "($2::uuid[])[1 + i % cardinality($2::uuid[])]"
_AGENTS_AND_TEAM = "$2::uuid[] IS NOT NULL AND $3::uuid IS NOT NULL"

# ── known customers: $1 of them, each with an open, answered conversation held by one of the agents $2 of the team $3 ─
_EACH = f"FROM generate_series(0, $1::int - 1) i WHERE {_AGENTS_AND_TEAM}"
_POINT = "'tel:+1415555' || lpad(i::text, 4, '0')"
KNOWN = (
    f"INSERT INTO customers (id) SELECT md5('customer ' || i)::uuid {_EACH}",
    f"""
INSERT INTO contact_points (contact_point, customer_id, verified_at)
SELECT {_POINT}, md5('customer ' || i)::uuid, now() {_EACH}
""",
    f"""
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)
SELECT md5('open ' || i)::uuid, md5('customer ' || i)::uuid, {_WHOM}, {_POINT}, {_OURS}, now() - interval '1 h' {_EACH}
""",
    f"""
INSERT INTO threads (thread, conversation_id)
SELECT 'sms|' || {_OURS} || '|' || {_POINT}, md5('open ' || i)::uuid {_EACH}
""",
    f"""
INSERT INTO conversation_states (conversation_id, version, status, team_id, assignee_id, last_inbound_at,
       last_answer_at, weight, next_at)
SELECT md5('open ' || i)::uuid, 1, 'open', $3::uuid, {_AGENT}, now() - interval '2 min', now() - interval '1 min', 15,
       now() + interval '29 min' {_EACH}
""",
    f"""
INSERT INTO assignments (id, conversation_id, agent_id, started_at)
SELECT gen_random_uuid(), md5('open ' || i)::uuid, {_AGENT}, now() - interval '1 h' {_EACH}
""",
)

# ── the waiting line: $1 conversations; half wait for their owner, one of $2, half for the team $3 ───────────────────
_WAITER = "'tel:+1212' || lpad(i::text, 7, '0')"
_WAITERS = f"FROM generate_series(1, $1::int) i WHERE {_AGENTS_AND_TEAM}"
WAITING = (
    f"""
INSERT INTO customers (id, owner_id)
SELECT md5('waiter ' || i)::uuid, CASE WHEN i % 2 = 0 THEN {_AGENT} END {_WAITERS}
""",
    f"""
INSERT INTO contact_points (contact_point, customer_id, verified_at)
SELECT {_WAITER}, md5('waiter ' || i)::uuid, now() {_WAITERS}
""",
    f"""
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)
SELECT md5('waits ' || i)::uuid, md5('waiter ' || i)::uuid, {_WHOM}, {_WAITER}, {_OURS}, now() {_WAITERS}
""",
    f"""
INSERT INTO threads (thread, conversation_id)
SELECT 'sms|' || {_OURS} || '|' || {_WAITER}, md5('waits ' || i)::uuid {_WAITERS}
""",
    f"""
INSERT INTO conversation_states (conversation_id, version, status, team_id, step, step_until, waiting_since, due,
       last_inbound_at, next_at)
SELECT md5('waits ' || i)::uuid, 1, 'open', $3::uuid, CASE WHEN i % 2 = 0 THEN 2 ELSE 5 END, now() + interval '1 day',
       now(), now() + interval '10 min' + i * interval '1 ms', now(), now() + interval '1 day' {_WAITERS}
""",
)

# ── the past: $1 resolved conversations (or interactions) of $2 customers, the first $3 of whom are the known ones ───
_COUNTS = "$1::int IS NOT NULL AND $2::int IS NOT NULL AND $3::int IS NOT NULL"
_OLDER = f"FROM generate_series($3::int, $2::int - 1) i WHERE {_COUNTS}"
_PAST = f"FROM generate_series(1, $1::int) i WHERE {_COUNTS}"
_PAST_POINT = """CASE WHEN i % $2 < $3 THEN 'tel:+1415555' || lpad((i % $2)::text, 4, '0')
    ELSE 'tel:+1312' || lpad((i % $2)::text, 7, '0') END"""
_THEN = "now() - interval '2 years' + i * (interval '710 days' / $1)"
PAST = (
    f"INSERT INTO customers (id) SELECT md5('customer ' || i)::uuid {_OLDER}",
    f"""
INSERT INTO contact_points (contact_point, customer_id)
SELECT 'tel:+1312' || lpad(i::text, 7, '0'), md5('customer ' || i)::uuid {_OLDER}
""",
    f"""
INSERT INTO conversations (id, customer_id, channel, account, contact_point, our_address, opened_at)
SELECT md5('past ' || i)::uuid, md5('customer ' || i % $2)::uuid, {_WHOM}, {_PAST_POINT}, {_OURS}, {_THEN} {_PAST}
""",
    f"""
INSERT INTO conversation_states (conversation_id, version, status, resolved_at, last_inbound_at,
       last_answer_at, outcome)
SELECT md5('past ' || i)::uuid, 12, 'resolved', now() - interval '10 days', now() - interval '11 days',
       now() - interval '11 days', 'solved' {_PAST}
""",
)
_SAID = "now() - interval '2 years' + n * (interval '710 days' / $1)"
PAST_INTERACTIONS = (
    f"""
INSERT INTO interactions (event_id, customer_id, conversation_id, channel, direction, contact_point, our_address,
       account, provider_id, agent_id, accepted_at, recorded_at)
SELECT md5('said ' || n)::uuid, md5('customer ' || i % $2)::uuid, md5('past ' || i)::uuid, 'sms',
       CASE WHEN n % 2 = 0 THEN 'inbound' ELSE 'outbound' END, {_PAST_POINT}, {_OURS}, '{ACCOUNT}',
       'SM' || md5('sid ' || n), CASE WHEN n % 2 = 1 THEN '{derived_id("bench", "agent", 0)}'::uuid END,
       {_SAID}, {_SAID}
  FROM generate_series(1, $1::int) n, LATERAL (SELECT (n - 1) / 10 + 1 AS i) c WHERE {_COUNTS}
""",
    f"""
INSERT INTO interaction_contents (recorded_at, event_id, text)
SELECT {_SAID}, md5('said ' || n)::uuid,
       'Hi, one of the mugs in order ' || n || ' arrived broken, could you send me another?'
  FROM generate_series(1, $1::int) n WHERE {_COUNTS}
""",
    f"""
INSERT INTO decisions (accepted_at, event_id, conversation_id, elsewhere, at, kind, step, plan_version, reasons)
SELECT {_SAID}, md5('said ' || n)::uuid, md5('past ' || ((n - 1) / 10 + 1))::uuid, false, {_SAID}, 'kept', 5, 1,
       '{{"why": "the customer wrote; it stays with Agent 0", "steps": []}}'
  FROM generate_series(1, $1::int) n WHERE {_COUNTS}
""",
)
