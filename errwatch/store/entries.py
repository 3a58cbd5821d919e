"""Positions of sources that deliver entries, and what was read of each from there on."""

from __future__ import annotations

import sqlite3

from errwatch.errors import StateConflict
from errwatch.model.position import EntryPosition, Seen
from errwatch.store.audit import Commit
from errwatch.store.codec import clean


def position(connection: sqlite3.Connection, source: str) -> EntryPosition | None:
    row = connection.execute(
        "SELECT begun, since, version, mark FROM entry_sources WHERE source = ?", (clean(source),)
    ).fetchone()
    if row is None:
        return None
    begun, since, version, mark = row
    seen = connection.execute(
        "SELECT key, ns, read, counted FROM seen WHERE source = ?", (clean(source),)
    ).fetchall()
    return EntryPosition(source, begun, since, tuple(Seen(*one) for one in seen), version, mark)


def read_up_to(commit: Commit, new: EntryPosition) -> None:
    """Move on, and forget what no one reads again. Raises StateConflict."""
    source = clean(new.source)
    row = commit.connection.execute(
        "SELECT version FROM entry_sources WHERE source = ?", (source,)
    ).fetchone()
    if (row[0] if row else 0) != new.version - 1:
        message = f"another errwatch reads {new.source} too, and has counted the same entries"
        raise StateConflict(message)
    commit.connection.execute(
        """INSERT INTO entry_sources (source, version, begun, since, mark) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET version = excluded.version, begun = excluded.begun,
            since = excluded.since, mark = excluded.mark""",
        (source, new.version, new.begun, new.since, clean(new.mark)),
    )
    commit.connection.executemany(
        """INSERT INTO seen (source, ns, key, read, counted) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source, ns, key) DO UPDATE SET read = excluded.read,
            counted = excluded.counted""",
        [(source, one.ns, one.key, one.read, one.counted) for one in new.seen],
    )
    commit.connection.execute("DELETE FROM seen WHERE source = ? AND ns < ?", (source, new.since))
