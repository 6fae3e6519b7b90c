"""Every route by every role about every object, and what the live connection tells whom."""
