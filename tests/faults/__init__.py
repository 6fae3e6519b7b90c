"""Kill, stop, cut, fill, flush, repeat, reorder, and then count. ``python -m tests.faults.soak`` runs for long."""
