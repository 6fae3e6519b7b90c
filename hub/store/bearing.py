"""On whom a conversation weighs, in SQL."""

BEARER = "coalesce(s.assignee_id, s.offered_to)"
"""Of ``conversation_states s``: who holds it, or whom it is offered. Without one it is in its team's line."""
