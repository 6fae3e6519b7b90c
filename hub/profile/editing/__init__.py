"""Changing a customer's profile by hand, and the record of who changed what."""
