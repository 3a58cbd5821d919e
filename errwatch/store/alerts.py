"""What the alerts go by, what became of them, and what is to be told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from errwatch.errors import UnknownReference
from errwatch.model.alert import Alert, Fired, Heard, Holding, Kind, Notice, Silence
from errwatch.model.change import Forgotten, Silenced, Told, Watched
from errwatch.model.issue import Status
from errwatch.store import deliveries
from errwatch.store.audit import Commit, detail
from errwatch.store.codec import clean, dump, load, moment, stamp


def hear(commit: Commit, heard: Heard) -> None:
    commit.connection.execute(
        """INSERT INTO heard (source, start, lines, events) VALUES (?, ?, ?, ?)
        ON CONFLICT (source, start) DO UPDATE SET lines = lines + excluded.lines,
            events = events + excluded.events""",
        (clean(heard.source), heard.start, heard.lines, heard.events),
    )


def heard(connection: sqlite3.Connection, since: int) -> dict[str, list[Heard]]:
    """Source -> its buckets since then, and its last one before, the oldest first."""
    rows = connection.execute(
        """SELECT source, start, lines, events FROM heard WHERE start >= ?1
        UNION SELECT source, max(start), lines, events FROM heard WHERE start < ?1 GROUP BY source
        ORDER BY source, start""",
        (since,),
    ).fetchall()
    found: dict[str, list[Heard]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Heard(*row))
    return found


def seen(connection: sqlite3.Connection) -> int | None:
    """The last row of the trail that the alerts have looked at; None before the first time."""
    row = connection.execute("SELECT seen FROM watched").fetchone()
    return None if row is None else int(row[0])


def last_row(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM audit").fetchone()[0])


def turns(connection: sqlite3.Connection, after: int, limit: int) -> list[tuple[int, Kind, str]]:
    """Rows of the trail in which an issue was found or came back: number, kind, fingerprint."""
    rows = connection.execute(
        """SELECT number, action, subject FROM audit WHERE number > ? AND (action = 'found'
            OR action = 'status' AND json_extract(detail, '$.to') = ?) ORDER BY number LIMIT ?""",
        (after, Status.REGRESSED.value, limit),
    ).fetchall()
    kinds = {"found": Kind.NEW, "status": Kind.REGRESSED}
    return [(number, kinds[action], subject) for number, action, subject in rows]


def active(connection: sqlite3.Connection, since: datetime) -> list[str]:
    """Fingerprints of issues with events since then."""
    rows = connection.execute(
        "SELECT fingerprint FROM issues WHERE last_seen >= ? ORDER BY fingerprint", (stamp(since),)
    ).fetchall()
    return [fingerprint for (fingerprint,) in rows]


def fired(connection: sqlite3.Connection) -> list[Fired]:
    rows = connection.execute(
        "SELECT rule, subject, occasion, told_at, streak, held FROM fired ORDER BY rule, subject"
    ).fetchall()
    return [
        Fired(rule, subject, occasion, moment(at) if at else None, streak, held)
        for rule, subject, occasion, at, streak, held in rows
    ]


def waiting(connection: sqlite3.Connection) -> tuple[datetime | None, list[Alert]]:
    """Since when alerts wait to be told, and which."""
    rows = connection.execute("SELECT since, body FROM waiting ORDER BY number").fetchall()
    since = moment(rows[0][0]) if rows else None
    return since, [load(Alert, body) for _, body in rows]


def watch(commit: Commit, change: Watched) -> None:
    commit.connection.execute("DELETE FROM watched")
    commit.connection.execute("INSERT INTO watched (seen) VALUES (?)", (change.seen,))
    _remember(commit, change.fired)
    _hold(commit, change)
    commit.connection.executemany(
        "INSERT INTO waiting (since, body) VALUES (?, ?)",
        [(stamp(change.at), dump(alert)) for alert in change.waiting],
    )


def _remember(commit: Commit, fired: Iterable[Fired]) -> None:
    commit.connection.executemany(
        """INSERT INTO fired (rule, subject, occasion, told_at, streak, held)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (rule, subject) DO UPDATE SET occasion = excluded.occasion,
            told_at = excluded.told_at, streak = excluded.streak, held = excluded.held""",
        [
            (
                one.rule,
                clean(one.subject),
                clean(one.occasion),
                stamp(one.told_at) if one.told_at else None,
                one.streak,
                one.held,
            )
            for one in fired
        ],
    )


def holding(connection: sqlite3.Connection) -> list[Holding]:
    rows = connection.execute("SELECT rule, subject, since, seen FROM holding").fetchall()
    return [Holding(rule, subject, moment(at), moment(seen)) for rule, subject, at, seen in rows]


def _hold(commit: Commit, change: Watched) -> None:
    commit.connection.executemany(
        """INSERT INTO holding (rule, subject, since, seen) VALUES (?, ?, ?, ?)
        ON CONFLICT (rule, subject) DO UPDATE SET since = excluded.since, seen = excluded.seen""",
        [
            (one.rule, clean(one.subject), stamp(one.since), stamp(one.seen))
            for one in change.holding
        ],
    )
    commit.connection.executemany(
        "DELETE FROM holding WHERE rule = ? AND subject = ?",
        [(one.rule, clean(one.subject)) for one in change.over],
    )


def tell(commit: Commit, change: Told) -> None:
    """The message takes the place of what waited; the same one is not stored twice."""
    notice = change.notice
    if not change.digested:
        commit.connection.execute("DELETE FROM waiting")
    commit.connection.executemany(
        "UPDATE fired SET held = 0 WHERE rule = ? AND subject = ?",
        [(one.rule, clean(one.subject)) for one in change.digested],
    )
    commit.connection.execute(
        "INSERT INTO told (key, at, body) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (notice.key, stamp(notice.at), dump(notice)),
    )
    for channel in change.channels:
        deliveries.begin(commit, notice, channel)
    commit.audit("alert", notice.key, detail(severity=notice.severity.value, title=notice.title))


def told(connection: sqlite3.Connection) -> list[Notice]:
    """All messages, the oldest first."""
    rows = connection.execute("SELECT body FROM told ORDER BY at, key").fetchall()
    return [load(Notice, body) for (body,) in rows]


def digested(connection: sqlite3.Connection) -> datetime | None:
    """When the last message about what was held back was stored."""
    row = connection.execute("SELECT max(at) FROM told WHERE key LIKE 'digest-%'").fetchone()
    return moment(row[0]) if row[0] else None


def silences(connection: sqlite3.Connection) -> list[Silence]:
    rows = connection.execute(
        "SELECT number, subject, until, reason FROM silences ORDER BY number"
    ).fetchall()
    return [Silence(number, subject, moment(until), why) for number, subject, until, why in rows]


def silence(commit: Commit, change: Silenced) -> None:
    commit.connection.execute(
        "INSERT INTO silences (subject, until, reason) VALUES (?, ?, ?)",
        (clean(change.subject), stamp(change.until), clean(change.reason)),
    )
    commit.audit("silence", change.subject, detail(until=stamp(change.until), reason=change.reason))


def end_silence(commit: Commit, number: int) -> None:
    """Raises UnknownReference."""
    ended = commit.connection.execute("DELETE FROM silences WHERE number = ?", (number,))
    if not ended.rowcount:
        message = f"there is no silence {number}; `errwatch silences list` shows all"
        raise UnknownReference(message)
    commit.audit("silence", str(number), detail(ended="by hand"))


def forget(commit: Commit, change: Forgotten) -> None:
    """The newest bucket of each source stays, so that its silence is noticed."""
    commit.connection.execute(
        """DELETE FROM heard WHERE start < ? AND start < (
            SELECT max(start) FROM heard AS later WHERE later.source = heard.source)""",
        (change.heard_before,),
    )
    old = (stamp(change.told_before),)
    commit.connection.execute(
        """DELETE FROM deliveries WHERE due_at IS NULL
            AND key IN (SELECT key FROM told WHERE at < ?)""",
        old,
    )
    commit.connection.execute(
        "DELETE FROM told WHERE at < ? AND key NOT IN (SELECT key FROM deliveries)", old
    )
    commit.connection.execute("DELETE FROM silences WHERE until < ?", (stamp(change.now),))
