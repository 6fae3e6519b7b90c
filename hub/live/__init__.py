"""The live side, on Redis: heartbeats, hints and pace."""
