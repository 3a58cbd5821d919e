"""Events of one day by time, as one short text, for there are many such days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

HOUR, DAY = 3600, 86_400

Buckets = dict[int, int]
"""Start of a bucket in Unix seconds -> events."""


class PackedDay(NamedTuple):
    """Buckets of one width of one day."""

    fingerprint: str
    day: int
    """Since 1970, in UTC."""
    width: int
    """Seconds."""
    counts: str

    @property
    def buckets(self) -> Buckets:
        return unpacked(self.counts, self.day, self.width)

    def between(self, first: float, past: float) -> int:
        """Events in buckets that start from `first` up to, not including, `past`."""
        least, most = ((bound - self.day * DAY) / self.width for bound in (first, past))
        pairs = map(_pair, self.counts.split())
        return sum(count for place, count in pairs if least <= place < most)


def packed(buckets: Mapping[int, int], day: int, width: int) -> str:
    """`12:3 14:1`: the number of the bucket within its day, and the events in it."""
    first = day * DAY
    return " ".join(f"{(start - first) // width}:{buckets[start]}" for start in sorted(buckets))


def unpacked(counts: str, day: int, width: int) -> Buckets:
    first = day * DAY
    return {first + place * width: count for place, count in map(_pair, counts.split())}


def added(days: Iterable[PackedDay]) -> Buckets:
    """The sum of many. The same few pairs come again and again, and are counted as text first."""
    alike: dict[tuple[int, int], Counter[str]] = {}
    for one in days:
        alike.setdefault((one.day, one.width), Counter()).update(one.counts.split())
    found: Buckets = {}
    for (day, width), texts in alike.items():
        for text, times in texts.items():
            place, count = _pair(text)
            start = day * DAY + place * width
            found[start] = found.get(start, 0) + count * times
    return found


@lru_cache(maxsize=50_000)
def _pair(text: str) -> tuple[int, int]:
    """Of `12:3`."""
    place, _, count = text.partition(":")
    return int(place), int(count)
