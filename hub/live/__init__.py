"""Redis: heartbeats, hints and looks. Only this package speaks Redis, and nothing lives only there."""

from hub.live.contract import Hint, Live, Look, Told
from hub.live.redis import RedisLive

__all__ = ["Hint", "Live", "Look", "RedisLive", "Told"]
