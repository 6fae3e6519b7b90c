"""PostgreSQL: the pool and transactions, migrations, and the embedded server."""

from hub.store.pool import Row, Store, Transaction
from hub.store.together import Write, together

__all__ = ["Row", "Store", "Transaction", "Write", "together"]
