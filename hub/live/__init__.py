"""Redis: heartbeats and hints. Only this package speaks Redis, and nothing lives only there."""

from hub.live.contract import Hint, Live
from hub.live.redis import RedisLive

__all__ = ["Hint", "Live", "RedisLive"]
