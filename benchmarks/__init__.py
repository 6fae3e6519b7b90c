"""What we measure, against the floor. ``python -m benchmarks --help``; how to read it is in ``docs/benchmarks.md``."""
