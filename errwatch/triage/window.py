"""The span of time that a scan reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from errwatch.model.event import Event
from errwatch.model.issue import Issue


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` up to, not including, `until`; open where one is None."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, event: Event) -> bool:
        """Whether an event counts; one without a time does, for nothing says that it should not."""
        if event.time is None:
            return True
        return (self.since is None or self.since <= event.time) and (
            self.until is None or event.time < self.until
        )

    def notes(self, issues: Iterable[Issue]) -> Iterator[str]:
        """How many events were kept that name no time."""
        if self == Window():
            return
        timeless = sum(issue.count - sum(issue.buckets.values()) for issue in issues)
        if timeless:
            noun = "event without a time was" if timeless == 1 else "events without a time were"
            yield f"{timeless:,} {noun} kept, whatever --since and --until say"
