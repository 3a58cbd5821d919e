"""Issues that nobody waits for any more leave the state; the trail keeps that they were there.

What a person said of one is kept, and so is it: if it is ignored, was merged or split, got its
category by hand, or has a fix or a pull request.
"""

from __future__ import annotations

from errwatch.model.change import Forgotten
from errwatch.model.classification import BY_USER
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import stamp

AT_ONCE = 500
"""Issues that leave in one commit, so that none takes long."""

# What was found lately in old logs is new all the same: so it stays, by the trail.
_SILENT = """SELECT fingerprint, id, count, first_seen, last_seen FROM issues
    WHERE (status = 'resolved' AND last_seen < ?1
            AND fingerprint NOT IN (SELECT subject FROM audit WHERE at >= ?1)
        OR status NOT IN ('resolved', 'ignored') AND last_seen < ?2
            AND fingerprint NOT IN (SELECT subject FROM audit WHERE at >= ?2))
        AND fingerprint NOT IN (SELECT fingerprint FROM fixes)
        AND fingerprint NOT IN (SELECT fingerprint FROM pull_requests)
        AND fingerprint NOT IN (SELECT fingerprint FROM merged UNION SELECT issue FROM merged)
        AND fingerprint NOT IN (SELECT fingerprint FROM apart UNION SELECT issue FROM apart)
        AND fingerprint NOT IN (SELECT fingerprint FROM classifications
            WHERE json_extract(body, '$.rule') = ?3)
    LIMIT ?4"""

_LEAVE = (
    "DELETE FROM samples WHERE fingerprint = ?",
    "DELETE FROM buckets WHERE fingerprint = ?",
    "DELETE FROM templates WHERE fingerprint = ?",
    "DELETE FROM classifications WHERE fingerprint = ?",
    "DELETE FROM analyses WHERE fingerprint = ?",
    "DELETE FROM attempts WHERE fingerprint = ?",
    "DELETE FROM issues WHERE fingerprint = ?",  # which the others refer to
)


def forget(commit: Commit, change: Forgotten) -> None:
    """Those that were silent for longer than they are kept."""
    limits = (stamp(change.resolved_before), stamp(change.issues_before))
    silent = commit.connection.execute(_SILENT, (*limits, BY_USER, AT_ONCE)).fetchall()
    for statement in _LEAVE:
        commit.connection.executemany(statement, [(row[0],) for row in silent])
    for fingerprint, name, count, first_seen, last_seen in silent:
        facts = detail(id=name, count=count, first_seen=first_seen, last_seen=last_seen)
        commit.audit("archived", fingerprint, facts)
