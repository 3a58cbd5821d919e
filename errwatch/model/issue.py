"""All events of one fingerprint."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from errwatch.model.classification import Classification
from errwatch.model.event import Event


class Status(Enum):
    NEW = "new"
    ONGOING = "ongoing"
    REGRESSED = "regressed"
    """Seen again after it was resolved."""
    RESOLVED = "resolved"
    IGNORED = "ignored"


def united(one: Status, other: Status) -> Status:
    """Of two issues that are one: ignored for both, else open where one is. In any order."""
    for status in (Status.IGNORED, Status.REGRESSED):
        if status in (one, other):
            return status
    return one if one is other else Status.ONGOING


@dataclass(frozen=True, slots=True)
class Issue:
    """All events of one fingerprint, and of those merged into it."""

    id: str
    """`EW-` and the shortest unique prefix of the fingerprint's hex digits, at least 8."""
    fingerprint: str
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    samples: tuple[Event, ...]
    """Bounded: the first, the last, and a spread between. Never empty."""
    buckets: dict[int, int]
    """Start of the five minutes in Unix seconds -> events; of late only, in a state."""
    status: Status = Status.NEW
    classification: Classification | None = None
    repository: str | None = None
    crashes: int = 0
    past: dict[int, int] = field(default_factory=dict)
    """As `buckets`, of hours and days that are long over; an event is in one of both."""

    @property
    def event(self) -> Event:
        """The event that stands for all."""
        return self.samples[0]

    @property
    def title(self) -> str:
        return self.event.title
