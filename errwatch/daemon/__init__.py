"""A good service: what the service manager, a container's health check and signals are owed."""
