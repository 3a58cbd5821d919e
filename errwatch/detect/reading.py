"""How a line is read for an entry: without a repeated header, and what it may say."""

from __future__ import annotations

from collections.abc import Sequence

from errwatch.detect.signs import Sign, sign_of
from errwatch.parsers.beginnings import beginnings
from errwatch.parsers.logline import LogLine
from errwatch.parsers.stages import guessed
from errwatch.parsers.trace import TraceFormat


def unprefixed(own: LogLine, log: LogLine) -> LogLine:
    """Where the logger put its header before every line of the trace: what it put it before."""
    if not log.raw or (log.level, log.origin) != (own.level, own.origin):
        return log
    margin = own.raw[: len(own.raw) - len(own.said)]
    if not log.raw.startswith(margin.rstrip()):
        return log
    said = log.raw[len(margin) :]
    return log._replace(message=said, logger=own.logger, said=said)


def is_exception(text: str) -> bool:
    """A line that names an exception, of which the frames may follow."""
    sign = sign_of(text.strip())
    return sign is not None and sign.type is not None


def names(log: LogLine) -> bool:
    """A line whose only header is a timestamp, and which names an exception."""
    return log.stamped and log.level is None and is_exception(log.message)


def apart(own: LogLine, sign: Sign | None, log: LogLine) -> bool:
    """Another program's word, where no timestamps tell lines apart: `psql: error: ...`."""
    if own.stamped or log.stamped or (sign is not None and sign.type is not None):
        return False
    if log.message[:5].lower() in ("error", "fatal"):  # of no program, so of the same
        return False
    said = sign_of(log.message)
    return said is not None and said.type is None


def begins(line: str, formats: Sequence[TraceFormat], other: TraceFormat | None = None) -> bool:
    """Whether a trace of one of the formats certainly begins here, and not of the `other`."""
    for format_, state in beginnings(line):
        if format_ is not other and format_ in formats and not guessed(state):
            return True
    return False


def readings(log: LogLine, *, stated: bool = False) -> tuple[str, ...]:
    """What a line may say: with the level that its own first word seems to be, and without;
    not without where the level is `stated`, so that the rest is no part of a text."""
    spoken = (log.spoken,) if log.spoken else ()
    return spoken if stated else (*spoken, log.said or log.message)
