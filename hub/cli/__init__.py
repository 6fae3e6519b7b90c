"""The command line: the only place that starts things together. One file a command group."""

from hub.cli.app import main

__all__ = ["main"]
