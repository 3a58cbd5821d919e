"""Pull requests of ours, as they were last heard of."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from errwatch.model.pull_request import Tracked
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import dump, load, stamp
from errwatch.store.merges import issue_of


def pull_requests(connection: sqlite3.Connection, fingerprint: str | None = None) -> list[Tracked]:
    """All of them, or those of one issue, the last opened first."""
    rows = connection.execute(
        "SELECT body FROM pull_requests ORDER BY opened_at DESC, number DESC"
    ).fetchall()
    loaded = (load(Tracked, body) for (body,) in rows)
    found = [replace(one, issue=issue_of(connection, one.issue)) for one in loaded]
    return [one for one in found if fingerprint in (None, one.issue)]


def track(commit: Commit, one: Tracked) -> None:
    """A pull request that was opened, or that is not any more what it was."""
    commit.connection.execute(
        """INSERT INTO pull_requests (forge, number, fingerprint, state, opened_at, body)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (forge, number) DO UPDATE SET fingerprint = excluded.fingerprint,
            state = excluded.state, opened_at = excluded.opened_at, body = excluded.body""",
        (
            one.forge,
            one.number,
            one.issue,
            one.state.value,
            stamp(one.opened_at),
            dump(one),
        ),
    )
    facts = detail(url=one.url, state=one.state.value, fix=one.fix, commit=one.commit)
    commit.audit("pull request", one.issue, facts)
