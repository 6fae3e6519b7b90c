"""Who answers: the plan, the board in memory, the engine that decides, and the decisions it leaves behind.

``engine`` reads like the semantics (A and B); ``board`` holds what it decides over; ``line`` keeps who waits;
``ranking`` finds the best free agent; ``plan`` holds the numbers; ``store`` is the only module here that knows SQL.
"""
