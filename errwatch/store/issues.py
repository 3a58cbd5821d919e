"""Issues with their counts, buckets and samples: read, and added to.

Each fingerprint has a row of its own; an issue is what the rows of its fingerprints come to
together. So two issues can become one, and one two, and every number stays right.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

from errwatch.errors import UnknownReference
from errwatch.model.classification import BY_USER, Classification
from errwatch.model.issue import Issue, Status, united
from errwatch.model.partial import Tally
from errwatch.store import buckets, tallies
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import load
from errwatch.store.merges import homes, issue_of, members
from errwatch.store.reference import possible_ids

MAX_PARTS = 100
"""Fingerprints of an issue that have statistics of their own; more are counted with the issue."""

_SELECT = """SELECT fingerprint, id, status, repository, body
    FROM issues LEFT JOIN classifications USING (fingerprint)"""

Row = tuple[str, str, str, str | None, str | None]


def issues(connection: sqlite3.Connection) -> list[Issue]:
    """All of them, the one last seen first."""
    home, rows = homes(connection), connection.execute(f"{_SELECT} ORDER BY issues.rowid")
    parts: dict[str, list[Row]] = {}
    for row in rows.fetchall():
        parts.setdefault(home.get(row[0], row[0]), []).append(row)
    found = [_issue(connection, name, several) for name, several in parts.items()]
    return sorted(found, key=_last_seen_first)


def _last_seen_first(issue: Issue) -> tuple[float, str]:
    seen = issue.last_seen
    return (-seen.timestamp() if seen else float("inf"), issue.fingerprint)


def issue(connection: sqlite3.Connection, fingerprint: str) -> Issue:
    names = members(connection, fingerprint)
    rows = (
        connection.execute(f"{_SELECT} WHERE fingerprint = ?", (name,)).fetchone() for name in names
    )
    return _issue(connection, fingerprint, [row for row in rows if row is not None])


def _issue(connection: sqlite3.Connection, fingerprint: str, rows: Sequence[Row]) -> Issue:
    """What the rows come to, its own among them."""
    own = next(row for row in rows if row[0] == fingerprint)
    ordered = [own, *(row for row in rows if row is not own)]
    parts = [tallies.tally(connection, row[0]) for row in ordered]
    total = reduce(Tally.merge, parts)
    fine, past = buckets.read(connection, [row[0] for row in ordered])
    return Issue(
        id=own[1],
        fingerprint=fingerprint,
        count=total.count,
        first_seen=total.first_seen,
        last_seen=total.last_seen,
        samples=total.samples,
        buckets=fine,
        past=past,
        status=reduce(united, (Status(row[2]) for row in ordered)),
        classification=_classification([row[4] for row in ordered]),
        repository=own[3],
        crashes=total.crashes,
    )


def _classification(bodies: Iterable[str | None]) -> Classification | None:
    """A person's verdict on any of them, else the first."""
    found = [load(Classification, body) for body in bodies if body]
    return next((one for one in found if one.rule == BY_USER), next(iter(found), None))


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """Fingerprint -> id, of all issues, and of those that were merged into others."""
    return dict(
        connection.execute(
            "SELECT fingerprint, id FROM merged WHERE id IS NOT NULL"
            " UNION ALL SELECT fingerprint, id FROM issues"
        ).fetchall()
    )


def id_of(connection: sqlite3.Connection, fingerprint: str) -> str:
    row = connection.execute("SELECT id FROM issues WHERE fingerprint = ?", (fingerprint,))
    return str(row.fetchone()[0])


def exists(connection: sqlite3.Connection, fingerprint: str) -> bool:
    found = connection.execute("SELECT 1 FROM issues WHERE fingerprint = ?", (fingerprint,))
    return found.fetchone() is not None


def statuses(connection: sqlite3.Connection, fingerprints: Iterable[str]) -> dict[str, Status]:
    """Of the issues that they belong to, where there is one."""
    found = {name: issue_of(connection, name) for name in fingerprints}
    return {
        name: status_of(connection, home)
        for name, home in found.items()
        if exists(connection, home)
    }


def status_of(connection: sqlite3.Connection, fingerprint: str) -> Status:
    found = [
        Status(status)
        for name in members(connection, fingerprint)
        for (status,) in connection.execute(
            "SELECT status FROM issues WHERE fingerprint = ?", (name,)
        )
    ]
    if not found:
        message = f"there is no issue {fingerprint!r}; `errwatch issues list` shows all"
        raise UnknownReference(message)
    return reduce(united, found)


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
    commit.connection.executemany(
        "UPDATE issues SET status = ? WHERE fingerprint = ?",
        [(status.value, name) for name in members(commit.connection, fingerprint)],
    )
    moved = {"from": before.value, "to": status.value}
    commit.audit("status", fingerprint, detail(**moved))


def count(commit: Commit, some: Iterable[Tally], before: Collection[str] | None) -> None:
    """Add to what is stored. The status of an issue moves once, if it was there `before`."""
    ordered = sorted(
        ((issue_of(commit.connection, one.fingerprint), one) for one in some),
        key=lambda pair: pair[0] != pair[1].fingerprint,  # issues before what belongs to them
    )
    for home, one in ordered:
        if not exists(commit.connection, home):
            _begin(commit, home)
        elif home not in commit.counted and (before is None or home in before):
            status = status_of(commit.connection, home)
            set_status(commit, home, status_after(status))
        commit.counted.add(home)
        row = _row(commit, one.fingerprint, home)
        tallies.add(commit.connection, replace(one, fingerprint=row))


def _row(commit: Commit, fingerprint: str, home: str) -> str:
    """Where a fingerprint of an issue is counted."""
    connection = commit.connection
    if fingerprint == home or exists(connection, fingerprint):
        return fingerprint
    if home not in commit.parts:
        rows = (name for name in members(connection, home) if exists(connection, name))
        commit.parts[home] = sum(1 for _ in islice(rows, MAX_PARTS))
    if commit.parts[home] >= MAX_PARTS or not tallies.events(connection, home):
        return home
    commit.parts[home] += 1
    _insert(commit, fingerprint, status_of(connection, home))
    return fingerprint


def _begin(commit: Commit, fingerprint: str) -> None:
    name = _insert(commit, fingerprint, status_after(None))
    commit.audit("found", fingerprint, detail(id=name))


def _insert(commit: Commit, fingerprint: str, status: Status) -> str:
    """A row without events; returns the id that it has."""
    name = next(name for name in possible_ids(fingerprint) if _is_free(commit.connection, name))
    commit.connection.execute(
        "INSERT INTO issues (fingerprint, id, status, count, crashes, repository)"
        " VALUES (?, ?, ?, 0, 0, ?)",
        (fingerprint, name, status.value, commit.repository),
    )
    return name


def _is_free(connection: sqlite3.Connection, name: str) -> bool:
    return (
        connection.execute(
            "SELECT 1 FROM issues WHERE id = ?1 UNION ALL SELECT 1 FROM merged WHERE id = ?1",
            (name,),
        ).fetchone()
        is None
    )
