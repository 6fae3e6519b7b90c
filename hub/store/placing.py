"""Where interactions are shown, as parts of statements that several features make.

An interaction stands where it was recorded, or where a split placed it; what stands in a joined conversation is shown
in the one it was joined into. Where nobody split or joined, each part costs a look or two into empty tables.
"""


def place(home: str, interaction: str) -> str:
    """The conversation in which an interaction is shown; ``home`` is the one it was recorded in."""
    stands = f"coalesce((SELECT p.conversation_id FROM placements p WHERE p.interaction_id = {interaction}), {home})"
    return f"""(SELECT CASE WHEN j.into_id IS NULL THEN q.id ELSE shown_in(q.id) END
         FROM (SELECT {stands} AS id) q LEFT JOIN joins j ON j.conversation_id = q.id)"""


def parts(conversation: str) -> str:
    """The conversations, as ``id``, of which everything is shown in this one: itself and those joined into it.

    None at all if it was itself joined into another.
    """
    return _below(conversation, f"NOT EXISTS (SELECT FROM joins j WHERE j.conversation_id = {conversation})")


def below(conversation: str) -> str:
    """It and those joined into it, wherever it is shown itself."""
    return _below(conversation, "true")


def _below(conversation: str, where: str) -> str:
    return f"""(WITH RECURSIVE part (id) AS (
           SELECT {conversation} WHERE {where}
           UNION ALL SELECT j.conversation_id FROM part JOIN joins j ON j.into_id = part.id)
         SELECT id FROM part)"""


def shown(parts: str, *, where: str = "true", order: str = "DESC", limit: str) -> str:
    """Rows of ``interactions`` that stand in these ``parts``: the first ``limit`` by time in this order.

    ``where`` says which, of ``i``. Each part is read by the index up to the limit, however much stands in it.
    """
    ordered = f"ORDER BY i.accepted_at {order}, i.event_id {order} LIMIT {limit}"
    return f"""(SELECT n.* FROM {parts} part CROSS JOIN LATERAL (
           (SELECT i.* FROM interactions i WHERE i.conversation_id = part.id AND {where}
               AND NOT EXISTS (SELECT FROM placements p WHERE p.interaction_id = i.event_id) {ordered})
           UNION ALL
           (SELECT i.* FROM placements p JOIN interactions i ON i.event_id = p.interaction_id
             WHERE p.conversation_id = part.id AND {where}
             ORDER BY p.accepted_at {order}, p.interaction_id {order} LIMIT {limit})) n
          ORDER BY n.accepted_at {order}, n.event_id {order} LIMIT {limit})"""
