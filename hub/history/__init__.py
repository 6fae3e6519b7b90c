"""The append-only record of interactions."""
