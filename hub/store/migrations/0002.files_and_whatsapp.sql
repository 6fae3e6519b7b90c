-- Files that go with messages, and what WhatsApp wants known: when she last wrote, and which templates are approved.

-- A file's bytes, once, under their SHA-256. What nobody names any more is swept after a day.
CREATE TABLE blobs (
    hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
    -- By what the bytes are, not by what anybody said (hub/media/content.py).
    content_type text NOT NULL,
    size integer NOT NULL,
    body bytea NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);
-- Pictures and films are packed already.
ALTER TABLE blobs ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX blobs_stored ON blobs (stored_at);

-- A file that somebody of the organisation uploaded, to go with a message of theirs.
CREATE TABLE files (
    id uuid PRIMARY KEY,
    hash bytea NOT NULL REFERENCES blobs,
    name text NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX files_by_hash ON files (hash);
CREATE INDEX files_uploaded ON files (uploaded_at);

-- The files of an interaction. Those a customer sent wait to be fetched from the provider; "next_at" is when.
CREATE TABLE media (
    interaction_id uuid NOT NULL,
    position smallint NOT NULL,
    account text NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'stored', 'failed')),
    url text,
    said_type text NOT NULL DEFAULT '',
    name text,
    hash bytea REFERENCES blobs,
    reason text,
    tries smallint NOT NULL DEFAULT 0,
    next_at timestamptz,
    PRIMARY KEY (interaction_id, position),
    CHECK ((status = 'stored') = (hash IS NOT NULL)),
    CHECK (next_at IS NULL OR status = 'waiting')
);
CREATE INDEX media_next ON media (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX media_by_hash ON media (hash) WHERE hash IS NOT NULL;

INSERT INTO media (interaction_id, position, account, status, url, said_type, next_at)
SELECT i.event_id, m.place - 1, i.account, 'waiting', m.one ->> 'url', coalesce(m.one ->> 'content_type', ''), now()
  FROM interaction_contents c JOIN interactions i USING (event_id)
 CROSS JOIN LATERAL jsonb_array_elements(c.media) WITH ORDINALITY AS m(one, place)
 WHERE jsonb_typeof(c.media) = 'array';
-- The column stays, empty from now on: processes of the version before write it while an upgrade rolls. A later version
-- drops it.
COMMENT ON COLUMN interaction_contents.media IS 'written by versions before 0002 alone; see the table media';

-- When a customer last wrote to an address of ours on a channel that takes free text only for a time after that.
CREATE TABLE last_heard (
    contact_point text NOT NULL,
    our_address text NOT NULL,
    heard_at timestamptz NOT NULL,
    PRIMARY KEY (contact_point, our_address)
);
-- The provider's templates as they were when it was last asked. What it has no more is not approved any more.
CREATE TABLE templates (
    account text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id text NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    body text NOT NULL,
    approved boolean NOT NULL,
    status text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (account, id)
);
-- The template a message is sent as, with what stands in its places: {"id": …, "variables": {…}}.
ALTER TABLE deliveries ADD COLUMN template jsonb;
