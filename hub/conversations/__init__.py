"""The threads of a customer's interactions: which conversation something belongs to, and its lifecycle."""
