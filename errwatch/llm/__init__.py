"""Models: Claude, and one that follows a script, for tests, the demo and replay."""
