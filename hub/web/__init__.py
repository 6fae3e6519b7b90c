"""The aiohttp application: webhooks, API and the live connection."""
