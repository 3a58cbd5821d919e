"""JSON records in which a platform wraps each line of a program. Each row of `RECORDS` is one.

A level that such a record carries was attached by the platform. Where it is no more than `info` for
standard output and `error` for standard error, it is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import orjson

from errwatch import lazy_re as re
from errwatch.model.levels import Level
from errwatch.parsers.fields import Json, number_under, object_under, text_under, values_under
from errwatch.parsers.layers import Layer
from errwatch.parsers.levels import SYSLOG, level_of_word
from errwatch.parsers.times import nanos_of, time_of

_STREAMS_TOLD_APART = (Level.INFO, Level.ERROR)
_CUT_AT = 16_000
"""Docker cuts lines at 16 KiB; a shorter text without a line end is a whole line."""

_DOCKER = frozenset(("log", "stream", "time", "attrs"))
_SHIPPED = frozenset(("container_id", "container_name", "kubernetes"))
_OUTPUT = ("stream", "source")
_NANOSECONDS = re.compile(r"T\d\d:\d\d:\d\d\.\d{7,9}(?:Z|[+-])")


def docker(value: Json) -> Layer | None:
    """Docker's json-file, and what the shippers that read it add."""
    text = value.get("log")
    if not isinstance(text, str) or not (
        isinstance(value.get("stream"), str) or not _SHIPPED.isdisjoint(value)
    ):
        return None
    cut = value.get("logtag") == "P" or value.get("partial_message") in (True, "true")
    if _DOCKER.issuperset(value):
        cut = not text.endswith("\n") and len(text.encode("utf-8", "replace")) >= _CUT_AT
    time = _time(value, ("time", "@timestamp", "timestamp"))
    where = _where(value, ("container_id", "container_name", *_POD, "attrs.tag", *_OUTPUT))
    return Layer(where, time, False, _line(text), part=cut, container=True)


def loki(value: Json) -> Layer | None:
    """An entry of a Loki export, as logcli and Grafana write it."""
    text = value.get("line")
    if not isinstance(text, str):
        return None
    labels = next(values_under(value, ("labels", "fields", "stream")), None)
    if not isinstance(labels, dict):
        return None
    stated = labels.get("level")
    level = level_of_word(stated) if isinstance(stated, str) else None
    if labels.get("stream") in ("stdout", "stderr"):
        level = _beyond_streams(level)
    names = sorted(f"{key}={value}" for key, value in labels.items() if "level" not in key)
    order = next((n for v in values_under(value, ("timestamp", "ts")) if (n := nanos_of(v))), None)
    time = _time(value, ("timestamp", "ts"))
    return Layer(" ".join(names), time, False, _line(text), level, order)


def journald(value: Json) -> Layer | None:
    """`journalctl -o json`. Services that just write to a stream get one priority for all."""
    text = value.get("MESSAGE")
    if isinstance(text, list) and all(isinstance(one, int) and 0 <= one < 256 for one in text):
        text = bytes(text).decode("utf-8", "replace")
    if not isinstance(text, str) or _JOURNAL.isdisjoint(value):
        return None
    level = SYSLOG.get(number) if (number := number_under(value, ("PRIORITY",))) else None
    if value.get("_TRANSPORT") == "stdout" or "CONTAINER_ID" in value:
        level = _beyond_streams(level)
    where = _where(value, ("_HOSTNAME", "SYSLOG_IDENTIFIER", "CONTAINER_NAME", "_PID"))
    time = _time(value, ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"))
    order = nanos_of(value.get("__REALTIME_TIMESTAMP"))
    return Layer(where, time, False, _line(text), level, order)


def google(value: Json) -> Layer | None:
    """An entry of Google Cloud Logging: `textPayload` is a line, `jsonPayload` a record."""
    if _GOOGLE.isdisjoint(value):
        return None
    payload = next(values_under(value, ("textPayload", "jsonPayload")), None)
    if not isinstance(payload, str | dict):
        return None
    stated = value.get("severity")
    level = level_of_word(stated) if isinstance(stated, str) else None
    if isinstance(payload, str) and str(value.get("logName")).endswith(("stderr", "stdout")):
        level = _beyond_streams(level)
    text = payload if isinstance(payload, str) else orjson.dumps(payload).decode()
    labels = object_under(object_under(value, "resource"), "labels")
    where = _where(labels, ("namespace_name", "pod_name", "container_name", "service_name"))
    time, order = _time(value, ("timestamp", "receiveTimestamp")), nanos_of(value.get("timestamp"))
    return Layer(where, time, False, _line(text), level, order)


def cloudwatch(value: Json) -> Layer | None:
    """An event of CloudWatch Logs, or a row of Logs Insights."""
    text = None
    if not _CLOUDWATCH.isdisjoint(value):
        text = text_under(value, ("message", "@message"))
    if text is None:
        return None
    where = _where(value, ("logStreamName", "@logStream"))
    keys = ("timestamp", "@timestamp")
    order = next((n for v in values_under(value, keys) if (n := nanos_of(v))), None)
    return Layer(where, _time(value, keys), False, _line(text), order=order)


def hosting(value: Json) -> Layer | None:
    """Railway, Vercel, Fly, Render: `message` is a line, the level comes from its stream."""
    text = value.get("message")
    if not isinstance(text, str) or not text or not _is_hosted(value):
        return None
    stated = text_under(value, ("severity", "level", "log.level"))
    level = _beyond_streams(level_of_word(stated) if stated else None)
    keys = ("timestamp", "timestampInMs")
    order = next((n for v in values_under(value, keys) if (n := nanos_of(v))), None)
    where = _where(value, _HOSTED_WHERE)
    return Layer(where, _time(value, keys), False, _line(text), level, order)


def datadog(value: Json) -> Layer | None:
    """An exported log event: the line and its status under `attributes`."""
    inner = value.get("attributes")
    if value.get("type") != "log" or not isinstance(inner, dict):
        return None
    text, stated = inner.get("message"), text_under(inner, ("status",))
    if not isinstance(text, str):
        return None
    where, order = _where(inner, ("host", "service")), nanos_of(inner.get("timestamp"))
    level = level_of_word(stated) if stated else None
    return Layer(where, _time(inner, ("timestamp",)), False, _line(text), level, order)


_POD = ("kubernetes.pod_name", "kubernetes.container_name", "kubernetes.pod.name")
_JOURNAL = frozenset(("PRIORITY", "_PID", "__REALTIME_TIMESTAMP", "_HOSTNAME", "__CURSOR"))
_GOOGLE = frozenset(
    ("logName", "insertId", "resource", "receiveTimestamp", "textPayload", "jsonPayload")
)
_CLOUDWATCH = frozenset(
    ("logStreamName", "ingestionTime", "eventId", "@logStream", "@ptr", "@ingestionTime")
)
_HOSTED = (
    frozenset(("deploymentId", "message")),
    frozenset(("projectId", "source", "message")),
    frozenset(("fly", "message")),
    frozenset(("severity", "tags", "message")),
    frozenset(("severity", "attributes", "message")),
)
_HOSTED_WHERE = (
    *("deploymentId", "tags.deploymentInstanceId", "fly.app.name", "fly.app.instance", "source"),
    *("serviceId", "tags.serviceId", "host"),
)
_MINIMAL = frozenset(("message", "level", "timestamp"))


def _is_hosted(value: Json) -> bool:
    """By the keys of a platform; three keys alone say it with a time finer than loggers have."""
    if any(keys.issubset(value) for keys in _HOSTED):
        return not isinstance(value.get("attributes"), dict)
    return value.keys() == _MINIMAL and bool(_NANOSECONDS.search(str(value["timestamp"])))


def _beyond_streams(level: Level | None) -> Level | None:
    return None if level in _STREAMS_TOLD_APART else level


def _time(value: Json, keys: tuple[str, ...]) -> datetime | None:
    return next((t for v in values_under(value, keys) if (t := time_of(v))), None)


def _where(value: Json, keys: tuple[str, ...]) -> str:
    return " ".join(str(v) for v in values_under(value, keys) if isinstance(v, str | int))


def _line(text: str) -> str:
    return text.rstrip("\r\n")


RECORDS: tuple[Callable[[Json], Layer | None], ...] = (
    docker, loki, journald, google, cloudwatch, hosting, datadog,
)  # fmt: skip


_SIGNS = frozenset(("log", "line", "MESSAGE", "message", "attributes", *_GOOGLE, *_CLOUDWATCH))
"""Fields without any of which a record is none of these."""


def unwrap(value: Json) -> Layer | None:
    """The line that a platform's record holds."""
    if _SIGNS.isdisjoint(value):
        return None
    for row in RECORDS:
        if found := row(value):
            return found
    return None
