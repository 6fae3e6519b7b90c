-- Offers: a conversation is proposed to one agent for a little while, and is hers when she accepts it (semantics A5).
-- Who is asked now stands in the state, since it has its weight there and its time; every offer there was stands in a
-- table of its own.
ALTER TABLE conversation_states
    ADD COLUMN second_round smallint,
    ADD COLUMN offered_to uuid,
    ADD COLUMN offered_until timestamptz,
    ADD CONSTRAINT conversation_states_one_hand CHECK (offered_to IS NULL OR assignee_id IS NULL),
    ADD CONSTRAINT conversation_states_offer_ends CHECK ((offered_to IS NULL) = (offered_until IS NULL));
CREATE INDEX conversation_states_offered ON conversation_states (offered_to) WHERE offered_to IS NOT NULL;

CREATE TABLE offers (
    id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations,
    agent_id uuid NOT NULL REFERENCES agents,
    step smallint,
    offered_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('accepted', 'declined', 'expired', 'withdrawn')),
    ended_at timestamptz,
    CHECK ((outcome IS NULL) = (ended_at IS NULL))
);
CREATE UNIQUE INDEX offers_one_pending ON offers (conversation_id) WHERE outcome IS NULL;
-- How an agent met her last offers: who lets two in a row pass is not there.
CREATE INDEX offers_newest ON offers (agent_id, ended_at DESC) WHERE outcome <> 'withdrawn';
CREATE TRIGGER no_delete BEFORE DELETE ON offers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON offers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ended_stays BEFORE UPDATE ON offers FOR EACH ROW WHEN (OLD.outcome IS NOT NULL) EXECUTE FUNCTION refuse_change();
