"""What a chunk of log came to: mergeable counts, so that any split of the work gives one result."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from errwatch.model.event import Event

BUCKET_SECONDS = 300
"""Width of a time bucket; correlations and frequency windows are multiples of it."""

SPREAD = 3
"""Samples kept between the first and the last one of an issue."""


def _order(event: Event) -> tuple[float, str, int]:
    return (event.time.timestamp() if event.time else float("inf"), event.source, event.start)


def _lot(event: Event) -> bytes:
    """A fixed random draw for each event, so that the order of arrival decides nothing."""
    return hashlib.blake2b(f"{event.source}\0{event.start}".encode(), digest_size=8).digest()


def _bounded(samples: Iterable[Event]) -> tuple[Event, ...]:
    """The first, the last, and a spread between, in order of time."""
    ordered = sorted(set(samples), key=_order)
    if len(ordered) <= SPREAD + 2:
        return tuple(ordered)
    middle = sorted(sorted(ordered[1:-1], key=_lot)[:SPREAD], key=_order)
    return (ordered[0], *middle, ordered[-1])


@dataclass(frozen=True, slots=True)
class Tally:
    """The events of one fingerprint, counted."""

    fingerprint: str
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    buckets: dict[int, int]
    """Start of the bucket in Unix seconds -> events; events without a time are in none."""
    samples: tuple[Event, ...]
    crashes: int = 0

    @classmethod
    def of(cls, fingerprint: str, event: Event) -> Tally:
        buckets = {}
        if event.time is not None:
            seconds = int(event.time.timestamp())
            buckets[seconds - seconds % BUCKET_SECONDS] = 1
        return cls(fingerprint, 1, event.time, event.time, buckets, (event,), int(event.crashed))

    def merge(self, other: Tally) -> Tally:
        buckets = dict(self.buckets)
        for start, count in other.buckets.items():
            buckets[start] = buckets.get(start, 0) + count
        times = [t for t in (self.first_seen, other.first_seen) if t]
        ends = [t for t in (self.last_seen, other.last_seen) if t]
        return replace(
            self,
            count=self.count + other.count,
            first_seen=min(times, default=None),
            last_seen=max(ends, default=None),
            buckets=buckets,
            samples=_bounded((*self.samples, *other.samples)),
            crashes=self.crashes + other.crashes,
        )


@dataclass(frozen=True, slots=True)
class Partial:
    """Fingerprint -> tally. `merge` is associative and commutative, `Partial()` is its identity."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, counted: Iterable[tuple[str, Event]]) -> Partial:
        tallies: dict[str, Tally] = {}
        for fingerprint, event in counted:
            one = Tally.of(fingerprint, event)
            known = tallies.get(fingerprint)
            tallies[fingerprint] = one if known is None else known.merge(one)
        return cls(tallies)

    def merge(self, other: Partial) -> Partial:
        tallies = dict(self.tallies)
        for fingerprint, tally in other.tallies.items():
            known = tallies.get(fingerprint)
            tallies[fingerprint] = tally if known is None else known.merge(tally)
        return Partial(tallies)

    @property
    def events(self) -> int:
        return sum(tally.count for tally in self.tallies.values())


def utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
