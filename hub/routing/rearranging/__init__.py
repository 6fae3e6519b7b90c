"""Conversations split and joined, and either undone (semantics B): the facts, the rules, and their SQL.

Interactions never move. A split places some of them in a new conversation, a join shows all of one conversation in
another; undoing a split takes the new conversation back in, undoing a join parts the two again.
"""
