"""Events by time: one row an issue, a day and a width of bucket, so that a quiet one costs little.

What is old becomes coarser: buckets of five minutes become hours, and hours become days. The sums
stay, whatever comes late: events of long ago are fine at first, and are folded when they are next
looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from errwatch.model.change import Forgotten
from errwatch.model.packed import DAY, HOUR, Buckets, packed, unpacked
from errwatch.model.partial import BUCKET_SECONDS
from errwatch.store.audit import Commit

AT_ONCE = 5_000
"""Rows that one commit makes coarser; the rest waits for the next, so that none takes long."""


def folded(buckets: Mapping[int, int], width: int) -> Buckets:
    """The same events in buckets of another width."""
    found: Buckets = {}
    for start, count in buckets.items():
        start -= start % width
        found[start] = found.get(start, 0) + count
    return found


def read(connection: sqlite3.Connection, fingerprints: Iterable[str]) -> tuple[Buckets, Buckets]:
    """The fine ones of all of them, and those that are hours and days by now."""
    fine: Buckets = {}
    coarse: Buckets = {}
    for fingerprint in fingerprints:
        rows = connection.execute(
            "SELECT day, width, counts FROM buckets WHERE fingerprint = ?", (fingerprint,)
        ).fetchall()
        for day, width, counts in rows:
            found = fine if width == BUCKET_SECONDS else coarse
            for start, count in unpacked(counts, day, width).items():
                found[start] = found.get(start, 0) + count
    return dict(sorted(fine.items())), dict(sorted(coarse.items()))


def add(
    connection: sqlite3.Connection,
    fingerprint: str,
    buckets: Mapping[int, int],
    width: int = BUCKET_SECONDS,
) -> None:
    """Add to what there is of that width."""
    for day, fresh in _by_day(buckets):
        key = (fingerprint, day, width)
        row = connection.execute(
            "SELECT counts FROM buckets WHERE fingerprint = ? AND day = ? AND width = ?", key
        ).fetchone()
        total = unpacked(row[0], day, width) if row else {}
        for start, count in fresh.items():
            total[start] = total.get(start, 0) + count
        connection.execute(
            """INSERT OR REPLACE INTO buckets (fingerprint, day, width, counts, events)
            VALUES (?, ?, ?, ?, ?)""",
            (*key, packed(total, day, width), sum(total.values())),
        )


def _by_day(buckets: Mapping[int, int]) -> Iterable[tuple[int, Buckets]]:
    days: dict[int, Buckets] = {}
    for start, count in buckets.items():
        days.setdefault(start // DAY, {})[start] = count
    return days.items()


def forget(commit: Commit, change: Forgotten) -> None:
    """Make coarser what is old, and drop what is older than that."""
    _coarsen(commit.connection, HOUR, change.fine_before // DAY)
    _coarsen(commit.connection, DAY, change.hourly_before // DAY)
    commit.connection.execute("DELETE FROM buckets WHERE day < ?", (change.daily_before // DAY,))


def _coarsen(connection: sqlite3.Connection, width: int, before: int) -> None:
    """Fold what is finer, of days before that one."""
    for fingerprint, day, finer, counts in _finer(connection, width, before):
        connection.execute(
            "DELETE FROM buckets WHERE fingerprint = ? AND day = ? AND width = ?",
            (fingerprint, day, finer),
        )
        add(connection, fingerprint, folded(unpacked(counts, day, finer), width), width)


def _finer(
    connection: sqlite3.Connection, width: int, before: int
) -> Iterator[tuple[str, int, int, str]]:
    for finer in (BUCKET_SECONDS, HOUR):
        if finer < width:
            yield from connection.execute(
                """SELECT fingerprint, day, width, counts FROM buckets
                WHERE width = ? AND day < ? LIMIT ?""",
                (finer, before, AT_ONCE),
            ).fetchall()
