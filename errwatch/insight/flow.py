"""Events by time: sums by issue, by day and by hour. Takes a ledger, gives counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from errwatch.model.ledger import Ledger, Sums
from errwatch.model.levels import Severity
from errwatch.model.packed import DAY, HOUR, PackedDay, added
from errwatch.model.partial import utc
from errwatch.model.period import Period
from errwatch.model.report import UNCLASSIFIED, Point

HOURS = 24
DAYS = 90

Groups = Mapping[str, str]
"""Fingerprint -> severity, of the issues that count."""

WORST_FIRST = (*(one.value for one in sorted(Severity, key=lambda s: -s.rank)), UNCLASSIFIED)


@dataclass(frozen=True, slots=True)
class Flow:
    """The events of a period."""

    events: Sums
    daily: dict[int, Counter[str]]
    """Day -> severity -> events."""


def flow(ledger: Ledger, period: Period, groups: Groups) -> Flow:
    """Of the issues in `groups`: whole days by their sums, the days at the edges by the bucket."""
    events: dict[str, int] = {}
    daily: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for name in groups.keys() & ledger.daily.keys():
        days = _whole_days(ledger.daily[name], period)
        if days:
            events[name] = sum(days.values())
            group = groups[name]
            for day, count in days.items():
                daily[day][group] += count
    first = float("-inf") if period.first is None else period.first
    for one in _edges(ledger.fine, period):
        count = one.between(first, period.past) if one.fingerprint in groups else 0
        if count:
            events[one.fingerprint] = events.get(one.fingerprint, 0) + count
            daily[one.day][groups[one.fingerprint]] += count
    return Flow(events, dict(daily))


def _whole_days(days: dict[int, int], period: Period) -> dict[int, int]:
    """Those that lie in the period from their beginning to their end."""
    if period.whole:
        return days
    first = min(days) if period.first is None else -(-period.first // DAY)
    return {
        day: count for day, count in days.items() if day >= first and (day + 1) * DAY <= period.past
    }


def _edges(fine: Iterable[PackedDay], period: Period) -> Iterator[PackedDay]:
    """The days that lie in the period in part."""
    bounds = (bound for bound in (period.first, period.past) if bound is not None)
    edges = {bound // DAY for bound in bounds if isfinite(bound) and bound % DAY}
    return (one for one in fine if one.day in edges)


def by_day(found: Flow, period: Period, end: datetime) -> tuple[Point, ...]:
    """Each day up to the end, quiet ones too."""
    last = _last_day(end)
    known = [day for day in found.daily if day <= last]
    if not known:
        return ()
    begin = min(known) if period.first is None else period.first // DAY
    days = range(max(begin, last - DAYS + 1), last + 1)
    return tuple(_point(day * DAY, found.daily.get(day, {})) for day in days)


def by_hour(ledger: Ledger, period: Period, end: datetime, groups: Groups) -> tuple[Point, ...]:
    """The 24 hours up to the end; nothing where they are known by the day only."""
    last = _last_hour(end)
    starts = range(last - (HOURS - 1) * HOUR, last + 1, HOUR)
    rows: defaultdict[str, list[PackedDay]] = defaultdict(list)
    for one in _hours(ledger.fine, starts[0] // DAY):
        if one.fingerprint in groups:
            rows[groups[one.fingerprint]].append(one)
    hours: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for severity, several in rows.items():
        for start, count in added(several).items():
            if period.holds_start(start):
                hours[start - start % HOUR][severity] += count
    if not any(start in hours for start in starts):
        return ()
    return tuple(_point(start, hours.get(start, {})) for start in starts)


def hours_of(ledger: Ledger, names: Iterable[str], starts: Iterable[int]) -> dict[str, list[int]]:
    """The events of some issues in the hours that start then."""
    wanted = set(names)
    hours: dict[str, Counter[int]] = {name: Counter() for name in wanted}
    for one in _hours(ledger.fine):
        if one.fingerprint in wanted:
            for start, count in one.buckets.items():
                hours[one.fingerprint][start - start % HOUR] += count
    order = list(starts)
    return {name: [counts[start] for start in order] for name, counts in hours.items()}


def _hours(fine: Iterable[PackedDay], since: float = float("-inf")) -> Iterator[PackedDay]:
    """Of the days since then, what is known by the hour at least."""
    return (one for one in fine if one.day >= since and one.width <= HOUR)


def per_hour(events: int, period: Period, known: Iterable[int], end: datetime) -> float | None:
    """Events an hour, over the period, or from the first day that has any; `known` are the days."""
    first = min((day * DAY for day in known), default=None)
    begin = first if period.first is None else period.first
    if begin is None:
        return None
    seconds = (end - utc(begin)) / timedelta(seconds=1)
    return events * HOUR / max(seconds, HOUR)


def _point(start: int, by: Mapping[str, int]) -> Point:
    return Point(utc(start), {name: by[name] for name in WORST_FIRST if by.get(name)})


def _last_day(end: datetime) -> int:
    return _last_hour(end) // DAY


def _last_hour(end: datetime) -> int:
    """The one that holds what came just before the end."""
    last = -(-int(end.timestamp() * 1_000_000) // 1_000_000) - 1
    return last - last % HOUR
