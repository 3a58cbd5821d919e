"""Two issues that turned out to be one, and what turned out to be another after all."""

from __future__ import annotations

import sqlite3

from errwatch.errors import UnknownReference
from errwatch.store import issues
from errwatch.store.audit import Commit, detail
from errwatch.store.merges import above_of, apart, issue_of, link


def unite(commit: Commit, one: str, other: str, *, by_hand: bool = False) -> None:
    """All of both becomes the issue that was stored first; twice is as good as once.

    What each was counts for itself still, and can be split again.
    """
    pair = {issue_of(commit.connection, one), issue_of(commit.connection, other)}
    if len(pair) == 1 or not (by_hand or _may_unite(commit.connection, {one, other}, pair)):
        return
    stored = _in_order(commit.connection, pair)
    kept = stored[0] if stored else min(pair)
    (gone,) = pair - {kept}
    link(commit, gone, kept, by_hand=by_hand)
    if by_hand:
        _forgive(commit.connection)
    if gone in stored:
        name = issues.id_of(commit.connection, gone)
        commit.audit("merged", kept, detail(fingerprint=gone, id=name))


def split(commit: Commit, fingerprint: str) -> None:
    """Take a fingerprint out of its issue. Raises UnknownReference where it is not merged."""
    connection = commit.connection
    above, issue = above_of(connection, fingerprint), issue_of(connection, fingerprint)
    if above is None:
        message = f"{fingerprint}: merged into no issue; see errwatch issues explain"
        raise UnknownReference(message)
    if not issues.exists(connection, fingerprint):
        # It was never counted on its own, so that it cannot be an issue for what hangs on it.
        connection.execute("UPDATE merged SET issue = ? WHERE issue = ?", (above, fingerprint))
    connection.execute("DELETE FROM merged WHERE fingerprint = ?", (fingerprint,))
    connection.execute("INSERT OR IGNORE INTO apart VALUES (?, ?)", (fingerprint, issue))
    commit.audit("split", issue, detail(fingerprint=fingerprint))


def _may_unite(connection: sqlite3.Connection, names: set[str], pair: set[str]) -> bool:
    """Whether no person said otherwise."""
    return not any(
        one in names or {issue_of(connection, one), issue_of(connection, left)} == pair
        for one, left in apart(connection)
    )


def _forgive(connection: sqlite3.Connection) -> None:
    """What is together again was not split."""
    for one, left in apart(connection):
        if issue_of(connection, one) == issue_of(connection, left):
            connection.execute("DELETE FROM apart WHERE (fingerprint, issue) = (?, ?)", (one, left))


def _in_order(connection: sqlite3.Connection, fingerprints: set[str]) -> list[str]:
    """Those that are issues, the one that was stored first at the beginning."""
    rows = connection.execute(
        "SELECT fingerprint FROM issues WHERE fingerprint IN (?, ?) ORDER BY rowid",
        tuple(fingerprints),
    ).fetchall()
    return [name for (name,) in rows]
