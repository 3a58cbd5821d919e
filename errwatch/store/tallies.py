"""What was counted of each fingerprint: numbers, buckets and samples, as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from errwatch.model.event import Event
from errwatch.model.partial import Tally
from errwatch.store.codec import dump, load, moment, stamp


def tally(connection: sqlite3.Connection, fingerprint: str, like: Tally | None = None) -> Tally:
    """What is counted of it; only with the buckets that a merge with `like` may touch."""
    number, first, last, crashes = connection.execute(
        "SELECT count, first_seen, last_seen, crashes FROM issues WHERE fingerprint = ?",
        (fingerprint,),
    ).fetchone()
    return Tally(
        fingerprint=fingerprint,
        count=number,
        first_seen=moment(first) if first else None,
        last_seen=moment(last) if last else None,
        buckets=_buckets(connection, fingerprint, like),
        samples=_samples(connection, fingerprint),
        crashes=crashes,
    )


def events(connection: sqlite3.Connection, fingerprint: str) -> int:
    row = connection.execute("SELECT count FROM issues WHERE fingerprint = ?", (fingerprint,))
    return int(row.fetchone()[0])


def _buckets(
    connection: sqlite3.Connection, fingerprint: str, like: Tally | None
) -> dict[int, int]:
    if like is None:
        rows = connection.execute(
            "SELECT start, count FROM buckets WHERE fingerprint = ? ORDER BY start", (fingerprint,)
        )
    else:
        rows = connection.execute(
            "SELECT start, count FROM buckets WHERE fingerprint = ? AND start BETWEEN ? AND ?",
            (fingerprint, min(like.buckets, default=0), max(like.buckets, default=0)),
        )
    return dict(rows.fetchall())


def _samples(connection: sqlite3.Connection, fingerprint: str) -> tuple[Event, ...]:
    rows = connection.execute(
        "SELECT body FROM samples WHERE fingerprint = ? ORDER BY slot", (fingerprint,)
    ).fetchall()
    return tuple(load(Event, body) for (body,) in rows)


def add(connection: sqlite3.Connection, more: Tally) -> None:
    """Add to what is stored; by the merge of the model, so that any split gives one result."""
    stored = tally(connection, more.fingerprint, more)
    total = stored.merge(more)
    _store(connection, total)
    if total.samples != stored.samples:
        _store_samples(connection, more.fingerprint, total.samples)


def _store(connection: sqlite3.Connection, total: Tally) -> None:
    connection.execute(
        """UPDATE issues SET count = ?, crashes = ?, first_seen = ?, last_seen = ?
        WHERE fingerprint = ?""",
        (
            total.count,
            total.crashes,
            stamp(total.first_seen) if total.first_seen else None,
            stamp(total.last_seen) if total.last_seen else None,
            total.fingerprint,
        ),
    )
    connection.executemany(
        """INSERT INTO buckets (fingerprint, start, count) VALUES (?, ?, ?)
        ON CONFLICT (fingerprint, start) DO UPDATE SET count = excluded.count""",
        [(total.fingerprint, start, number) for start, number in total.buckets.items()],
    )


def _store_samples(
    connection: sqlite3.Connection, fingerprint: str, samples: Iterable[Event]
) -> None:
    connection.execute("DELETE FROM samples WHERE fingerprint = ?", (fingerprint,))
    connection.executemany(
        "INSERT INTO samples (fingerprint, slot, body) VALUES (?, ?, ?)",
        [(fingerprint, slot, dump(event)) for slot, event in enumerate(samples)],
    )
