"""Where the next line stands that may matter, in a window of complete lines.

re2 is ready at once, and searches from one such line to the next. Once much was looked at, it pays
to compile the same expressions for Hyperscan, where that is installed: it looks through a window
once, several times as fast, and its answers are kept. Both find the same lines.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

import re2

WORTH = 16 * 1024 * 1024
"""Bytes after which another compilation pays, which takes as long as re2 takes for some 30 MB."""


class Match(Protocol):
    def start(self) -> int: ...


class Pattern(Protocol):
    """The part of a compiled expression of re2 that is used here."""

    def search(self, text: bytes, pos: int, endpos: int, /) -> Match | None: ...


class Hits(Protocol):
    """The lines of one window that may matter."""

    def after(self, place: int) -> int:
        """The index of a byte of the first of them from `place` on, where a line begins; or -1."""


Scan = Callable[[memoryview], list[int]]
"""Gives the ends of all matches, in order."""


class Prefilter:
    """Looks for lines in which one of the `expressions` is found, in upper or lower case.

    An expression matches within one line, or up to its end. One prefilter serves all sources of a
    process, from any thread.
    """

    def __init__(self, expressions: Sequence[str], *, worth: int = WORTH) -> None:
        self._expressions = tuple(expressions)
        self._pattern = _pattern(self._expressions)
        self._worth = worth
        self._looked_at = 0
        self._lock = threading.Lock()

    def hits(self, data: bytes, start: int, end: int) -> Hits:
        """Those in `data` between two places where lines begin."""
        self._looked_at += end - start
        if self._looked_at >= self._worth:
            with self._lock:
                if self._scan is not None:
                    return _Scanned(self._scan(memoryview(data)[start:end]), start)
        return _Searched(self._pattern, data, end)

    @cached_property
    def _scan(self) -> Scan | None:
        return _scan(self._expressions)


class _Searched:
    """Each line is looked for when it is asked for."""

    def __init__(self, pattern: Pattern, data: bytes, end: int) -> None:
        self._pattern = pattern
        self._data = data
        self._end = end

    def after(self, place: int) -> int:
        found = self._pattern.search(self._data, place, self._end)
        return -1 if found is None else found.start()


class _Scanned:
    """All lines are known."""

    def __init__(self, ends: list[int], start: int) -> None:
        self._ends = ends
        self._start = start

    def after(self, place: int) -> int:
        found = bisect_left(self._ends, place - self._start + 1)
        return -1 if found == len(self._ends) else self._start + self._ends[found] - 1


def _pattern(expressions: Sequence[str]) -> Pattern:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes, whatever text they are
    pattern: Pattern = re2.compile(f"(?i){'|'.join(expressions)}".encode(), options)
    return pattern


def _scan(expressions: Sequence[str]) -> Scan | None:
    """None where there is no Hyperscan, for the machine or for its processor."""
    try:
        import hyperscan  # a large library, and not for every platform
    except ImportError:
        return None
    database = hyperscan.Database()
    try:
        database.compile(expressions=[f"(?i){one}".encode() for one in expressions])
    except hyperscan.error:
        return None

    def scan(data: memoryview) -> list[int]:
        ends: list[int] = []

        def note(_id: int, _from: int, end: int, _flags: int, _context: object) -> None:
            ends.append(end)

        database.scan(data, match_event_handler=note)  # type: ignore[type-var]  # any buffer will do
        ends.sort()
        return ends

    return scan
