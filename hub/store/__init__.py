"""PostgreSQL: the pool and transactions, migrations, and the embedded server."""

from hub.store.pool import Row, Store, Transaction

__all__ = ["Row", "Store", "Transaction"]
