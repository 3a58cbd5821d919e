"""Lines of the commonest forms, read at once. What they say is what `logline.read_layer` says.

Most of a log is frames of traces, `TIME LEVEL text` and `Type: text`. To read these step by step,
as all others are, takes ten times as long, and every step finds nothing.
"""

from __future__ import annotations

from datetime import datetime

from errwatch import lazy_re as re
from errwatch.parsers.header import NO_LEVEL
from errwatch.parsers.levels import WORDS
from errwatch.parsers.python import TRACEBACK
from errwatch.parsers.statement import LogLine
from errwatch.parsers.times import FLOATING

_HEADED = re.compile(
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{3}(?:\d{3})?)?Z?) {1,4}([A-Z]{3,9}) "
    r"(?= {0,3}[A-Za-z_][\w.]* [A-Za-z0-9]\w*(?![\w:]))"
)
"""No collector's prefix, separator, logger or thread can stand in such a line."""
_TYPED = re.compile(r"(?:[a-z_][\w$]*\.)*[A-Z][\w$]*[a-z][\w$]*: ([a-z]+(?= |$))?")
_STRUCTURED = re.compile(r"[=\"|\t\n\\]")
"""Without any of these signs a line is no record, no request and has no prefix."""
_STAMPED = re.compile(r"\d[:.]\d\d|\d{8}|\d{4} ")
"""What may be a timestamp further on; never after a plain word."""


def read_simple(text: str) -> LogLine | None:
    """What the line says, if it is of one of the commonest forms."""
    if text == TRACEBACK:
        return _TRACEBACK
    first = text[:1]
    if first in (" ", "\t"):
        return None if '" ' in text or "| " in text or text[1:2].isupper() else _unheaded(text)
    if first.isdigit():
        return _headed(text)
    found = _TYPED.match(text)
    if found is None or _STRUCTURED.search(text):
        return None
    return _unheaded(text) if found[1] or not _STAMPED.search(text) else None


_TRACEBACK = LogLine("", False, None, None, None, TRACEBACK)


def _unheaded(text: str) -> LogLine:
    return LogLine("", False, None, None, None, text)


def _headed(text: str) -> LogLine | None:
    found = _HEADED.match(text)
    if found is None or text[-1] == "}" or "\t" in text or "\n" in text or "\\n" in text:
        return None
    stamp, word = found.groups()
    level = WORDS.get(word.lower())
    if level is None or NO_LEVEL.match(text, found.end() - 1):
        return None
    try:
        time = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=FLOATING)
    raw = text[found.end() :]
    said = raw.lstrip()
    return LogLine("", True, level, time, None, said, raw=raw, said=said)
