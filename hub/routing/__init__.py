"""Routing: plan, board, engine and decisions."""
