"""The append-only record of everything that passed between customers and the organisation."""
