"""Whether a line that opens an event ends the one before it, by as little as decides it."""

from __future__ import annotations

from typing import NamedTuple

from errwatch.detect.entry import Entry
from errwatch.detect.headline import bare, may_follow, shape_of
from errwatch.detect.reading import unprefixed
from errwatch.model.levels import Level
from errwatch.parsers.beginnings import beginnings, first_frame
from errwatch.parsers.builds import sums_up
from errwatch.parsers.conclusions import concludes
from errwatch.parsers.listed import Listed
from errwatch.parsers.logline import LogLine
from errwatch.parsers.php import Php
from errwatch.parsers.section import Section
from errwatch.parsers.stages import guessed
from errwatch.parsers.trace import TraceFormat, TraceState


class Ending(NamedTuple):
    """How an open entry stands. Entries of which it is equal end on the same lines."""

    headers: tuple[LogLine, ...]
    """The entry's own, and that of its trace; without what differs from one entry to the next."""
    format: TraceFormat | None
    state: TraceState | None
    shape: str = ""
    """Of the header of a line that may be the headline of what another logger says under it."""

    @property
    def passing(self) -> bool:
        """Whether lines that are passed (`detect.passing`) have no part in such an entry."""
        levels = [log.level for log in self.headers if log.level is not None]
        loud = all(level.rank >= Level.WARNING.rank for level in levels)
        return loud and not isinstance(self.format, Php)


def ending_of(entry: Entry) -> Ending | None:
    """None where more than this would decide."""
    trace = entry.trace
    if entry.suspected or not entry.announced or entry.margin:
        return None
    if trace is None:
        if sums_up(entry.log.message):
            return None
        shape = shape_of(entry.first, entry.log) if bare(entry) else ""
        return Ending((_header(entry.log),), None, None, shape)
    if trace.over or guessed(trace.state) or isinstance(trace.format, Listed | Section):
        return None
    logs = (entry.log,) if trace.log is None else (entry.log, trace.log)
    headers = tuple(_header(log) for log in logs)
    return Ending(headers, trace.format, trace.state) if entry.traced > 1 else None


def _header(log: LogLine) -> LogLine:
    margin = log.raw[: len(log.raw) - len(log.said)]
    return LogLine("", False, log.level, None, log.logger, "", origin=log.origin, raw=margin)


def ends(one: Ending, log: LogLine, shape: str) -> bool:
    """Whether a line that opens an event ends such an entry for certain. `shape`: of its header."""
    if one.shape and one.shape != shape and may_follow(log):
        return False
    if log.whole:
        return True
    if log.spoken or log.level is None or not log.stamped or concludes(log.message):
        return False
    log = unprefixed(one.headers[-1], log)
    if not any(header.same_header(log) for header in one.headers):
        return True
    text = log.said or log.message
    if one.format is not None and one.state is not None:
        return one.format.follow(one.state, text, loose=False) is None
    return not (beginnings(text) or first_frame(log.message))
