"""What the API answers: one struct a thing, and beside each an example of it.

Handlers fill these structs and ``hub.web.described`` describes them, so that neither can say what the other does not.
Structs are open: a later version may add fields.
"""
