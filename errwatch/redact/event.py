"""An event without the secrets of any of its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.redact.text import Redactor, redactor


def redact_event(event: Event, *, addresses: bool = False) -> Event:
    """The event without the secrets of any of its texts, with `addresses` without IP addresses too;
    itself, where it has none."""
    out = redactor(addresses=addresses)
    if not out.suspicious("\n".join(_texts(event))):
        return event
    clean = replace(
        event,
        message=out.redact(event.message),
        text=out.redact(event.text),
        logger=_optional(event.logger, out),
        key=_optional(event.key, out),
        exceptions=tuple(_exception(one, out) for one in event.exceptions),
        culprit=None if event.culprit is None else _frame(event.culprit, out),
    )
    return event if clean == event else clean


def _texts(event: Event) -> Iterator[str]:
    """Every text of an event; the culprit is one of the frames."""
    yield from (event.message, event.text, event.logger or "", event.key or "")
    for one in event.exceptions:
        yield from (one.type, one.message)
        for frame in one.frames:
            yield from _parts(frame)


def _parts(frame: Frame) -> tuple[str, ...]:
    return (frame.file, frame.function or "", frame.module or "", frame.code or "")


def _exception(one: ExceptionInfo, out: Redactor) -> ExceptionInfo:
    return replace(
        one,
        type=out.redact(one.type),
        message=out.redact(one.message),
        frames=tuple(_frame(frame, out) for frame in one.frames),
    )


def _frame(frame: Frame, out: Redactor) -> Frame:
    if not out.suspicious("\n".join(_parts(frame))):
        return frame
    return replace(
        frame,
        file=out.redact(frame.file),
        function=_optional(frame.function, out),
        module=_optional(frame.module, out),
        code=_optional(frame.code, out),
    )


def _optional(text: str | None, out: Redactor) -> str | None:
    return None if text is None else out.redact(text)
