"""Positions of files, and the byte ranges that are counted of each.

An inode that holds another text by now keeps the position of the one before, too: that may not be
read to its end, and be found again, compressed, under another inode.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime

from errwatch.errors import StateConflict
from errwatch.model.change import Forgotten
from errwatch.model.position import Digest, FilePosition, Ranges
from errwatch.store.audit import Commit
from errwatch.store.codec import clean, stamp

EARLIER = 32
"""Texts of one name that are kept though their inodes hold others by now."""

_SELECT = """SELECT path, device, inode, head_length, head_hash, cursor, tail_length, tail_hash,
    lines, generation FROM files"""
_LAST_FIRST = "ORDER BY begun_at DESC, inode, generation DESC"


def position(connection: sqlite3.Connection, device: int, inode: int) -> FilePosition | None:
    row = connection.execute(
        f"{_SELECT} WHERE device = ? AND inode = ? ORDER BY generation DESC LIMIT 1",
        (str(device), str(inode)),
    ).fetchone()
    return _position(connection, row) if row else None


def positions(connection: sqlite3.Connection, path: str) -> list[FilePosition]:
    rows = connection.execute(f"{_SELECT} WHERE path = ? {_LAST_FIRST}", (clean(path),)).fetchall()
    return [_position(connection, row) for row in rows]


def beside(connection: sqlite3.Connection, path: str) -> list[FilePosition]:
    folder = clean(path).rpartition("/")[0]
    rows = connection.execute(
        f"{_SELECT} WHERE path > ? AND path < ? {_LAST_FIRST}",
        (f"{folder}/", f"{folder}0"),  # "0" comes after "/"
    ).fetchall()
    return [_position(connection, row) for row in rows if row[0].rpartition("/")[0] == folder]


def _position(
    connection: sqlite3.Connection,
    row: tuple[str, str, str, int, str, int, int, str, int, int],
) -> FilePosition:
    path, device, inode, head, head_hash, cursor, tail, tail_hash, lines, generation = row
    spans = connection.execute(
        "SELECT first_byte, past_byte FROM counted"
        " WHERE device = ? AND inode = ? AND generation = ?",
        (device, inode, generation),
    ).fetchall()
    return FilePosition(
        path=path,
        device=int(device),
        inode=int(inode),
        head=Digest(head, head_hash),
        cursor=cursor,
        tail=Digest(tail, tail_hash),
        counted=Ranges.of(spans),
        lines=lines,
        generation=generation,
    )


def read_up_to(commit: Commit, new: FilePosition) -> None:
    """Move the cursor on, never back, and add to what is counted. Raises StateConflict.

    An older generation may be the same text, to which another process gave a number of its own.
    """
    stored = position(commit.connection, new.device, new.inode)
    if stored is None or stored.generation < new.generation:
        _store(commit, new)
        _thin_out(commit, new.path)
    elif stored.generation > new.generation and new.counted.spans:
        message = f"another errwatch reads {new.path} too, and has begun it anew"
        raise StateConflict(message)
    elif stored.generation == new.generation:
        if new.counted.minus(stored.counted) != new.counted:
            message = f"another errwatch reads {new.path} too, and has counted the same lines"
            raise StateConflict(message)
        # The newer one where both stand at the same byte: it knows more of the file's head.
        further = max(new, stored, key=lambda one: one.cursor)
        counted = stored.counted.union(new.counted)
        _store(commit, replace(further, path=new.path, counted=counted))


def _store(commit: Commit, new: FilePosition) -> None:
    key = (str(new.device), str(new.inode), new.generation)
    commit.connection.execute(
        """INSERT INTO files (device, inode, generation, path, head_length, head_hash, cursor,
            tail_length, tail_hash, lines, begun_at, seen_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)
        ON CONFLICT (device, inode, generation) DO UPDATE SET
            path = excluded.path, head_length = excluded.head_length,
            head_hash = excluded.head_hash, cursor = excluded.cursor,
            tail_length = excluded.tail_length, tail_hash = excluded.tail_hash,
            lines = excluded.lines, seen_at = excluded.seen_at, begun_at = CASE
                WHEN files.head_length = 0 AND excluded.head_length > 0 THEN excluded.begun_at
                ELSE files.begun_at END""",
        (
            *key,
            clean(new.path),
            new.head.length,
            new.head.value,
            new.cursor,
            new.tail.length,
            new.tail.value,
            new.lines,
            stamp(commit.at),
        ),
    )
    commit.connection.execute(
        "DELETE FROM counted WHERE device = ? AND inode = ? AND generation = ?", key
    )
    commit.connection.executemany(
        "INSERT INTO counted (device, inode, generation, first_byte, past_byte)"
        " VALUES (?, ?, ?, ?, ?)",
        [(*key, *span) for span in new.counted.spans],
    )


def _thin_out(commit: Commit, path: str) -> None:
    """Of the texts that had the name and are superseded, keep those that were begun last."""
    commit.connection.execute(
        """DELETE FROM files WHERE (device, inode, generation) IN
            (SELECT device, inode, generation FROM superseded WHERE path = ?
                ORDER BY begun_at DESC, inode, generation DESC LIMIT -1 OFFSET ?)""",
        (clean(path), EARLIER),
    )


def unseen(connection: sqlite3.Connection, since: datetime, limit: int) -> list[FilePosition]:
    """Those of files that were neither read nor found since then, the longest ago first."""
    rows = connection.execute(
        f"{_SELECT} WHERE seen_at < ? ORDER BY seen_at LIMIT ?", (stamp(since), limit)
    ).fetchall()
    return [_position(connection, row) for row in rows]


def forget(commit: Commit, change: Forgotten) -> None:
    """Positions in files that are gone, but for those that were read again meanwhile."""
    commit.connection.executemany(
        """UPDATE files SET seen_at = ? WHERE device = ? AND inode = ? AND generation = ?
            AND NOT EXISTS (SELECT 1 FROM superseded WHERE device = files.device
                AND inode = files.inode AND generation = files.generation)""",
        [
            (stamp(change.now), str(one.device), str(one.inode), one.generation)
            for one in change.there
        ],
    )
    before = stamp(change.unseen_since)
    commit.connection.executemany(
        """DELETE FROM files WHERE device = ? AND inode = ? AND generation = ? AND seen_at < ?""",
        [(str(one.device), str(one.inode), one.generation, before) for one in change.gone],
    )
    commit.connection.execute(
        """DELETE FROM files WHERE (device, inode, generation) IN
            (SELECT device, inode, generation FROM superseded WHERE seen_at < ?)""",
        (before,),
    )
