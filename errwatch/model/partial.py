"""What a chunk of log came to: mergeable counts, so that any split of the work gives one result."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from errwatch.model.event import Event

BUCKET_SECONDS = 300
"""Width of a time bucket; correlations and frequency windows are multiples of it."""

SPREAD = 3
"""Samples kept between the first and the last one of an issue."""


MAX_TEMPLATES = 4_000
"""Templates that are compared with each other: those of the smallest fingerprints, a fair draw that
no order and no split of the work changes. The others join the groups that are found among them."""


class Named(NamedTuple):
    """An event and what it is known by."""

    fingerprint: str
    event: Event
    template: str | None = None
    """What near-duplicates are told by; None where there can be none."""


Order = tuple[float, str, int]
Lot = tuple[int, Order]


def order_of(event: Event) -> Order:
    """By time, events without one last; no two events of a scan are equal in it."""
    return (event.time.timestamp() if event.time else float("inf"), event.source, event.start)


def lot_of(order: Order) -> Lot:
    """A fixed random draw for each event, so that the order of arrival decides nothing."""
    return zlib.crc32(f"{order[1]}\0{order[2]}".encode("utf-8", "replace")), order


def bucket_of(order: Order) -> int | None:
    """Start of the time bucket; events without a time are in none."""
    if order[0] == float("inf"):
        return None
    seconds = int(order[0])
    return seconds - seconds % BUCKET_SECONDS


def bounded(samples: Iterable[Event]) -> tuple[Event, ...]:
    """The first, the last, and a spread between, in order of time."""
    ordered = sorted(set(samples), key=order_of)
    if len(ordered) <= SPREAD + 2:
        return tuple(ordered)
    drawn = sorted(ordered[1:-1], key=lambda event: lot_of(order_of(event)))[:SPREAD]
    return (ordered[0], *sorted(drawn, key=order_of), ordered[-1])


@dataclass(frozen=True, slots=True)
class Tally:
    """The events of one fingerprint, counted."""

    fingerprint: str
    count: int
    first_seen: datetime | None
    last_seen: datetime | None
    buckets: dict[int, int]
    """Start of the bucket in Unix seconds -> events."""
    samples: tuple[Event, ...]
    crashes: int = 0
    template: str | None = None
    """What near-duplicates of it are told by; None where it can have none."""

    @classmethod
    def of(cls, fingerprint: str, event: Event, template: str | None = None) -> Tally:
        bucket = bucket_of(order_of(event))
        return cls(
            fingerprint,
            count=1,
            first_seen=event.time,
            last_seen=event.time,
            buckets={} if bucket is None else {bucket: 1},
            samples=(event,),
            crashes=int(event.crashed),
            template=template,
        )

    def merge(self, *others: Tally) -> Tally:
        """With all the others at once, in any order."""
        every = (self, *others)
        buckets: dict[int, int] = {}
        for start, count in chain.from_iterable(one.buckets.items() for one in every):
            buckets[start] = buckets.get(start, 0) + count
        return replace(
            self,
            count=sum(one.count for one in every),
            first_seen=min((one.first_seen for one in every if one.first_seen), default=None),
            last_seen=max((one.last_seen for one in every if one.last_seen), default=None),
            buckets=buckets,
            samples=bounded(chain.from_iterable(one.samples for one in every)),
            crashes=sum(one.crashes for one in every),
        )

    def moved(self, lines: int) -> Tally:
        samples = (replace(event, line=event.line + lines) for event in self.samples)
        return replace(self, samples=tuple(samples))


@dataclass(frozen=True, slots=True)
class Partial:
    """Fingerprint -> tally. `merge` is associative and commutative, `Partial()` is its identity."""

    tallies: dict[str, Tally] = field(default_factory=dict)

    @classmethod
    def of(cls, counted: Iterable[tuple[str, Event] | Named]) -> Partial:
        tallies: dict[str, Tally] = {}
        for fingerprint, event, *template in counted:
            one = Tally.of(fingerprint, event, *template)
            known = tallies.get(fingerprint)
            tallies[fingerprint] = one if known is None else known.merge(one)
        return cls(tallies)

    def merge(self, *others: Partial) -> Partial:
        """With all the others at once, in any order."""
        found: dict[str, list[Tally]] = {}
        for one in (self, *others):
            for fingerprint, tally in one.tallies.items():
                found.setdefault(fingerprint, []).append(tally)
        merged = {name: one.merge(*more) if more else one for name, (one, *more) in found.items()}
        return Partial(merged)

    def moved(self, lines: int) -> Partial:
        """The same, read in a text before which there are `lines` lines more."""
        return Partial({name: tally.moved(lines) for name, tally in self.tallies.items()})

    def under(self, names: Mapping[str, str]) -> Partial:
        """The same events, under the names of their issues where they have one."""
        tallies: dict[str, Tally] = {}
        for fingerprint in sorted(self.tallies):
            name = names.get(fingerprint, fingerprint)
            one = replace(self.tallies[fingerprint], fingerprint=name)
            known = tallies.get(name)
            tallies[name] = one if known is None else known.merge(one)
        return Partial(tallies)

    @property
    def templates(self) -> dict[str, str]:
        """Fingerprint -> template, of those that have one."""
        found = ((name, tally.template) for name, tally in self.tallies.items())
        return {name: template for name, template in found if template is not None}

    @property
    def events(self) -> int:
        return sum(tally.count for tally in self.tallies.values())


def utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
