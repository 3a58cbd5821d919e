"""Two issues that turned out to be one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from errwatch.model.fix import Fix
from errwatch.model.issue import Issue
from errwatch.model.partial import Tally
from errwatch.store import buckets, issues
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import dump, load
from errwatch.store.merges import issue_of, link


def unite(commit: Commit, one: str, other: str) -> None:
    """All of both becomes the issue that was stored first; twice is as good as once."""
    pair = {issue_of(commit.connection, one), issue_of(commit.connection, other)}
    if len(pair) == 1:
        return
    stored = _in_order(commit.connection, pair)
    kept = stored[0] if stored else min(pair)
    (gone,) = pair - {kept}
    if gone not in stored:
        link(commit, gone, kept)
        return
    issue = issues.issue(commit.connection, gone)
    _add(commit.connection, kept, issue)
    _hand_over(commit.connection, gone, kept)
    link(commit, gone, kept, name=issue.id)
    commit.audit("merged", kept, detail(fingerprint=gone, id=issue.id))


def _in_order(connection: sqlite3.Connection, fingerprints: set[str]) -> list[str]:
    """Those that are issues, the one that was stored first at the beginning."""
    rows = connection.execute(
        "SELECT fingerprint FROM issues WHERE fingerprint IN (?, ?) ORDER BY rowid",
        tuple(fingerprints),
    ).fetchall()
    return [name for (name,) in rows]


def _add(connection: sqlite3.Connection, kept: str, gone: Issue) -> None:
    before = issues.issue(connection, kept)
    total = _tally(before, kept).merge(_tally(gone, kept))
    issues.store(connection, total)
    issues.store_samples(connection, kept, total.samples, before.samples)
    buckets.hand_over(connection, gone.fingerprint, kept)


def _tally(issue: Issue, fingerprint: str) -> Tally:
    return Tally(
        fingerprint,
        count=issue.count,
        first_seen=issue.first_seen,
        last_seen=issue.last_seen,
        buckets={},
        samples=issue.samples,
        crashes=issue.crashes,
    )


def _hand_over(connection: sqlite3.Connection, gone: str, kept: str) -> None:
    """Verdicts stay with the issue that is kept, where it has its own; fixes all belong to it."""
    for number, body in connection.execute(
        "SELECT number, body FROM fixes WHERE fingerprint = ?", (gone,)
    ).fetchall():
        connection.execute(
            "UPDATE fixes SET fingerprint = ?, body = ? WHERE number = ?",
            (kept, dump(replace(load(Fix, body), issue=kept)), number),
        )
    for statement in _VERDICTS:
        connection.execute(statement, (kept, gone))
    for statement in _REST:
        connection.execute(statement, (gone,))


_VERDICTS = (
    "UPDATE OR IGNORE classifications SET fingerprint = ? WHERE fingerprint = ?",
    "UPDATE OR IGNORE analyses SET fingerprint = ? WHERE fingerprint = ?",
)
_REST = (
    "DELETE FROM classifications WHERE fingerprint = ?",
    "DELETE FROM analyses WHERE fingerprint = ?",
    "DELETE FROM samples WHERE fingerprint = ?",
    "DELETE FROM issues WHERE fingerprint = ?",
)
