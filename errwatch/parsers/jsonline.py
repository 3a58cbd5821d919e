"""A log line that is one JSON object, under whatever keys its logger uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from errwatch.model.levels import Level
from errwatch.parsers.levels import LEVELNO, PINO, level_of_number, level_of_word
from errwatch.parsers.times import time_of

Json = dict[str, object]

MESSAGE = ("message", "msg", "event", "error_message", "text", "body", "@message", "short_message")
LEVEL = ("level", "severity", "levelname", "log.level", "severity_text", "severityText", "lvl")
TIME = ("timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "date", "t", "created")
LOGGER = ("logger", "logger_name", "name", "log.logger", "component", "module")
TRACE = (
    "exc_info",
    "exception",
    "exc_text",
    "stack_trace",
    "stacktrace",
    "stackTrace",
    "traceback",
    "stack",
    "error.stack_trace",
    "error.stack",
    "err.stack",
    "exception.stacktrace",
)
FAULT = ("err", "error", "exception", "exc", "exc_info")
"""Keys whose value may be an object that describes an exception."""


class Fault(NamedTuple):
    """An exception as fields name it: any of its type, its message and its printed trace."""

    type: str | None
    message: str | None
    trace: str | None


class JsonLine(NamedTuple):
    level: Level | None
    time: datetime | None
    logger: str | None
    message: str
    fault: Fault | None


_PAIR = re.compile(r'"([\w@.-]{1,60})" ?: ?(?:"((?:[^"\\]|\\.)*)|(\d+))')


def load(text: str) -> Json | None:
    """The object that the line is, or None. Of a line that was cut, the pairs that are left."""
    if not text.startswith('{"') and not text.startswith("{ "):
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _left_over(text)
    return value if isinstance(value, dict) else None


def _left_over(text: str) -> Json | None:
    """The first value under each key of an object that does not end; None without a level."""
    value: Json = {}
    for key, words, number in _PAIR.findall(text):
        value.setdefault(key, int(number[:18]) if number else _unescaped(words))
    return value if _level(value) is not None else None


def _unescaped(text: str) -> str:
    try:
        return str(orjson.loads(f'"{text}"'))
    except orjson.JSONDecodeError:
        return text


def read_json(value: Json) -> JsonLine:
    message = _text(value, MESSAGE) or ""
    fault = _fault(value)
    if fault is None and "\n" in message and "Traceback (most recent call last)" in message:
        fault = Fault(None, None, message[message.index("Traceback (most recent") :])
    return JsonLine(
        level=_level(value),
        time=next((t for v in _values(value, TIME) if (t := time_of(v))), None),
        logger=_text(value, LOGGER),
        message=message or (fault.message if fault and fault.message else ""),
        fault=fault,
    )


def _values(value: Json, keys: Sequence[str]) -> Iterator[object]:
    """What stands under the keys, in their order; `a.b` is also found nested."""
    for key in keys:
        if key in value:
            yield value[key]
        elif "." in key:
            outer, inner = key.split(".", 1)
            nested = value.get(outer)
            if isinstance(nested, dict) and inner in nested:
                yield nested[inner]


def _text(value: Json, keys: Sequence[str]) -> str | None:
    return next((v for v in _values(value, keys) if isinstance(v, str) and v.strip()), None)


def _level(value: Json) -> Level | None:
    for stated in _values(value, LEVEL):
        level = _stated(stated)
        if level is not None:
            return level
    number = value.get("levelno")
    return level_of_number(number, LEVELNO) if isinstance(number, int) else None


def _stated(value: object) -> Level | None:
    if isinstance(value, str):
        return level_of_number(int(value), PINO) if value.isdecimal() else level_of_word(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return level_of_number(value, PINO)
    return None


def _fault(value: Json) -> Fault | None:
    kind = message = None
    trace = next((t for v in _values(value, TRACE) if (t := _trace(v))), None)
    for part in _values(value, FAULT):
        if isinstance(part, str) and "\n" in part:
            trace = trace or part
        elif isinstance(part, dict):
            kind = _text(part, ("type", "class", "exc_type", "kind", "name"))
            message = _text(part, ("message", "msg", "value", "exc_value"))
            trace = trace or _text(part, ("stack", "stack_trace", "stacktrace", "traceback"))
            break
    if not (kind or trace):
        return None
    return Fault(kind, message, trace)


def _trace(value: object) -> str | None:
    """A printed trace: text of more than one word, or a list of its lines."""
    if isinstance(value, list) and value and all(isinstance(line, str) for line in value):
        return "\n".join(line.rstrip("\n") for line in value)
    return value if isinstance(value, str) and len(value.split(None, 1)) > 1 else None
