-- What was said, to be found by its words. The worker make_searchable writes it some seconds after a message is recorded,
-- so that recording pays nothing. The words are folded (hub/folding.py); each begins with the number of its era, 65,536
-- messages: the index holds each era's words apart, and a search reads era by era from the newest until it has enough.
CREATE TABLE searchable (
    interaction_id uuid PRIMARY KEY,
    accepted_at timestamptz NOT NULL,
    words tsvector NOT NULL
);
-- Without a list of what is yet to be sorted in, which every search would have to read: the writer has time.
CREATE INDEX searchable_words ON searchable USING gin (words) WITH (fastupdate = off);
-- Everything recorded before this place is searchable; "count" is how many rows that made.
CREATE TABLE searchable_to (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    recorded_at timestamptz NOT NULL,
    interaction_id uuid NOT NULL,
    count bigint NOT NULL DEFAULT 0
);
INSERT INTO searchable_to (recorded_at, interaction_id)
SELECT coalesce(min(recorded_at), now()), '00000000-0000-0000-0000-000000000000' FROM interactions;
-- Else the newest part of the history, which is looked at every second, would be in no index until a vacuum comes by.
ALTER INDEX interactions_recorded SET (autosummarize = on);

-- The words of a customer's name, folded in the same way. Whoever writes the name writes them; make_searchable, those of
-- names that were there before.
ALTER TABLE customers ADD COLUMN words tsvector;
CREATE INDEX customers_by_words ON customers USING gin (words) WITH (fastupdate = off) WHERE words IS NOT NULL;
CREATE INDEX customers_unfolded ON customers (id) WHERE name IS NOT NULL AND words IS NULL;
DROP INDEX customers_by_name;
