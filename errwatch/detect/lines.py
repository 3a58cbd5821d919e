"""Bytes in any pieces -> complete lines with exact offsets, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from errwatch.detect.passing import harmless
from errwatch.detect.prefilter import Hits, Prefilter
from errwatch.model.position import ABOVE

MAX_LINE = 64 * 1024
"""Bytes of one line that are kept; the rest is skipped, not forgotten in the offsets."""

LOOKBACK_BYTES = ABOVE - 1
LOOKBACK_LINES = 16
"""How far before a line its context is looked for."""


class RawLine(NamedTuple):
    start: int
    """Offset of its first byte; NUL bytes at the beginning of a line are not part of it."""
    end: int
    """Offset after its line end."""
    number: int
    """1-based."""
    data: bytes
    cut: bool
    """Only the first MAX_LINE bytes are in `data`."""


class Lines:
    """A window on the input: some bytes already read, then the lines still to be read.

    `above` is what stands before `start`, as far as it is known; it is not read.
    """

    def __init__(
        self, start: int, line: int, *, above: bytes = b"", prefilter: Prefilter | None = None
    ) -> None:
        self._origin = start - len(above)
        self._prefilter = prefilter
        self._data = above
        self._base = self._origin
        """Offset of the first byte of `_data`."""
        self._place = len(above)
        """Index in `_data` of the next line to read."""
        self._complete = len(above)
        """Index after the last line end in `_data`."""
        self._hits: Hits | None = None
        """What the prefilter says of `_data`, once it was asked."""
        self._asked = self._hit = -1
        """From where it was asked, and the index of the next byte that it found."""
        self._last = (0, 0)
        """Where in `_data` the line stands that was read last, as far as it is kept."""
        self._dropped = 0
        """Bytes of the next line that are no longer in `_data`, because it is too long."""
        self.number = line
        """Lines read so far."""

    @property
    def offset(self) -> int:
        """Where the next line begins."""
        return self._base + self._place

    def feed(self, data: bytes) -> None:
        """Add bytes, once all complete lines are read."""
        data = self._without_rest_of_long_line(data)
        kept = max(0, self._place - LOOKBACK_BYTES)
        self._base += kept
        self._place -= kept
        self._data = self._data[kept:] + data
        self._complete = max(self._place, self._data.rfind(b"\n") + 1)
        self._hits = None
        self._pass_nuls()

    def next(self) -> RawLine | None:
        """The next complete line."""
        if self._data[self._place : self._place + 1] == b"\0":
            self._pass_nuls()
        if self._place >= self._complete:
            return None
        return self._take(self._data.index(b"\n", self._place) + 1)

    def last(self) -> RawLine | None:
        """What stands after the last line end, once nothing more comes."""
        if self._place >= len(self._data):
            return None
        self._complete, self._hits = len(self._data), None
        return self._take(len(self._data))

    def skip(self) -> None:
        """Go to the first complete line that the prefilter finds and that is not harmless, or past
        all of them."""
        target = self._found(self._place)
        while self._prefilter and (end := harmless(self._data, target, self._complete)):
            target = self._found(end)
        if target > self._place:
            self.number += self._data.count(b"\n", self._place, target)
            self._pass(target)

    def _found(self, place: int) -> int:
        """The index of the next line that the prefilter finds; the end of what is complete."""
        found = self.hit_from(place)
        if found >= self._complete:
            return self._complete
        return max(place, self._data.rfind(b"\n", place, found) + 1)

    def sees(self) -> bool:
        """Whether the prefilter finds the line that was read last."""
        start, end = self._last
        return self.hit_from(start) < end

    def hit_from(self, place: int) -> int:
        """The index in the window of a byte of the first line that the prefilter finds from there
        on, or the end of what is complete."""
        if self._prefilter is None:
            return place
        if self._hits is None:
            start = min(place, self._place)
            self._hits = self._prefilter.hits(self._data, start, self._complete)
            self._hit = -1
        if not self._asked <= place <= self._hit:
            found = self._hits.after(place)
            self._asked, self._hit = place, found if found >= 0 else self._complete
        return self._hit

    def ahead(self) -> tuple[bytes, int, int]:
        """The window, where in it the next line begins, and where the complete lines end."""
        return self._data, self._place, self._complete

    def leave(self, place: int, lines: int) -> None:
        """Go on at a place in the window, so many lines further."""
        self.number += lines
        self._pass(place)

    def text(self, start: int, end: int) -> bytes | None:
        """What stands between two offsets, where the window still reaches back to them."""
        return self._data[start - self._base : end - self._base] if start >= self._base else None

    def before(self, line: RawLine) -> Iterator[RawLine]:
        """The lines above `line`, nearest first, as far as the lookback reaches."""
        stop = line.start - self._base
        lowest = max(0, stop - LOOKBACK_BYTES)
        for distance in range(1, LOOKBACK_LINES + 1):
            start = self._data.rfind(b"\n", lowest, max(lowest, stop - 1)) + 1
            start = start or lowest
            if stop <= lowest or (start == lowest and self._base + lowest != self._origin):
                return
            data = self._data[start:stop]
            number = line.number - distance
            yield RawLine(self._base + start, self._base + stop, number, data, cut=False)
            stop = start

    def _take(self, end: int) -> RawLine:
        start = self._base + self._place
        self._last = self._place, min(end, self._place + MAX_LINE)
        if end - self._place <= MAX_LINE and not self._dropped:
            data = self._data[self._place : end]
            self.number += 1
            self._place = end
            return RawLine(start, self._base + end, self.number, data, cut=False)
        data = self._data[self._place : min(end, self._place + MAX_LINE)]
        ended = self._data[end - 1 : end] == b"\n"
        cut = end - ended - self._place + self._dropped > MAX_LINE
        self.number += 1
        self._pass(end)
        return RawLine(start, self.offset, self.number, data, cut)

    def _pass(self, place: int) -> None:
        """Leave the next line behind, and with it the bytes that it lost."""
        self._base += self._dropped
        self._dropped = 0
        self._place = place

    def _pass_nuls(self) -> None:
        """A file truncated under its writer begins with NUL bytes, and no line end after them."""
        if self._data[self._place : self._place + 1] == b"\0":
            rest = self._data[self._place :]
            self._place += len(rest) - len(rest.lstrip(b"\0"))
            self._complete = max(self._place, self._complete)

    def _without_rest_of_long_line(self, data: bytes) -> bytes:
        """Drop what comes after the first MAX_LINE bytes of a line that has not ended yet."""
        held = len(self._data) - self._place
        if held <= MAX_LINE and not self._dropped:
            return data
        end = data.find(b"\n")
        end = len(data) if end < 0 else end
        self._data = self._data[: self._place + MAX_LINE]
        self._dropped += max(0, held - MAX_LINE) + end
        return data[end:]
