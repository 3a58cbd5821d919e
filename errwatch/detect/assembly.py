"""Lines -> entries: which lines of which stream make one event."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from errwatch.detect.entry import MAX_FOREIGN, Context, Entry
from errwatch.detect.lines import RawLine
from errwatch.detect.signs import sign_of, suspicious
from errwatch.model.levels import Level
from errwatch.parsers.clean import text_of
from errwatch.parsers.logline import LogLine, read_line

MAX_STREAMS = 256
"""Streams with an open entry."""

MAX_CLOSED = 1_000
"""Closed entries that are remembered while others are open."""

MAX_SILENCE = 2_000
"""Lines of other streams after which an entry is closed."""


class _Closed(NamedTuple):
    """Where a closed entry ended, and from where it could be made again."""

    end: int
    reread: tuple[int, int]


class Assembly:
    """The open entries, one a stream, in the order in which they were last added to."""

    def __init__(
        self,
        opens_at: Level,
        above: Callable[[RawLine], Iterator[RawLine]],
        now: datetime | None = None,
    ) -> None:
        self._opens_at = opens_at
        """Log lines below this level open nothing."""
        self._above = above
        self._now = now
        self._open: dict[str, Entry] = {}
        self._closed: deque[_Closed] = deque(maxlen=MAX_CLOSED)
        """Entries that closed since an open one began."""

    @property
    def idle(self) -> bool:
        return not self._open

    def open(self) -> list[Entry]:
        return sorted(self._open.values(), key=lambda entry: entry.first.start)

    def resume(self, offset: int, lines: int) -> tuple[int, int]:
        """Offset, and lines before it, from which what is open at `offset` can be made again.

        It cuts through no closed entry: the rest of one would look like another event.
        """
        place = min([(offset, lines), *(entry.reread for entry in self._open.values())])
        for entry in sorted(self._closed, reverse=True):
            if entry.end > place[0]:
                place = min(place, entry.reread)
        return place

    def take(self, line: RawLine) -> list[Entry]:
        """Read one line; returns the entries that it closed."""
        closed = self._take(line)
        self._closed.extend(_Closed(entry.end, entry.reread) for entry in closed)
        if not self._open:
            self._closed.clear()
        return closed

    def _take(self, line: RawLine) -> list[Entry]:
        text = text_of(line.data, cut=line.cut)
        log = read_line(text, self._now)
        closed = self._stale(line)
        entry = self._open.pop(log.stream, None)
        if entry is not None and entry.accepts(log):
            entry.add(line, text)
            self._open[log.stream] = entry
            return closed
        opened = self._entry(line, log)
        if entry is not None and opened is None and self._outlasts(entry, log):
            self._open[log.stream] = entry
            return closed
        closed += [entry] if entry is not None else []
        return closed + self._opened(opened, line, log, text)

    def close(self) -> list[Entry]:
        """The input ended."""
        entries = self.open()
        self._open.clear()
        self._closed.clear()
        return entries

    def _opened(self, entry: Entry | None, line: RawLine, log: LogLine, text: str) -> list[Entry]:
        """Keep a new entry open; a structured record is complete at once."""
        if entry is None:
            return []
        entry.add(line, text)
        if log.whole:
            return [entry]
        self._open[log.stream] = entry
        return []

    def _outlasts(self, entry: Entry, log: LogLine) -> bool:
        """A line of another thread in the middle of a trace does not end it."""
        if not entry.unfinished or not (log.stamped or log.level is not None):
            return False
        entry.foreign += 1
        return entry.foreign <= MAX_FOREIGN

    def _entry(self, line: RawLine, log: LogLine) -> Entry | None:
        """The entry that a line opens, if any."""
        level = log.level
        if not log.whole:
            trace = Entry(line, log, Level.ERROR, announced=False)
            begun = trace.begin_trace(log) and not self._denied(trace)
            trace.suspected = trace.guessing
            if begun and (trace.real or self._doubts(log)):
                return self._unannounced(trace)
        if level is None:
            if log.fault is not None:
                return Entry(line, log, Level.ERROR, announced=True)
            return self._signed(line, log)
        if level.rank < self._opens_at.rank:
            return None
        return Entry(line, log, level, announced=True)

    def _denied(self, entry: Entry) -> bool:
        """A line that could be a whole trace, but states that it is none."""
        level = entry.log.level
        quiet = level is not None and level.rank < Level.WARNING.rank
        return quiet and not entry.unfinished

    def _unannounced(self, entry: Entry) -> Entry:
        """A trace on its own. A warning or worse before each of its lines counts as its header."""
        level = entry.log.level
        if level is not None and entry.trace is not None and entry.trace.spoken:
            entry.level = max(level, entry.level, key=lambda one: one.rank)
        elif level is not None and level.rank >= Level.WARNING.rank:
            entry.level, entry.announced = level, True
            return entry
        entry.context = self._context(entry.first, entry.log.stream)
        return entry

    def _signed(self, line: RawLine, log: LogLine) -> Entry | None:
        sign = sign_of(log.message)
        if sign is not None:
            announced = log.stamped and sign.type is None
            return Entry(line, log, sign.level, announced=announced, sign=sign)
        if self._opens_at.rank <= Level.INFO.rank and log.message.strip():
            return Entry(line, log, Level.INFO, announced=False)
        if self._doubts(log) and suspicious(log.message):
            return Entry(line, log, Level.ERROR, announced=False, suspected=True)
        return None

    def _doubts(self, log: LogLine) -> bool:
        """Whether what follows a line may decide if it is an error: it states nothing itself."""
        return log.level is None and self._opens_at.rank > Level.INFO.rank

    def _context(self, line: RawLine, stream: str) -> Context | None:
        """The nearest line above that has a header, in the same stream."""
        for above in self._above(line):
            log = read_line(text_of(above.data), self._now)
            if log.stream == stream and (log.level is not None or log.stamped):
                return Context(log, above.start, above.number)
        return None

    def _stale(self, line: RawLine) -> list[Entry]:
        """Entries that nobody added to for long, or that are too many."""
        stale: list[Entry] = []
        while self._open:
            stream, oldest = next(iter(self._open.items()))
            silent = line.number - oldest.last_number > MAX_SILENCE
            if not silent and len(self._open) <= MAX_STREAMS:
                break
            stale.append(self._open.pop(stream))
        return stale
