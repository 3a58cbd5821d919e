"""The exception in a structured record: its type, its message, its printed trace."""

from __future__ import annotations

from typing import NamedTuple

from errwatch.parsers import monolog
from errwatch.parsers.beginnings import beginnings
from errwatch.parsers.clean import without_escapes
from errwatch.parsers.fields import Json, number_under, roots, text_under, values_under
from errwatch.parsers.trace import TRACES

TRACE = (
    *("exc_info", "exception", "exc_text", "stack_trace", "stacktrace", "stackTrace"),
    *("traceback", "stack", "trace", "@x", "stack_info", "error_stack", "errorVerbose"),
    *("error.stack_trace", "error.stack", "err.stack", "exception.stacktrace", "thrown.stack"),
    *("exception.stack_trace", "exception.stackTrace", "exception.stack", "exception.trace"),
    *("error.traceback", "error.stackTrace", "error.stacktrace", "err.stackTrace"),
    *("Exception", "Exception.StackTrace", "Exception.StackTraceString"),
    *(
        "exception.frames",
        "context.exception.trace",
        "thrown.extendedStackTrace",
        "meta.stack",
        "data.stack",
        *("backtrace", "exception.backtrace", "error.backtrace", "err.backtrace"),
    ),
)
"""Keys of a printed trace, or of the list of its frames."""

FAULT = ("err", "error", "exception", "exc", "exc_info", "thrown", "context.exception", "e")
"""Keys whose value may be an object that describes an exception."""

_KIND = ("type", "class", "exc_type", "kind", "name", "className", "exceptionType", "Exception")
_SAID = ("message", "msg", "value", "exc_value", "localizedMessage", "Message")
_FLAT_KIND = (
    *("error.type", "error.kind", "exception.type", "exception_type", "exception_class"),
    *("err.type", "errorType", "error_type", "exc_type", "error_class", "exceptionType"),
)
_FLAT_SAID = (
    *("error.message", "exception.message", "exception_message", "err.message"),
    *("errorMessage", "exc_value", "error_message"),
)
_ROOTS = roots(*TRACE, *FAULT, *_FLAT_KIND, *_FLAT_SAID)
_FILE = ("filename", "file", "source", "fileName", "abs_path")
_LINE = ("lineno", "line", "lineNumber")
_FUNCTION = ("name", "method", "func", "function", "methodName")


class Fault(NamedTuple):
    """An exception as fields name it: any of its type, its message and its printed trace."""

    type: str | None
    message: str | None
    trace: str | None


def fault_of(value: Json) -> Fault | None:
    """The exception that a record describes, if any."""
    if _ROOTS.isdisjoint(value):
        return None
    part = next((p for p in values_under(value, FAULT) if isinstance(p, dict)), None)
    kind = text_under(part, _KIND) if part else None
    said = text_under(part, _SAID) if part else None
    kind, said = kind or text_under(value, _FLAT_KIND), said or text_under(value, _FLAT_SAID)
    trace = monolog.trace_of(part) if part else None
    if trace is None:
        printed = (_printed(found, kind, said) for found in values_under(value, TRACE))
        trace = next((one for one in printed if one), None)
    if trace is None:
        texts = (p for p in values_under(value, FAULT) if isinstance(p, str) and "\n" in p)
        trace = next(texts, None)
    if trace is None and part is not None:
        inner = values_under(part, ("stack", "stack_trace", "stacktrace", "traceback", "trace"))
        trace = next((t for v in inner if (t := _printed(v, kind, said))), None)
    return Fault(kind, said, trace) if kind or trace else None


def trace_in(text: str) -> str | None:
    """The trace that a message of several lines goes on with, if it does."""
    lines = text.split("\n")
    for number in range(len(lines) - 1):
        for format_, state in beginnings(lines[number]):
            if format_ in TRACES and format_.follow(state, lines[number + 1], loose=False):
                return "\n".join(lines[number:])
    return None


def _printed(value: object, kind: str | None, said: str | None) -> str | None:
    """A printed trace: text of more than one word, or a list of its lines or frames."""
    if isinstance(value, str):
        text = without_escapes(value).replace("\r\n", "\n")
        return text if len(text.split(None, 1)) > 1 else None
    if not isinstance(value, list) or not value:
        return None
    if all(isinstance(line, str) for line in value):
        return _lines([str(line).rstrip("\n") for line in value], kind, said)
    if all(isinstance(one, dict) and "exc_type" in one for one in value):
        return _python_chain(value)
    if all(isinstance(one, dict) for one in value):
        return _frames(value, kind, said)
    return None


def _lines(lines: list[str], kind: str | None, said: str | None) -> str:
    """Some loggers leave out the first and the last line of a Python traceback."""
    if lines[0].startswith('  File "') and kind:
        head = "Traceback (most recent call last):"
        return "\n".join([head, *lines, f"{kind}: {said or ''}".rstrip(": ")])
    if lines[0].lstrip().startswith("at ") and kind:
        return "\n".join([f"{kind}: {said or ''}".rstrip(": "), *lines])
    return "\n".join(lines)


def _python_chain(value: list[Json]) -> str:
    """structlog's tracebacks as objects, the one that came out last first."""
    blocks = []
    for one in reversed(value):
        frames = one.get("frames")
        lines = [_python_frame(frame) for frame in frames] if isinstance(frames, list) else []
        last = f"{one['exc_type']}: {one.get('exc_value') or ''}".rstrip(": ")
        blocks.append("\n".join(["Traceback (most recent call last):", *lines, last]))
    cause = "\n\nThe above exception was the direct cause of the following exception:\n\n"
    return cause.join(blocks)


def _python_frame(frame: object) -> str:
    value = frame if isinstance(frame, dict) else {}
    file, line = text_under(value, _FILE), number_under(value, _LINE)
    return f'  File "{file}", line {line or 0}, in {text_under(value, _FUNCTION)}'


def _frames(value: list[Json], kind: str | None, said: str | None) -> str:
    """Frames as objects, the innermost first, written the way that the JVM prints them."""
    lines = [f"{kind or 'Error'}: {said or ''}".rstrip(": ")]
    for one in value:
        owner = text_under(one, ("class", "className"))
        method = text_under(one, _FUNCTION) or "?"
        place = f"{text_under(one, _FILE) or _source(owner)}:{number_under(one, _LINE) or 0}"
        lines.append(f"\tat {owner + '.' if owner else ''}{method}({place})")
    return "\n".join(lines)


def _source(owner: str | None) -> str:
    """The file that a class of Java stands in by its name, where a logger leaves it out."""
    name = (owner or "").rpartition(".")[2].partition("$")[0]
    return f"{name}.java" if name else "?"
