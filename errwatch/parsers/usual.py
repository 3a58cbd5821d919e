"""The header that most programs write, in one step: what `header` says of it, only sooner."""

from __future__ import annotations

import re
from datetime import datetime

from errwatch.parsers.header import Header, after_level
from errwatch.parsers.levels import WORDS

_USUAL = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,6})(?!\d))?Z? "
    r"+(DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)(?= +[^\s:\[=|-])"
)
_OTHERS = ("=", "]:")
"""Found in logfmt, and in syslog with ISO timestamps."""


def read_usual(text: str) -> Header | None:
    """The header of `2026-01-02T15:04:05.123Z ERROR message`; None for all that may be another."""
    found = _USUAL.match(text)
    if found is None or any(sign in text for sign in _OTHERS):
        return None
    day, clock, fraction, level = found.groups()
    try:
        time = datetime.fromisoformat(f"{day}T{clock}+00:00")
    except ValueError:
        return None
    if fraction:
        time = time.replace(microsecond=int(fraction.ljust(6, "0")))
    logger, message = after_level(text[found.end() :])
    return Header(WORDS[level.lower()], time, True, logger, message)
