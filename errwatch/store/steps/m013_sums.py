"""The sum of each day beside its buckets: a report adds up millions of events by it."""

from __future__ import annotations

import sqlite3


def m013_sums(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE buckets ADD COLUMN events INTEGER NOT NULL DEFAULT 0")
    connection.create_function("sum_of_counts", 1, _sum_of_counts, deterministic=True)
    connection.execute("UPDATE buckets SET events = sum_of_counts(counts)")


def _sum_of_counts(counts: str) -> int:
    """Of `12:3 14:1` it is 4."""
    return sum(int(pair.partition(":")[2]) for pair in counts.split())
