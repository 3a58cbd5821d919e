"""Attempts of the watcher to have issues fixed, and which issues wait for one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from errwatch.model.attempt import Attempt
from errwatch.model.issue import Status
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import moment, stamp

_OPEN = (Status.NEW, Status.ONGOING, Status.REGRESSED)


def attempts(connection: sqlite3.Connection, since: datetime) -> list[Attempt]:
    """Those that started since then, or have not ended; the latest first."""
    rows = connection.execute(
        """SELECT fingerprint, started_at, outcome, cost_usd, pull_requests FROM attempts
        WHERE started_at >= ? OR outcome IS NULL ORDER BY started_at DESC""",
        (stamp(since),),
    ).fetchall()
    return [Attempt(issue, moment(at), *rest) for issue, at, *rest in rows]


def record(commit: Commit, attempt: Attempt) -> None:
    """An attempt that starts, or one that has ended."""
    commit.connection.execute(
        """INSERT INTO attempts (fingerprint, started_at, outcome, cost_usd, pull_requests)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (fingerprint, started_at) DO UPDATE SET outcome = excluded.outcome,
            cost_usd = excluded.cost_usd, pull_requests = excluded.pull_requests""",
        (
            attempt.issue,
            stamp(attempt.started_at),
            attempt.outcome,
            attempt.cost_usd,
            attempt.pull_requests,
        ),
    )
    facts = detail(outcome=attempt.outcome or "started", cost_usd=attempt.cost_usd)
    commit.audit("auto-fix", attempt.issue, facts)


def untried(
    connection: sqlite3.Connection, severities: Sequence[str], min_count: int, limit: int
) -> list[str]:
    """Fingerprints of open, fixable issues that no attempt was made on, the last seen first."""
    rows = connection.execute(
        """SELECT fingerprint FROM issues JOIN classifications USING (fingerprint)
        WHERE status IN (SELECT value FROM json_each(?))
            AND severity IN (SELECT value FROM json_each(?))
            AND count >= ? AND json_extract(body, '$.fixable')
            AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.fingerprint = issues.fingerprint)
        ORDER BY last_seen DESC LIMIT ?""",
        (
            json.dumps([status.value for status in _OPEN]),
            json.dumps(list(severities)),
            min_count,
            limit,
        ),
    ).fetchall()
    return [fingerprint for (fingerprint,) in rows]


def first_seen(
    connection: sqlite3.Connection, since: datetime, until: datetime, limit: int
) -> list[str]:
    """Fingerprints of issues that came up between two moments."""
    rows = connection.execute(
        """SELECT fingerprint FROM issues WHERE first_seen BETWEEN ? AND ?
        ORDER BY first_seen LIMIT ?""",
        (stamp(since), stamp(until), limit),
    ).fetchall()
    return [fingerprint for (fingerprint,) in rows]
