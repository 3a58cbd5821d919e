"""An event without the secrets of any of its texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from errwatch.model.event import Event, ExceptionInfo, Frame
from errwatch.redact.text import redact, suspicious


def redact_event(event: Event) -> Event:
    """The event without the secrets of any of its texts; itself, where it has none."""
    if not suspicious("\n".join(_texts(event))):
        return event
    clean = replace(
        event,
        message=redact(event.message),
        text=redact(event.text),
        logger=_optional(event.logger),
        key=_optional(event.key),
        exceptions=tuple(_exception(one) for one in event.exceptions),
        culprit=None if event.culprit is None else _frame(event.culprit),
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


def _exception(one: ExceptionInfo) -> ExceptionInfo:
    return replace(
        one,
        type=redact(one.type),
        message=redact(one.message),
        frames=tuple(_frame(frame) for frame in one.frames),
    )


def _frame(frame: Frame) -> Frame:
    if not suspicious("\n".join(_parts(frame))):
        return frame
    return replace(
        frame,
        file=redact(frame.file),
        function=_optional(frame.function),
        module=_optional(frame.module),
        code=_optional(frame.code),
    )


def _optional(text: str | None) -> str | None:
    return None if text is None else redact(text)
