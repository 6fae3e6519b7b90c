-- A decision about an interaction is found by the time at which that was accepted, beside its id: its index grows at the
-- end, as the table does. One by the id alone, which follows from the provider's, was written to at random: in a long
-- history a page of its own for each message, and each of them whole into the log after a checkpoint. What else decides
-- (commands, bells) was accepted at no such time, and stands at the front: '-infinity'.
-- Whoever reads the decisions about a conversation finds those by its interactions, which have an index by conversation
-- already; one is kept of the few others, for a second one cost each message another page at random.
-- No default: a router of the version before, which would decide once more what it does not find, cannot write.
LOCK TABLE decisions IN ACCESS EXCLUSIVE MODE;
ALTER TABLE decisions RENAME TO decisions_by_id;
CREATE TABLE decisions (
    accepted_at timestamptz NOT NULL,
    event_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    refused boolean NOT NULL DEFAULT false,
    elsewhere boolean NOT NULL,
    step smallint,
    agent_id uuid,
    team_id uuid,
    plan_version integer NOT NULL,
    reasons jsonb NOT NULL DEFAULT '{}',
    next_at timestamptz
);
COMMENT ON COLUMN decisions.elsewhere IS 'caused by an interaction of another conversation, which was joined into this';
INSERT INTO decisions (accepted_at, event_id, conversation_id, elsewhere, at, kind, refused, step, agent_id, team_id, plan_version, reasons, next_at)
SELECT coalesce(i.accepted_at, '-infinity'), d.event_id, d.conversation_id, coalesce(i.conversation_id <> d.conversation_id, false), d.at, d.kind,
       d.refused, d.step, d.agent_id, d.team_id, d.plan_version, d.reasons, d.next_at
  FROM decisions_by_id d LEFT JOIN interactions i USING (event_id) ORDER BY 1, 2;
DROP TABLE decisions_by_id;
ALTER TABLE decisions ADD PRIMARY KEY (accepted_at, event_id);
CREATE INDEX decisions_by_conversation ON decisions (conversation_id) WHERE accepted_at = '-infinity' OR elsewhere;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- Not while it is empty: whoever plans would take it for empty also when it is so no longer.
DO $$ BEGIN
    IF EXISTS (SELECT FROM decisions) THEN ANALYZE decisions; END IF;
END $$;
