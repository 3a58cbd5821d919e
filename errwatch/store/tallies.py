"""What was counted of each fingerprint: numbers, buckets and samples, as rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from errwatch.model.change import Forgotten
from errwatch.model.event import Event
from errwatch.model.partial import Tally
from errwatch.store import buckets
from errwatch.store.audit import Commit
from errwatch.store.codec import dump, load, moment, stamp


def tally(connection: sqlite3.Connection, fingerprint: str) -> Tally:
    """What is counted of it, but for its buckets."""
    number, first, last, crashes = connection.execute(
        "SELECT count, first_seen, last_seen, crashes FROM issues WHERE fingerprint = ?",
        (fingerprint,),
    ).fetchone()
    return Tally(
        fingerprint=fingerprint,
        count=number,
        first_seen=moment(first) if first else None,
        last_seen=moment(last) if last else None,
        buckets={},
        samples=_samples(connection, fingerprint),
        crashes=crashes,
    )


def events(connection: sqlite3.Connection, fingerprint: str) -> int:
    row = connection.execute("SELECT count FROM issues WHERE fingerprint = ?", (fingerprint,))
    return int(row.fetchone()[0])


def _samples(connection: sqlite3.Connection, fingerprint: str) -> tuple[Event, ...]:
    rows = connection.execute(
        "SELECT body FROM samples WHERE fingerprint = ? ORDER BY slot", (fingerprint,)
    ).fetchall()
    return tuple(load(Event, body) for (body,) in rows)


def add(connection: sqlite3.Connection, more: Tally) -> None:
    """Add to what is stored; by the merge of the model, so that any split gives one result."""
    stored = tally(connection, more.fingerprint)
    total = stored.merge(more)
    _store(connection, total)
    buckets.add(connection, more.fingerprint, more.buckets)
    _store_samples(connection, more.fingerprint, total.samples, stored.samples)


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


def _store_samples(
    connection: sqlite3.Connection,
    fingerprint: str,
    samples: Sequence[Event],
    stored: Sequence[Event],
) -> None:
    """Where there are more than are stored, or others; those that stay are not written again."""
    connection.executemany(
        "INSERT OR REPLACE INTO samples (fingerprint, slot, body) VALUES (?, ?, ?)",
        [
            (fingerprint, slot, dump(event))
            for slot, event in enumerate(samples)
            if slot >= len(stored) or stored[slot] != event
        ],
    )


def forget_samples(commit: Commit, change: Forgotten) -> None:
    """Of issues that were not seen for long, the first sample and the last are enough."""
    old = (stamp(change.seen_before),)
    commit.connection.execute(
        """DELETE FROM samples WHERE slot > 0
            AND fingerprint IN (SELECT fingerprint FROM issues WHERE last_seen < ?)
            AND slot < (SELECT max(slot) FROM samples AS others
                WHERE others.fingerprint = samples.fingerprint)""",
        old,
    )
    commit.connection.execute(
        """UPDATE samples SET slot = 1 WHERE slot > 1
            AND fingerprint IN (SELECT fingerprint FROM issues WHERE last_seen < ?)""",
        old,
    )
