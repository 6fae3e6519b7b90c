"""What waits in the lines and what everybody holds, all at once."""
