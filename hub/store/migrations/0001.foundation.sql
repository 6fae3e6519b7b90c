-- Peyvand's foundation. Histories and ledgers refuse UPDATE, DELETE and TRUNCATE, also to their owner.
-- Every index stands beside the query that needs it; "next_at" columns are what keep_time rings for.

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

-- Ends a statement, and with it all it wrote, that did not find what its writer had read (hub/store/together.py).
-- Any number will do for a writer that wants none.
CREATE FUNCTION demand(what text, wanted bigint, got bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF got <> wanted THEN
        RAISE EXCEPTION '%: % rows instead of %', what, got, wanted USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

-- Configuration carries one version number, which the router compares with every batch and every second.
-- So does declared presence. Both rise under the row's lock, so that no commit can hide behind a later number.
CREATE TABLE configuration (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL,
    presence bigint NOT NULL DEFAULT 1
);
INSERT INTO configuration (version) VALUES (1);

CREATE FUNCTION configuration_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE configuration SET version = version + 1;
    RETURN NULL;
END $$;

CREATE FUNCTION presence_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE configuration SET presence = presence + 1;
    RETURN NULL;
END $$;

-- ── who answers ──────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE teams (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE agents (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    language text,
    live_capacity integer NOT NULL DEFAULT 100 CHECK (live_capacity >= 0),
    written_capacity integer NOT NULL DEFAULT 100 CHECK (written_capacity >= 0),
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
-- An agent is found by name whatever its case, so no two names may differ in case alone.
CREATE UNIQUE INDEX agents_by_name ON agents (lower(name));
CREATE TABLE team_members (
    team_id uuid NOT NULL REFERENCES teams ON DELETE CASCADE,
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    PRIMARY KEY (team_id, agent_id)
);
CREATE INDEX team_members_by_agent ON team_members (agent_id);

-- An agent's declared presence: the newest row is in force. Heartbeats alone are in Redis.
CREATE TABLE agent_states (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    agent_id uuid NOT NULL REFERENCES agents,
    declared text NOT NULL CHECK (declared IN ('available', 'away', 'offline')),
    reason text NOT NULL DEFAULT '',
    set_by text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX agent_states_newest ON agent_states (agent_id, seq DESC);
CREATE TRIGGER presence_changed AFTER INSERT ON agent_states FOR EACH STATEMENT EXECUTE FUNCTION presence_changed();

-- ── accounts and access ──────────────────────────────────────────────────────────────────────────────────────────
-- An account is one configured instance of an adapter. Its secrets are sealed with HUB_SECRET_KEY.
CREATE TABLE accounts (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9_]+/[a-z0-9_.-]+$'),
    adapter text NOT NULL,
    channel text NOT NULL,
    settings jsonb NOT NULL DEFAULT '{}',
    sealed_secrets bytea NOT NULL,
    team_id uuid REFERENCES teams ON DELETE SET NULL,
    active boolean NOT NULL DEFAULT true,
    -- The provider refuses our credentials or sender: until then one message at a time may try whether it still does.
    paused_reason text,
    paused_until timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- Our own addresses: who is written to, and never a customer's identity.
CREATE TABLE account_addresses (
    address text PRIMARY KEY,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE
);
CREATE TABLE tokens (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('agent', 'supervisor', 'marketer', 'admin')),
    agent_id uuid REFERENCES agents ON DELETE CASCADE,
    hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON teams FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON agents FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON team_members FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();
CREATE TRIGGER configuration_changed AFTER INSERT OR DELETE OR UPDATE OF adapter, channel, settings, sealed_secrets, team_id, active, paused_reason ON accounts FOR EACH STATEMENT EXECUTE FUNCTION configuration_changed();

-- What an Idempotency-Key was used for: the id follows from caller and key, the print from the body.
CREATE TABLE idempotency_keys (
    id uuid PRIMARY KEY,
    print bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);

-- ── customers ────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE customers (
    id uuid PRIMARY KEY,
    name text,
    language text,
    time_zone text,
    owner_id uuid REFERENCES agents ON DELETE SET NULL,
    attributes jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_newest ON customers (created_at DESC, id DESC);
CREATE INDEX customers_by_name ON customers USING gin (to_tsvector('simple', name)) WHERE name IS NOT NULL;
CREATE TABLE contact_points (
    contact_point text PRIMARY KEY,
    -- Deferred: the point is claimed first, then only the winner's customer is made.
    customer_id uuid NOT NULL REFERENCES customers DEFERRABLE INITIALLY DEFERRED,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contact_points_beginning ON contact_points (contact_point text_pattern_ops);
CREATE INDEX contact_points_by_customer ON contact_points (customer_id);

-- ── conversations ────────────────────────────────────────────────────────────────────────────────────────────────
-- The row is made by record_interactions and never changes; its state below belongs to route_conversations alone.
CREATE TABLE conversations (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    customer_id uuid NOT NULL REFERENCES customers,
    channel text NOT NULL,
    account text NOT NULL,
    contact_point text NOT NULL,
    our_address text NOT NULL,
    previous_id uuid REFERENCES conversations,
    opened_at timestamptz NOT NULL
);
CREATE INDEX conversations_by_customer ON conversations (customer_id, opened_at DESC);
-- One matter at a time between one of our addresses and one of hers: the newest conversation of the pair.
CREATE TABLE threads (
    thread text PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE conversation_states (
    conversation_id uuid PRIMARY KEY REFERENCES conversations,
    version integer NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'snoozed', 'resolved')),
    priority text NOT NULL DEFAULT 'normal',
    team_id uuid,
    assignee_id uuid,
    step smallint,
    step_until timestamptz,
    left_out uuid[] NOT NULL DEFAULT '{}',
    waiting_since timestamptz,
    due timestamptz,
    reply_due timestamptz,
    last_inbound_at timestamptz,
    last_answer_at timestamptz,
    snoozed_until timestamptz,
    resolved_at timestamptz,
    topic text,
    outcome text,
    weight smallint NOT NULL DEFAULT 0,
    next_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX conversation_states_next ON conversation_states (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX conversation_states_held ON conversation_states (assignee_id) WHERE assignee_id IS NOT NULL AND status <> 'resolved';
CREATE INDEX conversation_states_assignee ON conversation_states (assignee_id, conversation_id);
CREATE INDEX conversation_states_alive ON conversation_states (conversation_id) WHERE status <> 'resolved';
CREATE INDEX conversation_states_team ON conversation_states (team_id, conversation_id) WHERE status <> 'resolved';

-- Who held a conversation from when to when. At most one holder at a time.
CREATE TABLE assignments (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations,
    agent_id uuid NOT NULL REFERENCES agents,
    started_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX assignments_one_holder ON assignments (conversation_id) WHERE ended_at IS NULL;
-- When an agent was last given a conversation, also one that is over: of several with the same load the longest ago is next.
CREATE INDEX assignments_newest ON assignments (agent_id, started_at DESC);

-- Why routing did what it did. "event_id" is the causing event's id, or follows from it and the conversation.
CREATE TABLE decisions (
    event_id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    refused boolean NOT NULL DEFAULT false,
    step smallint,
    agent_id uuid,
    team_id uuid,
    plan_version integer NOT NULL,
    reasons jsonb NOT NULL DEFAULT '{}',
    next_at timestamptz
);
CREATE INDEX decisions_by_conversation ON decisions (conversation_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON agent_states FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON agent_states FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- ── the history ──────────────────────────────────────────────────────────────────────────────────────────────────
-- One row for each thing that passed, keyed by the event that told of it. Ordered by (accepted_at, event_id).
CREATE TABLE interactions (
    event_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    conversation_id uuid NOT NULL REFERENCES conversations,
    channel text NOT NULL,
    direction text NOT NULL CHECK (direction IN ('inbound', 'outbound', 'internal')),
    contact_point text NOT NULL,
    our_address text NOT NULL,
    account text NOT NULL,
    provider_id text,
    agent_id uuid,
    accepted_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX interactions_by_conversation ON interactions (conversation_id, accepted_at, event_id);
CREATE INDEX interactions_by_customer ON interactions (customer_id, accepted_at, event_id);
-- For keep_time, which looks whether what was recorded lately was also routed. Rows lie in this order by nature.
CREATE INDEX interactions_recorded ON interactions USING brin (recorded_at) WITH (pages_per_range = 16);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON interactions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON interactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- What was said, apart, so that lawful erasure can take it and leave the row.
CREATE TABLE interaction_contents (
    event_id uuid PRIMARY KEY,
    text text NOT NULL DEFAULT '',
    media jsonb,
    raw jsonb
);

-- ── delivery ─────────────────────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE deliveries (
    message_id uuid PRIMARY KEY,
    conversation_id uuid,
    account text NOT NULL,
    contact_point text NOT NULL,
    our_address text NOT NULL,
    accepted_at timestamptz NOT NULL,
    status text NOT NULL,
    rank smallint NOT NULL,
    provider_id text UNIQUE,
    code text,
    reason text,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX deliveries_next ON deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_queued ON deliveries (contact_point, accepted_at) WHERE status IN ('queued', 'sending');
CREATE INDEX deliveries_unknown ON deliveries (contact_point) WHERE status = 'unknown';
-- A delivery only climbs: what a provider has taken is never queued again, and what is final stays. One that was thought
-- taken only because of another message's provider id is unknown again when that id is taken back from it.
CREATE FUNCTION refuse_descent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'delivery %: % may not become %', OLD.message_id, OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_climbs BEFORE UPDATE ON deliveries FOR EACH ROW
    WHEN (OLD.rank >= 20 AND NEW.rank < OLD.rank
          AND NOT (NEW.status = 'unknown' AND OLD.provider_id IS NOT NULL AND NEW.provider_id IS NULL)) EXECUTE FUNCTION refuse_descent();
-- One try to hand a message to a provider. Committed before the call; a sid belongs to one attempt.
CREATE TABLE attempts (
    message_id uuid NOT NULL,
    number smallint NOT NULL,
    contact_point text NOT NULL,
    claimed_by text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome text NOT NULL DEFAULT 'sending',
    provider_id text UNIQUE,
    code text,
    -- How often the provider's list was looked at and did not settle it.
    looks smallint NOT NULL DEFAULT 0,
    PRIMARY KEY (message_id, number)
);
-- One in flight per contact point.
CREATE UNIQUE INDEX attempts_one_in_flight ON attempts (contact_point) WHERE outcome = 'sending';
CREATE INDEX attempts_unknown ON attempts (contact_point, started_at) WHERE outcome = 'unknown';
CREATE TABLE receipts (
    event_id uuid PRIMARY KEY,
    account text NOT NULL,
    provider_id text NOT NULL,
    message_id uuid,
    status text,
    provider_status text NOT NULL,
    code text,
    reported_at timestamptz NOT NULL,
    raw jsonb
);
CREATE INDEX receipts_by_provider_id ON receipts (provider_id);
CREATE INDEX receipts_by_message ON receipts (message_id) WHERE message_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON receipts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Whether the provider blocks a number because its holder asked to stop (Twilio's OptOutType, error 21610): the last
-- word of each pair and when it was said, since words come late and out of order.
CREATE TABLE provider_blocks (
    contact_point text NOT NULL,
    our_address text NOT NULL,
    blocked boolean NOT NULL,
    said_at timestamptz NOT NULL,
    source text NOT NULL,
    PRIMARY KEY (contact_point, our_address)
);

-- ── the bus and its workers ──────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE dead_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker text NOT NULL,
    event_id uuid,
    type text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'dead' CHECK (state IN ('dead', 'retried', 'dropped')),
    died_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    settled_by text
);
CREATE UNIQUE INDEX dead_events_once ON dead_events (worker, event_id) WHERE state = 'dead' AND event_id IS NOT NULL;
CREATE INDEX dead_events_by_event ON dead_events (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX dead_events_dead ON dead_events (id) WHERE state = 'dead';
CREATE TABLE event_attempts (
    event_id uuid NOT NULL,
    worker text NOT NULL,
    attempts smallint NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, worker)
);
-- Which processes work for which worker, so that each takes its share of the shards.
CREATE TABLE bus_members (
    worker text NOT NULL,
    member text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (worker, member)
);
-- The embedded bus: one row a message, gone when acked.
CREATE TABLE bus_messages (
    lane text NOT NULL,
    seq bigint GENERATED ALWAYS AS IDENTITY,
    body bytea NOT NULL,
    PRIMARY KEY (lane, seq)
);
-- The single router: its writes carry the fence, so one that was taken over cannot write any more.
CREATE TABLE fences (name text PRIMARY KEY, fence bigint NOT NULL, holder text NOT NULL, since timestamptz NOT NULL DEFAULT now());
