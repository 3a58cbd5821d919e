"""Pull requests of ours. `body` is the noun as JSON; the rest is for looking them up."""

from __future__ import annotations

import sqlite3

_PULL_REQUESTS = (
    """CREATE TABLE pull_requests (
        forge       TEXT NOT NULL,
        number      INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        state       TEXT NOT NULL,
        opened_at   TEXT NOT NULL,
        body        TEXT NOT NULL,
        PRIMARY KEY (forge, number)
    )""",
    "CREATE INDEX pull_requests_by_issue ON pull_requests (fingerprint)",
)


def m011_pull_requests(connection: sqlite3.Connection) -> None:
    for statement in _PULL_REQUESTS:
        connection.execute(statement)
