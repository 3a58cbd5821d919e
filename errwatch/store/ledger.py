"""What a report is added up from, read in a few queries however many events there were."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from errwatch.model.classification import BY_USER
from errwatch.model.fix import FixStatus
from errwatch.model.issue import Status, united
from errwatch.model.ledger import Ledger, Line, Move, Said, Try
from errwatch.model.levels import Severity
from errwatch.model.packed import DAY, PackedDay
from errwatch.model.period import Period
from errwatch.model.pull_request import PullRequestState
from errwatch.store.codec import moment
from errwatch.store.merges import homes

Homes = Mapping[str, str]
"""Fingerprint -> that of its issue, of those that were merged."""

MESSAGE = 300
"""Characters of a message; a title has no more."""


def ledger(connection: sqlite3.Connection, period: Period, *, all_sources: bool) -> Ledger:
    """`all_sources`: else each issue names only the one that it was first seen in."""
    home = homes(connection)
    lines = _lines(connection, home, _sources(connection) if all_sources else {})
    last = max((line.last_seen for line in lines if line.last_seen), default=None)
    return Ledger(
        lines=lines,
        daily=_daily(connection, home, _first_day(period)),
        fine=_fine(connection, home, _days(period, last)),
        moves=_moves(connection, home),
        tries=_tries(connection, home),
        said=_said(connection),
    )


def _days(period: Period, last: datetime | None) -> set[int]:
    """Those of which more than the sum is wanted: the edges of the period and of the one before,
    and the last two."""
    begin, before = period.first, period.before
    end = int(period.end(last).timestamp())
    edges = [end, end - DAY]
    edges += [] if begin is None else [begin]
    edges += [] if before is None or before.first is None else [before.first]
    return {edge // DAY for edge in edges}


def _first_day(period: Period) -> int | None:
    first = (period.before or period).first
    return None if first is None else first // DAY


def _lines(
    connection: sqlite3.Connection, home: Homes, sources: Mapping[str, list[str]]
) -> tuple[Line, ...]:
    rows = connection.execute(
        """SELECT fingerprint, id, status, count, first_seen, last_seen, category, severity,
            json_extract(verdict.body, '$.fixable'), rule,
            json_extract(sample.body, '$.source'), json_extract(sample.body, '$.language'),
            json_extract(sample.body, '$.exceptions[0].type'),
            json_extract(sample.body, '$.culprit.file'),
            json_extract(sample.body, '$.culprit.function'),
            substr(json_extract(sample.body, '$.message'), 1, ?)
        FROM issues LEFT JOIN classifications AS verdict USING (fingerprint)
            LEFT JOIN samples AS sample USING (fingerprint)
        WHERE slot = 0 ORDER BY issues.rowid""",
        (MESSAGE,),
    ).fetchall()
    if not home:
        return tuple(_line(row, sources) for row in rows)
    parts: dict[str, list[tuple[bool, Line]]] = {}
    for row in rows:
        part = (row[9] == BY_USER, _line(row, sources))
        parts.setdefault(home.get(row[0], row[0]), []).append(part)
    return tuple(_one(name, several) for name, several in parts.items())


def _line(row: tuple[Any, ...], sources: Mapping[str, list[str]]) -> Line:
    name, id_, status, count, first, last, category, severity, fixable, _, *facts = row
    source, language, kind, file, function, message = facts
    return Line(
        fingerprint=name,
        id=id_,
        status=Status(status),
        count=count,
        first_seen=moment(first) if first else None,
        last_seen=moment(last) if last else None,
        category=category,
        severity=Severity(severity) if severity else None,
        fixable=bool(fixable),
        sources=tuple(sources.get(name, (source,))),
        language=language,
        exception_type=kind or None,
        message=message,
        place=f"{file} {function}" if file else None,
    )


def _sources(connection: sqlite3.Connection) -> dict[str, list[str]]:
    rows = connection.execute(
        "SELECT fingerprint, json_extract(body, '$.source') FROM samples ORDER BY rowid"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for name, source in rows:
        known = found.setdefault(name, [])
        if source not in known:
            known.append(source)
    return found


def _one(fingerprint: str, parts: list[tuple[bool, Line]]) -> Line:
    """What the rows of an issue come to: its own row names it, a person's verdict comes first."""
    lines = sorted((line for _, line in parts), key=lambda line: line.fingerprint != fingerprint)
    own, *others = lines
    judged = [line for by_user, line in parts if by_user] or [li for li in lines if li.category]
    for line in others:
        own = _added(own, line)
    if not judged:
        return own
    verdict = judged[0]
    return replace(
        own, category=verdict.category, severity=verdict.severity, fixable=verdict.fixable
    )


def _added(own: Line, other: Line) -> Line:
    starts = [one.first_seen for one in (own, other) if one.first_seen]
    ends = [one.last_seen for one in (own, other) if one.last_seen]
    return replace(
        own,
        status=united(own.status, other.status),
        count=own.count + other.count,
        first_seen=min(starts, default=None),
        last_seen=max(ends, default=None),
        sources=tuple(dict.fromkeys((*own.sources, *other.sources))),
    )


def _daily(
    connection: sqlite3.Connection, home: Homes, first: int | None
) -> dict[str, dict[int, int]]:
    rows = connection.execute(
        "SELECT fingerprint, day, events FROM buckets WHERE ?1 IS NULL OR day >= ?1", (first,)
    )
    found: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for name, day, events in rows:
        days = found[name]
        days[day] = days.get(day, 0) + events
    for name in found.keys() & home.keys():
        days = found[home[name]]
        for day, events in found.pop(name).items():
            days[day] = days.get(day, 0) + events
    return dict(found)


def _fine(
    connection: sqlite3.Connection, home: Homes, days: Iterable[int]
) -> tuple[PackedDay, ...]:
    rows = connection.execute(
        """SELECT fingerprint, day, width, counts FROM buckets
        WHERE width IN (300, 3600, 86400) AND day IN (SELECT value FROM json_each(?))""",
        (json.dumps(sorted(days)),),
    )
    return tuple(PackedDay(home.get(name, name), *rest) for name, *rest in rows)


def _moves(connection: sqlite3.Connection, home: Homes) -> tuple[Move, ...]:
    rows = connection.execute(
        """SELECT at, subject, json_extract(detail, '$.to') FROM audit
        WHERE action = 'status' ORDER BY number"""
    ).fetchall()
    return tuple(Move(moment(at), home.get(name, name), Status(to)) for at, name, to in rows)


def _tries(connection: sqlite3.Connection, home: Homes) -> tuple[Try, ...]:
    rows = connection.execute(
        """SELECT number, fingerprint, status, created_at, json_extract(body, '$.engine'),
            json_extract(body, '$.model'), json_extract(body, '$.cost_usd'),
            json_extract(body, '$.pull_request'), json_extract(body, '$.outcome'),
            (SELECT json_group_array(json_extract(value, '$.engine'))
                FROM json_each(body, '$.trials')),
            (SELECT json_group_array(json_array(json_extract(value, '$.model'),
                json_extract(value, '$.cost_usd'))) FROM json_each(body, '$.transcripts'))
        FROM fixes ORDER BY number DESC"""
    ).fetchall()
    opened = {
        fix: (url, PullRequestState(state))
        for fix, url, state in connection.execute(
            """SELECT json_extract(body, '$.fix'), json_extract(body, '$.url'), state
            FROM pull_requests ORDER BY opened_at"""
        ).fetchall()
    }
    return tuple(_joined(_try(row, home), opened) for row in rows)


def _joined(one: Try, opened: Mapping[str, tuple[str, PullRequestState]]) -> Try:
    """With its pull request, where one was opened."""
    if one.id not in opened:
        return one
    url, state = opened[one.id]
    return replace(one, pull_request=url, pull_request_state=state)


def _try(row: tuple[Any, ...], home: Homes) -> Try:
    number, name, status, created_at, engine, model, cost, address, outcome, tried, asked = row
    spent: dict[str, float] = {}
    for one, dollars in json.loads(asked):
        spent[one] = spent.get(one, 0.0) + dollars
    return Try(
        id=f"FX-{number}",
        issue=home.get(name, name),
        status=FixStatus(status),
        created_at=moment(created_at),
        engine=engine,
        model=model,
        cost_usd=cost or 0.0,
        pull_request=address,
        outcome=outcome,
        engines=tuple(dict.fromkeys(json.loads(tried))),
        spent=spent,
    )


def _said(connection: sqlite3.Connection) -> tuple[Said, ...]:
    rows = connection.execute(
        "SELECT start, sum(lines), sum(events) FROM heard GROUP BY start ORDER BY start"
    ).fetchall()
    return tuple(Said(*row) for row in rows)
