"""The latest classification and analysis of each issue; earlier ones stay in the audit trail."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from errwatch.model.analysis import Analysis
from errwatch.model.classification import Classification
from errwatch.store.audit import Commit
from errwatch.store.codec import dump, load
from errwatch.store.issues import status_of
from errwatch.store.merges import members


def classify(commit: Commit, fingerprint: str, verdict: Classification) -> None:
    """Said of the whole issue, whatever was said before of what was merged into it."""
    status_of(commit.connection, fingerprint)
    body = dump(verdict)
    commit.connection.executemany(
        "DELETE FROM classifications WHERE fingerprint = ?",
        [(name,) for name in members(commit.connection, fingerprint)],
    )
    commit.connection.execute(
        """INSERT INTO classifications (fingerprint, category, severity, rule, body)
        VALUES (?, ?, ?, ?, ?)""",
        (fingerprint, verdict.category, verdict.severity.value, verdict.rule, body),
    )
    commit.audit("classified", fingerprint, body)


def analyse(commit: Commit, analysis: Analysis) -> None:
    status_of(commit.connection, analysis.issue)
    body = dump(analysis)
    commit.connection.execute(
        """INSERT INTO analyses (fingerprint, body) VALUES (?, ?)
        ON CONFLICT (fingerprint) DO UPDATE SET body = excluded.body""",
        (analysis.issue, body),
    )
    commit.audit("analysed", analysis.issue, body)


def analysis_of(connection: sqlite3.Connection, fingerprint: str) -> Analysis | None:
    """Its own, else that of what was merged into it."""
    for name in members(connection, fingerprint):
        row = connection.execute(
            "SELECT body FROM analyses WHERE fingerprint = ?", (name,)
        ).fetchone()
        if row:
            return replace(load(Analysis, row[0]), issue=fingerprint)
    return None
