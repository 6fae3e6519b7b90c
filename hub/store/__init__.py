"""PostgreSQL: the pool and transactions, migrations, and the embedded server."""

from hub.store.pool import Store, Transaction

__all__ = ["Store", "Transaction"]
