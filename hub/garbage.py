"""The garbage collector, and the pauses it would make in everything a process does.

Now and then it looks through all there is for cycles that nobody refers to: 70 to 100 ms with a hub's modules loaded,
in which no message moves; it was all of the 99th percentile at 200 messages a second. What is there to stay (modules,
classes, the application, the board) need not be looked through again.
"""

import gc

YOUNG = 10_000
"""Objects made before the young ones are looked through; Python's own 700 suits programs that keep nothing."""


def spare() -> None:
    """Collect now, and leave alone from now on what lives. Call it when something large has come to stay."""
    gc.unfreeze()  # what was to stay then may be garbage now
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
