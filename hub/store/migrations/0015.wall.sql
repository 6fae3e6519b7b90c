-- How long customers waited for an answer: one row for each wait that a person's answer ended, written with the decision
-- about that answer. "since" is when she wrote the first that nobody had answered, "reply_by" when an answer was due
-- by the plan of then, and the team is whose it was.
CREATE TABLE waits (
    answer_id uuid PRIMARY KEY,
    conversation_id uuid NOT NULL,
    team_id uuid,
    agent_id uuid,
    since timestamptz NOT NULL,
    answered_at timestamptz NOT NULL,
    reply_by timestamptz NOT NULL
);
-- For the service level of a day.
CREATE INDEX waits_answered ON waits (answered_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON waits FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON waits FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
