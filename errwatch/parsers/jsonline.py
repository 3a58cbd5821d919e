"""A log line that is one JSON object, under whatever keys its logger uses."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from errwatch import lazy_re as re
from errwatch.model.event import Frame
from errwatch.model.levels import Level
from errwatch.parsers import levels, otel
from errwatch.parsers.caller import caller_of
from errwatch.parsers.clean import without_escapes
from errwatch.parsers.fault import Fault, fault_of, trace_in
from errwatch.parsers.fields import Json, number_under, text_under, values_under
from errwatch.parsers.times import time_of

MESSAGE = (
    *("message", "msg", "event", "error_message", "text", "body", "@message", "short_message"),
    *("@m", "@mt", "MESSAGE", "log", "Message", "full_message", "textPayload", "RenderedMessage"),
    *("MessageTemplate", "message_template"),
    *("fields.message", "record.message", "data.message", "data.msg", "payload.message", "desc"),
)
LEVEL = (
    *("level", "severity", "levelname", "log.level", "severity_text", "severityText", "lvl"),
    *("level_name", "@l", "loglevel", "logLevel", "log_level", "Level", "levelName", "Severity"),
    *("LogLevel", "error_severity", "record.level.name", "data.level", "context.level"),
)
TIME = (
    *("timestamp", "@timestamp", "time", "ts", "asctime", "datetime", "date", "t", "created", "@t"),
    *("timeUnixNano", "observedTimeUnixNano", "timeMillis", "eventTime", "Timestamp", "Time"),
    *("record.time.timestamp", "t.$date", "timestamp.$date", "datetime.date"),
    *("instant", "time_local", "start_time"),
)
LOGGER = (
    *("logger", "logger_name", "name", "log.logger", "component", "module", "loggerName"),
    *("target", "channel", "category", "SourceContext", "Properties.SourceContext"),
)
_REQUEST = ("request", "method", "request_method", "requestMethod", "http.request.method", "verb")
_STATUS = (
    *("status", "status_code", "statusCode", "httpStatus", "responseStatusCode"),
    *("http.response.status_code", "response.status", "res.statusCode", "proxy.statusCode"),
)


class JsonLine(NamedTuple):
    level: Level | None
    time: datetime | None
    logger: str | None
    message: str
    fault: Fault | None
    caller: Frame | None = None
    status: int | None = None
    """Of the HTTP response, where the record is about a request."""
    key: str | None = None
    """What the program itself groups its errors by."""


KEY = ("fingerprint", "error.fingerprint", "sentry.fingerprint")
MAX_KEY = 500
_CERTIFICATE = re.compile(r"(?i:SHA\d*|MD5)[:=]|(?:[0-9A-Fa-f]{2}:){7}")

_PAIR = re.compile(r'"([\w@.-]{1,60})" ?: ?(?:"((?:[^"\\]|\\.)*)|(\d+))')


def load(text: str) -> Json | None:
    """The object that the line is, or None. Of a line that was cut, the pairs that are left."""
    if not text.startswith('{"') and not text.startswith("{ "):
        return None
    return _object(text)


@lru_cache(maxsize=2)
def _object(text: str) -> Json | None:
    """A line is asked for its layers, and then for what it says; nobody writes to the object."""
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
    if otel.is_record(value):
        value = otel.flat(value)
    message = without_escapes(text_under(value, MESSAGE) or "")
    fault = fault_of(value)
    if (fault is None or fault.trace is None) and "\n" in message:
        trace = trace_in(message)
        fault = Fault(None, None, trace) if trace is not None else fault
    return JsonLine(
        level=_level(value),
        time=next((t for v in values_under(value, TIME) if (t := time_of(v))), None),
        logger=text_under(value, LOGGER),
        message=message or (fault.message if fault and fault.message else ""),
        fault=fault,
        caller=caller_of(value),
        status=_status(value),
        key=_key(value),
    )


def _key(value: Json) -> str | None:
    """A string or a list of them; not the digest of a certificate, which has the same name."""
    for found in values_under(value, KEY):
        parts = found if isinstance(found, list) else [found]
        words = [one for one in parts if isinstance(one, str) and one.strip()]
        if words and len(words) == len(parts) and not _CERTIFICATE.match(words[0]):
            return " ".join(words)[:MAX_KEY]
    return None


def _status(value: Json) -> int | None:
    if next(values_under(value, _REQUEST), None) is None:
        return None
    return number_under(value, _STATUS)


def _level(value: Json) -> Level | None:
    for stated in values_under(value, LEVEL):
        level = _stated(stated, value)
        if level is not None:
            return level
    for key, table in levels.NUMBERED.items():
        number = number_under(value, (key,))
        if number is not None and (level := table.get(number)) is not None:
            return level
    if "@t" in value and ("@mt" in value or "@m" in value):
        return Level.INFO  # Serilog leaves out its usual level
    letter = value.get("s")
    if isinstance(letter, str) and "ctx" in value:
        return levels.LETTERS.get(letter)  # MongoDB
    router = value.get("at")
    return levels.level_of_word(router) if isinstance(router, str) else None


def _stated(stated: object, value: Json) -> Level | None:
    """The level under one key: a word, or a number in the scale that the record shows."""
    if isinstance(stated, str) and not stated.isdecimal():
        return levels.level_of_word(without_escapes(stated).strip(" []"))
    if isinstance(stated, bool) or not isinstance(stated, int | str) or len(str(stated)) > 4:
        return None
    number = int(stated)
    if "short_message" in value or "_HOSTNAME" in value:
        return levels.SYSLOG.get(number)
    if 100 <= number <= 600 and "level_name" in value:
        return levels.level_of_word(str(value["level_name"]))
    return levels.level_of_number(number, levels.PINO)
