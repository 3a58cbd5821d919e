"""Which fingerprints belong to which issue, and the templates by which that is told."""

from __future__ import annotations

import sqlite3

from errwatch.model.grouping import Grouping
from errwatch.model.partial import MAX_TEMPLATES, Partial
from errwatch.store.audit import Commit
from errwatch.store.codec import clean


def grouping(connection: sqlite3.Connection) -> Grouping:
    templates = connection.execute("SELECT fingerprint, template FROM templates").fetchall()
    issues = connection.execute(
        "SELECT fingerprint, fingerprint FROM issues"
        " UNION ALL SELECT fingerprint, issue FROM merged"
    ).fetchall()
    return Grouping(dict(templates), dict(issues))


def issue_of(connection: sqlite3.Connection, fingerprint: str) -> str:
    """What a fingerprint was merged into, or itself."""
    row = connection.execute(
        "SELECT issue FROM merged WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return str(row[0]) if row else fingerprint


def remember(commit: Commit, partial: Partial) -> None:
    """Add the templates of what is counted, and keep those of the smallest fingerprints."""
    connection = commit.connection
    connection.executemany(
        "INSERT OR IGNORE INTO templates (fingerprint, template) VALUES (?, ?)",
        [(name, clean(template)) for name, template in partial.templates.items()],
    )
    dropped = connection.execute(
        """DELETE FROM templates WHERE fingerprint IN
            (SELECT fingerprint FROM templates ORDER BY fingerprint LIMIT -1 OFFSET ?)""",
        (MAX_TEMPLATES,),
    )
    if dropped.rowcount:
        # What it belongs to can be told again from the templates that are kept.
        connection.execute(
            """DELETE FROM merged WHERE id IS NULL
                AND fingerprint NOT IN (SELECT fingerprint FROM templates)"""
        )


def link(commit: Commit, fingerprint: str, issue: str, *, name: str | None = None) -> None:
    """Record that a fingerprint, and all that was merged into it, belong to `issue`."""
    commit.connection.execute("UPDATE merged SET issue = ? WHERE issue = ?", (issue, fingerprint))
    commit.connection.execute(
        "INSERT INTO merged (fingerprint, issue, id) VALUES (?, ?, ?)", (fingerprint, issue, name)
    )
