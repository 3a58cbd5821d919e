"""The time that a report is about, and the same length of time before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from errwatch.model.partial import BUCKET_SECONDS, utc


@dataclass(frozen=True, slots=True)
class Period:
    """From the time bucket of `since` up to `until`; open where one is None."""

    since: datetime | None
    until: datetime | None
    now: datetime
    """When the report is made."""

    @property
    def first(self) -> int | None:
        """The start of its first bucket, in Unix seconds."""
        return None if self.since is None else bucket_start(self.since)

    @property
    def past(self) -> float:
        """Buckets that start here or later are not in it."""
        return float("inf") if self.until is None else self.until.timestamp()

    @property
    def before(self) -> Period | None:
        """As long as this one, and just before it; None where this one has no beginning."""
        if self.since is None:
            return None
        begin = utc(bucket_start(self.since))
        length = min(self.until or self.now, max(self.now, begin)) - begin
        try:
            earlier = begin - length
        except OverflowError:
            return None
        return Period(earlier, begin, self.now) if length else None

    def end(self, last: datetime | None) -> datetime:
        """Where its charts end, exclusively: at `until`, or now; in a report on everything, after
        the last event."""
        until = self.until or self.now
        if self.since is not None or last is None or last >= until:
            return until
        return last + min(timedelta(seconds=1), until - last)

    @property
    def whole(self) -> bool:
        """Whether it is about everything."""
        return self.since is None and self.until is None

    def holds(self, moment: datetime) -> bool:
        return self.holds_start(bucket_start(moment)) and moment.timestamp() < self.past

    def holds_start(self, start: int) -> bool:
        """Whether the bucket that starts there is in it."""
        return (self.first is None or start >= self.first) and start < self.past


def bucket_start(moment: datetime) -> int:
    seconds = int(moment.timestamp() // 1)
    return seconds - seconds % BUCKET_SECONDS
