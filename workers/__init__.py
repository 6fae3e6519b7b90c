"""The workers: one file, one worker."""
