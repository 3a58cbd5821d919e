"""A line as Railway delivers it -> an entry.

Railway gives every plain line a level, `error` if it came on standard error and `info` if not. That
says nothing of the line, so only other levels are kept, and those of structured lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

import orjson

from errwatch import lazy_re as re
from errwatch.parsers.jsonline import LEVEL
from errwatch.parsers.times import nanos_of
from errwatch.sources.entries import Entry

OF_STREAMS = frozenset(("info", "error", ""))
"""Levels that may only tell standard error from standard output."""

TAGS = {
    "serviceId": "service",
    "deploymentId": "deployment",
    "deploymentInstanceId": "replica",
}
"""What Railway says of where a line comes from, and the labels that it becomes."""

_DROPPED = re.compile(
    r"Railway rate limit of \d+ logs/sec reached for replica.{0,200}Messages dropped: (\d{1,12})"
)
_LEVELS = frozenset(LEVEL)


def dropped(message: str) -> int:
    """How many lines Railway says, in the place of them, that it did not keep."""
    found = _DROPPED.match(message)
    return int(found[1]) if found else 0


def stamp(ns: int) -> str:
    """As Railway writes a moment: RFC 3339, to the nanosecond."""
    seconds, rest = divmod(max(0, ns), 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"


def of_log(row: object) -> Entry:
    """A `Log` of the API. Raises ValueError where it is none."""
    log = row if isinstance(row, dict) else {}
    ns = nanos_of(log.get("timestamp"))
    if ns is None:
        msg = "no entry with a timestamp"
        raise ValueError(msg)
    tags = log.get("tags")
    labels = dict(_labels(tags)) if isinstance(tags, dict) else {}
    fields = dict(_attributes(log.get("attributes")))
    fields.setdefault("level", log.get("severity"))
    return of_fields(ns, str(log.get("message") or ""), fields, labels)


def of_fields(
    ns: int, message: str, fields: Mapping[str, object], labels: Mapping[str, str]
) -> Entry:
    """`fields`: the level, and what else the line had where it was an object of JSON."""
    level = str(fields.get("level") or "").lower()
    more = {key: value for key, value in fields.items() if key not in ("level", "message")}
    named, line = dict(labels), message
    if dropped(message):
        named["level"] = "error"
    elif more:
        stated = {} if _LEVELS.intersection(more) or not level else {"level": level}
        record = {"message": message, **stated, **more}
        line = orjson.dumps(record, option=orjson.OPT_SORT_KEYS).decode()
    elif level not in OF_STREAMS:
        named["level"] = level
    return Entry(ns, tuple(sorted(named.items())), line)


def _labels(tags: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for tag, label in TAGS.items():
        if value := tags.get(tag):
            yield label, str(value)


def _attributes(given: object) -> Iterator[tuple[str, object]]:
    """Each value is text that holds JSON, if it was no plain word."""
    for one in given if isinstance(given, list) else []:
        key, value = (one.get("key"), one.get("value")) if isinstance(one, dict) else (None, None)
        if isinstance(key, str):
            yield key, _loaded(value)


def _loaded(value: object) -> object:
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return value


def of_build(deployment: str, ns: int, lines: Iterable[Entry]) -> list[Entry]:
    """The lines of a build in order, all with one time."""
    return [
        Entry(ns, (("deployment", deployment), *_level(one.labels)), one.line)
        for one in sorted(lines, key=lambda one: one.ns)
    ]


def _level(labels: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (label for label in labels if label[0] == "level")
