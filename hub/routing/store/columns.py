"""The columns of ``conversation_states`` that follow a conversation on the board, each with its type."""

COLUMNS = (
    ("status", "text"),
    ("priority", "text"),
    ("team_id", "uuid"),
    ("assignee_id", "uuid"),
    ("step", "smallint"),
    ("step_until", "timestamptz"),
    ("second_round", "smallint"),
    ("offered_to", "uuid"),
    ("offered_until", "timestamptz"),
    ("waiting_since", "timestamptz"),
    ("due", "timestamptz"),
    ("reply_due", "timestamptz"),
    ("last_inbound_at", "timestamptz"),
    ("last_answer_at", "timestamptz"),
    ("snoozed_until", "timestamptz"),
    ("resolved_at", "timestamptz"),
    ("topic", "text"),
    ("outcome", "text"),
    ("weight", "smallint"),
    ("next_at", "timestamptz"),
)
NAMES = ", ".join(name for name, _ in COLUMNS)
