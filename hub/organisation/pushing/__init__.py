"""Web Push: an agent whose desk is closed is told by her browser, if she allowed it there (RFC 8030, 8291, 8292)."""
