"""An entry whose lines are known -> the event."""

from __future__ import annotations

import re

from errwatch.detect.entry import Entry
from errwatch.detect.frames import FrameRules, culprit
from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.parsers.fault import Fault
from errwatch.parsers.trace import TRACES

_TYPE = re.compile(r"([^\W\d][\w.$:\\]{0,199}?): +(\S.*)")


def build(entry: Entry, source: str, rules: FrameRules) -> Event:
    exceptions, language = _exceptions(entry)
    exceptions = rules.mark(exceptions)
    message = exceptions[0].message if exceptions and exceptions[0].type else _message(entry)
    return Event(
        source=source,
        line=entry.first.number,
        start=entry.first.start,
        end=entry.end,
        level=entry.level,
        message=message,
        text=entry.texts.text(),
        time=entry.log.time or (entry.context.log.time if entry.context else None),
        language=language,
        exceptions=exceptions,
        culprit=culprit(exceptions) or _written_at(entry, exceptions, rules),
        logger=entry.log.logger,
        logged=entry.announced,
    )


def _written_at(
    entry: Entry, exceptions: tuple[ExceptionInfo, ...], rules: FrameRules
) -> Frame | None:
    """Where nothing has a stack: the place that the line says it was written at."""
    caller = entry.log.caller
    if caller is None or any(one.frames for one in exceptions):
        return None
    return caller if rules.is_in_app(caller.file) else None


def _message(entry: Entry) -> str:
    """What the log line said; a cut-off trace without one has only its frames."""
    if entry.sign is not None:
        return entry.sign.message
    return entry.log.message.strip()


def _exceptions(entry: Entry) -> tuple[tuple[ExceptionInfo, ...], str | None]:
    if entry.trace is not None:
        lines = entry.trace.lines.lines()
        return entry.trace.format.parse(lines), entry.trace.format.language
    if entry.log.fault is not None:
        return _of_fault(entry.log.fault)
    if entry.sign is not None and entry.sign.type is not None:
        return (ExceptionInfo(entry.sign.type, entry.sign.message),), None
    return (), None


def _of_fault(fault: Fault) -> tuple[tuple[ExceptionInfo, ...], str | None]:
    """The exception in a structured record: its printed trace, else its fields."""
    lines = fault.trace.split("\n") if fault.trace else []
    for format_ in TRACES:
        for number, line in enumerate(lines):
            if format_.start(line) is not None:
                return format_.parse(lines[number:]), format_.language
    first = _first_line(lines)
    kind, message = fault.type or first[0], fault.message or first[1]
    return ((ExceptionInfo(kind, message),) if kind else ()), None


def _first_line(lines: list[str]) -> tuple[str | None, str]:
    """`Type: message` at the beginning of a trace of any language."""
    found = _TYPE.match(lines[0].strip()) if lines else None
    return (found[1], found[2]) if found else (None, "")
