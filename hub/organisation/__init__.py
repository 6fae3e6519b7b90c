"""The organisation itself: its agents, teams, access tokens, and the accounts by which it can be reached."""
