"""One line of a log, whatever wraps it -> what it states about itself."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from errwatch.model.levels import Level
from errwatch.parsers import jsonline, logfmt
from errwatch.parsers.header import read_header
from errwatch.parsers.jsonline import Fault, Json
from errwatch.parsers.layers import MAX_LAYERS, Layer, peel


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
    spoken: str = ""
    """The message with its level, where that may be the program's own word: `error: no space`."""

    def same_header(self, other: LogLine) -> bool:
        """Whether two lines may be parts of one text that a logger prefixed line by line."""
        return (self.level, self.logger) == (other.level, other.logger)


def read_line(text: str, now: datetime | None = None) -> LogLine:
    """Peel the prefixes of collectors, then read JSON, logfmt or a header; else plain text.

    `now` gives the year to timestamps without one.
    """
    if not text or text[0] in " \t":
        return LogLine("", False, None, None, None, text)
    around = Layer("", None, False, text)
    for _ in range(MAX_LAYERS):
        layer = peel(around.rest, now)
        if layer is None:
            break
        around = _inside(around, layer)
    return _structured(around, now) or _plain(around, now)


def _inside(outer: Layer, inner: Layer) -> Layer:
    stream = f"{outer.stream} {inner.stream}" if outer.stream else inner.stream
    return Layer(stream, inner.time or outer.time, inner.stamped or outer.stamped, inner.rest)


def _structured(around: Layer, now: datetime | None) -> LogLine | None:
    text = around.rest
    if text.startswith("{"):
        value = jsonline.load(text)
        if value is not None and _wrapped(value):
            return _unwrapped(value, around, now)
    else:
        value = logfmt.load(text) if "=" in text and not text[:1].isspace() else None
    if value is None:
        return None
    read = jsonline.read_json(value)
    time = read.time or around.time
    message = read.message or text
    return LogLine(
        around.stream, True, read.level, time, read.logger, message, whole=True, fault=read.fault
    )


def _wrapped(value: Json) -> bool:
    """Docker's json-file: the program's line under `log`."""
    return isinstance(value.get("log"), str) and isinstance(value.get("stream"), str)


def _unwrapped(value: Json, around: Layer, now: datetime | None) -> LogLine:
    layer = Layer(str(value["stream"]), around.time, around.stamped, str(value["log"]).rstrip("\n"))
    inner = _inside(around, layer)
    if layer.rest.startswith("{") and (nested := jsonline.load(layer.rest)) and _wrapped(nested):
        return _plain(inner, now)
    return _structured(inner, now) or _plain(inner, now)


def _plain(around: Layer, now: datetime | None) -> LogLine:
    header = read_header(around.rest, now)
    if header is None:
        return LogLine(around.stream, around.stamped, None, around.time, None, around.rest)
    return LogLine(
        around.stream,
        around.stamped or header.stamped,
        header.level,
        header.time or around.time,
        header.logger,
        header.message,
        spoken=header.spoken,
    )
