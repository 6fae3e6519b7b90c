"""Where the decision stands that an event caused, as a part of statements."""


def decision(cause: str, accepted_at: str, *, shows: str = "true") -> str:
    """The decision with this cause, accepted at that time if it is an interaction: a subquery of one row, or none.

    It stands beside its interaction; or in front, if its cause is none, or was lost when it was decided (the database
    was restored) and came again since. With its LIMIT it is looked up row by row and never becomes a join, for which
    PostgreSQL might read all decisions there are.
    """
    return f"""(
       SELECT {shows} FROM decisions d
        WHERE d.accepted_at = ANY(ARRAY[{accepted_at}, '-infinity']) AND d.event_id = {cause}
        ORDER BY d.accepted_at DESC LIMIT 1)"""
