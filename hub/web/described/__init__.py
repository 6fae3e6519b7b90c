"""What the hub says of itself: OpenAPI from the table of routes, AsyncAPI from the registry of events, and the pages.

Nothing is written twice: schemas come from the structs that handlers and the bus use, errors from the code that answers
with them, examples from typed values.
"""
