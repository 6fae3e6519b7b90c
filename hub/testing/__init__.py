"""Fakes and conformance suites, shipped, imported by tests only."""
