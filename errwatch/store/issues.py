"""Issues with their counts, buckets and samples: read, and added to."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from errwatch.errors import UnknownReference
from errwatch.model.change import Forgotten
from errwatch.model.classification import Classification
from errwatch.model.event import Event
from errwatch.model.issue import Issue, Status
from errwatch.model.partial import Tally
from errwatch.store import buckets
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import dump, load, moment, stamp
from errwatch.store.merges import issue_of
from errwatch.store.reference import possible_ids

_SELECT = """SELECT fingerprint, id, status, count, crashes, first_seen, last_seen, repository, body
    FROM issues LEFT JOIN classifications USING (fingerprint)"""


def issues(connection: sqlite3.Connection) -> list[Issue]:
    """All of them, the one last seen first."""
    rows = connection.execute(
        f"{_SELECT} ORDER BY last_seen IS NULL, last_seen DESC, fingerprint"
    ).fetchall()
    return [_issue(connection, row) for row in rows]


def issue(connection: sqlite3.Connection, fingerprint: str) -> Issue:
    row = connection.execute(f"{_SELECT} WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return _issue(connection, row)


def _issue(
    connection: sqlite3.Connection,
    row: tuple[str, str, str, int, int, str | None, str | None, str | None, str | None],
) -> Issue:
    fingerprint, name, status, count, crashes, first, last, repository, body = row
    fine, past = buckets.read(connection, fingerprint)
    return Issue(
        id=name,
        fingerprint=fingerprint,
        count=count,
        first_seen=moment(first) if first else None,
        last_seen=moment(last) if last else None,
        samples=_samples(connection, fingerprint),
        buckets=fine,
        past=past,
        status=Status(status),
        classification=load(Classification, body) if body else None,
        repository=repository,
        crashes=crashes,
    )


def _samples(connection: sqlite3.Connection, fingerprint: str) -> tuple[Event, ...]:
    rows = connection.execute(
        "SELECT body FROM samples WHERE fingerprint = ? ORDER BY slot", (fingerprint,)
    ).fetchall()
    return tuple(load(Event, body) for (body,) in rows)


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """Fingerprint -> id, of all issues, and of those that were merged into others."""
    return dict(
        connection.execute(
            "SELECT fingerprint, id FROM issues"
            " UNION ALL SELECT fingerprint, id FROM merged WHERE id IS NOT NULL"
        ).fetchall()
    )


def exists(connection: sqlite3.Connection, fingerprint: str) -> bool:
    found = connection.execute("SELECT 1 FROM issues WHERE fingerprint = ?", (fingerprint,))
    return found.fetchone() is not None


def statuses(connection: sqlite3.Connection, fingerprints: Iterable[str]) -> dict[str, Status]:
    """Of those that there are."""
    rows = (
        connection.execute(
            "SELECT fingerprint, status FROM issues WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        for fingerprint in fingerprints
    )
    return {name: Status(status) for name, status in filter(None, rows)}


def status_of(connection: sqlite3.Connection, fingerprint: str) -> Status:
    row = connection.execute(
        "SELECT status FROM issues WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    if row is None:
        message = f"there is no issue {fingerprint!r}; `errwatch issues list` shows all"
        raise UnknownReference(message)
    return Status(row[0])


def status_after(seen: Status | None) -> Status:
    """Of an issue that gets events and was `seen` before them (None: not at all)."""
    match seen:
        case None:
            return Status.NEW
        case Status.NEW:
            return Status.ONGOING
        case Status.RESOLVED:
            return Status.REGRESSED
        case _:
            return seen


def set_status(commit: Commit, fingerprint: str, status: Status) -> None:
    before = status_of(commit.connection, fingerprint)
    if status is before:
        return
    commit.connection.execute(
        "UPDATE issues SET status = ? WHERE fingerprint = ?", (status.value, fingerprint)
    )
    moved = {"from": before.value, "to": status.value}
    commit.audit("status", fingerprint, detail(**moved))


def count(commit: Commit, tally: Tally) -> None:
    """Add to what is stored; by the merge of the model, so that any split gives one result."""
    tally = replace(tally, fingerprint=issue_of(commit.connection, tally.fingerprint))
    key = tally.fingerprint
    stored = _tally(commit.connection, key)
    if stored is None:
        _begin(commit, key)
    elif key not in commit.counted:
        set_status(commit, key, status_after(status_of(commit.connection, key)))
    commit.counted.add(key)
    total = tally if stored is None else stored.merge(tally)
    store(commit.connection, total)
    buckets.add(commit.connection, key, tally.buckets)
    store_samples(commit.connection, key, total.samples, () if stored is None else stored.samples)


def _tally(connection: sqlite3.Connection, key: str) -> Tally | None:
    """What is counted under a fingerprint, but for its buckets: to those is added one by one."""
    row = connection.execute(
        "SELECT count, first_seen, last_seen, crashes FROM issues WHERE fingerprint = ?", (key,)
    ).fetchone()
    if row is None:
        return None
    number, first, last, crashes = row
    return Tally(
        fingerprint=key,
        count=number,
        first_seen=moment(first) if first else None,
        last_seen=moment(last) if last else None,
        buckets={},
        samples=_samples(connection, key),
        crashes=crashes,
    )


def _begin(commit: Commit, fingerprint: str) -> None:
    name = next(name for name in possible_ids(fingerprint) if _is_free(commit.connection, name))
    commit.connection.execute(
        "INSERT INTO issues (fingerprint, id, status, count, crashes, repository)"
        " VALUES (?, ?, ?, 0, 0, ?)",
        (fingerprint, name, status_after(None).value, commit.repository),
    )
    commit.audit("found", fingerprint, detail(id=name))


def _is_free(connection: sqlite3.Connection, name: str) -> bool:
    return (
        connection.execute(
            "SELECT 1 FROM issues WHERE id = ?1 UNION ALL SELECT 1 FROM merged WHERE id = ?1",
            (name,),
        ).fetchone()
        is None
    )


def store(connection: sqlite3.Connection, tally: Tally) -> None:
    """All of it but its buckets and samples."""
    connection.execute(
        """UPDATE issues SET count = ?, crashes = ?, first_seen = ?, last_seen = ?
        WHERE fingerprint = ?""",
        (
            tally.count,
            tally.crashes,
            stamp(tally.first_seen) if tally.first_seen else None,
            stamp(tally.last_seen) if tally.last_seen else None,
            tally.fingerprint,
        ),
    )


def store_samples(
    connection: sqlite3.Connection,
    fingerprint: str,
    samples: Sequence[Event],
    stored: Sequence[Event],
) -> None:
    """Where there are more than are stored, or others; those that stay are not written again."""
    connection.executemany(
        "INSERT OR REPLACE INTO samples (fingerprint, slot, body) VALUES (?, ?, ?)",
        [
            (fingerprint, slot, dump(event))
            for slot, event in enumerate(samples)
            if slot >= len(stored) or stored[slot] != event
        ],
    )


def forget_samples(commit: Commit, change: Forgotten) -> None:
    """Of issues that were not seen for long, the first sample and the last are enough."""
    old = (stamp(change.seen_before),)
    commit.connection.execute(
        """DELETE FROM samples WHERE slot > 0
            AND fingerprint IN (SELECT fingerprint FROM issues WHERE last_seen < ?)
            AND slot < (SELECT max(slot) FROM samples AS others
                WHERE others.fingerprint = samples.fingerprint)""",
        old,
    )
    commit.connection.execute(
        """UPDATE samples SET slot = 1 WHERE slot > 1
            AND fingerprint IN (SELECT fingerprint FROM issues WHERE last_seen < ?)""",
        old,
    )
