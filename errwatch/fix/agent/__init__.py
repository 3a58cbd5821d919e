"""A model that looks at the code, changes it in memory and hands the change in."""

NAME = "claude"
"""Of the engine."""
