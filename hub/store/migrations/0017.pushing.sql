-- Web Push: browsers that tell an agent what became hers, or what her customers wrote, while her desk is closed.

-- The one key by which push services know this installation (RFC 8292), sealed with HUB_SECRET_KEY.
CREATE TABLE push_key (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    sealed bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- A browser that is signed in and may be told; it ends with its sign-in. The endpoint is a secret: who has it may send.
CREATE TABLE push_subscriptions (
    sign_in uuid PRIMARY KEY REFERENCES sign_ins ON DELETE CASCADE,
    endpoint text NOT NULL UNIQUE,
    p256dh bytea NOT NULL CHECK (octet_length(p256dh) = 65),
    auth bytea NOT NULL CHECK (octet_length(auth) = 16),
    -- Nothing that was before is news.
    made_at timestamptz NOT NULL
);

-- What a browser was told last of a conversation, and when; "next_at" is set while that did not arrive at its service.
CREATE TABLE push_notices (
    sign_in uuid NOT NULL REFERENCES push_subscriptions ON DELETE CASCADE,
    conversation_id uuid NOT NULL REFERENCES conversations,
    news timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    tries smallint NOT NULL,
    next_at timestamptz,
    PRIMARY KEY (sign_in, conversation_id)
) WITH (fillfactor = 80);
