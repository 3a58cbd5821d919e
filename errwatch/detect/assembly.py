"""Lines -> entries: which lines of which stream make one event."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from errwatch.detect.arrival import Arrivals, Arrived
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

MAX_ASIDE = 200
"""Lines of others that a trace outlasts whose every line says who wrote it."""

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
        self._arrivals = Arrivals(now)
        self._open: dict[str, Entry] = {}
        self._aside: dict[tuple[str, str], Entry] = {}
        """Stream and origin -> an entry that lines of other origins interrupted."""
        self._closed: deque[_Closed] = deque(maxlen=MAX_CLOSED)
        """Entries that closed since an open one began."""

    @property
    def idle(self) -> bool:
        return not self._open and not self._aside and self._arrivals.idle

    def open(self) -> list[Entry]:
        """What is open, and what would come of the lines that wait if nothing more came."""
        if self._arrivals.idle:
            return self._ordered()
        ahead = copy.deepcopy(self, {id(self._above): self._above})
        return ahead.close()

    def _ordered(self) -> list[Entry]:
        return sorted(self._entries(), key=lambda entry: entry.first.start)

    def _entries(self) -> list[Entry]:
        return [*self._open.values(), *self._aside.values()]

    def resume(self, offset: int, lines: int) -> tuple[int, int]:
        """Offset, and lines before it, from which what is open at `offset` can be made again.

        It cuts through no closed entry: the rest of one would look like another event.
        """
        waits = self._arrivals.place()
        places = [(offset, lines), *(entry.reread for entry in self._entries())]
        place = min([*places, waits] if waits else places)
        for entry in sorted(self._closed, reverse=True):
            if entry.end > place[0]:
                place = min(place, entry.reread)
        return place

    def take(self, line: RawLine) -> list[Entry]:
        """Read one line; returns the entries that it closed."""
        closed: list[Entry] = []
        for arrived in self._arrivals.take(line):
            closed += self._take(arrived)
        if closed:
            self._closed.extend(_Closed(entry.end, entry.reread) for entry in closed)
        if self._closed and self.idle:
            self._closed.clear()
        return closed

    def _take(self, arrived: Arrived) -> list[Entry]:
        closed = self._add(arrived)
        ended = self._open.pop(arrived.log.stream, None) if arrived.last else None
        return closed if ended is None else [*closed, ended]

    def _add(self, arrived: Arrived) -> list[Entry]:
        line, text, log = arrived.line, arrived.text, arrived.log
        closed = self._stale(line)
        entry = self._addressed(log)
        if entry is not None and entry.accepts(log):
            entry.add(line, text)
            entry.prefixed &= log.origin == entry.log.origin
            self._open[log.stream] = entry
            return closed
        opened = self._entry(arrived)
        if entry is not None and opened is None and self._outlasts(entry, log):
            self._open[log.stream] = entry
            return closed
        closed += [entry] if entry is not None else []
        return closed + self._opened(opened, line, log, text)

    def _addressed(self, log: LogLine) -> Entry | None:
        """The open entry that the line may belong to. One of another origin is put aside, where
        every line of it says whose it is."""
        entry = self._open.pop(log.stream, None)
        if not log.origin:
            return entry
        if entry is not None and entry.log.origin not in ("", log.origin) and entry.prefixed:
            self._aside[log.stream, entry.log.origin] = entry
            entry = None
        return entry or self._aside.pop((log.stream, log.origin), None)

    def close(self) -> list[Entry]:
        """The input ended."""
        closed: list[Entry] = []
        for arrived in self._arrivals.close():
            closed += self._take(arrived)
        entries = sorted([*closed, *self._entries()], key=lambda entry: entry.first.start)
        self._open.clear()
        self._aside.clear()
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
        if not entry.resumable or not (log.stamped or log.level is not None):
            return False
        entry.foreign += 1
        return entry.foreign <= MAX_FOREIGN

    def _entry(self, arrived: Arrived) -> Entry | None:
        """The entry that a line opens, if any."""
        line, log = arrived.line, arrived.log
        level = log.level
        if not log.whole:
            trace = Entry(line, log, Level.ERROR, announced=False)
            begun = trace.begin_trace(log) and not self._denied(trace)
            trace.suspected = trace.guessing
            if begun and (trace.real or self._doubts(log)):
                return self._unannounced(trace, look_above=arrived.direct)
        if level is None:
            if log.fault is not None:
                return Entry(line, log, Level.ERROR, announced=True)
            return self._attached(line, log)
        if level.rank < self._opens_at.rank:
            return None
        return Entry(line, log, level, announced=True)

    def _denied(self, entry: Entry) -> bool:
        """A line that could be a whole trace, but states that it is none."""
        level = entry.log.level
        quiet = level is not None and level.rank < Level.WARNING.rank
        return quiet and not entry.unfinished

    def _unannounced(self, entry: Entry, *, look_above: bool) -> Entry:
        """A trace on its own. A warning or worse before each of its lines counts as its header."""
        level = entry.log.level
        if level is not None and entry.trace is not None and entry.trace.spoken:
            entry.level = max(level, entry.level, key=lambda one: one.rank)
        elif level is not None and level.rank >= Level.WARNING.rank:
            entry.level, entry.announced = level, True
            return entry
        if look_above:
            entry.context = self._context(entry.first, entry.log.stream)
        return entry

    def _attached(self, line: RawLine, log: LogLine) -> Entry | None:
        """The platform's level stands where the line has none; only without either, signs do."""
        if log.attached is None:
            return self._signed(line, log)
        if log.attached.rank < self._opens_at.rank:
            return None
        return Entry(line, log, log.attached, announced=True)

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
        oldest = next(iter(self._open.values()), None)
        silent = oldest is not None and line.number - oldest.last_number > MAX_SILENCE
        if not (self._aside or silent or len(self._open) > MAX_STREAMS):
            return []
        stale: list[Entry] = []
        for key, entry in list(self._aside.items()):
            limit = MAX_ASIDE if entry.unfinished else MAX_FOREIGN
            if line.number - entry.last_number > limit:
                stale.append(self._aside.pop(key))
        while self._open:
            stream, oldest = next(iter(self._open.items()))
            silent = line.number - oldest.last_number > MAX_SILENCE
            if not silent and len(self._open) <= MAX_STREAMS:
                break
            stale.append(self._open.pop(stream))
        return stale
