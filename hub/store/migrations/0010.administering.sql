-- What an agent is able to do, in the organisation's own words.
ALTER TABLE agents ADD COLUMN skills text[] NOT NULL DEFAULT '{}';
