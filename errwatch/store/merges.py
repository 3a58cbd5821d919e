"""Which fingerprints belong to which issue, and the templates by which that is told.

A merged fingerprint hangs on the one that it was merged into, so that a split takes with it what
hangs on it in turn. An issue is a fingerprint that hangs on none.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from errwatch.model.grouping import Grouping
from errwatch.model.partial import MAX_TEMPLATES, Partial
from errwatch.store.audit import Commit
from errwatch.store.codec import clean


def grouping(connection: sqlite3.Connection, about: Iterable[str] | None = None) -> Grouping:
    templates = connection.execute("SELECT fingerprint, template FROM templates").fetchall()
    if about is None:
        issues = connection.execute("SELECT fingerprint FROM issues").fetchall()
    else:
        issues = _issues_among(connection, [*about, *(name for name, _ in templates)])
    by_hand = connection.execute("SELECT fingerprint FROM merged WHERE by_hand").fetchall()
    return Grouping(
        templates=dict(templates),
        issues={name: name for (name,) in issues} | homes(connection),
        by_hand=frozenset(name for (name,) in by_hand),
        apart=frozenset(apart(connection)),
    )


def _issues_among(connection: sqlite3.Connection, names: Iterable[str]) -> list[tuple[str]]:
    query = "SELECT fingerprint FROM issues WHERE fingerprint = ?"
    return [row for name in names for row in connection.execute(query, (name,))]


def homes(connection: sqlite3.Connection) -> dict[str, str]:
    """Fingerprint -> that of its issue, of those that were merged."""
    above = dict(connection.execute("SELECT fingerprint, issue FROM merged").fetchall())
    found: dict[str, str] = {}
    for name in above:
        way = [name]
        while (home := found.get(way[-1]) or above.get(way[-1])) is not None:
            way.append(home)
        found |= dict.fromkeys(way[:-1], way[-1])
    return found


def issue_of(connection: sqlite3.Connection, fingerprint: str) -> str:
    """What a fingerprint was merged into, or itself."""
    while (above := above_of(connection, fingerprint)) is not None:
        fingerprint = above
    return fingerprint


def above_of(connection: sqlite3.Connection, fingerprint: str) -> str | None:
    """What a fingerprint hangs on."""
    row = connection.execute(
        "SELECT issue FROM merged WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return str(row[0]) if row else None


def members(connection: sqlite3.Connection, issue: str) -> list[str]:
    """The issue's own fingerprint, and all that were merged into it."""
    rows = connection.execute(
        """WITH RECURSIVE member (fingerprint) AS (SELECT ?
            UNION SELECT merged.fingerprint FROM merged, member
                WHERE merged.issue = member.fingerprint)
        SELECT fingerprint FROM member""",
        (issue,),
    ).fetchall()
    return [name for (name,) in rows]


def apart(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """What a person split off, and which issue it left."""
    return connection.execute("SELECT fingerprint, issue FROM apart").fetchall()


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
            """DELETE FROM merged WHERE id IS NULL AND NOT by_hand
                AND fingerprint NOT IN (SELECT fingerprint FROM templates)
                AND fingerprint NOT IN (SELECT fingerprint FROM issues)
                AND fingerprint NOT IN (SELECT issue FROM merged)"""
        )


def link(commit: Commit, fingerprint: str, issue: str, *, by_hand: bool = False) -> None:
    """Record that a fingerprint, and all that was merged into it, belong to `issue`."""
    commit.connection.execute(
        "INSERT INTO merged (fingerprint, issue, by_hand) VALUES (?, ?, ?)",
        (fingerprint, issue, by_hand),
    )
