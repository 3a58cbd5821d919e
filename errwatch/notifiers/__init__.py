"""Where messages for people go: a signed webhook, or any service that apprise knows."""
