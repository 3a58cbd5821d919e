"""Messages on their way to people."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from errwatch.model.alert import Delivery, Notice
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import clean, load, moment, stamp

_SELECT = """SELECT body, channel, attempts, due_at, error FROM deliveries JOIN told USING (key)"""


def under_way(connection: sqlite3.Connection, limit: int) -> list[Delivery]:
    """Those that are still to be delivered, the first due first."""
    rows = connection.execute(
        f"{_SELECT} WHERE due_at IS NOT NULL ORDER BY due_at, key, channel LIMIT ?", (limit,)
    ).fetchall()
    return [_delivery(row) for row in rows]


def dead(connection: sqlite3.Connection) -> list[Delivery]:
    """Those that were given up, the oldest first."""
    rows = connection.execute(
        f"{_SELECT} WHERE due_at IS NULL AND error IS NOT NULL ORDER BY at, key, channel"
    ).fetchall()
    return [_delivery(row) for row in rows]


def _delivery(row: tuple[str, str, int, str | None, str | None]) -> Delivery:
    body, channel, attempts, due_at, error = row
    return Delivery(
        load(Notice, body), channel, attempts, moment(due_at) if due_at else None, error
    )


def begin(commit: Commit, notice: Notice, channel: str) -> None:
    commit.connection.execute(
        """INSERT INTO deliveries (key, channel, attempts, due_at) VALUES (?, ?, 0, ?)
        ON CONFLICT (key, channel) DO NOTHING""",
        (notice.key, channel, stamp(notice.at)),
    )


def record(commit: Commit, delivery: Delivery) -> None:
    due_at = stamp(delivery.due_at) if delivery.due_at else None
    error = clean(delivery.error) if delivery.error else None
    commit.connection.execute(
        "UPDATE deliveries SET attempts = ?, due_at = ?, error = ? WHERE key = ? AND channel = ?",
        (delivery.attempts, due_at, error, delivery.notice.key, delivery.channel),
    )
    if due_at is None:
        outcome = f"given up: {error}" if error else "delivered"
        facts = detail(channel=delivery.channel, attempts=delivery.attempts, outcome=outcome)
        commit.audit("notify", delivery.notice.key, facts)


def decide(commit: Commit, delivery: Delivery, again_at: datetime | None) -> None:
    """Send a message that was given up again, or have done with it."""
    key, channel = delivery.notice.key, delivery.channel
    commit.connection.execute(
        """UPDATE deliveries SET attempts = 0, due_at = ?, error = NULL
        WHERE key = ? AND channel = ?""",
        (stamp(again_at) if again_at else None, key, channel),
    )
    outcome = "to be sent again" if again_at else "dropped"
    commit.audit("notify", key, detail(channel=channel, outcome=outcome))
