"""Conversations: lifecycle and threading."""
