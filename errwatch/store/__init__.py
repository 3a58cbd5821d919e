"""Adapters that keep the state: `sqlite.SqliteStore`."""
