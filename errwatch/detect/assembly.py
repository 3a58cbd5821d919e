"""Lines -> entries: which lines of which stream make one event."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from itertools import islice, takewhile

from errwatch.detect.arrival import Arrivals, Arrived
from errwatch.detect.entry import MAX_FOREIGN, Entry
from errwatch.detect.headline import leads
from errwatch.detect.lines import LOOKBACK_LINES, Lines, RawLine
from errwatch.detect.signs import Sign, sign_of, suspicious
from errwatch.detect.stretches import MAX_STRETCHES, Place, Stretches
from errwatch.model.levels import Level
from errwatch.parsers.clean import text_of
from errwatch.parsers.logline import LogLine, read_line
from errwatch.parsers.python import rest_of_traceback
from errwatch.parsers.trace import SAID_ABOVE

MAX_STREAMS = 256
"""Streams with an open entry."""

MAX_ASIDE = 200
"""Lines of others that a trace outlasts whose every line says who wrote it."""

MAX_SILENCE = 2_000
"""Lines of other streams after which an entry is closed."""

MAX_SAID_ABOVE = 4
"""Lines of a message above a trace that only says where."""


class Assembly:
    """The open entries, one a stream, in the order in which they were last added to."""

    def __init__(
        self,
        opens_at: Level,
        lines: Lines,
        now: datetime | None = None,
    ) -> None:
        self._opens_at = opens_at
        """Log lines below this level open nothing."""
        self._lines = lines
        """Where the line comes from that is read."""
        self._now = now
        self._arrivals = Arrivals(lines.sees, now)
        self._open: dict[str, Entry] = {}
        self._aside: dict[tuple[str, str], Entry] = {}
        """Stream and origin -> an entry that lines of other origins interrupted."""
        self._read = Stretches()
        """What was read as one since anything that is open began."""
        self._reading = 0
        """The number of the line that was read last."""

    @property
    def idle(self) -> bool:
        return not self._open and not self._aside and self._arrivals.idle

    @property
    def alone(self) -> Entry | None:
        """The one open entry, where that is all there is, and no source tells streams apart."""
        alone = len(self._open) == 1 and not self._aside and self._arrivals.idle
        return self._open.get("") if alone else None

    def end(self) -> list[Entry]:
        """Close what is open, as a line does that opens another event."""
        closed = self._ordered()
        self._open.clear()
        self._read.clear()
        return closed

    def open(self) -> list[Entry]:
        """What is open, and what would come of the lines that wait if nothing more came."""
        if self._arrivals.idle:
            return self._ordered()
        ahead = copy.deepcopy(self, {id(self._lines): self._lines})
        return ahead.close()

    def _ordered(self) -> list[Entry]:
        return sorted(self._entries(), key=lambda entry: entry.first.start)

    def _entries(self) -> list[Entry]:
        return [*self._open.values(), *self._aside.values()]

    def resume(self, offset: Place) -> Place:
        """From where all that is open at `offset` can be made again, and all that comes of it.

        What was read as one is not cut, so that each entry and each line that waited is made of
        its own lines alone: whatever else was open meanwhile has no say in it.
        """
        return self._read.before(self._first_open(offset))

    def _first_open(self, offset: Place) -> Place:
        waits = self._arrivals.place()
        places = [offset, *(entry.place for entry in self._entries())]
        return min([*places, waits] if waits else places)

    def take(self, line: RawLine) -> list[Entry]:
        """Read one line; returns the entries that it closed."""
        self._reading = line.number
        closed: list[Entry] = []
        for arrived in self._arrivals.take(line):
            closed += self._take(arrived)
        self._remember(closed, line)
        return closed

    def _remember(self, closed: Sequence[Entry], line: RawLine) -> None:
        for entry in closed:
            if entry.count > 1 or entry.waiting or entry.headline is not None:
                self._read.add(entry.place, entry.reach)
        if not self._read:
            return
        if self.idle:
            self._read.clear()
        elif len(self._read) > MAX_STRETCHES:
            self._read.forget(self._first_open(Place(line.start, line.number - 1)))

    def _take(self, arrived: Arrived) -> list[Entry]:
        since = arrived.since
        if since is not None:
            self._read.add(Place(since.start, since.number - 1), arrived.line.end)
        closed = self._add(arrived)
        ended = self._open.pop(arrived.log.stream, None) if arrived.last else None
        return closed if ended is None else [*closed, ended]

    def _add(self, arrived: Arrived) -> list[Entry]:
        """A line belongs to the last entry of its stream, or to that of its own origin; else it may
        begin one."""
        log = arrived.log
        closed = self._stale()
        here = self._open.get(log.stream)
        if here is not None and self._steps_aside(here, log):
            del self._open[log.stream]
            closed += self._put_aside(log.stream, here)
            here = None
        if here is not None and here.accepts(log):
            self._join(here, arrived)
            return closed
        apart = self._aside.get((log.stream, log.origin)) if self._aside else None
        if apart is not None and apart.accepts(log):
            return closed + self._join_apart(apart, here, arrived)
        opened = self._entry(arrived) if self._may_open(arrived) else None
        if here is not None and (opened or not self._outlasts(here, log)):
            closed += self._ended(self._open.pop(log.stream), opened)
        if apart is not None and (opened or not self._outlasts(apart, log)):
            closed.append(self._aside.pop((log.stream, log.origin)))
        return closed + self._opened(opened, arrived)

    def _ended(self, entry: Entry, below: Entry | None) -> list[Entry]:
        """What a line ends may be its headline, and has then none of its own."""
        if below is None or not leads(entry, below):
            return [entry]
        above, entry.headline = entry.headline, None
        below.headline = entry
        return [above] if above else []

    def _may_open(self, arrived: Arrived) -> bool:
        """A line that the prefilter passes by begins nothing, whatever else is open."""
        return not arrived.direct or self._lines.sees()

    def _join(self, entry: Entry, arrived: Arrived) -> None:
        stream = arrived.log.stream
        entry.add(arrived.line, arrived.text, self._reading)
        entry.prefixed &= arrived.log.origin == entry.log.origin
        self._open.pop(stream, None)
        self._open[stream] = entry

    def _join_apart(self, apart: Entry, here: Entry | None, arrived: Arrived) -> list[Entry]:
        """What was put aside goes on. The last entry of the stream makes room for it."""
        log = arrived.log
        del self._aside[log.stream, log.origin]
        closed = [] if here is None else [here]
        if here is not None and self._outlasts(here, log):
            closed = self._put_aside(log.stream, here)
        self._join(apart, arrived)
        return closed

    def _steps_aside(self, entry: Entry, log: LogLine) -> bool:
        """Where every line of an entry says whose it is, one of another origin does not end it."""
        own = entry.log.origin
        return bool(own and log.origin and own != log.origin and entry.prefixed)

    def _put_aside(self, stream: str, entry: Entry) -> list[Entry]:
        """Only one of an origin can be continued."""
        key = stream, entry.log.origin
        older = self._aside.pop(key, None)
        self._aside[key] = entry
        return [] if older is None else [older]

    def close(self) -> list[Entry]:
        """The input ended."""
        closed: list[Entry] = []
        for arrived in self._arrivals.close():
            closed += self._take(arrived)
        entries = sorted([*closed, *self._entries()], key=lambda entry: entry.first.start)
        self._open.clear()
        self._aside.clear()
        self._read.clear()
        return entries

    def _opened(self, entry: Entry | None, arrived: Arrived) -> list[Entry]:
        """Keep a new entry open; a structured record is complete at once."""
        if entry is None:
            return []
        entry.add(arrived.line, arrived.text, self._reading)
        entry.direct = arrived.direct
        if arrived.log.whole:
            return [entry]
        self._open[arrived.log.stream] = entry
        return []

    def _outlasts(self, entry: Entry, log: LogLine) -> bool:
        """A line of another thread in the middle of a trace does not end it."""
        if not entry.resumable or not (log.stamped or log.level is not None):
            return False
        entry.foreign += 1
        return entry.foreign <= (1 if entry.suspected else MAX_FOREIGN)

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
            return self._attached(arrived)
        if level.rank < self._opens_at.rank:
            return None
        entry = Entry(line, log, level, announced=True)
        if log.time is None and arrived.direct and not (log.stamped or log.whole):
            entry.context = self._context(line, log.stream, reach=1)
        return entry

    def _denied(self, entry: Entry) -> bool:
        """A line that could be a whole trace, but states that it is none."""
        level = entry.log.level
        quiet = level is not None and level.rank < Level.WARNING.rank
        logged = "[object] (" in entry.log.message
        return quiet and (logged or not entry.unfinished)

    def _unannounced(self, entry: Entry, *, look_above: bool) -> Entry:
        """A trace on its own. A warning or worse before each of its lines counts as its header."""
        level = entry.log.level
        if level is not None and entry.trace is not None and entry.trace.spoken:
            entry.level = max(level, entry.level, key=lambda one: one.rank)
        elif level is not None and level.rank >= Level.WARNING.rank:
            entry.level, entry.announced = level, True
            return entry
        if look_above:
            self._take_message_above(entry)
            entry.context = self._context(entry.first, entry.log.stream)
        return entry

    def _attached(self, arrived: Arrived) -> Entry | None:
        """The platform's level stands where the line has none; only without either, signs do."""
        line, log = arrived.line, arrived.log
        if log.attached is None:
            return self._signed(arrived)
        if log.attached.rank < self._opens_at.rank:
            return None
        return Entry(line, log, log.attached, announced=True)

    def _signed(self, arrived: Arrived) -> Entry | None:
        line, log = arrived.line, arrived.log
        sign = sign_of(log.message) or (sign_of(log.said) if log.said else None)
        if sign is not None:
            announced = log.stamped and sign.type is None
            entry = Entry(line, log, sign.level, announced=announced, sign=sign)
            entry.suspected = self._belongs_above(arrived, sign)
            if sign.type is not None and arrived.direct:
                self._continue_traceback(entry)
            return entry
        if self._opens_at.rank <= Level.INFO.rank and log.message.strip():
            return Entry(line, log, Level.INFO, announced=False)
        if self._doubts(log) and suspicious(log.message):
            return Entry(line, log, Level.ERROR, announced=False, suspected=True)
        return None

    def _continue_traceback(self, entry: Entry) -> None:
        """The last line of a traceback, whose first one is missing: read what stands above."""
        lines = rest_of_traceback(self._indented_above(entry), entry.log.message)
        if lines:
            entry.continue_trace(lines)

    def _indented_above(self, entry: Entry) -> list[str]:
        """What the lines above say, in their order, as far as it is indented."""
        above = (self._plainly(line, entry.log) for line in self._lines.before(entry.first))
        return list(takewhile(lambda text: text[:1].isspace(), above))[::-1]

    def _plainly(self, line: RawLine, like: LogLine) -> str:
        """What a line says behind such a header; nothing if it has another."""
        log = read_line(text_of(line.data), self._now)
        alike = (log.stream, log.stamped, log.level) == (like.stream, like.stamped, None)
        return log.message if alike and not log.whole else ""

    def _take_message_above(self, entry: Entry) -> None:
        """A trace that only says where, under a line that says what."""
        trace = entry.trace
        if trace is None or trace.format not in SAID_ABOVE:
            return
        if any(one.type or one.message for one in trace.format.parse(trace.lines.lines())):
            return
        above = self._said_above(entry)
        for line, said in reversed(above):
            entry.add(line, said, self._reading)
        if above:
            said = above[-1][1]
            entry.sign = sign_of(said) or Sign(Level.ERROR, None, said.strip())

    def _said_above(self, entry: Entry) -> list[tuple[RawLine, str]]:
        """From the nearest line above on, up to the one that begins with the program's name."""
        found: list[tuple[RawLine, str]] = []
        for line in islice(self._lines.before(entry.first), MAX_SAID_ABOVE):
            said = self._plainly(line, entry.log)
            if not said.strip() or said[0].isspace():
                break
            found.append((line, said))
            if said.partition(" ")[0].endswith(":"):
                return found
        return found[:1]

    def _belongs_above(self, arrived: Arrived, sign: Sign) -> bool:
        """The bare name of an exception, right under a line that states that it is harmless."""
        if sign.type != arrived.log.message or arrived.log.stamped or not arrived.direct:
            return False
        above = self._context(arrived.line, arrived.log.stream, reach=1)
        level = above.level if above is not None and above.stamped else None
        return level is not None and level.rank < Level.ERROR.rank and self._doubts(arrived.log)

    def _doubts(self, log: LogLine) -> bool:
        """Whether what follows a line may decide if it is an error: it states nothing itself."""
        return log.level is None and self._opens_at.rank > Level.INFO.rank

    def _context(self, line: RawLine, stream: str, reach: int = LOOKBACK_LINES) -> LogLine | None:
        """The nearest line above that has a header, in the same stream. `reach`: in so many lines;
        java.util.logging has time and place in one line, level and message in the next."""
        for above in islice(self._lines.before(line), reach):
            log = read_line(text_of(above.data), self._now)
            if log.stream == stream and (log.level is not None or log.stamped):
                return log
        return None

    def _stale(self) -> list[Entry]:
        """Entries that nobody added to for long, or that are too many."""
        oldest = next(iter(self._open.values()), None)
        silent = oldest is not None and self._reading - oldest.last_number > MAX_SILENCE
        if not (self._aside or silent or len(self._open) > MAX_STREAMS):
            return []
        stale: list[Entry] = []
        for key, entry in list(self._aside.items()):
            limit = MAX_ASIDE if entry.unfinished else MAX_FOREIGN
            if self._reading - entry.last_number > limit:
                stale.append(self._aside.pop(key))
        for stream, entry in list(self._open.items()) if silent else ():
            if self._reading - entry.last_number > MAX_SILENCE:
                stale.append(self._open.pop(stream))
        while len(self._open) > MAX_STREAMS:
            # The one that stands first in the text, whatever was read again after it.
            stale.append(self._open.pop(min(self._open, key=lambda one: self._open[one].end)))
        return stale
