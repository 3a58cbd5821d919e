"""A partial in the making: the same as `Partial.of`, without a value of its own for each event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from errwatch.model.event import Event
from errwatch.model.partial import (
    SPREAD,
    Lot,
    Named,
    Order,
    Partial,
    Tally,
    bounded,
    bucket_of,
    lot_of,
    order_of,
)


class _Samples:
    """The first, the last, and the luckiest between them."""

    __slots__ = ("_drawn", "_first", "_first_order", "_last", "_last_order")

    def __init__(self, event: Event, order: Order) -> None:
        self._first = self._last = event
        self._first_order = self._last_order = order
        self._drawn: list[tuple[Lot, Event]] = []

    def add(self, event: Event, order: Order) -> None:
        if order < self._first_order:
            event, self._first = self._first, event
            order, self._first_order = self._first_order, order
            if self._last is event:
                return
        elif order > self._last_order:
            event, self._last = self._last, event
            order, self._last_order = self._last_order, order
            if self._first is event:
                return
        lot = lot_of(order)
        if len(self._drawn) < SPREAD or lot < self._drawn[-1][0]:
            self._drawn = sorted([*self._drawn, (lot, event)], key=lambda one: one[0])[:SPREAD]

    def all(self) -> tuple[Event, ...]:
        return bounded([self._first, *(event for _, event in self._drawn), self._last])


class _Count:
    """The events of one fingerprint."""

    __slots__ = ("_buckets", "_count", "_crashes", "_ends", "_samples", "_template")

    def __init__(self, template: str | None) -> None:
        self._template = template
        self._count = self._crashes = 0
        self._buckets: dict[int, int] = {}
        self._ends: tuple[datetime, datetime] | None = None
        self._samples: _Samples | None = None

    def add(self, event: Event) -> None:
        order = order_of(event)
        self._count += 1
        self._crashes += event.crashed
        bucket = bucket_of(order)
        if bucket is not None:
            self._buckets[bucket] = self._buckets.get(bucket, 0) + 1
        if self._samples is None:
            self._samples = _Samples(event, order)
        else:
            self._samples.add(event, order)
        self._seen(event.time)

    def _seen(self, time: datetime | None) -> None:
        if time is None:
            return
        if self._ends is None:
            self._ends = time, time
        elif time < self._ends[0]:
            self._ends = time, self._ends[1]
        elif time > self._ends[1]:
            self._ends = self._ends[0], time

    def tally(self, fingerprint: str) -> Tally:
        first, last = self._ends or (None, None)
        return Tally(
            fingerprint,
            count=self._count,
            first_seen=first,
            last_seen=last,
            buckets=dict(self._buckets),
            samples=self._samples.all() if self._samples else (),
            crashes=self._crashes,
            template=self._template,
        )


class Counting:
    """Counts events one by one."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def add(self, named: Named) -> None:
        count = self._counts.get(named.fingerprint)
        if count is None:
            count = self._counts[named.fingerprint] = _Count(named.template)
        count.add(named.event)

    def partial(self) -> Partial:
        return Partial({name: count.tally(name) for name, count in self._counts.items()})


def counted(events: Iterable[Named]) -> Partial:
    """`Partial.of`, for many events."""
    counting = Counting()
    for named in events:
        counting.add(named)
    return counting.partial()
