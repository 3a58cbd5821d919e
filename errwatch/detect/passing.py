"""Lines that have no part in what stands above them, or begin nothing whatever words they hold,
told by their form.

What they say need not be read: it is that they are whole records, or that they state a level of no
error. Any other line may be such a line too.
"""

from __future__ import annotations

from functools import cache

import orjson
import re2

from errwatch import lazy_re as re
from errwatch.detect.signs import names_exception
from errwatch.model.levels import Level
from errwatch.parsers import otel
from errwatch.parsers.beginnings import beginnings
from errwatch.parsers.conclusions import concludes
from errwatch.parsers.header import NO_LEVEL
from errwatch.parsers.levels import WORDS
from errwatch.parsers.records import unwrap

MAX_BYTES = 8 * 1024
"""Of a line that is looked at."""

MAX_FRAMES = 64 * 1024
"""Bytes of frames that are passed at once."""

_DATE = rb"[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
_CLOCK = rb"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d{3}(?:\d{3})?)?Z?"
_STATED = _DATE + rb"[T ]" + _CLOCK + rb" {1,4}(?:TRACE|DEBUG|INFO|NOTICE) {1,4}"
_QUIETLY = re.compile(_STATED + rb"|[ \t]")
"""How lines begin that may be harmless, but for records."""
_HEADED = re.compile(
    _STATED + rb"([A-Za-z_][\w.]* [A-Za-z0-9]\w*(?![\w:\x80-\xff])[^\n\r\t\0\x1b]*)(?<![_}])\r?\n"
)
"""As `parsers.simple` reads it."""
_REQUEST = re.compile(
    rb"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3} - [\w.@-]{1,60} \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d"
    rb' [+-]\d{4}\] "(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /[^\s"\\\x80-\xff]{0,2000} '
    rb'HTTP/[\d.]{1,3}" [1-4]\d\d (?:\d+|-)(?: "[^"\n\r\t\0\x1b\\]*"){0,3}\r?\n'
)
"""The common and the combined log format."""
_INDENTED = re.compile(rb"([ \t][^\n\r\0\x1b\"|]*)\r?\n")
"""Frames, and whatever else is no prefix and no record."""
_FRAMES = (
    rb"(?:(?:" + _STATED + rb" {0,12}(?:[a-z][\w.]* {1,12})?|[ \t]{1,40})(?:"
    rb"at [\w.$<>/]+\([\w$-]+\.(?:java|kt|scala|groovy|clj):\d+\)"
    rb"|at (?:[\w.$<>]+ )?\(?[\w./@-]+\.[cm]?[jt]sx?:\d+:\d+\)?"
    rb'|File "[\w./@-]+", line \d+, in [\w.<>]+'
    rb")\r?\n)+"
)
"""Frames of the Java virtual machine, JavaScript and Python, as dumps of threads have them, also
behind a header each."""
_QUIET = frozenset(word for word, level in WORDS.items() if level.rank < Level.WARNING.rank)


@cache
def _frames() -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(_FRAMES, options)


def passed(data: bytes, start: int, complete: int) -> int:
    """The end of the complete line that begins there, if it is such a line; else 0."""
    first = data[start : start + 2]
    if first == b'{"':
        return _record(data, start, complete)
    if not first.isdigit():
        return 0
    if found := _HEADED.match(data, start, min(complete, start + MAX_BYTES)):
        return 0 if concludes(found[1].decode("utf-8", "replace")) else found.end()
    found = _REQUEST.match(data, start, min(complete, start + MAX_BYTES))
    return found.end() if found else 0


def harmless(data: bytes, start: int, complete: int) -> int:
    """The end of the complete line that begins there, if it begins nothing, as far as its form
    tells: it states a level of no error, or is indented, and no trace begins in it. Else 0. Of many
    frames the end of the last."""
    if data.startswith(b'{"', start):
        return _record(data, start, complete)
    if not _QUIETLY.match(data, start, complete):
        return 0
    if found := _frames().match(data, start, min(complete, start + MAX_FRAMES)):
        return int(found.end())
    for form in (_HEADED, _INDENTED):
        if found := form.match(data, start, min(complete, start + MAX_BYTES)):
            said = found[1].decode("utf-8", "replace")
            told = names_exception(said) if form is _INDENTED else NO_LEVEL.match(f" {said}")
            return 0 if told or beginnings(said) else found.end()
    return 0


def _record(data: bytes, start: int, complete: int) -> int:
    """A program's own record, which no collector wrapped around a line of it."""
    end = data.find(b"\n", start, min(complete, start + MAX_BYTES)) + 1
    try:
        value = orjson.loads(data[start:end])
    except orjson.JSONDecodeError:
        return 0
    level = value.get("level")
    quiet = isinstance(level, str) and level.lower() in _QUIET
    return end if quiet and unwrap(value) is None and not otel.is_record(value) else 0
