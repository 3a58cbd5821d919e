"""Prefixes that a collector puts before every line. Each row of `LAYERS` peels one kind.

A layer names the stream that the line belongs to, so that interleaved output can be told apart,
and the time at which the collector saw it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from errwatch.parsers.levels import WORDS
from errwatch.parsers.times import stamp_at, time_of


class Layer(NamedTuple):
    stream: str
    time: datetime | None
    stamped: bool
    """The collector gives each line its own time; a line without this prefix is not from it."""
    rest: str
    """The line as the program wrote it, with its indentation."""


_COMPOSE = re.compile(r"([A-Za-z][\w.-]{0,100})\s+\|(?: |$)")
_SYSLOG = re.compile(r" ([\w.:-]{1,255}) ([\w./()@-]{1,100}(?:\[\d+\])?):(?: |$)")
_CRI = re.compile(r" (stdout|stderr) [FP](?: |$)")


def compose(text: str, _now: datetime | None) -> Layer | None:
    """`worker-1  | text`."""
    found = _COMPOSE.match(text)
    if found is None or found[1].lower() in WORDS:
        return None
    return Layer(found[1], None, False, text[found.end() :])


def syslog(text: str, now: datetime | None) -> Layer | None:
    """`Nov 08 07:55:26 host process[pid]: text`; with an ISO timestamp the pid is required."""
    if text[0].isdigit() and "]:" not in text:
        return None
    stamp = stamp_at(text, 0, now)
    found = stamp and _SYSLOG.match(text, stamp.end)
    if not stamp or not found:
        return None
    host, process = found.groups()
    if text[0].isdigit() and not process.endswith("]"):
        return None
    return Layer(f"{host} {process}", stamp.time, True, text[found.end() :])


def cri(text: str, now: datetime | None) -> Layer | None:
    """`2026-03-01T10:00:01.001000000Z stderr F text`."""
    if " std" not in text:
        return None
    stamp = stamp_at(text, 0, now)
    found = stamp and _CRI.match(text, stamp.end)
    if not stamp or not found:
        return None
    return Layer(found[1], stamp.time, True, text[found.end() :])


_FPM = re.compile(
    r"\[(\d\d-\w{3}-\d{4} [\d:.]+)\] WARNING: \[pool ([\w.-]+)\] child (\d+) said into "
    r'std(?:err|out): "'
)


def fpm(text: str, _now: datetime | None) -> Layer | None:
    """`[01-Mar-2026 10:00:02] WARNING: [pool www] child 7 said into stderr: "text"`."""
    found = _FPM.match(text) if text.startswith("[") else None
    if found is None:
        return None
    rest = text[found.end() :].removesuffix(", pipe is closed").removesuffix('"')
    day = time_of(found[1])
    return Layer(f"{found[2]} {found[3]}", day, True, rest)


LAYERS: tuple[Callable[[str, datetime | None], Layer | None], ...] = (compose, syslog, cri, fpm)
MAX_LAYERS = 3


def peel(text: str, now: datetime | None = None) -> Layer | None:
    """The outermost prefix of the line, if it has one."""
    if not text or text[0].isspace():
        return None
    for layer in LAYERS:
        if found := layer(text, now):
            return found
    return None
