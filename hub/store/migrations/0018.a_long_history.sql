-- What was recorded lately is read in order, a few rows at a time, every second and by every look at an account's
-- exchanges. A range index finds the neighbourhood alone, and all of it is read and sorted for the first few rows.
-- Nearly free to keep, since rows come in this order.
-- First made and then changed for the old one: meanwhile whoever only reads goes on.
CREATE INDEX interactions_in_order ON interactions (recorded_at, event_id);
DROP INDEX interactions_recorded;
ALTER INDEX interactions_in_order RENAME TO interactions_recorded;

-- The line of a team, for every desk that connects: else all that its agents hold is read too.
CREATE INDEX conversation_states_lines ON conversation_states (team_id) WHERE status <> 'resolved' AND assignee_id IS NULL;
