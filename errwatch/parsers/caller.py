"""The place in the code that a structured log line says it was written at."""

from __future__ import annotations

from errwatch import lazy_re as re
from errwatch.model.event import Frame
from errwatch.parsers.fields import Json, number_under, roots, text_under, values_under

_PLACE = re.compile(r"([\w./@<>\\~+ -]{0,300}[\w-]+\.[A-Za-z]\w{0,9}):(\d{1,7})(?::\d+)?$")
_TOGETHER = ("caller", "source", "src", "location", "logger.caller", "file", "filename")
_OBJECTS = ("source", "sourceLocation", "logging.googleapis.com/sourceLocation", "src", "origin")
_FILE = ("file", "pathname", "filename", "fileName", "code.file.path", "code.filepath")
_ORIGIN_FILE = ("log.origin.file.name", "origin.file.name", "file.name")
_LINE = ("line", "lineno", "lineNumber", "line_number", "code.line.number", "code.lineno")
_ORIGIN_LINE = ("log.origin.file.line", "origin.file.line", "file.line")
_FUNCTION = ("function", "funcName", "func_name", "func", "code.function.name", "code.function")
_ORIGIN_FUNCTION = ("log.origin.function", "origin.function")
_ROOTS = roots(*_TOGETHER, *_OBJECTS, *_FILE, *_ORIGIN_FILE)


def caller_of(value: Json) -> Frame | None:
    """A file with its line, and the function where it is named."""
    if _ROOTS.isdisjoint(value):
        return None
    function = text_under(value, (*_FUNCTION, *_ORIGIN_FUNCTION))
    for text in values_under(value, _TOGETHER):
        if isinstance(text, str) and (found := _PLACE.match(text)):
            return Frame(found[1], int(found[2]), function)
    for inner in (*values_under(value, _OBJECTS), value):
        if isinstance(inner, dict) and (frame := _apart(inner, function)):
            return frame
    return None


def _apart(value: Json, function: str | None) -> Frame | None:
    file = text_under(value, (*_FILE, *_ORIGIN_FILE))
    line = number_under(value, (*_LINE, *_ORIGIN_LINE))
    if file is None or line is None or "." not in file:
        return None
    return Frame(file, line, text_under(value, _FUNCTION) or function)


def place_of(text: str) -> Frame | None:
    """`file.go:12`."""
    found = _PLACE.match(text)
    return Frame(found[1], int(found[2]), None) if found else None
