"""A trace that has begun, as far as it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from errwatch.detect.kept import Kept
from errwatch.parsers.logline import LogLine
from errwatch.parsers.trace import TraceFormat, TraceState


@dataclass(slots=True)
class Trace:
    """Its lines and where it stands."""

    format: TraceFormat
    state: TraceState
    log: LogLine | None = None
    """The line that it began with, where that is not the first one of the entry."""
    over: bool = False
    """What comes now only repeats it, or tells what it led to."""
    spoken: bool = False
    """Its first line was read with the level that it seems to state."""
    detail: int = 0
    """Lines since it could have ended."""
    lines: Kept = field(default_factory=Kept)

    @property
    def introduces(self) -> bool:
        """Its first line alone was read, and says that the exception is in the next."""
        lines = self.lines.lines()
        return len(lines) == 1 and lines[0].endswith(":")
