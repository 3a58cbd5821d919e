"""Where a source of entries is read on, in its own words."""

from __future__ import annotations

import sqlite3


def m012_marks(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE entry_sources ADD COLUMN mark TEXT NOT NULL DEFAULT ''")
