"""The latest classification and analysis of each issue; earlier ones stay in the audit trail."""

from __future__ import annotations

import sqlite3

from errwatch.model.analysis import Analysis
from errwatch.model.classification import Classification
from errwatch.store.audit import Commit
from errwatch.store.codec import dump, load
from errwatch.store.issues import status_of


def classify(commit: Commit, fingerprint: str, verdict: Classification) -> None:
    status_of(commit.connection, fingerprint)
    body = dump(verdict)
    commit.connection.execute(
        """INSERT INTO classifications (fingerprint, category, severity, rule, body)
        VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (fingerprint) DO UPDATE SET category = excluded.category,
            severity = excluded.severity, rule = excluded.rule, body = excluded.body""",
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
    row = connection.execute(
        "SELECT body FROM analyses WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return load(Analysis, row[0]) if row else None
