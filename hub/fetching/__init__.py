"""The one safe outbound client: whatever a provider or a customer names is fetched through here and nowhere else."""

from hub.fetching.answers import Fetched
from hub.fetching.client import Fetcher
from hub.fetching.targets import Origin

__all__ = ["Fetched", "Fetcher", "Origin"]
