"""Customers: identity, merge, consent and attributes."""
