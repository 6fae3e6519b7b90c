-- How each account fared when it was last tried. Beside accounts, since a change there makes every process read the
-- configuration again. "since" is when it began to be so.
CREATE TABLE account_health (
    account_id text PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    works boolean NOT NULL,
    said text NOT NULL,
    since timestamptz NOT NULL,
    tried_at timestamptz NOT NULL
);
-- The last exchanges with a provider are looked for by time. Rows lie in this order by nature, so these cost nothing.
CREATE INDEX attempts_by_time ON attempts USING brin (started_at) WITH (pages_per_range = 16);
CREATE INDEX receipts_by_time ON receipts USING brin (reported_at) WITH (pages_per_range = 16);
