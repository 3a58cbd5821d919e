"""How long an error must stay away before its fix is taken for good.

An error that came up `rate` times a second would by chance stay away for T seconds with the
probability exp(-rate T): 5 % for T = 3 / rate.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from errwatch.model.issue import Issue

LONGEST_PAST = timedelta(days=14)
"""Before the merge, that the rate is taken from."""
SHORTEST_PAST = timedelta(minutes=5)


def rate(issue: Issue, until: datetime) -> float:
    """Events a second, from the first one of late to `until`; 0 where there were none."""
    end = until.timestamp()
    begin = end - LONGEST_PAST.total_seconds()
    buckets = {**issue.past, **issue.buckets}
    before = {start: count for start, count in buckets.items() if begin <= start < end}
    if not before:
        return 0.0
    span = max(end - min(before), SHORTEST_PAST.total_seconds())
    return sum(before.values()) / span


def quiet_window(
    rate: float, *, factor: float, shortest: timedelta, longest: timedelta
) -> timedelta:
    """`factor` 3 is sure by 95 %, 4.6 by 99 %. The longest for what has no rate."""
    most = longest.total_seconds()
    seconds = factor / rate if rate * most > factor else most
    return min(max(timedelta(seconds=seconds), shortest), longest)
