-- Who signs in to the desk is an agent with a role. Passwords, second factors, sign-ins, and what slows guessing down.

-- What somebody who signs in may do. A token keeps the role that it was made with.
ALTER TABLE agents ADD COLUMN role text NOT NULL DEFAULT 'agent'
    CHECK (role IN ('agent', 'supervisor', 'marketer', 'admin'));

-- Beside agents, since a change there makes every process read the configuration again.
CREATE TABLE agent_credentials (
    agent_id uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
    -- argon2id in its PHC form: parameters, salt and hash in one.
    password text NOT NULL,
    set_at timestamptz NOT NULL DEFAULT now(),
    set_by text NOT NULL,
    -- The secret of her authenticator app, sealed with HUB_SECRET_KEY; in force once she has shown a code of it.
    sealed_totp bytea,
    totp_confirmed_at timestamptz,
    -- The time step (RFC 6238) of the last code that was taken: neither it nor an older one is taken again.
    totp_step bigint
);
CREATE TABLE agent_preferences (
    agent_id uuid PRIMARY KEY REFERENCES agents ON DELETE CASCADE,
    language text CHECK (language IN ('en', 'fa')),
    -- json and not jsonb: it is the desk's own, kept as it was said and never looked into.
    preferences json NOT NULL DEFAULT '{}'
);

-- One sign-in: a browser that holds a cookie. Ended is deleted. Whether it has expired follows from the settings.
CREATE TABLE sign_ins (
    id uuid PRIMARY KEY,
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Written at most once a minute.
    seen_at timestamptz NOT NULL DEFAULT now(),
    address text NOT NULL,
    agent_string text NOT NULL
);
-- For the list of hers, and to end them all.
CREATE INDEX sign_ins_by_agent ON sign_ins (agent_id, created_at DESC);

-- How often a password was wrong lately, and from when on the next is looked at. In PostgreSQL, so that several processes
-- count together and a restart forgets nothing. The key is a hash: some type their password where the name belongs.
CREATE TABLE sign_in_tries (
    key bytea PRIMARY KEY,
    wrong integer NOT NULL,
    last_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL
) WITH (fillfactor = 80);
-- keep_time forgets the oldest.
CREATE INDEX sign_in_tries_oldest ON sign_in_tries (last_at);
-- From where an agent has signed in before: guessing from elsewhere does not hold her up there.
CREATE TABLE sign_in_places (
    agent_id uuid NOT NULL REFERENCES agents ON DELETE CASCADE,
    address text NOT NULL,
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (agent_id, address)
);
-- keep_time forgets the oldest.
CREATE INDEX sign_in_places_oldest ON sign_in_places (last_at);
