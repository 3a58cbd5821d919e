"""One large file, read by several processes at once; the result is that of one.

A file is cut where reading may start again: a worker reads on from before its first cut until its
detector says from where it would resume there, and so does the worker before it from the other
side. Where both say the same, nothing that one has open is hidden from the other. Where they
differ, the cut is not safe, and the file is read in one piece.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from threading import get_ident

from errwatch.detect.detector import Detector
from errwatch.detect.frames import FrameRules
from errwatch.detect.lines import LOOKBACK_BYTES
from errwatch.eyes import Eyes
from errwatch.group.rules import GroupRule
from errwatch.intake import Intake, Memory, Witness
from errwatch.interfaces import Source, Span
from errwatch.model.event import Event
from errwatch.model.partial import Partial
from errwatch.model.position import Ranges
from errwatch.pipeline import Reading, read

MIN_PIECE, MAX_PIECE = 8 * 1024 * 1024, 64 * 1024 * 1024
MARGIN = 1024 * 1024
"""Bytes before a cut that are read by both of its workers. An event that is longer, or that stays
open for longer, makes the cut unsafe."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one worker reads: from one cut to the next."""

    span: Span
    name: str
    eyes: Eyes
    counted: Ranges
    start: int
    end: int
    margin: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where reading may start again, and the lines before it, by the worker's own count."""

    offset: int
    line: int


@dataclass(frozen=True, slots=True)
class Result:
    """The events that start between two cuts."""

    first: Cut
    last: Cut
    whole: Partial
    fresh: Partial
    starts: tuple[int, ...] = ()
    """As in a reading; of the last piece."""
    lines: int = 0
    """All that the worker counted."""
    safe: bool = True
    """False where an event reaches further back than what was held back for it."""


class Parallel:
    """Reads as `pipeline.read` does, with `jobs` workers of `executor`.

    `advance` hears of the bytes that were read, piece by piece.
    """

    def __init__(
        self,
        executor: Executor,
        jobs: int,
        *,
        advance: Callable[[int], None] = lambda _bytes: None,
        piece: int | None = None,
        margin: int = MARGIN,
    ) -> None:
        self._executor = executor
        self._jobs = jobs
        self._advance = advance
        self._piece = piece
        self._margin = margin

    def read(self, source: Source, eyes: Eyes, witness: Witness | None) -> Reading:
        """Read one open source to its end. Raises SourceError."""
        span = source.span()
        if span is None or witness is not None:
            return read(source, eyes, witness, self._advance)
        pieces = self.pieces(source, span, eyes)
        if len(pieces) == 1:
            return read(source, eyes, witness, self._advance)
        try:
            reading = self._joined(source, span, pieces)
        except BrokenExecutor:  # a worker was killed
            reading = None
        return reading or read(source, eyes, witness)

    def pieces(self, source: Source, span: Span, eyes: Eyes) -> list[Piece]:
        """From the beginning to the end, about as long as each other."""
        size = self._piece or max(MIN_PIECE, min(MAX_PIECE, span.size // (4 * self._jobs)))
        eyes = replace(eyes, now=eyes.now or datetime.now(UTC))
        cuts = [*range(0, max(1, span.size - size // 2), size), span.size]
        return [
            Piece(span, source.name, eyes, source.counted, start, end, self._margin)
            for start, end in pairwise(cuts)
        ]

    def _joined(self, source: Source, span: Span, pieces: Sequence[Piece]) -> Reading | None:
        """The results of all pieces as one; None where a cut is not safe."""
        whole, fresh = Partial(), Partial()
        before: Result | None = None
        line = 0
        for result in self._results(pieces):
            if not result.safe or (before and before.last.offset != result.first.offset):
                return None
            line += before.last.line - before.first.line if before else 0
            whole = whole.merge(result.whole.moved(line - result.first.line))
            fresh = fresh.merge(result.fresh.moved(line - result.first.line))
            before = result
        assert before is not None
        shift = line - before.first.line
        return Reading(
            source.input,
            whole=whole,
            fresh=fresh,
            lines=before.lines + shift,
            bytes=span.size,
            resume_at=before.last.offset,
            resume_line=before.last.line + shift,
            starts=before.starts,
        )

    def _results(self, pieces: Sequence[Piece]) -> Iterator[Result]:
        """In order, with a bounded number under way."""
        waiting: deque[tuple[Piece, Future[Result]]] = deque()
        try:
            for piece in pieces:
                waiting.append((piece, self._executor.submit(read_piece, piece)))
                if len(waiting) > 2 * self._jobs:
                    yield self._next(waiting)
            while waiting:
                yield self._next(waiting)
        finally:
            for _, future in waiting:
                future.cancel()

    def _next(self, waiting: deque[tuple[Piece, Future[Result]]]) -> Result:
        piece, future = waiting.popleft()
        result = future.result()
        self._advance(piece.end - piece.start)
        return result


@lru_cache(maxsize=8)
def _memory(
    _thread: int,
    _frames: FrameRules,
    _groups: tuple[GroupRule, ...],
    _addresses: bool,
    _now: datetime | None,
) -> Memory:
    """What a worker knows from the pieces that it read before with the same eyes."""
    return Memory()


def read_piece(piece: Piece) -> Result:
    """What a worker does. Raises SourceError."""
    span = piece.span
    start, end = _line_start(span, piece.start), _line_start(span, piece.end)
    begin = _line_start(span, piece.start - piece.margin)
    until = max(start, end - piece.margin)
    eyes = piece.eyes
    memory = _memory(get_ident(), eyes.frames, eyes.groups, eyes.addresses, eyes.now)
    detector = eyes.detector(piece.name, memory, start=begin)
    intake = Intake(piece, eyes.window, memory.naming(eyes.groups, eyes.addresses))

    early = list(_events(detector, span, begin, start))
    first = _cut(detector)
    # An event looks for its time in the lines above it, and they must be the same.
    safe = begin == 0 or first.offset > begin + LOOKBACK_BYTES
    intake.take(event for event in early if event.start >= first.offset)
    for event in _events(detector, span, start, until):
        intake.take((event,))
    late = list(_events(detector, span, until, end))
    last = _cut(detector)
    if piece.end < span.size:
        intake.take(event for event in late if event.start < last.offset)
        safe = safe and last.offset >= until
        return Result(first, last, intake.whole, intake.fresh, safe=safe)
    intake.take(late)
    intake.take(detector.flush())
    starts = intake.starts(last.offset)
    return Result(first, last, intake.whole, intake.fresh, starts, detector.lines, safe)


def _events(detector: Detector, span: Span, start: int, end: int) -> Iterator[Event]:
    for block in span.blocks(start, end):
        yield from detector.feed(block.data)


def _cut(detector: Detector) -> Cut:
    return Cut(detector.resume_at, detector.resume_line)


def _line_start(span: Span, place: int) -> int:
    """The first one that is not before `place`, or the end."""
    if place <= 0:
        return 0
    for block in span.blocks(place - 1, span.size):
        if (found := block.data.find(b"\n")) >= 0:
            return block.start + found + 1
    return span.size
