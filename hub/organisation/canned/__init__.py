"""Canned answers: texts that agents say often, and the places in them that are filled when one is used."""
