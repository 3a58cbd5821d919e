"""JSON documents that hold log entries -> one line an entry.

Exports of log stores come as one object or array, on one line or printed over many; OpenTelemetry's
file exporter writes one such object a line. Loggers that print their records over many lines are
read here, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import orjson

from errwatch import lazy_re as re
from errwatch.errors import SourceError

MAX_DOCUMENT = 32 * 1024 * 1024
"""Bytes of a document that has to be held as a whole."""

_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*"
    rb"(?:\[\s*\{\s*\""  # an array of records
    rb"|\{[ \t]*\r?\n\s*\""  # a record over many lines
    rb"|\{\s*\"(?:streams|resourceLogs|scopeLogs|events|entries|logs|results?|hits|took)\"\s*:"
    rb"|\{\s*\"(?:status\"\s*:\s*\"success\"\s*,\s*\"data|data)\"\s*:\s*[\[{])"
)
_LISTS = ("events", "entries", "logs", "results", "result", "data", "hits", "items", "rows")
"""Keys under which exports list their entries."""

_MAX_DEPTH = 6

Json = dict[str, object]


def is_document(head: bytes) -> bool:
    """Whether an input that begins with `head` is a document of entries, not lines."""
    return _DOCUMENT.match(head) is not None


def lines_of(data: Iterator[bytes], name: str) -> Iterator[bytes]:
    """The entries, a line each; what is no JSON after all is given as it is.

    Raises SourceError where a document is too long to be held.
    """
    held = bytearray()
    for piece in data:
        held += piece
        end = held.rfind(b"\n") + 1
        if end and _is_json(held[: held.index(b"\n")]):
            yield from _line_by_line(bytes(held[:end]))
            del held[:end]
        elif len(held) > MAX_DOCUMENT:
            if not _is_cut(held.decode("utf-8", "replace")):
                yield bytes(held)
                yield from data
                return
            raise SourceError(_too_long(name))
    yield _document(bytes(held))


def _too_long(name: str) -> str:
    size = MAX_DOCUMENT // 1024 // 1024
    return (
        f"{name}: a JSON document of more than {size} MiB; "
        "write its entries one a line, such as with `jq -c '.[]'`"
    )


def _is_cut(text: str) -> bool:
    """Whether the first value does not end; else it only stands at the beginning of a log."""
    try:
        json.JSONDecoder().raw_decode(text.lstrip("\ufeff \t\r\n"))
    except (json.JSONDecodeError, RecursionError):
        return True
    return False


def _is_json(line: bytes | bytearray) -> bool:
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _line_by_line(data: bytes) -> Iterator[bytes]:
    for line in data.splitlines(keepends=True):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            yield line
        else:
            yield b"".join(_entries(value))


def _document(data: bytes) -> bytes:
    """One document, or several one after the other."""
    text, place = data.decode("utf-8", "replace").removeprefix("\ufeff"), 0
    found: list[bytes] = []
    decoder = json.JSONDecoder()
    while (place := _next(text, place)) < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            return b"".join(found) + text[place:].encode("utf-8", "replace")
        found += _entries(value)
    return b"".join(found)


def _next(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place


def _entries(value: object, depth: int = 0) -> Iterator[bytes]:
    """The entries in a value, wherever an export puts them."""
    if isinstance(value, list):
        for one in value:
            yield from _entries(one, depth + 1)
    elif not isinstance(value, dict):
        yield _line(value)
    elif "resourceLogs" in value:
        yield from _otlp(value)
    elif isinstance(value.get("values"), list) and isinstance(value.get("stream"), dict):
        yield from _loki(value)
    elif depth < _MAX_DEPTH and (inner := _inside(value)) is not None:
        yield from _entries(inner, depth + 1)
    else:
        yield _line(value)


def _inside(value: Json) -> object:
    """What an envelope holds; None where the value is an entry itself."""
    if isinstance(streams := value.get("streams"), list):
        return streams
    if isinstance(value.get("_source"), dict):
        return value["_source"]
    for key in _LISTS:
        inner = value.get(key)
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            return inner
        if isinstance(inner, dict) and not _MESSAGES.intersection(value):
            return inner
    only = [one for one in value.values() if isinstance(one, list)]
    if len(value) == 1 and only and all(isinstance(one, dict) for one in only[0]):
        return only[0]
    return None


_MESSAGES = frozenset(("message", "msg", "event", "text", "body", "log", "level", "severity"))


def _loki(value: Json) -> Iterator[bytes]:
    """`{"stream": labels, "values": [[nanoseconds, line], ...]}`."""
    values = value["values"]
    for entry in values if isinstance(values, list) else ():
        if isinstance(entry, list) and len(entry) >= 2 and isinstance(entry[1], str):
            labels = value["stream"]
            yield _line({"labels": labels, "timestamp": entry[0], "line": entry[1]})


def _otlp(value: Json) -> Iterator[bytes]:
    """Every record of every resource and scope."""
    for resource in _dicts(value.get("resourceLogs")):
        for scope in _dicts(
            resource.get("scopeLogs") or resource.get("instrumentationLibraryLogs")
        ):
            for record in _dicts(scope.get("logRecords")):
                yield _line({**record, "resource": resource.get("resource")})


def _dicts(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _line(value: object) -> bytes:
    try:
        return orjson.dumps(value) + b"\n"
    except (orjson.JSONEncodeError, TypeError):  # a number or a nesting beyond it
        return json.dumps(value).encode() + b"\n"
