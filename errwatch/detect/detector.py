"""The bytes of one source, in any pieces -> its events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from errwatch.detect.assembly import Assembly
from errwatch.detect.build import build
from errwatch.detect.entry import Entry
from errwatch.detect.frames import FrameRules
from errwatch.detect.headline import told
from errwatch.detect.lines import Lines
from errwatch.detect.recurring import Recurring
from errwatch.detect.stretches import Place
from errwatch.detect.triggers import prefilter
from errwatch.detect.zone import AS_UTC, placed
from errwatch.model.event import Event
from errwatch.model.levels import Level


class Detector:
    """Feed it bytes in order. However they are cut, the same bytes give the same events.

    `start` is the offset of the first byte that will be fed, `line` the number of lines before it,
    `above` the last ABOVE bytes before it, `now` the moment that gives a year to timestamps without
    one (they name no moment otherwise), `zone` what times that tell none are in, `recurring` what
    is remembered of the forms of events, for the sake of speed alone: also of those of other
    sources with the same `frames` and `min_level`.

    Another one that starts at `resume_at`, with what is above, gives all events that this one has
    not given; perhaps some that it gave; and no others.
    """

    def __init__(
        self,
        source: str,
        *,
        start: int = 0,
        line: int = 0,
        above: bytes = b"",
        frames: FrameRules = FrameRules(),
        min_level: Level = Level.ERROR,
        now: datetime | None = None,
        zone: str = AS_UTC,
        recurring: Recurring | None = None,
    ) -> None:
        self.bytes = 0
        self._source = source
        self._frames = frames
        self._min_level = min_level
        self._zone = zone
        self._first_line = line
        self._lines = Lines(start, line, above=above, prefilter=prefilter(min_level))
        opens_at = min(min_level, Level.WARNING, key=lambda level: level.rank)
        self._assembly = Assembly(opens_at, self._lines, now)
        self._recurring = Recurring() if recurring is None else recurring

    @property
    def lines(self) -> int:
        """Lines read so far."""
        return self._lines.number - self._first_line

    @property
    def resume_at(self) -> int:
        """Where reading must start again so that nothing open or partial is lost."""
        return self._resume.offset

    @property
    def resume_line(self) -> int:
        """The number of lines before `resume_at`."""
        return self._resume.lines

    @property
    def _resume(self) -> Place:
        return self._assembly.resume(Place(self._lines.offset, self._lines.number))

    def feed(self, data: bytes) -> list[Event]:
        """The events that are complete now."""
        self.bytes += len(data)
        self._lines.feed(data)
        events: list[Event] = []
        while True:
            if self._assembly.idle:
                self._lines.skip()
            if recurred := self._again():
                events += recurred
                continue
            line = self._lines.next()
            if line is None:
                return placed(events, self._zone)
            events += self._closed(self._assembly.take(line))

    def flush(self) -> list[Event]:
        """The input ended: everything that is open, a last line without line end too."""
        closed: list[Entry] = []
        last = self._lines.last()
        if last is not None:
            closed += self._assembly.take(last)
        return placed(self._events([*closed, *self._assembly.close()]), self._zone)

    def _again(self) -> list[Event]:
        """Those that come next, as far as they are like earlier ones."""
        if self._assembly.idle:
            return self._recurring.read(self._lines, None, self._source) or []
        alone = self._assembly.alone
        if alone is None:
            return []
        recurred = self._recurring.read(self._lines, alone, self._source)
        return [] if recurred is None else [*self._closed(self._assembly.end()), *recurred]

    def _closed(self, entries: Iterable[Entry]) -> list[Event]:
        events = []
        for entry in told(entries):
            event = self._event(entry)
            self._recurring.learn(entry, event, self._lines.text(entry.first.start, entry.end))
            events += [event] if event is not None else []
        return events

    def pending(self) -> list[Event]:
        """The open events as they would be if nothing more came; they stay open."""
        return placed(self._events(self._assembly.open()), self._zone)

    def _events(self, entries: Iterable[Entry]) -> list[Event]:
        return [event for entry in told(entries) if (event := self._event(entry)) is not None]

    def _event(self, entry: Entry) -> Event | None:
        if not entry.real or entry.level.rank < self._min_level.rank:
            return None
        return build(entry, self._source, self._frames)
