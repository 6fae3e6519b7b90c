-- What the desk needs beside the history: read marks, mentions, canned answers, and who changed a customer's profile.

-- Up to when an agent has read a conversation. Never goes back.
CREATE TABLE read_marks (
    conversation_id uuid NOT NULL REFERENCES conversations,
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    read_to timestamptz NOT NULL,
    PRIMARY KEY (conversation_id, agent_id)
) WITH (fillfactor = 80);

-- Who was mentioned in an internal note: she may see its conversation from then on.
CREATE TABLE mentions (
    interaction_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    conversation_id uuid NOT NULL REFERENCES conversations,
    mentioned_at timestamptz NOT NULL,
    PRIMARY KEY (interaction_id, agent_id)
);
-- For what an agent may see of a conversation that is not hers.
CREATE INDEX mentions_by_conversation ON mentions (conversation_id, agent_id);
-- For her list of them, and the newest for her live connection.
CREATE INDEX mentions_by_agent ON mentions (agent_id, mentioned_at DESC, conversation_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON mentions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON mentions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Texts that agents say often. One without a team is for everybody.
CREATE TABLE canned_answers (
    id uuid PRIMARY KEY,
    shortcut text NOT NULL CHECK (shortcut <> ''),
    title text NOT NULL CHECK (title <> ''),
    text text NOT NULL CHECK (text <> ''),
    language text,
    team_id uuid REFERENCES teams ON DELETE CASCADE,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
);
-- One word leads to one text in each language; a team may have one of its own for a word that everybody has.
CREATE UNIQUE INDEX canned_answers_by_shortcut
    ON canned_answers (lower(shortcut), coalesce(team_id::text, ''), coalesce(language, ''));

-- Who changed what of a customer's profile: one row a field. "by" is the name of the token or person, as it was then.
CREATE TABLE customer_changes (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL,
    at timestamptz NOT NULL,
    by_agent uuid,
    by text NOT NULL,
    field text NOT NULL,
    before jsonb,
    after jsonb
);
-- For the page of her changes, newest first.
CREATE INDEX customer_changes_newest ON customer_changes (customer_id, at DESC, id DESC);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON customer_changes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON customer_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
