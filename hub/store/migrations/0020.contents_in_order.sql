-- What was said is found by the time at which it was recorded, beside the id: its index grows at the end, as the table
-- does. One by the id alone, which follows from the provider's, was written to at random: in a long history a page of its
-- own for each message, and each of them whole into the log after a checkpoint.
-- Both tables take the time of the one statement that writes to both; hub.history.searching waits for its commit.
-- All three at once, and in the order in which statements take them: what would deadlock does so here, before the copy.
LOCK TABLE conversations, interactions, interaction_contents IN ACCESS EXCLUSIVE MODE;
ALTER TABLE interactions ALTER COLUMN recorded_at SET DEFAULT statement_timestamp();
ALTER TABLE interaction_contents RENAME TO contents_by_id;
ALTER TABLE contents_by_id RENAME CONSTRAINT interaction_contents_pkey TO contents_by_id_pkey;
CREATE TABLE interaction_contents (
    recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    event_id uuid NOT NULL,
    text text NOT NULL DEFAULT '',
    media jsonb,
    raw jsonb
);
COMMENT ON COLUMN interaction_contents.media IS 'written by versions before 0002 alone; see the table media';
INSERT INTO interaction_contents (recorded_at, event_id, text, media, raw)
SELECT coalesce(i.recorded_at, now()), c.event_id, c.text, c.media, c.raw
  FROM contents_by_id c LEFT JOIN interactions i USING (event_id) ORDER BY 1, 2;
DROP TABLE contents_by_id;
ALTER TABLE interaction_contents ADD PRIMARY KEY (recorded_at, event_id);
-- Not while it is empty: whoever plans would take it for empty also when it is so no longer.
DO $$ BEGIN
    IF EXISTS (SELECT FROM interaction_contents) THEN ANALYZE interaction_contents; END IF;
END $$;

-- To look for the conversation of each row once more, and to lock it, was a sixth of what recording costs. Whoever appends has
-- found or made it, and here it stays.
ALTER TABLE interactions DROP CONSTRAINT interactions_conversation_id_fkey;
CREATE TRIGGER stays BEFORE DELETE ON conversations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON conversations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
