"""Stretches of a text that are read as one: nobody who starts in the midst of one reads the same.

They are kept apart from each other, in order, and bounded: where they are too many, neighbours
become one. That moves the place to start from further back, and is never wrong.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import NamedTuple

MAX_STRETCHES = 1_000


class Place(NamedTuple):
    """Where a line begins."""

    offset: int
    lines: int
    """Those before it."""


class _Stretch(NamedTuple):
    start: Place
    end: int


class Stretches:
    def __init__(self) -> None:
        self._all: list[_Stretch] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, start: Place, end: int) -> None:
        """What lies between two offsets; with all stretches that it shares a byte with, one."""
        first = bisect_right(self._all, start.offset, key=lambda one: one.end)
        last = bisect_left(self._all, end, key=lambda one: one.start.offset)
        for one in self._all[first:last]:
            start, end = min(start, one.start), max(end, one.end)
        self._all[first:last] = [_Stretch(start, end)]

    def before(self, place: Place) -> Place:
        """The nearest place that is not behind that one and cuts through nothing."""
        index = bisect_right(self._all, place.offset, key=lambda one: one.end)
        return min(place, self._all[index].start) if index < len(self._all) else place

    def forget(self, place: Place) -> None:
        """Nobody will start before `place`. The oldest half of what is still too much is joined."""
        self._all = self._all[bisect_right(self._all, place.offset, key=lambda one: one.end) :]
        if len(self._all) > MAX_STRETCHES // 2:
            oldest = self._all[: MAX_STRETCHES // 2]
            self._all[: len(oldest)] = [_Stretch(oldest[0].start, oldest[-1].end)]

    def clear(self) -> None:
        self._all.clear()
