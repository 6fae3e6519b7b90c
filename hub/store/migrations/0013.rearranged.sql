-- Conversations split and joined. No interaction moves: where each is shown stands here, beside the history.

-- What was done, by whom. "from_id" gave and "to_id" got: some "interactions" (split; they stood in "was" before), or all
-- of it (join). "before" is what undoing a join needs to know. "number" is the order.
CREATE TABLE rearrangements (
    id uuid PRIMARY KEY,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind text NOT NULL CHECK (kind IN ('split', 'join')),
    from_id uuid NOT NULL REFERENCES conversations,
    to_id uuid NOT NULL REFERENCES conversations,
    at timestamptz NOT NULL,
    by_agent uuid,
    interactions uuid[] NOT NULL DEFAULT '{}',
    was uuid[] NOT NULL DEFAULT '{}',
    before jsonb NOT NULL DEFAULT '{}',
    CHECK (from_id <> to_id AND cardinality(interactions) = cardinality(was))
);
CREATE INDEX rearrangements_from ON rearrangements (from_id, number);
CREATE INDEX rearrangements_to ON rearrangements (to_id, number);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rearrangements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON rearrangements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Which of them were undone, each once.
CREATE TABLE undone (
    rearrangement_id uuid PRIMARY KEY REFERENCES rearrangements,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    by_agent uuid
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON undone FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON undone FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where an interaction stands since somebody split or undid; one without a row stands where it was recorded. So each
-- stands in one place.
CREATE TABLE placements (
    interaction_id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL REFERENCES conversations,
    accepted_at timestamptz NOT NULL,
    rearrangement_id uuid NOT NULL REFERENCES rearrangements,
    placed_at timestamptz NOT NULL,
    placed_by uuid
);
CREATE INDEX placements_by_conversation ON placements (conversation_id, accepted_at, interaction_id);

-- What stands in a joined conversation is shown in the one it was joined into, also what is still recorded there.
CREATE TABLE joins (
    conversation_id uuid PRIMARY KEY REFERENCES conversations,
    into_id uuid NOT NULL REFERENCES conversations,
    rearrangement_id uuid NOT NULL REFERENCES rearrangements,
    CHECK (conversation_id <> into_id)
);
CREATE INDEX joins_into ON joins (into_id);

-- The conversation in which everything of this one is shown: itself, unless it was joined.
CREATE FUNCTION shown_in(conversation uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up (id, steps) AS (
        SELECT conversation, 0 UNION ALL SELECT j.into_id, up.steps + 1 FROM up JOIN joins j ON j.conversation_id = up.id
    ) SELECT id FROM up ORDER BY steps DESC LIMIT 1
$$;
-- The conversation from which this one was split, from which that one was, and so on: itself, if it was not.
CREATE FUNCTION split_from(conversation uuid) RETURNS uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up (id, steps) AS (
        SELECT conversation, 0
        UNION ALL
        SELECT r.from_id, up.steps + 1 FROM up JOIN rearrangements r ON r.to_id = up.id AND r.kind = 'split'
    ) SELECT id FROM up ORDER BY steps DESC LIMIT 1
$$;
