"""Where reading stands in a file, and which of its events are counted already."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

ABOVE = 4 * 1024 + 1
"""Bytes before the place where reading starts that may tell what the first lines mean."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """A set of offsets as sorted, disjoint, half-open spans. Adding commutes and is idempotent."""

    spans: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> Ranges:
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if start >= end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], end))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    def add(self, start: int, end: int) -> Ranges:
        return Ranges.of((*self.spans, (start, end)))

    def union(self, other: Ranges) -> Ranges:
        return Ranges.of((*self.spans, *other.spans))

    def minus(self, other: Ranges) -> Ranges:
        left = []
        for start, end in self.spans:
            for taken, until in other.spans:
                if taken < end and until > start:
                    left.append((start, taken))
                    start = until
            left.append((start, end))
        return Ranges.of(left)

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self.spans, (offset, float("inf"))) - 1
        return index >= 0 and offset < self.spans[index][1]


@dataclass(frozen=True, slots=True)
class Digest:
    """The SHA-256, in hex, of `length` bytes."""

    length: int
    value: str


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A file's identity and how far it was read.

    The inode finds the file under any name; `head` (its first bytes) tells a reused inode apart;
    `tail` (the bytes just before `cursor`) proves that the cursor still points into the same text.
    An event is counted when its first byte lies in `counted`: as stored, all that ever was; in a
    change, what that change adds.
    """

    path: str
    device: int
    inode: int
    head: Digest
    cursor: int
    tail: Digest
    counted: Ranges = Ranges()
    lines: int = 0
    """Lines before `cursor`."""
    generation: int = 0
    """Goes up when the same inode holds another text: truncated, or given to a new file."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All entries of one source that are alike in labels, timestamp and text."""

    key: int
    """A hash of the three."""
    ns: int
    """The timestamp, in nanoseconds since 1970."""
    read: int
    """How many of them need not be read again."""
    counted: int
    """How many more are read again, though their events are counted."""


@dataclass(frozen=True, slots=True)
class EntryPosition:
    """How far a source was read that delivers entries with timestamps, such as Loki.

    All entries from `begun` up to `since` are counted; reading goes on at `since`. `seen` tells of
    the entries from there on: as stored, all that were read; in a change, those that it changes.
    """

    source: str
    begun: int
    since: int
    """Both in nanoseconds since 1970."""
    seen: tuple[Seen, ...] = ()
    version: int = 1
    """How often it was stored. A change must be the next one."""
    mark: str = ""
    """What the source itself calls the entry that is read first the next time; empty where it goes
    by their times alone."""


Position = FilePosition | EntryPosition


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries of a source that cannot be had any more, or perhaps cannot."""

    source: str
    why: str

    def __str__(self) -> str:
        return f"{self.source}: {self.why}"


@dataclass(frozen=True, slots=True)
class Lost:
    """What was written behind byte `start` of a text that is gone, and had not been read."""

    path: str
    start: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}; what stood after byte {self.start} unread is lost"


@dataclass(frozen=True, slots=True)
class Said:
    """What is worth a line about a source, and is no failure to read it."""

    source: str
    text: str
    """Redacted."""

    def __str__(self) -> str:
        return f"{self.source}: {self.text}"


Remark = Gap | Lost | Said
"""What a person should know of a source."""
