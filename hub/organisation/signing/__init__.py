"""Signing in with a name and a password: passwords, second factors, sign-ins, and what slows guessing down."""
