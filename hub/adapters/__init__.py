"""The adapters: one folder a provider."""
