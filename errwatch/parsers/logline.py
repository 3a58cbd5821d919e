"""One line of a log, whatever wraps it -> what it states about itself."""

from __future__ import annotations

from datetime import datetime

from errwatch import lazy_re as re
from errwatch.model.levels import Level
from errwatch.parsers import jsonline, logfmt
from errwatch.parsers.access import SERVER_ERROR, Request, read_request, told
from errwatch.parsers.clean import without_escapes
from errwatch.parsers.fault import Fault, fault_of, trace_in
from errwatch.parsers.fields import Json, text_under
from errwatch.parsers.header import read_header
from errwatch.parsers.layers import MAX_LAYERS, Layer, bare
from errwatch.parsers.prefixes import peel_prefix
from errwatch.parsers.records import unwrap
from errwatch.parsers.simple import read_simple
from errwatch.parsers.statement import LogLine as LogLine
from errwatch.parsers.times import stamp_at


def read_line(text: str, now: datetime | None = None) -> LogLine:
    """Peel the prefixes of collectors, then read JSON, logfmt or a header; else plain text.

    `now` gives the year to timestamps without one.
    """
    return read_simple(text) or read_layer(peel(text, now), now)


def peel(text: str, now: datetime | None = None) -> Layer:
    """All that collectors put around the line, down to a container runtime's own layer."""
    return _peeled(bare(text), now)


def _peeled(around: Layer, now: datetime | None) -> Layer:
    for _ in range(MAX_LAYERS):
        layer = _next_layer(around.rest, now)
        if layer is None:
            break
        around = layer._replace(rest=without_escapes(layer.rest)).inside(around)
        if layer.container:
            break
    return around


def _next_layer(text: str, now: datetime | None) -> Layer | None:
    if not text or text[0].isspace():
        return None
    if text[0] != "{":
        return peel_prefix(text, now)
    value = jsonline.load(text)
    return unwrap(value) if value is not None else None


def read_layer(around: Layer, now: datetime | None = None) -> LogLine:
    """What the line inside says, and what is inside of that."""
    if around.container:
        around = _peeled(around._replace(container=False), now)
    line = _structured(around, now)
    if line is None and "\\n" in around.rest:
        around = around._replace(rest=_unescaped(around.rest))
    if line is None and "\n" in around.rest:
        line = _several(around, now)
    return line or _plain(around, now)


def _structured(around: Layer, now: datetime | None) -> LogLine | None:
    text = around.rest
    if text.startswith("{"):
        value = jsonline.load(text)
    else:
        value = logfmt.load(text) if "=" in text and not text[:1].isspace() else None
    return _record(value, around, now) if value is not None else None


def _record(value: Json, around: Layer, now: datetime | None) -> LogLine:
    read = jsonline.read_json(value)
    time = read.time or around.time
    message = read.message
    level, attached, fault = read.level, around.level, read.fault
    if level is None and fault is None:
        if read.status is not None and read.status >= SERVER_ERROR:
            level = Level.ERROR
            message = message or told(read.status, *_asked(value))
        elif message and without_escapes(text_under(value, jsonline.MESSAGE) or "") == message:
            inner = read_layer(Layer(around.stream, time, around.stamped, message), now)
            caller = inner.caller or read.caller
            return inner._replace(
                attached=attached, caller=caller, logger=inner.logger or read.logger, key=read.key
            )
    return LogLine(
        around.stream, True, level, time, read.logger, message or around.rest,
        whole=True, fault=fault, attached=attached, caller=read.caller,
        key=read.key,
    )  # fmt: skip


def _asked(value: Json) -> tuple[str, str]:
    verb = text_under(value, ("method", "request_method", "requestMethod", "request.method"))
    path = text_under(value, ("path", "uri", "url", "request_uri", "requestPath", "request.uri"))
    return verb or "", path or text_under(value, ("request",)) or ""


_ESCAPED = re.compile(r"\\n(?:\\t| +)?(?:#\d+ |at |Stack trace:|from |File \\?\")")
"""A trace in one line, its line ends written as in a literal."""


def _unescaped(text: str) -> str:
    if text[:1].isspace() or _ESCAPED.search(text) is None:
        return text
    return text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')


def _several(around: Layer, now: datetime | None) -> LogLine:
    """One entry of several lines: the first may have a header, a trace may follow."""
    first = _plain(around._replace(rest=around.rest.partition("\n")[0]), now)
    trace = trace_in(around.rest)
    message = first.message + "\n" + around.rest.partition("\n")[2]
    fault = Fault(None, None, trace) if trace is not None else None
    return first._replace(message=message, whole=True, fault=fault)


def _plain(around: Layer, now: datetime | None) -> LogLine:
    header = read_header(around.rest, now)
    if header is None or header.level is None:
        request = read_request(around.rest)
        if request is not None:
            return _answered(request, around, now)
    if header is None:
        return LogLine(
            around.stream, around.stamped, None, around.time, None, around.rest,
            attached=around.level,
        )  # fmt: skip
    return LogLine(
        around.stream,
        around.stamped or header.stamped,
        header.level,
        header.time or around.time,
        header.logger,
        header.message,
        attached=around.level,
        caller=header.caller,
        origin=header.origin,
        raw=header.raw,
        said=header.said,
        fault=_appended(header.message) if header.level is not None else None,
        spoken=header.spoken,
    )


def _answered(request: Request, around: Layer, now: datetime | None) -> LogLine:
    """A line of an access log: an error where the server failed, whatever else it quotes."""
    level = Level.ERROR if request.status >= SERVER_ERROR else Level.INFO
    before = request.before
    starts = (before.rfind("[") + 1, before.find(" ") + 1)  # after the kind of connection
    stamps = (stamp for start in starts if (stamp := stamp_at(before, start, now)))
    time = next((stamp.time for stamp in stamps), None)
    return LogLine(
        around.stream, True, level, time or around.time, None, request.message, whole=True
    )


def _appended(message: str) -> Fault | None:
    """The exception in a record that stands behind a message and a tab: zap, AWS Lambda."""
    if not message.endswith("}"):
        return None
    place = max(message.rfind("\t"), message.find(" {") if '"stack' in message else -1)
    value = jsonline.load(message[place + 1 :])
    return fault_of(value) if value is not None else None
