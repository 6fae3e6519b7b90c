"""Outbound messages: the last gate, attempts, receipts and reconciliation."""
