"""PostgreSQL: the pool and transactions, migrations, and the embedded server."""

from hub.store.pool import Row, Store, Transaction
from hub.store.prints import Print, print_of
from hub.store.together import Write, together

__all__ = ["Print", "Row", "Store", "Transaction", "Write", "print_of", "together"]
