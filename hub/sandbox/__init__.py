"""A provider one can run at home."""
