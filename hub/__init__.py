"""Peyvand, an omnichannel messaging hub."""
