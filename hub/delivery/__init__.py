"""Outbound messages: the last gate, attempts, receipts, and what is done about unknown outcomes.

A message's row in ``deliveries`` is the truth and the queue: ``next_at`` says when something must happen to it. An
attempt is committed before the provider is called, so after any crash it is known that a call may have been made.
"""
