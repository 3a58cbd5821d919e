"""What one line of a log states about itself."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from errwatch.model.event import Frame
from errwatch.model.levels import Level
from errwatch.parsers.fault import Fault


class LogLine(NamedTuple):
    stream: str
    """Lines of one stream were written one after the other by one program."""
    stamped: bool
    """It has a timestamp of its own, so it is not the continuation of another line."""
    level: Level | None
    time: datetime | None
    logger: str | None
    message: str
    """What is left, with its indentation."""
    whole: bool = False
    """A structured record: complete in itself, no line after it belongs to it."""
    fault: Fault | None = None
    attached: Level | None = None
    """The level that a platform has for the line, where the line states none."""
    caller: Frame | None = None
    """Where in the code it says that it was written."""
    origin: str = ""
    """The process, thread or request of the stream that wrote it, where it says so."""
    raw: str = ""
    """What follows the level and the origin, with its indentation."""
    said: str = ""
    """The end of `raw` that is the message."""
    spoken: str = ""
    """The message with its level, where that may be the program's own word: `error: no space`."""
    key: str | None = None
    """What the program itself groups its errors by."""

    def same_header(self, other: LogLine) -> bool:
        """Whether two lines may be parts of one text that a logger prefixed line by line."""
        return (self.level, self.logger) == (other.level, other.logger)
